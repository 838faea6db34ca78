# Part of ar_collect. License LGPL-3.
"""What a notice says: its contents, in the language of who it is written to."""

import zlib
from functools import cache

from markupsafe import Markup

from odoo import models
from odoo.tools import SQL, format_amount, format_date, plaintext2html

from ..tools.placeholders import fill, fill_html
from .notice_contents import NoticeContents

#: Documents that a subject or a reference names; the table names all of them.
NAMED = 3


class Written:
    """How amounts and days are written in one language.

    It is kept: the notices of a batch name few days, and the same sums several times.

    :param Environment env: of the language
    """

    def __init__(self, env):
        self.amount = cache(lambda amount, currency: format_amount(env, amount, currency))
        self.date = cache(lambda day: format_date(env, day))


def get_written(env):
    """How amounts and days are written in the language of an environment.

    :rtype: Written
    """
    # a cache of the transaction
    kept = env.cr.cache.setdefault("ar_collect_written", {})
    return kept.get(env.lang) or kept.setdefault(env.lang, Written(env))


class ArCollectNotice(models.Model):
    _inherit = "ar.collect.notice"

    # === BUSINESS METHODS === #

    def _get_contents(self, items):
        """What these notices name.

        :param dict items: rows of the customers' items, by account id
        :return dict: NoticeContents by notice id
        """
        reached = self._get_reached(items)
        return {
            notice.id: NoticeContents(notice, items[notice.account_id.id], reached)
            for notice in self
        }

    def _get_reached(self, items):
        """The step that items have reached already: days by journal item, by channel."""
        line_ids = [row["line_id"] for notice in self for row in items[notice.account_id.id]]
        reached = {}
        for channel, line_id, days in self.env.execute_query(
            SQL(
                """
                SELECT channel, line_id, MAX(days)
                  FROM ar_collect_notice_item
                 WHERE days IS NOT NULL AND line_id = ANY(%s)
                 GROUP BY channel, line_id
                """,
                line_ids,
            )
        ):
            reached.setdefault(channel, {})[line_id] = days
        return reached

    def _get_lot(self):
        """A number below 100 by which customers are left out at random, always the same.

        :rtype: int
        """
        self.ensure_one()
        text = f"{self.account_id.id}/{self.step_id.id}/{self.cycle}"
        return zlib.crc32(text.encode()) % 100

    # --- who writes to whom

    def _get_sender(self):
        """In whose name this notice goes out; empty: in the company's.

        :rtype: recordset of `res.users`
        """
        self.ensure_one()
        if self.step_id.sender == "company":
            return self.env["res.users"]
        return self.account_id.acting_user_id or self.account_id.user_id

    def _get_recipients(self):
        """Whom these notices are written to, in a constant number of queries.

        :return dict: (recipients, copies) by notice id
        """
        found = {}
        for role, notices in self.grouped(lambda notice: notice.step_id.role_id).items():
            contacts = notices.account_id._get_mail_recipients_by_account(role.code or "")
            found |= {notice.id: contacts[notice.account_id] for notice in notices}
        copies = {notice.id: self.env["res.partner"] for notice in self}
        for role, notices in self.grouped(lambda notice: notice.step_id.cc_role_id).items():
            if role:
                contacts = notices.account_id._get_mail_recipients_by_account(role.code or "")
                for notice in notices:
                    copies[notice.id] = contacts[notice.account_id].filtered(
                        lambda contact, role=role: role in contact.collect_role_ids
                    )
        return {
            notice_id: (recipients, copies[notice_id] - recipients)
            for notice_id, recipients in found.items()
        }

    def _get_lang(self, recipients):
        """The language to write in: the recipient's, the customer's, the company's."""
        partners = (*recipients[:1], self.customer_id, self.company_id.partner_id)
        langs = dict(self.env["res.lang"].get_installed())
        found = (partner.lang for partner in partners if partner.lang in langs)
        return next(found, self.env.lang or "en_US")

    # --- the words

    def _render(self, content, recipients, link=None):
        """What this notice says.

        :param NoticeContents content:
        :param recordset recipients: `res.partner`
        :param str|None link: to the customer's page
        :return: (language, subject, body as Markup, text of an SMS)
        :rtype: tuple
        """
        self.ensure_one()
        lang = self._get_lang(recipients)
        notice = self.with_context(lang=lang)
        template, written = notice.step_id.template_id, get_written(notice.env)
        blocks = content.get_blocks(notice.env)
        words = notice._get_placeholders(content, blocks, recipients)
        body = notice.env["ir.qweb"]._render(
            "ar_collect.notice_body",
            {
                "notice": notice,
                "own_words": plaintext2html(notice.personal_text) if notice.personal_text else "",
                "text": fill_html(template.body, words),
                "closing": fill_html(template.closing, words),
                "blocks": blocks,
                "format_amount": written.amount,
                "format_date": written.date,
                "banks": notice.company_id._get_collect_mail_banks(),
                "link": link,
                "sender": notice._get_sender().sudo(),  # sudo: name and phone, told to customers
                "company": notice.company_id,
                "words": words,
            },
            minimal_qcontext=True,
        )
        subject = notice.subject or fill(template.subject, words)
        sms = fill(template.sms, words)
        return lang, " ".join(subject.split()), Markup(body), sms

    def _get_placeholders(self, content, blocks, recipients):
        """The texts that stand for the names in braces, see the model of the templates.

        :rtype: dict
        """
        written = get_written(self.env)
        sender = self._get_sender().sudo()  # sudo: name and phone, told to customers
        company = self.company_id
        names = [row["name"] for row in content.items]
        shown = ", ".join(names[:NAMED]) + ("…" if len(names) > NAMED else "")
        return {
            "company": company.name,
            "customer": self.customer_id.name or "",
            "contact": recipients[:1].name or self.customer_id.name or "",
            "count": len(content.items),
            "amount": " + ".join(
                written.amount(block["total"], block["currency"]) for block in blocks
            ),
            "overdue": " + ".join(
                written.amount(block["overdue"], block["currency"])
                for block in blocks
                if block["overdue"]
            ),
            "oldest": written.date(content.oldest) if content.oldest else "",
            "days": max(0, content.days_late),
            "sender": sender.name or company.name,
            "phone": sender.phone or company.phone or "",
            "reference": shown,
        }
