# Part of ar_collect. License LGPL-3.
"""The collection account in words and pictures: what the views show and nothing stores."""

import logging

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL, formatLang

_logger = logging.getLogger(__name__)

#: The five buckets of the aging, in the order they are drawn.
BUCKETS = ("not_due", "1_30", "31_60", "61_90", "91_plus")
#: Below this many paid items, what is said of a customer's habits is of little worth.
FEW_PAID = 3
#: What the pages show of items: reading all that an item has takes several times as long.
ITEM_FIELDS = (
    "account_id",
    "amount_residual",
    "amount_residual_currency",
    "company_id",
    "currency_id",
    "date",
    "date_maturity",
    "move_id",
    "move_name",
    "name",
    "no_followup",
    "partner_id",
)


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    partner_phone = fields.Char(string="Phone", related="partner_id.phone", related_sudo=False)
    partner_email = fields.Char(string="Email", related="partner_id.email", related_sudo=False)
    country_id = fields.Many2one(related="partner_id.country_id")
    days_late = fields.Integer(
        compute="_compute_days_late", help="Days since the oldest item fell due."
    )
    chase_days_late = fields.Integer(
        string="Days Late to Chase",
        compute="_compute_days_late",
        help="Days since the oldest item that is not excluded fell due.",
    )
    aging = fields.Json(compute="_compute_aging", help="The five buckets, for the aging bar.")
    reasons = fields.Char(
        compute="_compute_reasons", help="Why this customer stands where it does, in words."
    )
    reason_lines = fields.Json(
        string="Priority Explained",
        compute="_compute_reasons",
        help="What adds up to the priority: text and points.",
    )
    behaviour = fields.Char(
        string="How They Pay", compute="_compute_behaviour", help="In words, from paid items."
    )
    few_paid = fields.Boolean(string="Few Data", compute="_compute_behaviour")
    is_own = fields.Boolean(
        string="Own Customer",
        compute="_compute_is_own",
        help="Assigned to oneself, or to somebody one stands in for.",
    )
    open_item_ids = fields.Many2many(
        comodel_name="account.move.line",
        string="Open Journal Items",
        compute="_compute_item_ids",
        help="Open items that are chased or netted.",
    )
    excluded_item_ids = fields.Many2many(
        comodel_name="account.move.line",
        string="Excluded Journal Items",
        compute="_compute_item_ids",
        help="Open items nobody is asked for.",
    )

    has_foreign_items = fields.Boolean(
        string="Items in Other Currencies", compute="_compute_item_ids"
    )

    # === COMPUTE METHODS === #

    @api.depends("oldest_due_date", "chase_due_date", "company_id")
    def _compute_days_late(self):
        today = self.env["ar.collect.refresh.status"]._get_today(self.company_id)

        def late(due, company):
            return max((today[company.id] - due).days, 0) if due else 0

        for account in self:
            account.days_late = late(account.oldest_due_date, account.company_id)
            account.chase_days_late = late(account.chase_due_date, account.company_id)

    @api.depends("currency_id", "amount_credit", *(f"amount_{bucket}" for bucket in BUCKETS))
    def _compute_aging(self):
        for account in self:
            account.aging = account._get_aging()

    @api.depends("priority_reasons", "state", "chase_days_late", "amount_chasable")
    @api.depends_context("lang")
    def _compute_reasons(self):
        labels = self._get_rule_labels()
        for account in self:
            account.reason_lines = account._get_reason_lines(labels)
            account.reasons = account._get_reason_sentence(account.reason_lines)

    @api.depends("paid_count", "late_count", "own_delay_days")
    @api.depends_context("lang")
    def _compute_behaviour(self):
        for account in self:
            account.few_paid = 0 < account.paid_count < FEW_PAID
            account.behaviour = account._get_behaviour_sentence()

    @api.depends("user_id", "acting_user_id")
    @api.depends_context("uid")
    def _compute_is_own(self):
        for account in self:
            account.is_own = self.env.user in account.user_id | account.acting_user_id

    @api.depends("partner_id", "company_id", "open_count")
    def _compute_item_ids(self):
        lines = self.env["account.move.line"]
        open_domain = lines._get_collect_open_domain(self.partner_id, self.company_id)
        excluded_domain = lines._get_collect_excluded_domain()
        found = (
            lines.search_fetch(open_domain & domain, ITEM_FIELDS)
            for domain in (~excluded_domain, excluded_domain)
        )
        chased, excluded = map(self._group_items, found)
        for account in self:
            key = (account.partner_id.id, account.company_id.id)
            account.open_item_ids = chased.get(key, lines)
            account.excluded_item_ids = excluded.get(key, lines)
            items = account.open_item_ids | account.excluded_item_ids
            account.has_foreign_items = bool(items.currency_id - account.currency_id)

    # === CRUD METHODS === #

    def web_read(self, specification):
        """Override of `web`: a page that lists the open items shows figures as fresh as these."""
        if len(self) == 1 and not {"open_item_ids", "excluded_item_ids"}.isdisjoint(specification):
            self._refresh_to_read()
        return super().web_read(specification)

    # The form may write: without this, `web` offers a read-only replica of the database.
    web_read._readonly = False

    # === BUSINESS METHODS === #

    # --- fresh when opened

    def _refresh_to_read(self):
        """Refresh this row if that is possible at once; reading it must not fail or wait for it."""
        self.check_access("read")
        self.env.flush_all()
        try:
            with self.env.cr.savepoint(flush=False):
                # a full refresh may hold the rows for seconds: what it writes will do
                self.env.cr.execute(SQL("SET LOCAL lock_timeout = '200ms'"))
                self._refresh(self.sudo().partner_id, self.company_id)  # sudo: only its id is used
                self.env.cr.execute(SQL("SET LOCAL lock_timeout TO DEFAULT"))
        except psycopg2.Error as error:
            self.env.invalidate_all(flush=False)
            _logger.info("Collection account %s is shown as last refreshed: %s", self.id, error)

    # --- aging

    def _get_aging(self):
        """The buckets as the aging bar takes them.

        :return: {currency_id, credit, buckets: [{code, amount}]}
        :rtype: dict
        """
        self.ensure_one()
        return {
            "currency_id": self.currency_id.id,
            "credit": self.amount_credit,
            "buckets": [{"code": bucket, "amount": self[f"amount_{bucket}"]} for bucket in BUCKETS],
        }

    # --- reasons

    def _get_rule_labels(self):
        """The present names of the rules behind the reasons, in the user's language.

        :return dict: name by code
        """
        codes = {reason["code"] for account in self for reason in account.priority_reasons or []}
        ids = [int(code[5:]) for code in codes if code.startswith("rule_")]
        rules = self.env["ar.collect.priority.rule"].sudo()  # sudo: whatever company's rule it is
        rules = rules.browse(ids).exists()
        return {rule._get_code(): rule.name for rule in rules}

    def _get_reason_lines(self, labels):
        """What adds up to the priority, largest first.

        :param dict labels: see :meth:`_get_rule_labels`
        :return: list of {code, text, points}
        """
        self.ensure_one()
        lines = [
            {
                "code": reason["code"],
                "text": self._get_reason_text(reason, labels),
                "points": reason["points"],
            }
            for reason in self.priority_reasons or []
        ]
        return sorted(lines, key=lambda line: -line["points"])

    def _get_reason_text(self, reason, labels):
        match reason["code"]:
            case "gain":
                return self._get_chase_text()
            case "age":
                return self._get_late_text()
            case "limit":
                return self.env._("The priority stays between 0 and 100")
            case code:
                return labels.get(code, reason["label"])

    def _get_chase_text(self):
        return self.env._("%s to chase", self._format_money(self.amount_chasable))

    def _get_late_text(self):
        days = self.chase_days_late
        return self.env._("1 day late") if days == 1 else self.env._("%s days late", days)

    def _get_reason_sentence(self, lines):
        """The reasons as a person would say them; for a customer not to chase, why not."""
        self.ensure_one()
        if self.state != "to_chase":
            return self._get_state_sentence()
        texts = {line["code"]: line["text"] for line in lines}
        parts = [texts.get("gain") or self._get_chase_text()]
        if self.chase_days_late:
            parts.append(texts.get("age") or self._get_late_text())
        parts += [text for code, text in texts.items() if code.startswith("rule_")]
        return " · ".join(parts)

    def _get_state_sentence(self):
        match self.state:
            case "waiting":
                return " · ".join(self._get_waiting_parts())
            case "not_due":
                return self.env._("Nothing overdue")
            case _:
                return self.env._("Settled")

    def _get_waiting_parts(self):
        """What keeps the overdue amount from being chased."""
        parts = [self.env._("%s overdue", self._format_money(self.amount_overdue))]
        if self.amount_promised:
            parts.append(self.env._("%s promised", self._format_money(self.amount_promised)))
        if self.amount_disputed:
            parts.append(self.env._("%s disputed", self._format_money(self.amount_disputed)))
        if self.amount_excluded:
            parts.append(
                self.env._("%s excluded from chasing", self._format_money(self.amount_excluded))
            )
        if self.amount_credit:
            credit = self._format_money(-self.amount_credit)
            parts.append(self.env._("%s in unapplied credits", credit))
        return parts

    def _format_money(self, amount):
        """An amount as it is said: whole units, cents only for small ones."""
        unit = "units" if abs(amount) >= 100 else "decimals"
        return formatLang(self.env, amount, currency_obj=self.currency_id, rounding_unit=unit)

    # --- behaviour

    def _get_behaviour_sentence(self):
        """How the customer pays, with the number of items it is known from."""
        self.ensure_one()
        if not self.paid_count:
            return self.env._("Has not yet paid any invoice in full")
        if self.paid_count == 1:
            return self.env._("%s (the only item paid so far)", self._get_habit())
        return self.env._(
            "%(habit)s (mean of the last %(recent)s; %(late)s of %(paid)s paid items late)",
            habit=self._get_habit(),
            recent=min(self.paid_count, 6),
            late=self.late_count,
            paid=self.paid_count,
        )

    def _get_habit(self):
        match round(self.own_delay_days):
            case 0:
                return self.env._("Pays on the due date")
            case 1:
                return self.env._("Pays 1 day late")
            case -1:
                return self.env._("Pays 1 day early")
            case days if days > 0:
                return self.env._("Pays %s days late", days)
            case days:
                return self.env._("Pays %s days early", -days)

    # --- items

    @api.model
    def _group_items(self, lines):
        """Journal items by ids of customer and company, oldest due first."""
        lines = lines.sorted(lambda line: (line.collect_due_date, line.id))
        seen = lines.sudo()  # sudo: a contact of an invoice may be out of reach
        # all at once, as each takes its time
        owners = {line.id: line.partner_id.commercial_partner_id.id for line in seen}
        return lines.grouped(lambda line: (owners[line.id], line.company_id.id))
