# Part of ar_collect. License LGPL-3.
"""Invoices that leave by what Odoo sends them with: the wizard, the batch, the cron, a payment."""

from odoo import fields, models
from odoo.tools import SQL

#: Context key of the messages by which invoices leave, a :class:`MailedInvoices`.
MAILED = "collect_mailed_invoices"
#: Ways to hand out an invoice that are no sending: whoever downloads it may do so for any reason.
NO_SENDING = ("manual",)
#: Ways that are written down by other means than a network's.
NO_NETWORK = ("email", "snailmail", *NO_SENDING)
#: Key in the data of a sending: the networks that it goes through.
NETWORKS = "collect_networks"
#: How the field of an invoice is called that says how far a network is with it, after its name.
STATE_SUFFIX = "_move_state"


class MailedInvoices(list):
    """Ids of the messages by which invoices leave; over the network only a plain list comes.

    Each is itself alone: environments of equal contexts are shared.
    """

    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    # === BUSINESS METHODS === #

    def _send_mails(self, moves_data):
        """Override of `account` to write down together which invoices were mailed."""
        mailed = MailedInvoices()
        result = super(AccountMoveSend, self.with_context(**{MAILED: mailed}))._send_mails(
            moves_data
        )
        self._record_mails(mailed)
        return result

    def _send_mail(self, move, mail_template, **kwargs):
        """Override of `account` to note the message by which an invoice leaves."""
        mailed = self.env.context.get(MAILED)
        if isinstance(mailed, MailedInvoices):
            move = move.with_context(**{MAILED: mailed})
            return super()._send_mail(move, mail_template, **kwargs)
        mailed = MailedInvoices()
        move = move.with_context(**{MAILED: mailed})
        result = super()._send_mail(move, mail_template, **kwargs)
        self._record_mails(mailed)
        return result

    def _generate_invoice_documents(self, invoices_data, allow_fallback_pdf=False):
        """Override of `account` to note which networks are asked: afterwards they would say no."""
        self._note_networks(invoices_data)
        return super()._generate_invoice_documents(
            invoices_data, allow_fallback_pdf=allow_fallback_pdf
        )

    def _hook_if_success(self, moves_data, from_cron=False):
        """Override of `account` to write down what went out on paper or through a network."""
        result = super()._hook_if_success(moves_data, from_cron=from_cron)
        labels = dict(
            self.env["res.partner"]
            ._fields["invoice_sending_method"]
            ._description_selection(self.env)
        )
        sent = [
            (move.id, method, labels.get(method, method), data.get("author_user_id") or None)
            for move, data in moves_data.items()
            for method in data["sending_methods"]
            if self._is_sent(move, method, data)
        ]
        if sent:
            self._record_others(sent)
        return result

    def _note_networks(self, invoices_data):
        """Note in the data of each sending the networks that it goes through."""
        for move, data in invoices_data.items():
            data[NETWORKS] = {
                method
                for method in data["sending_methods"]
                if method not in NO_NETWORK and self._is_applicable_to_move(method, move, **data)
            }

    def _is_sent(self, move, method, data):
        """Whether an invoice has gone out that way, now that all went well.

        :param dict data: of the sending, see `account`
        """
        if method == "snailmail":
            return self._is_applicable_to_move(method, move, **data)
        # one that tells how far it is may have left the invoice out without an error
        state = self._get_network_state(move, method)
        return method in data.get(NETWORKS, ()) and state in (None, "processing", "done")

    def _get_network_state(self, move, method):
        """How far a network is with an invoice; None where it does not tell."""
        name = f"{method}{STATE_SUFFIX}"
        return move[name] if name in move._fields else None

    def _record_mails(self, mailed):
        """Write down the invoices that these messages carry, if somebody outside gets them.

        :param list mailed: ids of `mail.message` on invoices
        """
        if not mailed:
            return
        sendings = self.env["ar.collect.sending"].sudo()  # sudo: written by the system
        sendings._record(
            SQL(
                """
                SELECT message.res_id, 'email', NULL, 'invoice', author.id, message.date,
                       message.id, NULL::int4, NULL::int4
                  FROM mail_message message
                  JOIN account_move sent ON sent.id = message.res_id
                  LEFT JOIN LATERAL (
                       SELECT id FROM res_users
                        WHERE partner_id = message.author_id AND active AND NOT share
                        ORDER BY id LIMIT 1) AS author ON TRUE
                 WHERE message.id = ANY(%(ids)s) AND %(leaves)s
                """,
                ids=list(mailed),
                leaves=sendings._get_leaving(SQL("sent.commercial_partner_id")),
            )
        )

    def _record_others(self, sent):
        """Write down the invoices that went out on paper or through a network.

        :param list sent: (id of the invoice, method, what it is called, id of the user)
        """
        letters = self._get_letter_messages({row[0] for row in sent if row[1] == "snailmail"})
        now = fields.Datetime.now()
        values = {}
        for move_id, method, label, user_id in sent:
            is_letter = method == "snailmail"
            row = SQL(
                "(%s, %s, %s, 'invoice', %s::int4, %s::timestamp, %s::int4, NULL::int4, NULL::int4)",
                move_id,
                "letter" if is_letter else "network",
                None if is_letter else label,
                user_id,
                now,
                letters.get(move_id) if is_letter else None,
            )
            values.setdefault(None if is_letter else method, []).append(row)
        sendings = self.env["ar.collect.sending"].sudo()  # sudo: written by the system
        for network, rows in values.items():
            ids = sendings._record(SQL("VALUES %s", SQL(", ").join(rows)))
            if network:
                sendings.browse(ids).network_code = network

    def _get_letter_messages(self, move_ids):
        """The messages that follow the letters just made of invoices, where the app for letters is.

        :return: ids of `mail.message` by id of the invoice
        :rtype: dict
        """
        if not move_ids or "snailmail.letter" not in self.env:
            return {}
        letters = self.env["snailmail.letter"].sudo()  # sudo: belongs to the system
        domain = [("model", "=", "account.move"), ("res_id", "in", list(move_ids))]
        return {
            letter.res_id: letter.message_id.id for letter in letters.search(domain, order="id")
        }
