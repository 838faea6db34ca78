# Part of ar_collect. License LGPL-3.
"""The number of queries does not grow with the customers, and booking costs one more at most."""

from collections import Counter
from unittest.mock import patch

from odoo.fields import Command, Field

from .common import CollectCase


class TestQueryCount(CollectCase):
    FEW, MANY = 3, 30

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.env["res.partner"].create(
            [{"name": f"Customer {n}", "is_company": True} for n in range(cls.MANY)]
        )
        for number, partner in enumerate(cls.partners):
            move = cls.invoice(partner, 100, due=-10 - number, on=-70)
            if number % 2:
                cls.payment(partner, 60, move)
        cls.catch_up()

    def count(self, work):
        """How many queries some work takes, with warm caches and nothing pending."""
        self.env.cr.flush()
        before = self.env.cr.sql_log_count
        work()
        self.env.cr.flush()
        return self.env.cr.sql_log_count - before

    def count_twice(self, work):
        """See :meth:`count`; the first time is for the caches."""
        self.count(work)
        return self.count(work)

    def test_refresh_of_some(self):
        few = self.count_twice(lambda: self.accounts._refresh(self.partners[: self.FEW]))
        many = self.count_twice(lambda: self.accounts._refresh(self.partners))
        self.assertEqual(few, many)
        self.assertLess(few, 30)

    def test_refresh_of_some_whose_figures_change(self):
        def disturb(partners):
            self.env.cr.execute(
                "UPDATE ar_collect_account SET amount_balance = 0 WHERE partner_id = ANY(%s)",
                [partners.ids],
            )
            self.env.invalidate_all()
            self.accounts._refresh(partners)

        few = self.count_twice(lambda: disturb(self.partners[: self.FEW]))
        many = self.count_twice(lambda: disturb(self.partners))
        self.assertEqual(few, many)

    def test_refresh_of_all(self):
        before = self.count_twice(self.accounts._refresh)
        more = self.env["res.partner"].create([{"name": f"More {n}"} for n in range(5)])
        for partner in more:
            self.invoice(partner, 10, due=-3)
        self.catch_up()
        self.assertEqual(self.count_twice(self.accounts._refresh), before)

    def test_marks(self):
        def work_off(partners):
            self.marks._mark((partner.id, self.company.id) for partner in partners)
            self.env.cr.flush()
            self.accounts._process_dirty()

        few = self.count_twice(lambda: work_off(self.partners[: self.FEW]))
        many = self.count_twice(lambda: work_off(self.partners))
        self.assertEqual(few, many)

    def test_rows_that_vanish(self):
        def vanish(partners):
            self.env.cr.execute(
                "UPDATE account_move_line SET parent_state = 'cancel' WHERE partner_id = ANY(%s)",
                [partners.ids],
            )
            self.env.invalidate_all()
            self.accounts._refresh(partners)

        self.accounts._refresh(self.partners)
        few = self.count(lambda: vanish(self.partners[: self.FEW]))
        many = self.count(lambda: vanish(self.partners[self.FEW :]))
        self.assertLessEqual(many, few + 2)
        self.assertFalse(self.accounts.search([("partner_id", "in", self.partners.ids)]))

    # --- what booking costs

    def cost_of_hooks(self, work):
        """Queries with the hooks less those without, the same work done once each before."""
        unhooked = patch.object(
            self.env.registry["ar.collect.dirty"], "_mark", lambda *_args, **_values: None
        )
        with unhooked:
            work()
            self.env.cr.flush()
            without = self.count(work)
        work()
        self.env.cr.flush()
        return self.count(work) - without

    def draft(self):
        line = {"name": "Goods", "price_unit": 10, "tax_ids": [Command.clear()]}
        return self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partners[0].id,
                "invoice_date": self.today,
                "invoice_line_ids": [Command.create(line)],
            }
        )

    def test_posting_an_invoice(self):
        drafts = [self.draft() for _number in range(4)]
        self.assertLessEqual(self.cost_of_hooks(lambda: drafts.pop().action_post()), 1)
        self.assertFalse(drafts)

    def test_posting_twenty_invoices(self):
        batches = [self.draft().concat(*(self.draft() for _n in range(20))) for _b in range(4)]
        self.assertLessEqual(self.cost_of_hooks(lambda: batches.pop().action_post()), 1)

    def test_registering_a_payment(self):
        drafts = [self.draft() for _number in range(4)]
        for draft in drafts:
            draft.action_post()
        cost = self.cost_of_hooks(
            lambda: self._register_payment(drafts.pop(), payment_date=self.today)
        )
        self.assertLessEqual(cost, 1)
        self.assertFalse(drafts)

    def test_booking_is_marked_in_the_measured_work(self):
        """Else the tests above would measure nothing."""
        draft = self.draft()
        self.env.cr.flush()
        self.assertFalse(self.pending())
        draft.action_post()
        self.assertTrue(self.pending())

    def test_posting_describes_no_fields_for_nothing(self):
        described = Counter()
        describe = Field.get_description

        def count(field, *args, **values):
            described[field.model_name] += 1
            return describe(field, *args, **values)

        draft = self.draft().with_context(tracking_disable=False)
        draft.invoice_date = False  # set by posting, and all items with it
        with patch.object(Field, "get_description", count):
            draft.action_post()
        self.assertLess(described["account.move.line"], 20)
        fields = self.env["account.move.line"].fields_get([])
        self.assertIn("collect_due_date", fields)  # whoever asks for all is told all

    def test_changes_of_journal_items_are_tracked(self):
        """`account` notes them by the descriptions that it asks for when it writes."""
        invoice = self.draft().with_context(tracking_disable=False)
        invoice.action_post()
        invoice.button_draft()
        invoice.invoice_line_ids.write({"name": "Services", "price_unit": 30})
        self.env.invalidate_all()
        tracked = invoice.message_ids.tracking_value_ids.field_id.mapped("name")
        self.assertIn("name", tracked)

    def test_names_of_planned_activities(self):
        """Activities of many customers read the names of these together."""

        def name(accounts):
            activities = accounts.activity_ids
            self.env.invalidate_all()
            self.env.add_to_compute(activities._fields["res_name"], activities)

        accounts = self.accounts.search([("partner_id", "in", self.partners.ids)])
        for account in accounts:
            account.activity_schedule("mail.mail_activity_data_call")
        few = self.count_twice(lambda: name(accounts[: self.FEW]))
        many = self.count_twice(lambda: name(accounts))
        self.assertEqual(few, many)
