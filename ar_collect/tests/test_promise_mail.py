# Part of ar_collect. License LGPL-3.
"""Mails about promises: to whom, once, one for all that is promised in a call."""

from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time

from .claims_common import ClaimsCase

SOON = "2026-03-16 12:05:00"
LATER = "2026-03-16 12:30:00"
DAY_BEFORE = "2026-03-19 08:00:00"


class TestPromiseMail(ClaimsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna = cls.env["res.partner"].create(
            {"name": "Anna Payable", "parent_id": cls.partner.id, "email": "anna@example.com"}
        )
        cls.env.cr.execute("DELETE FROM mail_mail")
        cls.env.invalidate_all()

    def promise(self, lines=None, **values):
        promise = super().promise(lines, **{"partner_id": self.anna.id, **values})
        # the frozen clock is not the database's
        promise.flush_recordset()
        self.env.cr.execute(
            "UPDATE ar_collect_promise SET create_date = %s WHERE id = %s",
            [fields.Datetime.now(), promise.id],
        )
        promise.invalidate_recordset(["create_date"])
        return promise

    def send(self, kind, at):
        """Work off what is due at a moment.

        :return: the new mails
        """
        mails = self.env["mail.mail"].sudo()
        before = mails.search([])
        with freeze_time(at):
            while self.promises._process_mails(kind):
                pass
        return mails.search([]) - before

    # --- confirmation

    def test_one_mail_for_a_call(self):
        first, second = self.promise(self.old), self.promise(self.new, date_promised=self.day(9))
        self.assertFalse(self.send("confirmation", SOON))
        mail = self.send("confirmation", LATER)
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.recipient_ids, self.anna)
        for text in ("1,200.00", "Friday 20 March", "300.00", "Wednesday 25 March"):
            self.assertIn(text, mail.body_html)
        for line in self.old + self.new:
            self.assertIn(line.move_name, mail.body_html)
        self.assertTrue(first.confirmed_on and second.confirmed_on)
        self.assertFalse(self.send("confirmation", LATER))

    def test_call_goes_on(self):
        """Nothing is sent as long as one promise follows the other."""
        self.promise(self.old)
        with freeze_time("2026-03-16 12:08:00"):
            self.promise(self.new)
        self.assertFalse(self.send("confirmation", "2026-03-16 12:15:00"))
        self.assertEqual(len(self.send("confirmation", LATER)), 1)

    def test_taken_back_or_paid_before(self):
        self.promise(self.old).action_cancel()
        self.promise(self.new)
        self.payment(self.partner, 300, self.new.move_id)
        self.assertFalse(self.send("confirmation", LATER))

    def test_not_wanted(self):
        self.promise(self.new, confirm=False)
        self.company.collect_promise_confirm = False
        self.assertFalse(self.promise(self.old).confirm)
        self.assertFalse(self.send("confirmation", LATER))

    def test_each_contact_and_customer(self):
        """Nobody gets what somebody else has promised."""
        other = self.customer("Other", email="other@example.com")
        line = self.items(self.invoice(other, 77))
        self.catch_up()
        self.promise(self.old)
        self.promise(line, account_id=self.account(other).id, partner_id=False)
        mails = self.send("confirmation", LATER)
        self.assertEqual(len(mails), 2)
        for mail in mails:
            own = mail.recipient_ids == other
            self.assertEqual("77.00" in mail.body_html, own)
            self.assertEqual("1,200.00" in mail.body_html, not own)

    def test_no_address(self):
        self.anna.email = False
        self.partner.email = False
        promise = self.promise(self.old)
        self.assertFalse(self.send("confirmation", LATER))
        self.assertTrue(promise.confirmed_on)
        self.assertIn("no contact has a working address", self.own.message_ids[0].body)

    def test_language_of_the_contact(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.anna.lang = "fr_FR"
        self.promise(self.old)
        self.assertIn("vendredi 20 mars", self.send("confirmation", LATER).body_html)

    def test_bank_account(self):
        bank = self.env["res.partner.bank"].create(
            {"acc_number": "GB33BUKB20201555555555", "partner_id": self.company.partner_id.id}
        )
        self.company_data["default_journal_bank"].bank_account_id = bank
        self.promise(self.old)
        self.assertIn("GB33BUKB20201555555555", self.send("confirmation", LATER).body_html)

    def test_cron_is_woken(self):
        cron = self.env.ref("ar_collect.ir_cron_promise_mails").sudo()
        triggers = self.env["ir.cron.trigger"].sudo()
        self.promise(self.old)
        moments = triggers.search([("cron_id", "=", cron.id)]).mapped("call_at")
        self.assertIn(fields.Datetime.now() + timedelta(minutes=10), moments)

    # --- reminder

    def test_day_before(self):
        self.company.collect_promise_reminder = True
        promise = self.promise(self.old, confirm=False)
        self.assertFalse(self.send("reminder", LATER))
        mail = self.send("reminder", DAY_BEFORE)
        self.assertIn("friendly reminder", mail.body_html)
        self.assertIn("1,200.00", mail.body_html)
        self.assertTrue(promise.reminded_on)
        self.assertFalse(self.send("reminder", DAY_BEFORE))

    def test_missed_day_is_caught_up(self):
        self.company.collect_promise_reminder = True
        self.promise(self.old)
        self.assertFalse(self.send("reminder", "2026-03-21 08:00:00"))
        self.assertEqual(len(self.send("reminder", "2026-03-20 08:00:00")), 1)

    def test_nobody_is_reminded_who_has_paid(self):
        """Also when nothing has looked at the payment yet."""
        self.company.collect_promise_reminder = True
        self.promise(self.old)
        self.payment(self.partner, 1200, self.old.move_id)
        self.assertFalse(self.send("reminder", DAY_BEFORE))

    def test_no_reminder_unless_wanted(self):
        self.promise(self.old)
        self.assertFalse(self.send("reminder", DAY_BEFORE))

    # --- thanks

    def test_thanks(self):
        promise = self.promise(self.new)
        self.payment(self.partner, 300, self.new.move_id)
        self.catch_up()
        self.assertFalse(self.send("thanks", LATER))
        self.company.collect_promise_thanks = True
        self.assertFalse(self.send("thanks", "2026-03-30 08:00:00"))
        mail = self.send("thanks", LATER)
        self.assertIn("has arrived as agreed", mail.body_html)
        self.assertEqual(mail.recipient_ids, self.anna)
        self.new.remove_move_reconcile()
        self.catch_up()
        self.assertEqual(promise.state, "open")
        (self.items(*self.env["account.payment"].search([]).move_id) + self.new).filtered(
            lambda line: line.partner_id == self.partner and not line.reconciled
        ).reconcile()
        self.assertFalse(self.send("thanks", LATER))

    def test_system_mails_are_no_attempts(self):
        """What goes out by itself is not counted as work of the collector."""
        self.promise(self.old)
        self.send("confirmation", LATER)
        self.assertFalse(self.own.log_ids)
