# Part of ar_collect. License LGPL-3.
"""Invoices that went to a customer as copies, and open ones that were sent several times."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .ar_collect_sending import SQL_COUNTED

SQL_ALWAYS = SQL("TRUE")


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    sent_unpaid_count = fields.Integer(
        string="Most Times Sent",
        compute="_compute_sent_unpaid_count",
        search="_search_sent_unpaid_count",
        help="How often the open invoice that was sent most often went out. See Times Sent on the"
        " invoices for what counts.",
    )

    # === COMPUTE METHODS === #

    def _compute_sent_unpaid_count(self):
        self.env.flush_all()
        counts = dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT account.id, MAX(often.count)::int4
                      FROM ar_collect_account account
                     CROSS JOIN LATERAL (%s) AS often
                     WHERE account.id = ANY(%s)
                     GROUP BY account.id
                    """,
                    self._get_sent_unpaid(SQL("account")),
                    self.ids,
                )
            )
        )
        for account in self:
            account.sent_unpaid_count = counts.get(account._origin.id, 0)

    def _search_sent_unpaid_count(self, operator, value):
        at_least = self._get_sent_unpaid_domain
        if operator == "in":
            numbers = {number or 0 for number in value}
            return Domain.OR(at_least(number) & ~at_least(number + 1) for number in numbers)
        if operator not in ("<", "<=", ">", ">="):
            return NotImplemented
        found = at_least(value, ">=" if operator in ("<", ">=") else ">")
        return ~found if operator in ("<", "<=") else found

    @api.model
    def _get_sent_unpaid_domain(self, number, operator=">="):
        """Domain of the customers with an open invoice that went out so often.

        :param int number: of times
        :param str operator: >= or >
        """
        if number < 0 or (operator == ">=" and number == 0):
            return Domain.TRUE
        often = SQL("COUNT(*) %s %s", SQL(operator), number)
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "EXISTS (%s)", model._get_sent_unpaid(SQL.identifier(alias), often)
            )
        )

    @api.model
    def _get_sent_unpaid(self, account, often=SQL_ALWAYS):
        """Query of how often each open invoice of a customer went out: (count).

        Counted first, from the index alone: few invoices are sent so often that it matters whether
        they are open.

        :param SQL account: alias of the row of the customer
        :param SQL often: condition on the number
        """
        return SQL(
            """
            SELECT sent.count
              FROM (SELECT sending.move_id, COUNT(*) AS count
                      FROM ar_collect_sending sending
                     WHERE sending.customer_id = %(account)s.partner_id
                       AND sending.company_id = %(account)s.company_id AND %(counted)s
                     GROUP BY sending.move_id
                    HAVING %(often)s) AS sent
              JOIN account_move move ON move.id = sent.move_id
             WHERE move.state = 'posted' AND move.move_type IN ('out_invoice', 'out_receipt')
               AND move.payment_state IN ('not_paid', 'partial')
            """,
            account=account,
            counted=SQL_COUNTED,
            often=often,
        )

    # === BUSINESS METHODS === #

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        """Override of `mail` to write down the copies that a mail to the customer carries."""
        recipients = super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
        for account in self:
            account._record_copies(message, self.env.context.get("collect_copies") or ())
        return recipients

    def _record_copies(self, message, copies):
        """Write down which of the customer's documents went with a mail.

        The page says which file is which document; what was taken out of the mail did not go.

        :param recordset message: `mail.message` of this account
        :param list copies: pairs of ids of the attachment and of the document
        """
        attached = set(message.sudo().attachment_ids.ids)  # sudo: of one's own message
        move_ids = [move_id for attachment_id, move_id in copies if attachment_id in attached]
        if not move_ids:
            return
        sendings = self.env["ar.collect.sending"].sudo()  # sudo: written by the system
        sendings._record(
            SQL(
                """
                SELECT move.id, 'email', NULL, 'copy', %(user)s, message.date, message.id,
                       NULL::int4, NULL::int4
                  FROM mail_message message, account_move move
                 WHERE message.id = %(message)s AND move.id = ANY(%(ids)s)
                   AND move.commercial_partner_id = %(customer)s
                   AND move.company_id = %(company)s AND %(leaves)s
                """,
                user=self.env.uid,
                message=message.id,
                ids=move_ids,
                customer=self.partner_id.id,
                company=self.company_id.id,
                leaves=sendings._get_leaving(SQL("move.commercial_partner_id")),
            )
        )
