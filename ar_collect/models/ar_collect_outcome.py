# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import UserError

#: What a follow-up form is opened for, once the contact is logged.
EFFECTS = [
    ("promise", "Record a promise"),
    ("dispute", "Record a dispute"),
    ("wrong_number", "Report the number as wrong"),
    ("documents", "Send copies"),
    ("call_back", "Call at the time they asked for"),
]
#: What the log writes by itself.
SYSTEM_IDS = {
    f"ar_collect.outcome_{name}" for name in ("sent", "received", "received_unknown", "automatic")
}
#: Days until the next attempt at most; whoever is not to be contacted for years needs no outcome.
MAX_DELAY = 730


class ArCollectOutcome(models.Model):
    """What a contact with a customer can end in, and what then follows."""

    _name = "ar.collect.outcome"
    _description = "Contact Outcome"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(help="Technical name; empty for an outcome of your own.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    manual = fields.Boolean(
        string="Chosen by Hand",
        default=True,
        help="Offered when a contact is logged; unticked for what is logged by itself.",
    )
    is_contact = fields.Boolean(
        string="Contact", help="Somebody was reached, whoever it was; otherwise it was an attempt."
    )
    is_right_party = fields.Boolean(
        string="Right Party", help="Somebody was reached who can decide about the payment."
    )
    delay_days = fields.Integer(
        string="Next Attempt After (days)", help="0: no next attempt is proposed."
    )
    activity_type_id = fields.Many2one(
        comodel_name="mail.activity.type",
        string="Next Step",
        ondelete="set null",
        domain="[('res_model', 'in', (False, 'ar.collect.account'))]",
        help="What is planned for the next attempt; a call when empty.",
    )
    effect = fields.Selection(
        EFFECTS, string="Then", help="What is done besides planning the next attempt."
    )

    _code_unique = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "There is an outcome with this technical name already."
    )
    _delay_not_negative = models.Constraint(
        "CHECK (delay_days >= 0)", "The next attempt cannot be before this one."
    )
    _delay_in_sight = models.Constraint(
        f"CHECK (delay_days <= {MAX_DELAY})", "The next attempt comes within two years."
    )
    _right_party_is_contact = models.Constraint(
        "CHECK (is_contact OR is_right_party IS NOT TRUE)",
        "Whoever reached the right party made contact: tick both.",
    )

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_logged_by_itself(self):
        """Refuse to delete what mails and messages are logged with."""
        used = self.filtered(lambda outcome: outcome.get_external_id()[outcome.id] in SYSTEM_IDS)
        if used:
            raise UserError(
                self.env._(
                    "“%s” is what mails and messages are logged with by themselves. Rename it, or"
                    " archive it.",
                    used[0].name,
                )
            )
