# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_datetime

STATES = [
    ("recording", "Being recorded or uploaded"),
    ("uploaded", "Waiting for transcription"),
    ("transcribing", "Being transcribed"),
    ("done", "Transcribed"),
    ("silent", "No speech found"),
    ("failed", "Failed"),
]
#: What may be said of a recording when it begins; the rest is what happens to it.
STARTING_FIELDS = {
    "account_id",
    "activity_id",
    "consent",
    "consent_partner_id",
    "consent_name",
    "filename",
    "language",
}
#: What may be changed later.
CHANGEABLE_FIELDS = {"activity_id", "language"}


class ArCollectRecording(models.Model):
    """The sound of a conversation with a customer, and what was said as text.

    There is none without the consent of the other side. The sound is for who works on the
    customer, and is deleted after the company's retention; the text stays with the customer's
    history. Uploading, transcription and deletion stand in files of their own.
    """

    _name = "ar.collect.recording"
    _description = "Call Recording"
    _order = "started DESC, id DESC"
    _check_company_auto = True

    account_id = fields.Many2one(
        comodel_name="ar.collect.account",
        string="Collection Account",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    customer_id = fields.Many2one(
        related="account_id.partner_id", string="Customer", store=True, index=True
    )
    activity_id = fields.Many2one(
        comodel_name="ar.collect.activity",
        string="Contact",
        index="btree_not_null",
        domain="[('account_id', '=', account_id)]",
        ondelete="set null",
        help="Empty as long as the call is not logged.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Recorded By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    started = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    duration = fields.Float(string="Seconds", readonly=True, help="0 as long as it is unknown.")
    mimetype = fields.Char(readonly=True)
    filename = fields.Char(readonly=True)
    audio = fields.Binary(
        attachment=True,
        readonly=True,
        copy=False,
        # a transcript is part of what inquiry reads, a voice is not
        groups="ar_collect.group_collector",
    )
    audio_size = fields.Integer(string="Bytes of Audio", readonly=True)
    audio_removed = fields.Datetime(string="Audio Deleted On", readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="recording", index=True)
    error = fields.Text(readonly=True, help="Why it failed, or why the last try did.")
    engine = fields.Char(readonly=True, help="What the text was made with.")
    language = fields.Char(
        size=2, help="Two letters; by default the first ones of the customer's language."
    )
    transcript = fields.Text(readonly=True, index="trigram")
    segments = fields.Json(
        readonly=True, help="The sentences with their times in seconds: {start, end, text}."
    )
    consent = fields.Boolean(
        string="Consent Given", readonly=True, help="The other side agreed to be recorded."
    )
    consent_partner_id = fields.Many2one(
        comodel_name="res.partner", string="Consenting Contact", readonly=True, ondelete="set null"
    )
    consent_name = fields.Char(string="Who Agreed", required=True, readonly=True)
    consent_user_id = fields.Many2one(
        comodel_name="res.users", string="Asked By", required=True, readonly=True
    )
    consent_date = fields.Datetime(string="Agreed On", required=True, readonly=True)
    consent_text = fields.Text(
        string="Announcement", readonly=True, help="What was read out for consent."
    )
    chunk_ids = fields.One2many(
        comodel_name="ar.collect.recording.chunk", inverse_name="recording_id"
    )

    _consent_given = models.Constraint("CHECK (consent)", "No consent, no recording.")
    # the recordings of a customer, newest first
    _account_started_idx = models.Index("(account_id, started DESC, id DESC)")

    # === COMPUTE METHODS === #

    @api.depends("customer_id", "started")
    def _compute_display_name(self):
        for recording in self:
            time = recording.started and format_datetime(recording.env, recording.started)
            names = (recording.customer_id.display_name, time)
            recording.display_name = ", ".join(name for name in names if name)

    # === CONSTRAINT METHODS === #

    @api.constrains("activity_id")  # not the account: a merge moves it before the activity
    def _check_activity(self):
        for recording in self.filtered("activity_id"):
            if recording.activity_id.account_id != recording.account_id:
                raise ValidationError(
                    recording.env._("This contact was with another customer than was recorded.")
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: consent comes first, and is on record with the notice given."""
        if not self.env.su:
            self._check_names(set().union(*vals_list), STARTING_FIELDS)
        return super().create([self._with_consent(vals) for vals in vals_list])

    def write(self, vals):
        """Override of `base`: what happened cannot be changed, only what it belongs to."""
        if not self.env.su:
            self._check_names(vals.keys(), CHANGEABLE_FIELDS)
        return super().write(vals)

    def _check_names(self, names, allowed):
        """Refuse to set by hand what comes from the recording itself.

        :raise AccessError: naming the fields
        """
        if refused := names - allowed:
            labels = self.fields_get(refused, ["string"])
            names = sorted(labels.get(name, {}).get("string", name) for name in refused)
            raise AccessError(self.env._("“%s” cannot be set by hand.", ", ".join(names)))

    def _with_consent(self, vals):
        """Values of a new recording, with who agreed to what.

        :param dict vals: with `account_id`, `consent`, and `consent_partner_id` or `consent_name`
        :raise UserError: when recording is not allowed, or nobody agreed
        """
        account = self.env["ar.collect.account"].browse(vals.get("account_id")).exists()
        if not account:
            raise UserError(self.env._("There is no customer to record a conversation with."))
        account.check_access("write")
        company = account.company_id
        company._check_recording_allowed()
        contact = self._get_consenting(account, vals)
        name = contact.name or contact.display_name or (vals.get("consent_name") or "").strip()
        if not vals.get("consent") or not name:
            raise UserError(
                self.env._("No consent, no recording: say who of the other side agreed to it.")
            )
        return {
            **vals,
            "language": vals.get("language") or account._get_spoken_language(),
            "consent_partner_id": contact.id,
            "consent_name": name,
            "consent_user_id": self.env.uid,
            "consent_date": fields.Datetime.now(),
            "consent_text": company._get_consent_text(),
        }

    def _get_consenting(self, account, vals):
        """The contact who agreed, if it is one of the customer's.

        :raise UserError: when it is somebody else's
        """
        contact = self.env["res.partner"].browse(vals.get("consent_partner_id") or [])
        customer = account.partner_id
        if contact and contact.commercial_partner_id != customer:
            raise UserError(
                self.env._(
                    "%(contact)s is not a contact of %(customer)s.",
                    contact=contact.display_name,
                    customer=customer.display_name,
                )
            )
        return contact
