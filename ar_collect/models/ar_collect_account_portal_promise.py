# Part of ar_collect. License LGPL-3.
"""Promises that a customer makes on the portal, within what the company allows."""

from datetime import timedelta

from odoo import Command, models
from odoo.tools import format_date


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === BUSINESS METHODS === #

    def _get_portal_acts(self, known):
        """Override of `ar_collect` to let customers promise, where the company wants it."""
        acts = super()._get_portal_acts(known)
        if self.company_id.collect_portal_promise_days:
            acts.append(("promise", self.env._("I will pay on…")))
        return acts

    def _get_portal_notices(self):
        """Override of `ar_collect` for promises."""
        return super()._get_portal_notices() | {
            "promise": (
                "success",
                self.env._("Thank you, it is noted. We do not remind you of it before that day."),
            ),
            "promise_asked": (
                "info",
                self.env._("Thank you. We have passed it on, and will get back to you soon."),
            ),
        }

    def _get_portal_promisable(self, item):
        """How much of an open item the customer can promise: not what is disputed or in a plan.

        :param dict item: as `_prepare_statement_item` has it
        :rtype: float
        """
        if item["in_plan"]:
            return 0
        return max(item["open"] - item["disputed"], 0)

    def _get_portal_promise_last_day(self):
        """The latest day that is taken without asking.

        :rtype: date
        """
        company = self.company_id
        return company._get_collect_today() + timedelta(days=company.collect_portal_promise_days)

    def _promise_on_portal(self, contact, currency, shares, day):
        """Take a promise, or ask the collector for what is beyond the limits.

        The same promise once more, of a second click, is the first one.

        :param recordset contact: `res.partner` who promises
        :param recordset currency: `res.currency` of the items
        :param dict shares: amount by id of the journal item
        :param date day: the last day to pay
        :return: code of what the page says then
        :rtype: str
        """
        self.ensure_one()
        self._take_turns()
        earlier = self.env["ar.collect.promise"]._get_open_on(list(shares))
        if any(promise._is_same(shares, day) for promise in earlier):
            return "promise"
        here = self._for_colleagues()
        said = here._get_portal_promise_text(currency, shares, day)
        limit = here._get_portal_promise_limit(currency, shares, day, earlier)
        if limit:
            return here._ask_for_portal_promise(contact, f"{said} {limit}", shares)
        activity = here._receive_portal_act(contact, "promised", said, shares)
        self.env["ar.collect.promise"].create(
            {
                "account_id": self.id,
                "currency_id": currency.id,
                "partner_id": contact.id,
                "user_id": self._get_portal_owner().id,
                "activity_id": activity.id,
                "channel": "portal",
                "date_promised": day,
                "replace": bool(earlier),
                "item_ids": [
                    Command.create({"line_id": line_id, "amount": amount})
                    for line_id, amount in shares.items()
                ],
            }
        )
        return "promise"

    def _ask_for_portal_promise(self, contact, text, line_ids):
        """Leave it to the collector; a second click asks no second time.

        :param str text: what the customer wants
        :rtype: str
        """
        asked = self._was_just_said(contact, text)
        if not asked:
            self._receive_portal_act(contact, "call_back", text, line_ids)
            self._plan_portal_task(self.env._("Wants to promise more than the portal takes"))
        return "promise_asked"

    def _get_portal_promise_text(self, currency, shares, day):
        """What the collector reads."""
        return self.env._(
            "%(amount)s will be paid by %(day)s.",
            amount=currency.format(sum(shares.values())),
            day=format_date(self.env, day),
        )

    def _get_portal_promise_limit(self, currency, shares, day, earlier):
        """Why a promise is beyond what is taken without asking.

        :param recordset earlier: `ar.collect.promise` that it would replace
        :return: one sentence; empty when it is within the limits
        :rtype: str
        """
        company = self.company_id
        if day > self._get_portal_promise_last_day():
            return self.env._(
                "That is later than the %s days that are taken without asking.",
                company.collect_portal_promise_days,
            )
        most = company.collect_portal_promise_amount
        amount = currency._convert(
            sum(shares.values()), company.currency_id, company, company._get_collect_today()
        )
        amount += self._sum_portal_promises(earlier)
        if most and company.currency_id.compare_amounts(amount, most) > 0:
            return self.env._(
                "That is more than the %s that are taken without asking.",
                company.currency_id.format(most),
            )
        times = company.collect_portal_promise_times
        if times and self._count_portal_promises(list(shares)) >= times:
            return self.env._("These items were promised %s times before.", times)
        return ""

    def _sum_portal_promises(self, earlier):
        """What is promised on the portal already, and stays so: a limit is not split up.

        :param recordset earlier: `ar.collect.promise` that are replaced
        :return: in company currency
        :rtype: float
        """
        promises = self.env["ar.collect.promise"].search(
            [("account_id", "=", self.id), ("state", "=", "open"), ("channel", "=", "portal")]
        )
        return sum((promises - earlier).mapped("amount_company"))

    def _count_portal_promises(self, line_ids):
        """How often the item among these that was promised most often was promised and not paid.

        :rtype: int
        """
        items = self.env["ar.collect.promise.item"]
        counts = items._read_group(
            [
                ("line_id", "in", line_ids),
                ("promise_id.state", "!=", "kept"),
            ],
            ["line_id"],
            ["__count"],
        )
        return max((count for _line, count in counts), default=0)
