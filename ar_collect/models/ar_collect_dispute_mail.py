# Part of ar_collect. License LGPL-3.
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

STATES = [("to_do", "To File"), ("filed", "Filed"), ("dismissed", "Dismissed")]
REASONS = [
    ("unknown_sender", "The sender's address is not known of any customer"),
    ("several_customers", "Several customers have the sender's address"),
    ("no_invoice", "No open invoice of the customer is named"),
    ("foreign_dispute", "A dispute of another customer is named"),
    ("several_disputes", "It may be about several disputes"),
    ("currencies", "The invoices named are in several currencies"),
    ("automatic", "It is an automatic mail"),
    ("refused", "The dispute could not be made"),
]
#: Mails of a sender to file in so much time; further ones go along with the last.
FLOOD_COUNT, FLOOD_HOURS = 20, 2


class ArCollectDisputeMail(models.Model):
    """A mail to the address for disputes that nobody but a person can file; it is its thread."""

    _name = "ar.collect.dispute.mail"
    _description = "Dispute Mail to File"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id DESC"
    _mail_post_access = "read"
    _check_company_auto = True

    #: as they came; the rest is said by who files it
    _kept_fields = {
        "company_id",
        "email_from",
        "email_normalized",
        "name",
        "text",
        "reason",
        "detail",
        "customer_ids",
        "state",
    }

    name = fields.Char(string="Subject", readonly=True)
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    email_from = fields.Char(string="Sender", readonly=True)
    email_normalized = fields.Char(string="Sender's Address", readonly=True, index=True)
    text = fields.Text(readonly=True, help="What the sender wrote, without what is quoted.")
    reason = fields.Selection(REASONS, string="Why It Is Here", required=True, readonly=True)
    detail = fields.Text(readonly=True, help="The message with which a dispute was refused.")
    customer_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Possible Customers",
        readonly=True,
        help="Who have the sender's address, or whose invoice the mail names.",
    )
    account_id = fields.Many2one(
        comodel_name="ar.collect.account",
        string="Customer",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    dispute_id = fields.Many2one(
        comodel_name="ar.collect.dispute",
        index="btree_not_null",
        ondelete="set null",
        domain="[('company_id', '=', company_id), ('state', '!=', 'cancelled')]",
        check_company=True,
        help="The one that the mail belongs to.",
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, default="to_do", index=True, tracking=True
    )

    _flood_idx = models.Index("(email_normalized, create_date) WHERE state = 'to_do'")

    # === COMPUTE METHODS === #

    @api.depends("name", "email_from")
    def _compute_display_name(self):
        for mail in self:
            mail.display_name = mail.name or mail.email_from or mail.env._("Mail without Subject")

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `base`: a mail stays as it came, and buttons file it."""
        if not self.env.su and not self._kept_fields.isdisjoint(vals):
            raise AccessError(self.env._("A mail stays as it came; use the buttons to file it."))
        return super().write(vals)

    # === ACTION METHODS === #

    def action_make_dispute(self):
        """Open the form of a new dispute with what is known from the mail.

        :return: window action
        :raise UserError: without a customer
        """
        self._check_to_do()
        if not self.account_id:
            raise UserError(self.env._("Choose the customer first."))
        disputes = self.env["ar.collect.dispute"]
        lines = disputes._find_named_lines(self.account_id, f"{self.name}\n{self.text}")
        action = self.account_id.action_dispute(lines.ids)
        action["context"] |= {
            "default_intake_id": self.id,
            "default_origin": "email",
            "default_description": self.text or self.name,
            "default_partner_id": self._get_sender(self.account_id.partner_id).id,
        }
        return action

    def action_add_to_dispute(self):
        """Let the mail go over to the dispute chosen."""
        if not self.dispute_id:
            raise UserError(self.env._("Choose the dispute first."))
        self._file(self.dispute_id)
        if self.dispute_id.state == "open":
            self.dispute_id._answered()

    def action_dismiss(self):
        """Leave the mail unfiled for good; it is kept."""
        for mail in self:
            mail._check_to_do()
        self._end({"state": "dismissed"})

    def action_restore(self):
        """File a dismissed mail after all."""
        self.check_access("write")
        dismissed = self.filtered(lambda mail: mail.state == "dismissed")
        dismissed.sudo().state = "to_do"  # sudo: by this button only

    # === BUSINESS METHODS === #

    @api.model
    def _keep(self, letter, doubt, detail=None):
        """Keep a mail for somebody to file, and tell who looks after disputes.

        :param Letter letter:
        :param NotFiledError doubt: why it is not filed
        :param str|None detail: a message to show
        :return: the record to post the mail on
        """
        is_automatic = letter.is_automatic
        flood = self._find_flood(letter)
        if flood and not is_automatic:
            return flood
        mail = self.create(
            {
                "name": letter.subject,
                "company_id": self.env.company.id,
                "email_from": letter.sender,
                "email_normalized": letter.address,
                "text": letter.words,
                "reason": "automatic" if is_automatic else doubt.reason,
                "detail": detail,
                "account_id": doubt.account and doubt.account.id,
                "customer_ids": [Command.set(doubt.customers.ids if doubt.customers else [])],
                "state": "dismissed" if is_automatic else "to_do",
            }
        )
        mail._plan_task()
        return mail

    @api.model
    def _find_flood(self, letter):
        """The last mail of a sender who writes without end."""
        since = self.env.cr.now() - timedelta(hours=FLOOD_HOURS)
        recent = self.search(
            [
                ("email_normalized", "=", letter.address),
                ("company_id", "=", self.env.company.id),
                ("create_date", ">=", since),
                ("state", "=", "to_do"),
            ],
            limit=FLOOD_COUNT,
        )
        return recent[:1] if len(recent) == FLOOD_COUNT else self.browse()

    def _plan_task(self):
        """Give who looks after the customer, else after disputes, the task of filing it."""
        for mail in self.filtered(lambda mail: mail.state == "to_do"):
            account = mail.account_id
            user = account.acting_user_id or account.user_id
            user = user or mail.company_id.collect_dispute_manager_id
            if user.active:
                mail.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=mail.company_id._get_collect_today(),
                    summary=mail.env._("File the complaint"),
                    user_id=user.id,
                )

    def _get_sender(self, customer):
        """The contact of a customer with the sender's address, if it is one.

        :rtype: recordset of `res.partner`
        """
        domain = Domain("email_normalized", "=", self.email_normalized or "")
        domain &= Domain("commercial_partner_id", "=", customer.id)
        contacts = self.env["res.partner"].search(domain, limit=2)
        return contacts if len(contacts) == 1 else contacts.browse()

    def _check_to_do(self):
        """Refuse what somebody has filed or dismissed already.

        :raise UserError: naming the mail
        """
        self.ensure_one()
        self.check_access("write")
        if self.state != "to_do":
            raise UserError(self.env._("“%s” is filed or dismissed already.", self.display_name))

    def _file(self, dispute):
        """Let messages and files go over to a dispute.

        :param recordset dispute: `ar.collect.dispute`
        """
        self._check_to_do()
        dispute.check_access("write")
        here, there = self.sudo(), dispute.sudo()  # sudo: files and messages of others go along
        contact = here._get_sender(there.customer_id)
        letters = here.message_ids.filtered(lambda message: message.message_type == "email")
        letters.filtered(lambda letter: not letter.author_id).author_id = contact
        there._take_over(here)
        here._end({"state": "filed", "dispute_id": dispute.id, "account_id": there.account_id.id})
        self._message_log(body=self.env._("Filed in %s", dispute._get_html_link()))

    def _end(self, vals):
        """Nothing is left to do with these mails."""
        here = self.sudo()  # sudo: the state is changed by buttons, and tasks of others end
        here.write(vals)
        here.activity_ids.unlink()
