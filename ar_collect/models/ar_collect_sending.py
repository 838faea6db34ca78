# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

CHANNELS = [("email", "Email"), ("letter", "Letter"), ("network", "E-Invoice Network")]
ORIGINS = [
    ("invoice", "Sent from the Invoice"),
    ("copy", "Copy"),
    ("notice", "With a Notice"),
    ("logged", "Logged by Hand"),
]
STATES = [
    ("waiting", "On Its Way"),
    ("sent", "Sent"),
    ("bounced", "Came Back"),
    ("failed", "Not Sent"),
]
#: What counts as sent: it has left us. One that came back is told apart, but it did leave.
COUNTED = ("sent", "bounced")
#: SQL condition of it on a table or alias named `sending`.
SQL_COUNTED = SQL("sending.state IN %s", COUNTED)
SQL_CUSTOMER = SQL("sending.customer_id")


class ArCollectSending(models.Model):
    """One time that a document went to its customer, on one channel.

    It is what really left: the document itself, as a file in a mail, on paper or through a network
    for e-invoices. A reminder or a statement that only lists it is none. The rows are written by
    the system with what is sent, and follow what becomes of it; what was rolled back left none.
    """

    _name = "ar.collect.sending"
    _description = "Sent Invoice"
    _order = "date DESC, id DESC"
    _rec_name = "move_id"

    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Invoice",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="move_id.company_id", store=True, index=True)
    customer_id = fields.Many2one(
        related="move_id.commercial_partner_id", string="Customer", store=True
    )
    date = fields.Datetime(
        required=True, readonly=True, help="When it went out; on its way: when that was asked for."
    )
    channel = fields.Selection(CHANNELS, required=True, readonly=True)
    network = fields.Char(readonly=True, help="Which network the e-invoice went through.")
    origin = fields.Selection(ORIGINS, string="How", required=True, readonly=True)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Sent By",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Empty: by itself.",
    )
    recipient_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="ar_collect_sending_recipient_rel",
        column1="sending_id",
        column2="partner_id",
        string="Recipients",
        readonly=True,
    )
    recipients = fields.Char(
        string="To", readonly=True, help="Names and addresses as they were at the time."
    )
    state = fields.Selection(
        STATES,
        string="Result",
        required=True,
        readonly=True,
        default="waiting",
        help="It counts as sent once it has left us, also when it came back afterwards. What was"
        " not sent does not count.",
    )
    failure = fields.Text(string="What Went Wrong", readonly=True)
    opened_at = fields.Datetime(
        string="Opened",
        readonly=True,
        help="When the customer opened the invoice or the link in the mail. Whether a mail was read"
        " is not known.",
    )
    answered_at = fields.Datetime(
        string="Answered",
        compute="_compute_answered_at",
        help="When the customer last wrote about this invoice, or in general, after it was sent."
        " Automatic answers do not count.",
    )
    # --- what tells the result
    message_id = fields.Many2one(
        comodel_name="mail.message", readonly=True, index="btree_not_null", ondelete="set null"
    )
    notice_id = fields.Many2one(
        comodel_name="ar.collect.notice",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    activity_id = fields.Many2one(
        comodel_name="ar.collect.activity",
        string="Logged Contact",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )

    # counted without a look at the rows
    _counted_idx = models.Index("(move_id, date, state)")
    _customer_idx = models.Index("(customer_id, company_id, move_id) INCLUDE (state)")
    _waiting_idx = models.Index("(date) WHERE state = 'waiting'")

    # === COMPUTE METHODS === #

    def _compute_answered_at(self):
        answers = self._get_answers()
        for sending in self:
            sending.answered_at = answers.get(sending.id, False)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: written with what is sent, nobody makes one up."""
        if not self.env.su:
            raise AccessError(self.env._("What was sent is written down by itself."))
        return super().create(vals_list)

    # === BUSINESS METHODS === #

    @api.model
    def _record(self, source):
        """Write down what goes out, in a constant number of statements, and what is known of it.

        :param SQL source: a query of (move_id, channel, network, origin, user_id, date,
            message_id, notice_id, activity_id)
        :return: ids of the rows
        :rtype: list
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO ar_collect_sending
                       (move_id, company_id, customer_id, channel, network, origin, user_id, date,
                        message_id, notice_id, activity_id, state,
                        create_uid, create_date, write_uid, write_date)
                SELECT move.id, move.company_id, move.commercial_partner_id, source.channel,
                       source.network, source.origin, source.user_id, source.date,
                       source.message_id, source.notice_id, source.activity_id,
                       CASE WHEN COALESCE(source.message_id, source.notice_id) IS NULL
                            THEN 'sent' ELSE 'waiting' END,
                       %(user)s, %(now)s, %(user)s, %(now)s
                  FROM (%(source)s) AS source (move_id, channel, network, origin, user_id, date,
                                               message_id, notice_id, activity_id)
                  JOIN account_move move ON move.id = source.move_id
                 WHERE move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                 ORDER BY source.date, move.id
             RETURNING id
                """,
                source=source,
                user=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        ids = [row[0] for row in rows]
        if ids:
            self._name_recipients(ids)
            self._follow(SQL("sending.id = ANY(%s)", ids))
            self._mark_documents(ids)
        return ids

    @api.model
    def _mark_documents(self, ids):
        """Mark documents as sent that have left otherwise than by Odoo's own wizard.

        Else nobody would be reminded of an invoice that went out as a letter or as a copy, and a
        task would ask to send it first.

        :param list ids: of rows
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT move.id
                  FROM ar_collect_sending sending
                  JOIN account_move move ON move.id = sending.move_id
                 WHERE sending.id = ANY(%s) AND sending.state != 'failed'
                   AND move.state = 'posted' AND move.is_move_sent IS NOT TRUE
                """,
                ids,
            )
        )
        if rows:
            self.env["account.move"].browse([row[0] for row in rows]).is_move_sent = True

    @api.model
    def _name_recipients(self, ids):
        """Write down who got it, in two statements: the contacts, and how they were addressed.

        :param list ids: of rows
        """
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO ar_collect_sending_recipient_rel (sending_id, partner_id)
                SELECT DISTINCT reader.sending_id, reader.partner_id
                  FROM (%s) AS reader
                 WHERE reader.partner_id IS NOT NULL
                """,
                self._get_readers(ids),
            )
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE ar_collect_sending sending
                   SET recipients = named.recipients
                  FROM (SELECT reader.sending_id, STRING_AGG(DISTINCT reader.name, ', ') AS recipients
                          FROM (%s) AS reader
                         GROUP BY reader.sending_id) AS named
                 WHERE named.sending_id = sending.id
                """,
                self._get_readers(ids),
            )
        )
        self.invalidate_model(["recipient_ids", "recipients"], flush=False)

    @api.model
    def _get_readers(self, ids):
        """Query of who gets what goes out: (sending_id, partner_id, name).

        Of a mail, those who are told of it and are no colleagues; of a notice, whom it is written
        to; else the contact who was logged, or the invoice's own address.
        """
        return SQL(
            """
            SELECT sending.id AS sending_id, told.res_partner_id AS partner_id,
                   CASE WHEN partner.id IS NULL THEN told.mail_email_address
                        WHEN sending.channel != 'email' OR partner.email IS NULL
                        THEN partner.complete_name
                        ELSE partner.complete_name || ' <' || partner.email || '>' END AS name
              FROM ar_collect_sending sending
              JOIN mail_notification told ON told.mail_message_id = sending.message_id
              LEFT JOIN res_partner partner ON partner.id = told.res_partner_id
             WHERE sending.id = ANY(%(ids)s) AND sending.notice_id IS NULL AND %(outside)s
             UNION ALL
            SELECT sending.id, partner.id,
                   CASE WHEN sending.channel != 'email' OR partner.email IS NULL
                        THEN partner.complete_name
                        ELSE partner.complete_name || ' <' || partner.email || '>' END
              FROM ar_collect_sending sending
              JOIN LATERAL (
                   SELECT partner_id FROM ar_collect_notice_recipient_rel
                    WHERE notice_id = sending.notice_id
                    UNION
                   SELECT partner_id FROM ar_collect_notice_cc_rel
                    WHERE notice_id = sending.notice_id) AS rel ON TRUE
              JOIN res_partner partner ON partner.id = rel.partner_id
             WHERE sending.id = ANY(%(ids)s)
             UNION ALL
            SELECT sending.id, partner.id, partner.complete_name
              FROM ar_collect_sending sending
              JOIN account_move move ON move.id = sending.move_id
              LEFT JOIN ar_collect_activity activity ON activity.id = sending.activity_id
              JOIN res_partner partner
                ON partner.id = COALESCE(activity.partner_id, move.partner_id)
             WHERE sending.id = ANY(%(ids)s)
               AND COALESCE(sending.message_id, sending.notice_id) IS NULL
            """,
            ids=ids,
            outside=self._get_outside(),
        )

    @api.model
    def _get_leaving(self, customer):
        """SQL condition: somebody outside is told of the message of the alias `message`.

        :param SQL customer: id of the customer
        """
        return SQL(
            """
            EXISTS (SELECT FROM mail_notification told
                      LEFT JOIN res_partner partner ON partner.id = told.res_partner_id
                     WHERE told.mail_message_id = message.id AND %s)
            """,
            self._get_outside(customer),
        )

    @api.model
    def _get_outside(self, customer=SQL_CUSTOMER):
        """SQL condition: a notification goes to the customer, or to somebody else outside.

        On the aliases `told` and `partner`. A mail to colleagues alone is none that the customer
        got; where the customer is a company of our own, its people are colleagues as well.

        :param SQL customer: id of the customer
        """
        return SQL(
            """
            told.notification_type != 'inbox'
            AND (partner.id IS NULL OR partner.partner_share
                 OR partner.commercial_partner_id = %s)
            """,
            customer,
        )
