# Part of ar_collect. License LGPL-3.
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import format_duration

CHANNELS = [
    ("call", "Call"),
    ("email", "Email"),
    ("sms", "SMS"),
    ("letter", "Letter"),
    ("visit", "Visit"),
    ("portal", "Portal Message"),
]
DIRECTIONS = [("out", "Outgoing"), ("in", "Incoming")]
#: How far in the future a contact may begin: clocks differ, and a wrong time zone is a day at most.
CLOCKS_DIFFER = timedelta(days=1)
#: Set by the system alone: they say which of the chatter's notes and plans belong to the contact.
SYSTEM_FIELDS = {"message_id", "follow_up_id", "former_plan"}


class ArCollectActivity(models.Model):
    """A contact with a customer that happened, or the attempt at one.

    What is planned is a `mail.activity`, never this. Whether it was a contact, and with the right
    party, is kept as the outcome said when it was logged: outcomes may be redefined later.
    """

    _name = "ar.collect.activity"
    _description = "Collection Activity"
    _order = "date DESC, id DESC"
    _rec_name = "outcome_id"
    _check_company_auto = True

    account_id = fields.Many2one(
        comodel_name="ar.collect.account",
        string="Collection Account",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    customer_id = fields.Many2one(
        related="account_id.partner_id", string="Customer", store=True, index=True
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact Person",
        index="btree_not_null",
        domain="[('commercial_partner_id', '=', customer_id)]",
        ondelete="set null",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Collector",
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        help="Who was in contact; empty for what came in and nobody has answered.",
    )
    channel = fields.Selection(CHANNELS, required=True, default="call")
    direction = fields.Selection(DIRECTIONS, required=True, default="out")
    outcome_id = fields.Many2one(
        comodel_name="ar.collect.outcome", required=True, index=True, ondelete="restrict"
    )
    is_contact = fields.Boolean(
        string="Contact", compute="_compute_from_outcome", store=True, precompute=True
    )
    is_right_party = fields.Boolean(
        string="Right Party", compute="_compute_from_outcome", store=True, precompute=True
    )
    date = fields.Datetime(
        string="Start", required=True, default=fields.Datetime.now, help="When it began."
    )
    duration = fields.Float(string="Duration (hours)", help="Hours; 0 when it was not timed.")
    note = fields.Text(help="Plain text: marks and scripts are shown as they were typed.")
    line_ids = fields.Many2many(
        comodel_name="account.move.line",
        relation="ar_collect_activity_line_rel",
        string="Talked About",
        check_company=True,
        help="The journal items the talk was about; empty: all of the customer's.",
    )
    message_id = fields.Many2one(
        comodel_name="mail.message",
        string="In the Chatter",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    # the last contacts of a customer, newest first, and what is counted of them
    _account_date_idx = models.Index("(account_id, date DESC, id DESC)")
    _duration_not_negative = models.Constraint(
        "CHECK (duration >= 0)", "A contact cannot last less than no time."
    )

    # === COMPUTE METHODS === #

    @api.depends("outcome_id")  # not its flags: they may be changed without changing the past
    def _compute_from_outcome(self):
        for activity in self:
            activity.is_contact = activity.outcome_id.is_contact
            activity.is_right_party = activity.outcome_id.is_right_party

    # === CONSTRAINT METHODS === #

    @api.constrains("partner_id")  # not the account: a merge moves it before the contact
    def _check_partner(self):
        for activity in self.filtered("partner_id"):
            if activity.partner_id.commercial_partner_id != activity.customer_id:
                raise ValidationError(
                    activity.env._(
                        "%(contact)s is not a contact of %(customer)s.",
                        contact=activity.partner_id.display_name,
                        customer=activity.customer_id.display_name,
                    )
                )

    @api.constrains("date")
    def _check_date(self):
        latest = fields.Datetime.now() + CLOCKS_DIFFER
        for activity in self:
            if activity.date > latest:
                raise ValidationError(
                    activity.env._(
                        "A contact is logged when it has happened; what is to come is planned as"
                        " an activity."
                    )
                )

    @api.constrains("line_ids")
    def _check_lines(self):
        for activity in self:
            foreign = activity.line_ids.filtered(
                lambda line, activity=activity: (
                    line.partner_id.commercial_partner_id != activity.customer_id
                )
            )
            if foreign:
                raise ValidationError(
                    activity.env._(
                        "%(item)s is not an item of %(customer)s.",
                        item=foreign[0].display_name,
                        customer=activity.customer_id.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to show each contact in the chatter and count it on the account."""
        self._check_system_fields(set().union(*vals_list))
        activities = super().create(vals_list)
        activities._check_collector()
        activities._log_in_chatter()
        activities.account_id._count_contacts()
        return activities

    def write(self, vals):
        """Override of `base` to keep chatter and counts in step."""
        self._check_system_fields(vals)
        accounts = self.account_id
        result = super().write(vals)
        if "user_id" in vals:
            self._check_collector()
        if not vals.keys() <= {"message_id"}:
            self._update_chatter()
            (accounts | self.account_id)._count_contacts()
        return result

    def unlink(self):
        """Override of `base`: a contact that was logged by mistake leaves the chatter too."""
        accounts = self.account_id
        noted = self._get_notes()
        result = super().unlink()
        noted.unlink()
        accounts._count_contacts()
        return result

    # === ACTION METHODS === #

    def action_undo(self):
        """Take back what was logged by mistake."""
        self.unlink()

    # === BUSINESS METHODS === #

    def _check_system_fields(self, names):
        """Refuse what would let somebody change notes and plans that are no business of theirs.

        :param names: of fields
        :raise AccessError: for one of :data:`SYSTEM_FIELDS`
        """
        if not self.env.su and not SYSTEM_FIELDS.isdisjoint(names):
            raise AccessError(
                self.env._("Which note and which plan belong to a contact is not set by hand.")
            )

    def _check_collector(self):
        """Refuse work in the name of a colleague: what everybody did is counted.

        :raise AccessError: unless it is a manager who says so
        """
        if self.env.su or self.env.user.has_group("ar_collect.group_manager"):
            return
        if self.user_id - self.env.user:
            raise AccessError(
                self.env._("Log what you have done yourself; a manager may correct it.")
            )

    def _log_in_chatter(self):
        """Write each contact into its account's chatter; not those that come from a message."""
        silent = self.filtered(lambda activity: not activity.message_id)
        for accounts, activities in silent._split_by_account():
            bodies = {
                activity.account_id.id: activity._get_chatter_body() for activity in activities
            }
            messages = accounts._message_log_batch(bodies)
            for activity, message in zip(activities, messages, strict=True):
                activity.sudo().message_id = message  # sudo: see SYSTEM_FIELDS

    def _split_by_account(self):
        """Batches with at most one contact an account, oldest first: the chatter takes one each.

        :return list: pairs of accounts and their contacts, in the same order
        """
        batches = []
        count = {}
        for activity in self.sorted(lambda activity: (activity.date, activity.id)):
            turn = count.get(activity.account_id, 0)
            count[activity.account_id] = turn + 1
            if turn == len(batches):
                batches.append(self.browse())
            batches[turn] += activity
        return [(batch.account_id, batch) for batch in batches]

    def _get_notes(self):
        """The chatter's notes that were written for these contacts.

        :rtype: recordset of `mail.message`
        """
        # sudo: a note of the log belongs to it, whoever wrote it
        messages = self.sudo().message_id  # sudo: see above
        return messages.filtered(lambda message: message.message_type == "notification")

    def _update_chatter(self):
        for activity in self:
            if note := activity._get_notes():
                note.body = activity._get_chatter_body()

    def _get_chatter_body(self):
        """What the chatter says of this contact; everything typed is escaped.

        :rtype: Markup
        """
        self.ensure_one()
        lines = [Markup("<b>%s</b>") % self._get_title()]
        if self.note:
            lines.append(Markup('<span style="white-space: pre-line">%s</span>') % self.note)
        if self.line_ids:
            names = ", ".join(sorted(self.line_ids.mapped("move_name")))
            lines.append(Markup('<span class="text-muted">%s</span>') % names)
        return Markup("<br/>").join(lines)

    def _get_title(self):
        """One line: channel, outcome, person, duration.

        :rtype: str
        """
        channel = dict(self._fields["channel"]._description_selection(self.env))[self.channel]
        if self.direction == "in":
            channel = self.env._("%s from the customer", channel)
        parts = [channel, self.outcome_id.name, self.partner_id.name]
        if self.duration:
            parts.append(self.env._("%s h", format_duration(self.duration)))
        return " · ".join(part for part in parts if part)
