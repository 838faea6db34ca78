# Part of ar_collect. License LGPL-3.
"""Mails about promises: confirmed when given, reminded of the day before, thanked for when kept.

What a customer promises in one call goes out in one mail.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

#: Minutes after the last promise of a customer until it is confirmed: the call may go on, and a
#: slip of the hand be taken back.
QUIET_MINUTES = 10
#: Days after which nobody is thanked any more.
THANKS_DAYS = 7
#: Customers written to between two commits.
BATCH = 50
#: Context key: ids of the promises that one mail is about.
MAILED = "ar_collect_mailed_promises"


class ArCollectPromise(models.Model):
    _inherit = "ar.collect.promise"

    confirm = fields.Boolean(
        string="Confirm by E-Mail",
        compute="_compute_confirm",
        store=True,
        precompute=True,
        readonly=False,
        help="The contact gets a mail with what was promised and how to pay, some minutes later;"
        " one mail for all that is promised in the same call.",
    )
    confirmed_on = fields.Datetime(string="Confirmation Sent", readonly=True)
    reminded_on = fields.Datetime(string="Reminder Sent", readonly=True)
    thanked_on = fields.Datetime(string="Thanks Sent", readonly=True)

    # the few that are still to be confirmed
    _to_confirm_idx = models.Index(
        "(account_id) WHERE confirm AND confirmed_on IS NULL AND state = 'open'"
    )

    # === COMPUTE METHODS === #

    @api.depends("account_id")
    def _compute_confirm(self):
        for promise in self:
            promise.confirm = promise.account_id.company_id.collect_promise_confirm

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `ar_collect` to have the mails sent when the call is over."""
        promises = super().create(vals_list)
        if any(promises.mapped("confirm")):
            moment = fields.Datetime.now() + timedelta(minutes=QUIET_MINUTES)
            cron = self.env.ref("ar_collect.ir_cron_promise_mails")
            cron.sudo()._trigger(moment)  # sudo: a scheduled action
        return promises

    # === CRON METHODS === #

    @api.model
    def _cron_send_mails(self):
        """Send what is due about promises. Only called by ir.cron: it commits."""
        progress = self.env["ir.cron"]._commit_progress
        for kind in ("confirmation", "reminder", "thanks"):
            while sent := self._process_mails(kind):
                if not progress(sent):
                    return

    # === BUSINESS METHODS === #

    @api.model
    def _process_mails(self, kind, limit=BATCH):
        """Queue the mails of one kind for a batch of customers; never commits.

        Each promise is marked in the transaction that queues its mail, so that none goes out
        twice; another worker's customers are skipped.

        :param str kind: confirmation, reminder or thanks
        :return int: how many promises were worked off
        """
        domain = self._get_mail_domain(kind)
        promises = self.search(domain)._lock_for_mail(limit)
        promises._judge()  # nobody is reminded who has just paid
        promises.write({self._get_mail_mark(kind): fields.Datetime.now()})
        for group in promises.filtered_domain(domain_of_state(kind))._group_for_mail():
            group._send_mail(kind)
        return len(promises)

    @api.model
    def _get_mail_mark(self, kind):
        """The field that says when a mail of this kind was sent."""
        return {
            "confirmation": "confirmed_on",
            "reminder": "reminded_on",
            "thanks": "thanked_on",
        }[kind]

    @api.model
    def _get_mail_domain(self, kind):
        """The promises of which a mail of this kind is due.

        :rtype: Domain
        """
        unsent = Domain(self._get_mail_mark(kind), "=", False) & domain_of_state(kind)
        if kind == "confirmation":
            return unsent & Domain("confirm", "=", True) & self._get_quiet_domain()
        return unsent & Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain(self._get_day_domain(kind, company._get_collect_today()))
            for company in self.env["res.company"].search([(f"collect_promise_{kind}", "=", True)])
        )

    @api.model
    def _get_quiet_domain(self):
        """Promises of customers who have promised nothing in the last minutes."""
        since = fields.Datetime.now() - timedelta(minutes=QUIET_MINUTES)
        recent = self.search([("create_date", ">", since), ("confirm", "=", True)])
        return Domain("account_id", "not in", recent.account_id.ids)

    @api.model
    def _get_day_domain(self, kind, today):
        """On which day a mail is due: by the dates of the promise.

        :param date today: in the company
        """
        if kind == "reminder":
            return [
                ("date_promised", ">=", today),
                ("date_promised", "<=", today + timedelta(days=1)),
                ("promised_on", "<", today),
            ]
        return [("date_kept", ">=", today - timedelta(days=THANKS_DAYS))]

    def _lock_for_mail(self, limit):
        """Take the promises of some customers, unless another worker has them.

        :param int limit: customers
        """
        accounts = self.account_id[:limit]
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM ar_collect_promise WHERE id = ANY(%s) AND account_id = ANY(%s)"
                " FOR NO KEY UPDATE SKIP LOCKED",
                self.ids,
                accounts.ids,
            )
        )
        return self.browse(row[0] for row in rows).sorted("date_promised")

    def _group_for_mail(self):
        """The promises of each mail: of one customer in a company, by one contact.

        :return: list of recordsets
        """
        return list(self.grouped(lambda promise: (promise.account_id, promise.partner_id)).values())

    def _send_mail(self, kind):
        """Queue one mail about these promises of a customer, in the contact's language."""
        account = self.account_id
        contact = self.partner_id.filtered("collect_can_mail")
        recipients = contact or account._get_mail_recipients()
        if not recipients:
            body = self.env._("No mail about the promise: no contact has a working address.")
            account._message_log(body=body)
            return
        template = self.env.ref(f"ar_collect.mail_template_promise_{kind}")
        language = recipients[0].lang or account.partner_id.lang or self.env.lang
        last = self[-1].with_context(**{MAILED: self.ids})
        account.with_context(lang=language).message_post(
            subject=last._render_for_mail(template, "subject"),
            body=last._render_for_mail(template, "body_html"),
            partner_ids=recipients.ids,
            author_id=(self.user_id[:1] or self.env.user).partner_id.id,
            message_type="auto_comment",  # no work of the collector, unlike a comment
            subtype_xmlid="mail.mt_note",
            email_layout_xmlid="mail.mail_notification_light",
            email_add_signature=False,
            notify_skip_followers=True,
            force_send=False,
        )

    def _render_for_mail(self, template, name):
        template = template.with_context(**self.env.context)
        return template._render_field(name, self.ids, compute_lang=True)[self.id]

    def _get_mailed(self):
        """The promises that the mail is about which is being written.

        :rtype: recordset of `ar.collect.promise`
        """
        return self.browse(self.env.context.get(MAILED) or self.ids)

    def _render_promises(self):
        """What the mail says of each promise, and how to pay; for its template.

        :rtype: Markup
        """
        promises = self._get_mailed()
        return self.env["ir.qweb"]._render(
            "ar_collect.mail_promises",
            {
                "promises": promises,
                "banks": self.company_id._get_collect_mail_banks(),
                "reference": promises._get_item_names(),
            },
        )


def domain_of_state(kind):
    """In which state a promise is that a mail of this kind is about."""
    return Domain("state", "=", "kept" if kind == "thanks" else "open")
