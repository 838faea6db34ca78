# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

STATES = [("open", "Open"), ("done", "Done")]
#: What a follow-up is made of; when it changes, the follow-ups are planned again.
FOLLOW_UP_FIELDS = {"coach_id", "date_follow_up", "state", "user_id"}


class ArCollectCoachingNote(models.Model):
    """What a coach and a collector talked about, and agreed to do until they meet again.

    It is between the two of them and the managers of the company. Its follow-ups are planned for
    both by their own environment: nobody else is told of them, and nobody follows the talk.
    """

    _name = "ar.collect.coaching.note"
    _description = "Coaching Note"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date DESC, id DESC"
    _mail_post_access = "read"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Collector",
        required=True,
        index=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        ondelete="cascade",
        help="Reads the note, and writes in its chatter.",
    )
    coach_id = fields.Many2one(
        comodel_name="res.users",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        ondelete="restrict",
    )
    date = fields.Date(required=True, default=lambda self: self.env.company._get_collect_today())
    note = fields.Text(string="Talked About", required=True, help="Plain text.")
    agreed = fields.Text(string="Agreed Actions", help="Who does what, as plain text.")
    date_follow_up = fields.Date(
        string="Follow-Up", help="Planned as an activity for the collector and the coach."
    )
    state = fields.Selection(STATES, required=True, default="open", index=True)
    contact_ids = fields.Many2many(
        comodel_name="ar.collect.activity",
        relation="ar_collect_coaching_note_activity_rel",
        string="Calls Listened To",
        domain="[('user_id', '=', user_id), ('company_id', '=', company_id)]",
        help="Contacts of this collector that were looked at together.",
    )

    # === COMPUTE METHODS === #

    @api.depends("user_id", "date")
    def _compute_display_name(self):
        for note in self:
            parts = (note.user_id.name, note.date and str(note.date))
            note.display_name = ", ".join(part for part in parts if part)

    # === CONSTRAINT METHODS === #

    @api.constrains("company_id", "user_id", "coach_id")
    def _check_people(self):
        for note in self:
            for person in note.user_id | note.coach_id:
                if note.company_id not in person.company_ids:
                    raise ValidationError(
                        note.env._(
                            "%(who)s does not work for %(company)s.",
                            who=person.name,
                            company=note.company_id.name,
                        )
                    )

    @api.constrains("date", "date_follow_up")
    def _check_dates(self):
        for note in self:
            if note.date_follow_up and note.date_follow_up < note.date:
                raise ValidationError(note.env._("The follow-up lies before the talk."))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: both plan their follow-up."""
        notes = super().create(vals_list)
        notes._plan_follow_up()
        return notes

    def write(self, vals):
        """Override of `base`: the follow-up moves along."""
        result = super().write(vals)
        if not FOLLOW_UP_FIELDS.isdisjoint(vals):
            self._plan_follow_up()
        return result

    # === ACTION METHODS === #

    def action_done(self):
        """What was agreed is done: coach or collector says so."""
        self._set_state("done")

    def action_reopen(self):
        """It is not done after all."""
        self._set_state("open")

    # === BUSINESS METHODS === #

    def _set_state(self, state):
        """Let the two whose note it is, and managers, say how it stands."""
        self.check_access("read")
        is_manager = self.env.user.has_group("ar_collect.group_manager")
        for note in self:
            if not is_manager and self.env.user not in (note.user_id | note.coach_id):
                raise AccessError(note.env._("Only the collector and the coach can say so."))
        self.sudo().state = state  # sudo: a collector changes nothing else of the note

    def _plan_follow_up(self):
        """Plan the follow-up of both, in place of those planned before."""
        # sudo: the other one's activity is planned as well, whoever of the two changes the date
        for note in self.sudo():  # sudo: see above
            note.activity_unlink(["mail.mail_activity_data_todo"])
            if note.state == "done" or not note.date_follow_up:
                continue
            for person in note.user_id | note.coach_id:
                note.with_context(mail_activity_quick_update=True).activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=note.date_follow_up,
                    summary=note.env._("Coaching: what was agreed"),
                    user_id=person.id,
                )
