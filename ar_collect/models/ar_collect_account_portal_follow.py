# Part of ar_collect. License LGPL-3.
"""What a customer follows on the portal: disputes, promises, plans, and what was written."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import html2plaintext

from ..tools.portal_text import as_html

#: Rows and messages of a page.
MOST_ROWS = 50
#: In which the same message of the same person is one.
SAME_CLICK = timedelta(minutes=10)
#: Messages that people write each other; what the system notes is none.
TALK_TYPES = ("auto_comment", "comment", "email", "email_outgoing")


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === BUSINESS METHODS === #

    def _get_portal_notices(self):
        """Override of `ar_collect`."""
        return {
            **super()._get_portal_notices(),
            "message": ("success", self.env._("Thank you. Your message has been sent.")),
        }

    def _get_portal_views(self):
        """What there is to follow, with how many of it are open.

        :return: (label, number or None) by the last part of the address
        :rtype: dict
        """
        self.ensure_one()
        mine = Domain("account_id", "=", self.id)
        disputes = self.env["ar.collect.dispute"].search_count(mine & Domain("state", "=", "open"))
        promises = self.env["ar.collect.promise"].search_count(mine & Domain("state", "=", "open"))
        plans = self.env["ar.collect.payment.plan"]
        plan_domain = mine & plans._get_portal_domain()
        running = Domain("state", "in", ("draft", "active", "paused"))
        return {
            "disputes": (self.env._("Disputes"), disputes),
            "promises": (self.env._("Promises"), promises),
            "plans": (self.env._("Payment plans"), plans.search_count(plan_domain & running)),
            "messages": (self.env._("Messages"), None),
            "contacts": (self.env._("Contacts"), None),
        }

    # --- what was written

    def _get_portal_talk(self, record, page=1):
        """What the customer and we wrote each other about a record, newest last.

        Notes among colleagues, and what they wrote each other, are not among it.

        :param recordset record: of this account, or the account
        :param int page: 1: the newest
        :return: ``messages``: list of dict, see :meth:`_prepare_portal_message`; ``has_more``
        :rtype: dict
        """
        self.ensure_one()
        found = self.env["mail.message"].search(
            self._get_portal_talk_domain(record),
            order="date DESC, id DESC",
            offset=(page - 1) * MOST_ROWS,
            limit=MOST_ROWS + 1,
        )
        shown = [self._prepare_portal_message(message) for message in found[:MOST_ROWS]]
        shown = [row for row in reversed(shown) if row["text"] or row["files"]]
        return {"messages": shown, "has_more": len(found) > MOST_ROWS}

    def _get_portal_talk_domain(self, record):
        """Which messages of a record a customer sees: their own, and what was sent to them.

        :rtype: Domain
        """
        customer = self.partner_id.id
        written = Domain("author_id.commercial_partner_id", "=", customer)
        sent = Domain("partner_ids.commercial_partner_id", "=", customer)
        sent |= Domain("notified_partner_ids.commercial_partner_id", "=", customer)
        return Domain(
            [
                ("model", "=", record._name),
                ("res_id", "=", record.id),
                ("message_type", "in", TALK_TYPES),
                ("is_internal", "=", False),
                ("subtype_id", "=", self.env.ref("mail.mt_comment").id),
            ]
        ) & (written | sent)

    def _prepare_portal_message(self, message):
        """A message as the page shows it: of us, the collector alone is named.

        :return: ``is_own``, ``author``, ``date``, ``text`` (plain), ``files``
        :rtype: dict
        """
        author = message.author_id
        is_own = author.commercial_partner_id == self.partner_id
        collector = self._get_portal_collector().partner_id
        named = author if is_own or author == collector else self.company_id.partner_id
        text = message._get_collect_text()
        if message.message_type != "email":  # nothing is quoted in it
            text = html2plaintext(message.body or "", include_references=False)
        return {
            "is_own": is_own,
            "author": named.name,
            "date": message.date,
            "text": text.strip(),
            "files": message.attachment_ids,
        }

    def _find_portal_file(self, record, file_id):
        """A file that the customer sent or was sent; empty for any other.

        :param recordset record: see :meth:`_get_portal_talk`
        :param int file_id: id of an `ir.attachment`
        :rtype: recordset of `ir.attachment`
        """
        domain = self._get_portal_talk_domain(record) & Domain("attachment_ids", "in", [file_id])
        messages = self.env["mail.message"].search(domain, limit=1)
        return messages.attachment_ids.filtered(lambda file: file.id == file_id)

    def _get_portal_collector(self):
        """Whom the customer talks to.

        :rtype: recordset of `res.users`
        """
        return self.acting_user_id or self.user_id

    def _get_portal_photo(self):
        """The photo of the collector; empty when there is none.

        :rtype: bytes
        """
        return self._get_portal_collector().partner_id.image_128

    def _receive_portal_message(self, contact, text, files=()):
        """Take in what a contact writes; the same twice at once is once.

        :param recordset contact: `res.partner`
        :param str text: plain
        :param files: values of attachments: ``name``, ``raw``, ``mimetype``
        """
        self.ensure_one()
        self._take_turns()
        if self._find_portal_twins(self, contact, text, files, SAME_CLICK):
            return
        here = self._for_colleagues()
        said = here._receive_portal_act(contact, "received", as_html(text))
        kept = here._keep_sent_files(files)
        kept.write({"res_model": self._name, "res_id": self.id})
        said.message_id.attachment_ids = kept
        here._plan_portal_task(here.env._("Answer the message of %s", contact.name))

    @api.model
    def _keep_sent_files(self, files):
        """Keep files as they were sent, so that their checksums tell them again.

        :param files: values of attachments: ``name``, ``raw``, ``mimetype``
        :rtype: recordset of `ir.attachment`
        """
        here = self.with_context(image_no_postprocess=True)  # large pictures would be made smaller
        return here._keep_portal_files(files).with_env(self.env)

    @api.model
    def _find_portal_twins(self, record, contact, text, files, span):
        """What a contact has just written about a record in the same words, with the same files.

        :param recordset record: where it is written
        :param recordset contact: `res.partner`
        :param str text: plain
        :param files: values of attachments: ``name``, ``raw``, ``mimetype``
        :param timedelta span: how long ago at most
        :rtype: recordset of `mail.message`
        """
        recent = self.env["mail.message"].search(
            [
                ("model", "=", record._name),
                ("res_id", "=", record.id),
                ("author_id", "=", contact.id),
                ("date", ">", fields.Datetime.now() - span),
            ]
        )
        words = html2plaintext(as_html(text)).strip()
        checksum = self.env["ir.attachment"]._compute_checksum
        sent = sorted((file["name"], checksum(file["raw"])) for file in files)
        return recent.filtered(
            lambda message: (
                html2plaintext(message.body or "").strip() == words
                and sorted((file.name, file.checksum) for file in message.attachment_ids) == sent
            )
        )
