# Part of ar_collect. License LGPL-3.
"""The call page of a customer with very much of everything takes as many queries as any other."""

from odoo import Command, fields
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from .contact_log_common import ContactLogCase

ITEMS = (10, 300)
CONTACTS = (10, 300)
ACTIVITIES = (20, 2000)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 12:00:00")
class TestCallPageSize(ContactLogCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = [cls.account_of(name) for name in ("Few", "Many")]

    @classmethod
    def account_of(cls, name):
        partner = cls.customer(name, tz="UTC")
        cls.invoice(partner, 10)
        cls.catch_up()
        row = cls.account(partner)
        row.user_id = cls.collector
        return row

    def assert_same_count(self, get_size):
        """As many queries for both customers, and the pages show what they differ in.

        :param callable get_size: of a page's answer
        :rtype: tuple of both sizes
        """
        for row in self.rows:
            self.load(row)  # what is read once per process
        counts, pages = zip(*(self.load(row) for row in self.rows), strict=True)
        self.assertEqual(*counts)
        return tuple(get_size(page) for page in pages)

    def load(self, row):
        """The page as it is loaded by a request, with nothing read before.

        :return: number of queries, the page
        :rtype: tuple
        """
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        page = row.with_user(self.collector).get_call_page()
        return self.env.cr.sql_log_count - before, page

    def test_contacts(self):
        role = self.env.ref("ar_collect.contact_role_accounts_payable")
        for row, number in zip(self.rows, CONTACTS, strict=True):
            # sudo: the accountant of these tests knows no roles of collections
            contacts = (
                self.env["res.partner"]
                .sudo()
                .create(
                    [
                        {
                            "name": f"Contact {index}",
                            "parent_id": row.partner_id.id,
                            "email": f"contact{index}@azure.example",
                            "phone": f"+1 202 555 {index:04}",
                            "collect_role_ids": [Command.set(role.ids)],
                        }
                        for index in range(number)
                    ]
                )
            )
            self.log_often(row, number, contacts.sudo(False))
        sizes = self.assert_same_count(lambda page: len(page["contacts"]))
        self.assertEqual(sizes, tuple(number + 1 for number in CONTACTS))

    def test_items(self):
        line = {"name": "Goods", "price_unit": 5, "tax_ids": [Command.clear()]}
        for row, number in zip(self.rows, ITEMS, strict=True):
            moves = self.env["account.move"].create(
                [
                    {
                        "move_type": "out_invoice",
                        "partner_id": row.partner_id.id,
                        "invoice_date": self.day(-index),
                        "invoice_date_due": self.day(-index),
                        "invoice_payment_term_id": False,
                        "invoice_line_ids": [Command.create(line)],
                    }
                    for index in range(number - 1)
                ]
            )
            moves.action_post()
        self.catch_up()
        sizes = self.assert_same_count(lambda page: len(page["items"]))
        self.assertEqual(sizes, ITEMS)

    def test_activities(self):
        for row, number in zip(self.rows, ACTIVITIES, strict=True):
            self.log_often(row, number)
        sizes = self.assert_same_count(lambda page: page["log"]["count"])
        self.assertEqual(sizes, ACTIVITIES)

    def log_often(self, row, number, contacts=None):
        """Attempts of the past, one an hour; by SQL, as each would write into the chatter."""
        outcome = self.outcome("no_answer")
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO ar_collect_activity (account_id, company_id, customer_id, partner_id,
                            user_id, channel, direction, outcome_id, date, duration, note)
                SELECT %(account)s, %(company)s, %(customer)s,
                       (%(contacts)s::int[])[1 + n %% greatest(1, %(count)s)],
                       %(user)s, 'call', 'out', %(outcome)s,
                       %(now)s - n * INTERVAL '1 hour', 0.05, 'Voice mail ' || n
                  FROM generate_series(1, %(number)s) AS n
                """,
                account=row.id,
                company=row.company_id.id,
                customer=row.partner_id.id,
                contacts=(contacts or self.contact.browse()).ids,
                count=len(contacts or ()),
                user=self.collector.id,
                outcome=outcome.id,
                now=fields.Datetime.now(),
                number=number,
            )
        )
        self.env.invalidate_all()
