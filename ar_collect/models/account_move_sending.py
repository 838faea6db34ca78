# Part of ar_collect. License LGPL-3.
"""How often an invoice was sent, when last, and what came of it."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from .account_move_send import MAILED, STATE_SUFFIX, MailedInvoices
from .ar_collect_sending import SQL_COUNTED
from .ar_collect_sending_result import SQL_LAST_WORD, SQL_TALK_JOIN

#: Fields that are worked out of the sendings.
SENT_FIELDS = ("collect_sent_count", "collect_sent_date", "collect_sent_text")


class AccountMove(models.Model):
    _inherit = "account.move"

    collect_sent_count = fields.Integer(
        string="Times Sent",
        compute="_compute_collect_sent",
        search="_search_collect_sent_count",
        groups="base.group_user",
        help="How often the invoice itself went to the customer: mailed from the invoice, one by"
        " one or many at once, as a copy, with a notice that has the invoices attached, on paper,"
        " or through a network for e-invoices. Statements and notices that only list it do not"
        " count, nor does what was not sent, or was printed or downloaded by a colleague.",
    )
    collect_sent_date = fields.Datetime(
        string="Last Sent",
        compute="_compute_collect_sent",
        search="_search_collect_sent_date",
        groups="base.group_user",
    )
    collect_sent_text = fields.Char(
        string="Sent So Far",
        compute="_compute_collect_sent",
        groups="base.group_user",
        help="How often it was sent, and what came of it.",
    )

    # === COMPUTE METHODS === #

    @api.depends_context("lang", "tz")
    def _compute_collect_sent(self):
        told = self._get_collect_sendings()
        for move in self:
            facts = told.get(move._origin.id, {})
            move.collect_sent_count = facts.get("count", 0)
            move.collect_sent_date = facts.get("last_date", False)
            move.collect_sent_text = self._get_collect_sent_sentence(facts)

    def _search_collect_sent_count(self, operator, value):
        self._check_field_access(self._fields["collect_sent_count"], "read")
        if operator == "in":
            return Domain.OR(self._get_sent_count_domain("=", number) for number in value)
        if operator not in ("<", "<=", ">", ">="):
            return NotImplemented
        return self._get_sent_count_domain(operator, value)

    @api.model
    def _get_sent_count_domain(self, operator, number):
        """Domain of the documents that went out so often; most never did and have no row.

        :param str operator: =, <, <=, > or >=
        :param number: False stands for 0
        """
        number = number or 0
        holds_for_none = {
            "=": number == 0,
            "<": number > 0,
            "<=": number >= 0,
            ">": number < 0,
            ">=": number <= 0,
        }[operator]
        having = SQL("COUNT(*) %s %s", SQL(operator), number)
        ids = SQL(
            """
            (SELECT sending.move_id FROM ar_collect_sending sending
              WHERE %s GROUP BY sending.move_id HAVING %s)
            """,
            SQL_COUNTED,
            SQL("NOT (%s)", having) if holds_for_none else having,
        )
        return Domain("id", "not in" if holds_for_none else "in", ids)

    def _search_collect_sent_date(self, operator, value):
        self._check_field_access(self._fields["collect_sent_date"], "read")
        if operator == "in":
            never = any(not day for day in value)
            days = [day for day in value if day]
            domain = Domain.OR(self._get_sent_date_domain("=", day) for day in days)
            return domain | self._get_sent_count_domain("=", 0) if never else domain
        if operator not in ("<", "<=", ">", ">="):
            return NotImplemented
        return self._get_sent_date_domain(operator, value)

    @api.model
    def _get_sent_date_domain(self, operator, value):
        return Domain(
            "id",
            "in",
            SQL(
                """
                (SELECT sending.move_id FROM ar_collect_sending sending
                  WHERE %s GROUP BY sending.move_id HAVING MAX(sending.date) %s %s)
                """,
                SQL_COUNTED,
                SQL(operator),
                value,
            ),
        )

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `account`: what a network says of an invoice is told of its sendings."""
        result = super().write(vals)
        names = [name for name in vals if name.endswith(STATE_SUFFIX)]
        if names:
            sendings = self.env["ar.collect.sending"].sudo()  # sudo: written by the system
            sendings._follow_networks(self, {name.removesuffix(STATE_SUFFIX) for name in names})
        return result

    # === ACTION METHODS === #

    def action_collect_sendings(self):
        """Open what was sent of these documents, when, to whom, and what came of it.

        :rtype: dict
        """
        actions = self.env["ir.actions.act_window"].sudo()  # sudo: a definition, no data
        action = actions._for_xml_id("ar_collect.ar_collect_sending_action")
        return {
            **action,
            "domain": [("move_id", "in", self.ids)],
            "context": {},
            "views": [(False, "list"), (False, "form")],
        }

    # === BUSINESS METHODS === #

    def _message_post_after_hook(self, message, msg_values):
        """Override of `account` to note the messages by which invoices leave."""
        mailed = self.env.context.get(MAILED)
        if isinstance(mailed, MailedInvoices):
            mailed.append(message.id)
        return super()._message_post_after_hook(message, msg_values)

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        """Override of `mail`: the invoice may as well be attached to what is written on it."""
        recipients = super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
        is_noted = isinstance(self.env.context.get(MAILED), MailedInvoices)
        if self and not is_noted and self._is_attached(message):
            self.env["account.move.send"]._record_mails(message.ids)
        return recipients

    def _is_attached(self, message):
        """Whether a colleague has attached the invoice itself to a message on it.

        It is known by its content, or by its name where it is made anew.

        :param recordset message: `mail.message`
        :rtype: bool
        """
        message = message.sudo()  # sudo: of one's own message
        if message.message_type != "comment" or self.state != "posted":
            return False
        files = message.attachment_ids.filtered(lambda file: file.mimetype == "application/pdf")
        if not files or all(user.share for user in message.author_id.user_ids):
            return False
        move = self.sudo()  # sudo: whoever writes on an invoice need not know its settings
        invoice = move.invoice_pdf_report_id
        names = {invoice.name, move._get_invoice_report_filename()}
        return any(
            file.name in names or (invoice and file.checksum == invoice.checksum) for file in files
        )

    @api.model
    def _forget_collect_sendings(self):
        """Let go of what was worked out of the sendings before they changed."""
        self.invalidate_model(SENT_FIELDS, flush=False)

    def _get_collect_sendings(self):
        """What is known of the sendings of each document, in one query.

        :return: facts by id of the document: count, last_date, got_date (the last that did not come
            back), opened, bounced, waiting, failed, answered_at; those never sent are left out
        :rtype: dict
        """
        if not self.ids:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH asked AS (
                    SELECT sending.move_id, sending.customer_id, sending.company_id,
                           (COUNT(*) FILTER (WHERE %(counted)s))::int4 AS count,
                           MIN(sending.date) FILTER (WHERE %(counted)s) AS first_date,
                           MAX(sending.date) FILTER (WHERE %(counted)s) AS last_date,
                           MAX(sending.date) FILTER (WHERE sending.state = 'sent') AS got_date,
                           (COUNT(sending.opened_at) FILTER (WHERE %(counted)s))::int4 AS opened,
                           (COUNT(*) FILTER (WHERE sending.state = 'bounced'))::int4 AS bounced,
                           (COUNT(*) FILTER (WHERE sending.state = 'waiting'))::int4 AS waiting,
                           (COUNT(*) FILTER (WHERE sending.state = 'failed'))::int4 AS failed
                      FROM ar_collect_sending sending
                     WHERE sending.move_id = ANY(%(ids)s)
                     GROUP BY sending.move_id, sending.customer_id, sending.company_id
                ), %(talk)s
                SELECT asked.move_id, asked.count, asked.last_date, asked.got_date, asked.opened,
                       asked.bounced, asked.waiting, asked.failed,
                       CASE WHEN %(last_word)s >= asked.first_date
                            THEN %(last_word)s END AS answered_at
                  FROM asked %(talk_join)s
                """,
                counted=SQL_COUNTED,
                ids=self.ids,
                talk=self.env["ar.collect.sending"]._get_talk(),
                last_word=SQL_LAST_WORD,
                talk_join=SQL_TALK_JOIN,
            )
        )
        return {row["move_id"]: row for row in rows}

    @api.model
    def _get_collect_sent_sentence(self, facts):
        """What is known of the sendings of a document, as one says it.

        :param dict facts: as of :meth:`_get_collect_sendings`; empty: never sent
        :return: "Sent 3 times, came back once, opened once, never answered."; empty for what was
            never sent
        :rtype: str
        """
        text = ", ".join(self._get_collect_sent_parts(facts))
        return f"{text[:1].upper()}{text[1:]}." if text else ""

    @api.model
    def _get_collect_sent_parts(self, facts):
        """The parts of the sentence, see :meth:`_get_collect_sent_sentence`.

        :rtype: list
        """
        number = facts.get
        parts = [
            (
                number("count"),
                self.env._("sent once"),
                self.env._("sent %s times", number("count")),
            ),
            (
                number("bounced"),
                self.env._("came back once"),
                self.env._("came back %s times", number("bounced")),
            ),
            (
                number("opened"),
                self.env._("opened once"),
                self.env._("opened %s times", number("opened")),
            ),
            (number("waiting"), self.env._("on its way"), self.env._("on its way")),
            (
                number("failed"),
                self.env._("could not be sent once"),
                self.env._("could not be sent %s times", number("failed")),
            ),
        ]
        said = [once if count == 1 else several for count, once, several in parts if count]
        if answered := number("answered_at"):
            day = fields.Datetime.context_timestamp(self, answered).date()
            said.append(self.env._("answered on %s", format_date(self.env, day)))
        elif number("count"):
            said.append(self.env._("never answered"))
        return said
