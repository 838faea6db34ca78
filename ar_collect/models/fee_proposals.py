# Part of ar_collect. License LGPL-3.
from datetime import timedelta

from odoo.exceptions import UserError

from .ar_collect_fee import OPEN


class FeeProposals:
    """What is proposed in one go: collected item by item, then written at once.

    :param recordset fees: `ar.collect.fee`, superuser
    :param dict rules: `ar.collect.fee.rule` by account
    :param dict known: what was ever proposed, oldest first, by id of the invoice
    :param notices: `ar.collect.notice` of the fee steps, one for a customer; none: by hand
    """

    def __init__(self, fees, rules, known, notices):
        self.fees = fees
        self.rules = rules
        self.known = known
        self.notices = {notice.account_id.id: notice for notice in notices}
        #: items of which nothing is claimed, with their reason
        self.left_out = []
        self.values = []
        self.changes = []
        self.levels = set()
        self.conversions = {}

    def add(self, item):
        """Work out what is owed for an item.

        :param dict item: see `ar.collect.fee._get_items`
        """
        rule = self.rules[item["account"]]
        if reason := self.fees._get_reason(item):
            self._leave_out(item, reason)
        elif rule._is_late(item):
            known = self.known.get(item["move_id"], self.fees.browse())
            self._add_fixed(item, rule, known)
            self._add_interest(item, rule, known)

    def save(self):
        """Write down what was worked out."""
        for fee, vals in self.changes:
            if vals:
                fee.write(vals)
            else:
                fee.unlink()
        self.fees.create(self.values)

    def _leave_out(self, item, reason):
        self.left_out.append({**item, "reason": reason})

    def _add_fixed(self, item, rule, known):
        """The fixed amount, once for the invoice and the step."""
        notice = self.notices.get(item["account"].id)
        of_step = rule.fixed_per == "step"
        if not rule.fixed_amount or (of_step and not (notice and item["residual"])):
            return
        level = notice.step_id.days if of_step else 0
        done = {fee.level for fee in known if fee.kind == "fixed"}
        if level in done or (item["move_id"], level) in self.levels:
            return
        self.levels.add((item["move_id"], level))
        company = item["account"].company_id
        rate = self._get_rule_conversion(rule, item)
        amount = company.currency_id.round(rule.fixed_amount * rate)
        if amount > 0:
            self._add(
                item,
                {
                    "kind": "fixed",
                    "level": level,
                    "date_to": item["today"],
                    "currency_id": company.currency_id.id,
                    "amount": amount,
                    "amount_company": amount,
                },
            )

    def _add_interest(self, item, rule, known):
        """The interest of the days after those that were decided already."""
        if rule.method == "none":
            return
        mine = known.filtered(lambda fee: fee.kind == "interest")
        # an invoice that was reset to draft may have new items: what was decided is of the old ones
        mine = mine.filtered(lambda fee: fee.line_id.id in (item["line_id"], False))
        last = mine[-1:]
        for fee in mine.filtered(lambda fee: fee.line_id and fee.state in OPEN):
            end = item["today"] if fee == last else fee.date_to
            parts = rule._get_interest(item, fee.date_from, end)
            owed = any(part["amount"] for part in parts)
            self.changes.append((fee, self._get_values(item, rule, parts) if owed else None))
        if last and last.state in OPEN and last.line_id:
            return
        start = (last.date_to if last else item["due"]) + timedelta(days=1)
        if start > item["today"]:
            return
        parts = rule._get_interest(item, start, item["today"])
        if any(part["amount"] for part in parts):
            values = self._get_values(item, rule, parts)
            least = rule.min_amount and rule.min_amount * self._get_rule_conversion(rule, item)
            if values["amount_company"] < least:
                self._leave_out(item, "minimum")
            else:
                self._add(item, {"kind": "interest", "currency_id": item["currency_id"], **values})

    def _get_values(self, item, rule, parts):
        """Values of interest, with what it is in company currency."""
        company = item["account"].company_id
        currency = self.fees.env["res.currency"].browse(item["currency_id"])
        values = self.get_interest_values(parts)
        rate = self._get_conversion(currency, company, item["today"])
        return {
            **values,
            "rule_id": rule.id,
            "amount_company": company.currency_id.round(values["amount"] * rate),
        }

    @staticmethod
    def get_interest_values(parts):
        """What is kept of a calculation.

        :param list parts: see `tools.interest.get_parts`
        :rtype: dict
        """
        return {
            "date_from": parts[0]["start"],
            "date_to": parts[-1]["end"],
            "amount": float(sum(part["amount"] for part in parts)),
            "parts": [{name: str(value) for name, value in part.items()} for part in parts],
        }

    def _add(self, item, values):
        rule, account = self.rules[item["account"]], item["account"]
        notice = self.notices.get(account.id)
        self.values.append(
            {
                "account_id": account.id,
                "rule_id": rule.id,
                "move_id": item["move_id"],
                "line_id": item["line_id"],
                "name": item["name"],
                "date_due": item["due"],
                "notice_id": notice.id if notice else False,
                "state": "mentioned" if rule.handling == "mention" else "proposed",
                **values,
            }
        )

    def _get_rule_conversion(self, rule, item):
        """What one unit of the rule's currency is in that of the item's company.

        :raise UserError: nobody has entered an exchange rate: one to one would be wrong
        """
        ours, company = rule.currency_id, item["account"].company_id
        if ours != company.currency_id and not (ours.rate_ids or company.currency_id.rate_ids):
            raise UserError(
                rule.env._(
                    "The amounts of the late fee rule “%(rule)s” are in %(ours)s, and there is no"
                    " exchange rate to the %(theirs)s of %(company)s. Enter one, or enter the"
                    " amounts in %(theirs)s.",
                    rule=rule.name,
                    ours=ours.name,
                    theirs=company.currency_id.name,
                    company=company.name,
                )
            )
        return self._get_conversion(ours, company, item["today"])

    def _get_conversion(self, currency, company, day):
        """What one unit of a currency is in that of a company; looked up once."""
        key = currency.id, company.id
        if key not in self.conversions:
            self.conversions[key] = currency._get_conversion_rate(
                currency, company.currency_id, company, day
            )
        return self.conversions[key]
