# Part of ar_collect. License LGPL-3.
"""How a dispute ends: decided by people, settled by the ledger, opened again by the customer."""

from odoo import api, fields, models
from odoo.exceptions import UserError

OUTCOMES = [
    ("accepted", "Accepted in full"),
    ("accepted_part", "Accepted in part"),
    ("rejected", "Rejected"),
    ("paid", "Customer paid"),
    ("withdrawn", "Withdrawn by the customer"),
    ("duplicate", "Duplicate"),
]
#: The customer was right: a credit note follows.
ACCEPTED = ("accepted", "accepted_part")
#: There was nothing in it: others on the same items come first.
UNFOUNDED = ("rejected", "withdrawn", "duplicate")


class ArCollectDispute(models.Model):
    _inherit = "ar.collect.dispute"

    outcome = fields.Selection(
        OUTCOMES, readonly=True, copy=False, index="btree_not_null", tracking=True
    )
    root_cause_id = fields.Many2one(
        comodel_name="ar.collect.dispute.root.cause",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Ours, as found out: what should change so that it does not come again.",
    )
    resolved_by_id = fields.Many2one(comodel_name="res.users", readonly=True, copy=False)
    date_resolved = fields.Date(
        string="Decided", readonly=True, copy=False, help="When it was decided how it ends."
    )
    date_chase = fields.Date(
        string="Chased Again From",
        readonly=True,
        copy=False,
        help="The customer has been told that there is no ground, and gets some days to pay.",
    )
    amount_accepted = fields.Monetary(
        string="Accepted",
        compute="_compute_amount_accepted",
        store=True,
        help="What a credit note is made of.",
    )
    reopened_count = fields.Integer(
        readonly=True, copy=False, help="How often it was opened again."
    )

    # === COMPUTE METHODS === #

    @api.depends("outcome", "item_ids.amount", "item_ids.amount_accepted")
    def _compute_amount_accepted(self):
        for dispute in self:
            accepted = 0
            if dispute.outcome in ACCEPTED:
                whole = dispute.outcome == "accepted"
                part = "amount" if whole else "amount_accepted"
                accepted = sum(dispute.item_ids.mapped(part))
            dispute.amount_accepted = accepted

    # === ACTION METHODS === #

    def action_resolve(self):
        """Open the dialog that asks how the dispute ends.

        :return: window action
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("write")
        self._check_is_open()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Resolve %s", self.display_name),
            "res_model": "ar.collect.dispute.resolve",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_dispute_id": self.id,
                "default_outcome": self.env.context.get("collect_outcome", "accepted"),
            },
        }

    def action_cancel(self):
        """Take back disputes that were recorded by mistake."""
        self._check_no_credit_note()
        self._close({"state": "cancelled", "outcome": False}, "cancelled")

    def action_reopen(self):
        """Open closed disputes again: the customer objects."""
        self.check_access("write")
        for dispute in self:
            if dispute.state == "open":
                raise UserError(self.env._("“%s” is open.", dispute.display_name))
        self._reopen("objected")

    # === BUSINESS METHODS === #

    def _check_is_open(self):
        """Refuse what somebody else has resolved in the meantime.

        :raise UserError: naming who and when
        """
        for dispute in self:
            if dispute.state != "open" or dispute.outcome:
                raise UserError(
                    self.env._(
                        "%(dispute)s has been decided already: %(outcome)s, by %(user)s.",
                        dispute=dispute.display_name,
                        outcome=dispute._get_outcome_name(),
                        user=dispute.resolved_by_id.name or self.env._("the ledger"),
                    )
                )

    def _get_likely_cause(self):
        """The root cause to begin with when a dispute is resolved; extend it for other evidence.

        :return: `ar.collect.dispute.root.cause`: the one found out, else the usual of the reason
        """
        return self.root_cause_id or self.reason_id.root_cause_id

    def _get_outcome_name(self):
        """The outcome in words.

        :rtype: str
        """
        names = dict(self._fields["outcome"]._description_selection(self.env))
        return names.get(self.outcome) or self.env._("recorded by mistake")

    def _resolve(self, outcome, accepted=None):
        """Decide how open disputes end; those accepted wait for their credit note.

        :param str outcome: see :data:`OUTCOMES`
        :param dict|None accepted: accepted amount by item, of what is accepted in part
        :raise UserError: decided already
        """
        self.check_access("write")
        self._check_is_open()
        decided = {"outcome": outcome, "resolved_by_id": self.env.uid}
        if outcome in ACCEPTED:
            disputes = self.sudo()  # sudo: the state is changed by buttons only, see _check_change
            for item, amount in (accepted or {}).items():
                item.sudo().amount_accepted = amount  # sudo: of a dispute that may be written
            for dispute in disputes:
                today = dispute.company_id._get_collect_today()
                dispute.write({**decided, "date_resolved": today})
            disputes.write({"stage_id": self._get_stage("decided").id})
            self._note_on_account("decided")
            self._apply()
        else:
            for dispute in self:
                chase = outcome == "rejected" and dispute._get_day_of_grace()
                dispute._close({**decided, "date_chase": chase, "state": "closed"}, "closed")

    def _get_day_of_grace(self):
        """From when on a rejected amount is chased again.

        :rtype: date
        """
        company = self.company_id
        days = company._get_collect_bank_days()
        return days.add(company._get_collect_today(), company.collect_dispute_grace_days)

    def _close(self, vals, event):
        """Let open disputes end; their tasks are done with them.

        :param dict vals: the state and what goes with it
        :param str event: see :meth:`_get_event_title`
        """
        closed = self._get_stage("closed")
        for company, disputes in self.grouped("company_id").items():
            today = company._get_collect_today()
            dates = {"date_closed": today, "waiting_since": False}
            for dispute in disputes:
                resolved = dispute.date_resolved or today
                values = {**vals, **dates, "date_resolved": resolved, "stage_id": closed.id}
                dispute._end(values, event)
        self._get_tasks().unlink()

    def _close_by_ledger(self):
        """Close disputes of which nothing is left to talk about, as the ledger says it came."""
        for dispute in self:
            outcome = dispute.outcome or dispute._get_outcome_of_ledger()
            dispute._close(
                {"state": "closed", "outcome": outcome, "closed_by_ledger": True}, "settled"
            )

    def _get_outcome_of_ledger(self):
        """How a dispute ended that nobody decided."""
        currency = self.currency_id
        if currency.is_zero(self.amount_paid):
            return "accepted"
        return "paid" if currency.is_zero(self.amount_credited) else "accepted_part"

    def _reopen(self, event):
        """Open closed disputes again.

        :param str event: objected (the customer), unsettled (the ledger)
        """
        disputes = self.sudo()  # sudo: the state is changed by buttons only, see _check_change
        for dispute in disputes:
            by_people = not dispute.closed_by_ledger or event == "objected"
            vals = {
                "state": "open",
                "stage_id": self._get_stage("open").id,
                "date_closed": False,
                "date_chase": False,
                "closed_by_ledger": False,
                "escalation_level": 0,
                "reopened_count": dispute.reopened_count + by_people,
            }
            if by_people or not dispute.resolved_by_id:
                vals |= {"outcome": False, "resolved_by_id": False, "date_resolved": False}
                dispute.item_ids.amount_accepted = 0
            elif dispute.outcome in ACCEPTED:
                vals["stage_id"] = self._get_stage("decided").id
            dispute.write(vals)
            today = dispute.company_id._get_collect_today()
            if by_people and dispute.date_deadline < today:
                days = dispute.company_id._get_collect_bank_days()
                dispute.date_deadline = days.add(today, dispute.reason_id.target_days)
        self._note_on_account(event)
        disputes._plan_tasks()

    def _get_event_title(self, event):
        """Override of `ar_collect` for how disputes end."""
        said = {
            "dispute": f"{self.name or ''} {self.reason_id.name}".strip(),
            "amount": self._format_amount(),
            "outcome": self._get_outcome_name(),
        }
        match event:
            case "decided":
                return self.env._("Dispute decided: %(dispute)s, %(amount)s: %(outcome)s", **said)
            case "closed":
                return self.env._("Dispute closed: %(dispute)s, %(amount)s: %(outcome)s", **said)
            case "settled":
                return self.env._(
                    "Dispute closed, nothing is left of it: %(dispute)s, %(amount)s: %(outcome)s",
                    **said,
                )
            case "cancelled":
                return self.env._("Dispute cancelled: %(dispute)s, %(amount)s", **said)
            case "objected":
                return self.env._(
                    "Dispute opened again, the customer objects: %(dispute)s, %(amount)s", **said
                )
            case "unsettled":
                return self.env._(
                    "Dispute open again, what settled it was taken back: %(dispute)s, %(amount)s",
                    **said,
                )
        return super()._get_event_title(event)
