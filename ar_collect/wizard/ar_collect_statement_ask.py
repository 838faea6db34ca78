# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.pdf import merge_pdf

#: Statements printed in one go: each takes a fraction of a second, and somebody waits.
MOST_STATEMENTS = 200
#: How many are made in one request, so that there is progress to show.
PART = 5


class ArCollectStatementAsk(models.TransientModel):
    """Asks what a statement should hold, and how it goes out."""

    _name = "ar.collect.statement.ask"
    _description = "Statement of Account"

    account_ids = fields.Many2many(
        comodel_name="ar.collect.account", string="Customers", required=True
    )
    account_id = fields.Many2one(
        comodel_name="ar.collect.account", string="Customer", compute="_compute_account_id"
    )
    customer_id = fields.Many2one(related="account_id.partner_id", string="Customer Contact")
    account_count = fields.Integer(string="Number of Customers", compute="_compute_account_id")
    can_send = fields.Boolean(string="May Send", compute="_compute_account_id")
    kind = fields.Selection(
        selection=[("open", "What is open today"), ("activity", "Activity between two dates")],
        string="Content",
        required=True,
        default="open",
    )
    date_from = fields.Date(
        string="From",
        default=lambda self: fields.Date.start_of(fields.Date.context_today(self), "year"),
    )
    date_to = fields.Date(string="To", default=fields.Date.context_today)
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        help="Empty: the customer's own.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="For",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        domain="[('id', 'child_of', customer_id)]",
        help="Whom it is meant for, and sent to.",
    )
    with_link = fields.Boolean(
        string="With a Link",
        default=True,
        help="To a page on which the customer sees the account as it is then, without a login.",
    )

    # === COMPUTE METHODS === #

    @api.depends("account_ids")
    def _compute_account_id(self):
        for ask in self:
            single = ask.account_ids if len(ask.account_ids) == 1 else ask.account_ids.browse()
            ask.account_id = single
            ask.account_count = len(ask.account_ids)
            ask.can_send = bool(single) and single.has_access("write")

    @api.depends("account_ids")
    def _compute_partner_id(self):
        for ask in self.filtered(lambda ask: not ask.partner_id):
            account = ask.account_id
            ask.partner_id = account._get_mail_recipients()[:1] if account else False

    # === ACTION METHODS === #

    def action_pdf(self):
        """Download the statement, or those of several customers in one file.

        :return: url action, or the client action that shows how far it is
        :rtype: dict
        """
        self._check()
        if self.account_count > 1:
            return {
                "type": "ir.actions.client",
                "tag": "ar_collect.print_statements",
                "target": "new",
                "name": self.env._("Statements"),
                "params": {"ask_id": self.id, "account_ids": self.account_ids.ids, "part": PART},
            }
        content = self.account_id._render_statement_pdf(
            url=self._get_link(), **self._get_parameters()
        )
        return self._download(self._get_file_name("pdf"), content, "application/pdf")

    def action_xlsx(self):
        """Download the statement of one customer as a spreadsheet.

        :return: url action
        :rtype: dict
        """
        self._check()
        if not self.account_id:
            raise UserError(self.env._("A spreadsheet holds the statement of one customer."))
        content = self.account_id._render_statement_xlsx(**self._get_parameters())
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return self._download(self._get_file_name("xlsx"), content, kind)

    def action_send(self):
        """Open a mail to the customer with the statement attached.

        :return: action of the composer
        :rtype: dict
        :raise UserError: for several customers, or without an address
        """
        self._check()
        if not self.account_id:
            raise UserError(self.env._("Choose one customer to send a statement by e-mail."))
        account = self.account_id
        account.check_access("write")
        recipient = account._get_addressee(self.partner_id.id)[:1]
        url = self._get_link(recipient)
        content = account._render_statement_pdf(
            url=url, **{**self._get_parameters(), "contact": recipient}
        )
        attachment = self.env["ir.attachment"].create(
            {
                "name": self._get_file_name("pdf"),
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": "mail.compose.message",
                "res_id": 0,
            }
        )
        return self._get_composer(recipient, url, attachment)

    # === BUSINESS METHODS === #

    def print_part(self, account_ids):
        """Print the statements of some of the customers; they wait here for the others.

        :param list account_ids: ids of `ar.collect.account`
        :return: how many were printed
        :rtype: int
        """
        self._check()
        accounts = self.account_ids.filtered(lambda account: account.id in account_ids)
        parameters = self._get_parameters()
        data = accounts._get_statement_data(parameters["date_from"], parameters["date_to"])
        self.env["ir.attachment"].create(
            [
                {
                    "name": str(account.id),
                    "raw": account._render_statement_pdf(self.lang, data=data),
                    "mimetype": "application/pdf",
                    "res_model": self._name,
                    "res_id": self.id,
                }
                for account in accounts
            ]
        )
        return len(accounts)

    def print_all(self):
        """One file of all statements printed so far, in the order of the list.

        :return: url action
        :rtype: dict
        """
        self._check()
        files = self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)]
        )
        printed = {file.name: file for file in files}
        ordered = [printed[str(id_)] for id_ in self.account_ids.ids if str(id_) in printed]
        if not ordered:
            raise UserError(self.env._("Nothing was printed."))
        content = merge_pdf([file.raw for file in ordered])
        files.unlink()
        day = format_date(self.env, fields.Date.context_today(self), date_format="yyyy-MM-dd")
        return self._download(f"{self.env._('Statements')} {day}.pdf", content, "application/pdf")

    def _check(self):
        """Refuse what cannot be printed.

        :raise UserError: too many customers at once, or dates that leave nothing between them
        :raise AccessError: somebody else's request, or a customer the user does not see
        """
        self.ensure_one()
        if not self.account_ids:  # or only such as the user does not see
            raise UserError(self.env._("Choose a customer."))
        self.account_ids.check_access("read")
        if self.account_count > MOST_STATEMENTS:
            raise UserError(
                self.env._(
                    "%(number)s statements at once are too many: choose up to %(limit)s customers.",
                    number=self.account_count,
                    limit=MOST_STATEMENTS,
                )
            )
        if self.kind == "activity":
            if not self.date_to:
                raise UserError(self.env._("Until when? Choose the last day of the activity."))
            if self.date_from and self.date_from > self.date_to:
                raise UserError(self.env._("The last day lies before the first one."))

    def _get_dates(self):
        """The dates of the activity; none for what is open today.

        :rtype: dict
        """
        if self.kind == "open":
            return {"date_from": None, "date_to": None}
        return {"date_from": self.date_from or None, "date_to": self.date_to}

    def _get_parameters(self):
        """What a statement of this is rendered with."""
        contact = self.account_id._get_family(self.partner_id) if self.account_id else None
        return {"lang": self.lang or None, "contact": contact or None, **self._get_dates()}

    def _get_link(self, contact=None):
        """The address of the customer's page, made anew; None when it is not wanted."""
        contact = contact or self.account_id._get_family(self.partner_id)
        if not (self.with_link and contact and self.account_id.has_access("write")):
            return None
        return self.account_id._get_signed_url(contact)

    def _get_file_name(self, ext):
        reader = self.account_id._get_statement_reader(self.partner_id, self.lang)
        return reader._get_statement_file_name(ext, **self._get_dates())

    def _get_composer(self, recipient, url, attachment):
        here = self.account_id._get_statement_reader(recipient, self.lang)
        title = here._get_statement_title(
            {"kind": self.kind, "date": here._get_statement_days()[here.id], **self._get_dates()}
        )
        values = {"account": here, "recipient": recipient, "url": url, "title": title}
        account = self.account_id
        sender = self.env.user.sudo()  # sudo: name and phone of whoever sends
        return account._get_mail_action(
            recipient,
            self.env._("Send the Statement"),
            default_subject=here.env._(
                "%(company)s: statement of account, %(title)s",
                company=here.company_id.name,
                title=title,
            ),
            default_body=here.env["ir.qweb"]._render(
                "ar_collect.mail_statement", {**values, "sender": sender}
            ),
            default_attachment_ids=attachment.ids,
        )

    def _download(self, name, content, mimetype):
        """Let the browser fetch a file; it goes with this request."""
        attachment = self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                "mimetype": mimetype,
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            # a file leaves the page as it is, and no popup is blocked
            "target": "self",
        }
