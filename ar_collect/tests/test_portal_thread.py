# Part of ar_collect. License LGPL-3.
"""What core's mails carry along opens no talk with a customer: only a login or our own link does."""

from odoo import Command
from odoo.tools import mute_logger

from .portal_common import PortalCase


class TestPortalThread(PortalCase):
    def setUp(self):
        super().setUp()
        plan = self.env["ar.collect.payment.plan"].sudo()  # sudo: see CollectCase
        self.records = [
            self.own,
            self.dispute({self.old: 100}),
            plan.create(
                {"account_id": self.own.id, "item_ids": [Command.create({"line_id": self.new.id})]}
            ),
        ]
        for record in self.records:
            record.message_post(
                body="To a third party", message_type="comment", subtype_xmlid="mail.mt_comment"
            )

    def call(self, route, **params):
        self.env.flush_all()
        with mute_logger("odoo.http"):
            answer = self.url_open(route, json={"params": params})
        self.env.invalidate_all()
        return answer.text

    def test_tokens_open_nothing(self):
        for record in self.records:
            carried = {
                "token": record._portal_ensure_token(),
                "hash": record._sign_token(self.ann.id),
                "pid": self.ann.id,
            }
            where = {"thread_model": record._name, "thread_id": record.id}
            for access in (carried, {"token": carried["token"]}):
                with self.subTest(f"{record._name} {sorted(access)}"):
                    said = self.call("/mail/chatter_fetch", **where, **access)
                    self.assertNotIn("third party", said)
                    before = record.message_ids
                    self.call(
                        "/mail/message/post",
                        **where,
                        **access,
                        post_data={"body": "As the customer"},
                    )
                    self.assertEqual(record.message_ids, before)
