# Part of ar_collect. License LGPL-3.
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date, formatLang

from .first_texts import get_first

STATES = [
    ("proposed", "Proposed"),
    ("mentioned", "Mentioned"),
    ("invoiced", "Claimed"),
    ("waived", "Waived"),
]
#: States in which nobody has decided for good.
OPEN = ("proposed", "mentioned")


class ArCollectFee(models.Model):
    """A late fee that could be claimed: interest on an invoice, or a fixed amount for it.

    Made by the rules, decided by a person: claimed by a draft invoice, only mentioned, or waived.
    All that was ever decided stays, so that nothing is claimed twice.
    """

    _name = "ar.collect.fee"
    _description = "Late Fee"
    _order = "account_id, move_id, kind, date_from, id"
    _check_company_auto = True

    account_id = fields.Many2one(
        comodel_name="ar.collect.account",
        string="Collection Account",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    customer_id = fields.Many2one(
        comodel_name="res.partner",
        related="account_id.partner_id",
        string="Customer",
        store=True,
        index=True,
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    rule_id = fields.Many2one(
        comodel_name="ar.collect.fee.rule",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    kind = fields.Selection(
        [("fixed", "Fixed Amount"), ("interest", "Interest")], required=True, readonly=True
    )
    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Paid Late",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The invoice that was not paid in time.",
    )
    line_id = fields.Many2one(
        comodel_name="account.move.line",
        string="Journal Item",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The instalment of the invoice.",
    )
    name = fields.Char(string="Document", readonly=True)
    date_due = fields.Date(string="Due", readonly=True)

    # --- how much
    date_from = fields.Date(string="From", readonly=True, help="First day of interest.")
    date_to = fields.Date(
        string="Until", required=True, readonly=True, help="Last day of interest."
    )
    days = fields.Integer(compute="_compute_days")
    level = fields.Integer(
        readonly=True,
        help="Of a fixed amount for every step: the days after due of the step; else 0.",
    )
    currency_id = fields.Many2one(comodel_name="res.currency", required=True, readonly=True)
    amount = fields.Monetary(
        readonly=True,
        help="Interest in the currency of the invoice, a fixed amount in that of the company.",
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    amount_company = fields.Monetary(
        string="In Company Currency",
        currency_field="company_currency_id",
        readonly=True,
        help="At the rate of the last day, to compare and add up; claimed is the amount itself.",
    )
    parts = fields.Json(readonly=True, help="Of interest: days, open amount and rate of each part.")
    explanation = fields.Text(string="How It Comes About", compute="_compute_explanation")

    # --- why, and what became of it
    notice_id = fields.Many2one(
        comodel_name="ar.collect.notice",
        string="Proposed By",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The step of the strategy that proposed it; empty: proposed by hand.",
    )
    state = fields.Selection(STATES, required=True, readonly=True, default="proposed", index=True)
    waive_reason = fields.Char(string="Waived Because", readonly=True)
    decided_by_id = fields.Many2one(comodel_name="res.users", readonly=True, ondelete="set null")
    decided_on = fields.Datetime(readonly=True)
    invoice_id = fields.Many2one(
        comodel_name="account.move",
        string="Claimed By",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The invoice that claims it.",
    )
    invoice_line_id = fields.Many2one(
        comodel_name="account.move.line",
        string="Line of the Claim",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    # a fixed amount comes once for an invoice and step, whatever became of it
    _fixed_once = models.UniqueIndex(
        "(move_id, level) WHERE kind = 'fixed'",
        "A fixed late fee for this invoice and step is there already.",
    )
    # no day of an item bears interest twice, whatever became of the first one; ranges of one number,
    # as only these go into such an index together with days
    _days_once = models.Constraint(
        "EXCLUDE USING gist (int4range(line_id, line_id, '[]'::text) WITH &&,"
        " daterange(date_from, date_to, '[]'::text) WITH &&)"
        " WHERE (((kind)::text = 'interest'::text))",
        "The interest of some of these days is proposed already.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The amount of a late fee must be above zero."
    )
    _interest_has_days = models.Constraint(
        "CHECK (kind != 'interest' OR date_from IS NOT NULL AND date_from <= date_to)",
        "Interest runs from a day to the same day or a later one.",
    )
    _waived_with_reason = models.Constraint(
        "CHECK (state != 'waived' OR waive_reason IS NOT NULL)",
        "Say why a late fee is waived.",
    )

    # === COMPUTE METHODS === #

    @api.depends("kind", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for fee in self:
            fee.display_name = fee._get_title()

    @api.depends("date_from", "date_to", "kind")
    def _compute_days(self):
        for fee in self:
            interest = fee.kind == "interest" and fee.date_from and fee.date_to
            fee.days = (fee.date_to - fee.date_from).days + 1 if interest else 0

    @api.depends("parts", "kind", "rule_id")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for fee in self:
            lines = [fee._explain_part(part) for part in fee.parts or []]
            fee.explanation = "\n".join(lines) or fee.env._(
                "Fixed amount of the rule “%s”.", fee.rule_id.name
            )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: late fees are proposed by the rules, nobody writes one."""
        if not self.env.su:
            raise AccessError(self.env._("Late fees are proposed by the rules, not by hand."))
        return super().create(vals_list)

    def write(self, vals):
        """Override of `base`: what becomes of a late fee is decided by the buttons."""
        if not self.env.su:
            raise AccessError(self.env._("A late fee is changed by its buttons alone."))
        return super().write(vals)

    # === ACTION METHODS === #

    def action_mention(self):
        """Say these in the next notices and on the statement, without claiming them."""
        self._check_state(("proposed",))
        self._decide({"state": "mentioned"})

    def action_waive(self):
        """Ask why these are waived.

        :return: the dialog
        :rtype: dict
        """
        self._check_state(OPEN)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Waive Late Fees"),
            "res_model": "ar.collect.fee.waive",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_fee_ids": self.ids},
        }

    def action_undo(self):
        """Put these back to proposed; what a draft invoice claims is taken out of it."""
        self.check_access("write")
        self.filtered(lambda fee: fee.state == "invoiced")._take_off_invoices()
        rest = self.filtered(lambda fee: fee.state in ("mentioned", "waived"))
        rest._note_on_accounts(self.env._("Late fees are open again"))
        rest.sudo()._release()  # sudo: changed by its buttons alone, whose rights are checked above

    def action_open_account(self):
        """Open the customer."""
        self.ensure_one()
        return self._get_form_action(self.account_id)

    def action_open_document(self):
        """Open the invoice that was paid late."""
        self.ensure_one()
        return self._get_form_action(self.move_id)

    def action_open_invoice(self):
        """Open the invoice that claims this."""
        self.ensure_one()
        return self._get_form_action(self.invoice_id)

    # === BUSINESS METHODS === #

    # --- decisions

    def _check_state(self, states):
        """Refuse what was decided already.

        :param tuple states: in which these must be
        :raise UserError: naming the first one that is not
        """
        self.check_access("write")
        if not self:
            raise UserError(self.env._("Choose at least one late fee."))
        if wrong := self.filtered(lambda fee: fee.state not in states)[:1]:
            raise UserError(
                self.env._(
                    "%(fee)s of %(customer)s is %(state)s already. Undo that first.",
                    fee=wrong.display_name,
                    customer=wrong.customer_id.display_name,
                    state=wrong._get_state_name().lower(),
                )
            )

    def _decide(self, vals):
        """Note what was decided of these, and by whom."""
        vals = {"decided_by_id": self.env.uid, "decided_on": fields.Datetime.now(), **vals}
        self.sudo().write(vals)  # sudo: changed by its buttons alone, whose rights they check

    def _waive(self, reason):
        """Give up these late fees.

        :param str reason: told to whoever asks later
        :raise UserError: without a reason, or decided already
        """
        self._check_state(OPEN)
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why %s is waived.", self[0].display_name))
        self._decide(
            {
                "state": "waived",
                "waive_reason": reason,
                "invoice_id": False,
                "invoice_line_id": False,
            }
        )
        self._note_on_accounts(self.env._("Late fees waived: %s", reason))

    def _release(self):
        """Let nothing be decided of these any more."""
        self.write(
            {
                "state": "proposed",
                "waive_reason": False,
                "decided_by_id": False,
                "decided_on": False,
                "invoice_id": False,
                "invoice_line_id": False,
            }
        )

    # --- words

    def _get_state_name(self):
        return dict(self._fields["state"]._description_selection(self.env))[self.state]

    def _get_title(self):
        """What this is for, in a few words.

        :rtype: str
        """
        self.ensure_one()
        if self.kind == "interest":
            return self.env._("Interest on %s", self.name)
        return self.env._("Late fee for %s", self.name)

    def _explain_part(self, part):
        """How a part of the interest comes about, in a line.

        :param dict part: see `tools.interest.get_parts`; days and numbers as text
        :rtype: str
        """
        principal, amount = (
            formatLang(self.env, float(part[name]), currency_obj=self.currency_id)
            for name in ("principal", "amount")
        )
        return self.env._(
            "%(principal)s from %(start)s to %(end)s, %(days)s days at %(rate)s %% = %(amount)s",
            principal=principal,
            start=format_date(self.env, part["start"]),
            end=format_date(self.env, part["end"]),
            days=part["days"],
            rate=formatLang(self.env, float(part["rate"]), digits=4).rstrip("0").rstrip(".,"),
            amount=amount,
        )

    def _format_total(self):
        """What these come to, by currency.

        :rtype: str
        """
        return " + ".join(
            formatLang(self.env, sum(fees.mapped("amount")), currency_obj=currency)
            for currency, fees in self.grouped("currency_id").items()
        )

    def _note_on_accounts(self, title):
        """Write into the chatter of the customers what was decided, and of which late fees.

        :param str|Markup title:
        """
        bodies = {}
        for account, fees in self.grouped("account_id").items():
            names = (
                f"{fee.display_name}: {formatLang(fee.env, fee.amount, currency_obj=fee.currency_id)}"
                for fee in fees
            )
            bodies[account.id] = Markup("<br/>").join([title, *get_first(self.env, names)])
        self.account_id._message_log_batch(bodies)

    # --- opening

    @api.model
    def _get_action(self, domain, **context):
        """The list of late fees in a domain.

        :rtype: dict
        """
        actions = self.env["ir.actions.act_window"].sudo()  # sudo: a definition, no data
        action = actions._for_xml_id("ar_collect.ar_collect_fee_action")
        return {**action, "domain": domain, "context": context}

    @api.model
    def _get_form_action(self, record):
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }
