# Part of ar_collect. License LGPL-3.
"""Two workers make the mails for salespeople at once: everybody gets one."""

from psycopg2.errors import SerializationFailure

from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .committed_common import CommittedCase


@tagged("post_install", "-at_install")
class TestSalesNewsConcurrency(CommittedCase):
    def setUp(self):
        super().setUp()
        [(partner_id, _invoices)] = self.customers(1, 300)
        with self.transaction() as env:
            user = new_test_user(
                env,
                "news_concurrent",
                groups="base.group_user",
                company_id=self.ledger.company_id,
                company_ids=[self.ledger.company_id],
                email="concurrent@us.example",
            )
            user.collect_sales_news = "now"
            env["res.partner"].browse(partner_id).user_id = user
            account = env["ar.collect.account"].search([("partner_id", "=", partner_id)])
            account.sales_in_collection = True
            news = env["ar.collect.sales.news"].create(
                {
                    "account_id": account.id,
                    "company_id": account.company_id.id,
                    "kind": "collection",
                    "amount": 300,
                    "date": "2026-01-01",
                }
            )
            self.user_id, self.news_id, self.partner_id = user.id, news.id, partner_id
        self.addCleanup(self.forget)

    def forget(self):
        with self.transaction() as env:
            env["res.partner"].browse(self.partner_id).user_id = False
            user = env["res.users"].browse(self.user_id)
            partner = user.partner_id
            env["mail.mail"].search([("recipient_ids", "in", partner.ids)]).unlink()
            env["ar.collect.sales.news"].browse(self.news_id).exists().unlink()
            user.unlink()
            partner.unlink()

    def process(self, env):
        return env["ar.collect.sales.news"]._process(env["res.users"].browse(self.user_id))

    def mails(self):
        """How many mails are in the queue, as committed."""
        with self.transaction() as env:
            partner = env["res.users"].browse(self.user_id).partner_id
            mails = env["mail.mail"].search([("recipient_ids", "in", partner.ids)])
            return mails.mapped("subject").count("Customer 0: In Collection")

    def test_second_while_first(self):
        """Whoever comes second leaves it to the first."""
        with self.transaction() as env:
            env["ar.collect.sales.reader"]._for_users(env["res.users"].browse(self.user_id))
        first = self.open_transaction()
        self.assertTrue(self.process(first))
        first.flush_all()
        with self.transaction() as env:
            self.assertFalse(self.process(env))
        first.cr.commit()  # pylint: disable=invalid-commit  # see open_transaction()
        self.assertEqual(self.mails(), 1)

    def test_second_with_an_old_view(self):
        """Whoever looked before the first was done starts over, and finds nothing."""
        second = self.open_transaction()
        with self.transaction() as env:
            self.assertTrue(self.process(env))
        with self.assertRaises(SerializationFailure), mute_logger("odoo.sql_db"):
            self.process(second)
        second.cr.rollback()
        self.assertFalse(self.process(second))
        self.assertEqual(self.mails(), 1)
