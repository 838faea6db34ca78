# Part of ar_collect. License LGPL-3.
"""Escalations: who is asked when, what becomes of it, and that it always comes back."""

from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from odoo.addons.ar_collect.models import ar_collect_escalation_run

from .escalation_common import EscalationCase

CONDITION = "odoo.addons.ar_collect.models.ar_collect_escalation_condition"


class TestEscalationRule(EscalationCase):
    """For whom a rule holds."""

    def assert_asks(self, accounts, **values):
        rule = self.rule(**values)
        self.assertEqual(rule._get_matches(), accounts.ids)
        self.run_day()
        self.assertEqual(self.asked_about(rule), accounts)
        return rule

    def test_amount(self):
        self.assert_asks(self.own, min_amount=1200)

    def test_amount_not_reached(self):
        self.assert_asks(self.own.browse(), min_amount=1200.01)

    def test_days_late(self):
        later = self.debtor("Later", 2000, due=-40)
        later.partner_id.user_id = self.sam
        self.assert_asks(later + self.own + self.free + self.foreign, min_days_late=40)

    def test_days_late_to_the_day(self):
        self.debtor("Later", 100, due=-40)
        self.assert_asks(self.own + self.free + self.foreign, min_days_late=41)

    def test_attempts(self):
        for _number in range(3):
            self.attempt(self.own)
        for _number in range(2):
            self.attempt(self.free)
        self.assert_asks(self.own, min_attempts=3)

    def test_attempts_before_they_were_reached(self):
        for number in (-9, -8, -7):
            self.attempt(self.own, number=number)
        self.attempt(self.own, "talked", number=-6)
        self.assert_asks(self.own.browse(), min_attempts=3)

    def test_attempts_about_debts_paid_long_ago(self):
        """Nobody was reached then, and it was paid; what is late now is another matter."""
        for number in (-400, -399, -398):
            self.attempt(self.own, number=number)
        self.catch_up()
        self.assertEqual(self.own.attempt_count, 3)
        rule = self.assert_asks(self.own.browse(), min_attempts=3)
        due = self.own.chase_due_date
        for hour, asked in (("00:30", self.own.browse()), ("23:30", self.own)):
            for number in range(3):
                self.attempt(self.own, number=0, date=f"{due} {hour}:0{number}")
            # their day begins five hours later
            # sudo: see CollectCase
            self.company.sudo().partner_id.tz = "America/New_York"
            self.env.flush_all()
            self.assertEqual(rule._get_matches(), asked.ids)

    def test_promises_broken_long_ago(self):
        self.promise(self.own, -400, on=-405, promised_on=self.day(-405))
        self.catch_up()
        self.assertEqual(self.own.broken_promise_count, 1)
        self.assert_asks(self.own.browse(), min_broken=1)

    def test_broken_promises(self):
        self.promise(self.own, -20, on=-25, promised_on=self.day(-25))
        self.catch_up()
        self.assertEqual(self.own.broken_promise_count, 1)
        self.assert_asks(self.own, min_broken=1)

    def test_all_that_is_given_must_hold(self):
        for _number in range(3):
            self.attempt(self.own)
            self.attempt(self.free)
        self.assert_asks(self.own, min_attempts=3, min_amount=1000)

    def test_domain(self):
        self.assert_asks(self.free, domain=f"[('partner_id', '=', {self.free.partner_id.id})]")

    def dispute(self, account, **values):
        items = self.items(
            self.env["account.move"].search([("partner_id", "=", account.partner_id.id)])
        )
        # sudo: see CollectCase
        dispute = self.env["ar.collect.dispute"].sudo()
        return dispute.create(
            {
                "account_id": account.id,
                "reason_id": self.env.ref("ar_collect.dispute_reason_price").id,
                "item_ids": [Command.create({"line_id": items[:1].id})],
                **values,
            }
        )

    def test_dispute_past_its_deadline(self):
        """Although nothing is to be chased."""
        self.dispute(self.own).date_deadline = self.day(-1)
        self.dispute(self.free).date_deadline = self.day(0)
        self.catch_up()
        self.assertFalse(self.own.amount_chasable)
        self.assert_asks(self.own, dispute_late=True)

    def test_all_is_disputed(self):
        self.dispute(self.own)
        self.assert_asks(self.own.browse(), min_amount=1000)

    def notice(self, account, number, **values):
        """A firm notice about all that is overdue, sent on some day."""
        # sudo: see CollectCase
        strategy = self.env["ar.collect.strategy"].sudo().search([], limit=1)
        step = strategy.step_ids.filtered(lambda step: step.channel == "email")[:1]
        # sudo: see CollectCase
        notice = self.env["ar.collect.notice"].sudo()
        notice = notice.create(
            {
                "account_id": account.id,
                "company_id": account.company_id.id,
                "strategy_id": strategy.id,
                "step_id": step.id,
                "channel": "email",
                "tone": "2_firm",
                "state": "sent",
                "date_planned": self.day(number),
                "sent_at": f"{self.day(number)} 09:00:00",
                **values,
            }
        )
        items = self.items(
            self.env["account.move"].search([("partner_id", "=", account.partner_id.id)])
        )
        # sudo: see CollectCase
        self.env["ar.collect.notice.item"].sudo().create(
            [
                {
                    "notice_id": notice.id,
                    "company_id": account.company_id.id,
                    "line_id": line.id,
                    "currency_id": line.currency_id.id,
                }
                for line in items
            ]
        )
        return notice

    def test_silence(self):
        self.notice(self.own, -14)
        self.notice(self.free, -13)
        self.notice(self.foreign, -14, tone="1_friendly")
        self.assert_asks(self.own, silence_days=14)

    def test_answers(self):
        """A word, an answered mail, a promise, money: none of these is silence."""
        others = [self.debtor(f"Other {number}", 100) for number in range(4)]
        for account in (self.own, self.free, self.foreign, *others):
            self.notice(account, -14)
        self.attempt(self.free, "received", number=-3, direction="in", channel="email")
        self.attempt(self.foreign, "talked", number=-3)
        self.notice(others[0], -14, answered_at=f"{self.day(-2)} 10:00:00", cycle=2)
        others[0].notice_ids.answered_at = f"{self.day(-2)} 10:00:00"
        self.promise(others[1], 4).action_cancel()
        self.payment(others[2].partner_id, 10, on=-1)
        moves = self.env["account.move"].search([("partner_id", "=", others[3].partner_id.id)])
        self.credit_note(others[3].partner_id, 1)
        self.items(*moves).write({"no_followup": True})
        self.catch_up()
        self.assert_asks(self.own, silence_days=14)

    def test_before_they_were_written_to(self):
        self.attempt(self.own, "talked", number=-15)
        self.notice(self.own, -14)
        self.assert_asks(self.own, silence_days=14)

    def test_rules_without_condition(self):
        with self.assertRaisesRegex(UserError, "give a condition"):
            self.rule(min_amount=0)

    def test_broken_condition(self):
        with self.assertRaisesRegex(UserError, "cannot be used"):
            self.rule(domain="[('nonsense', '=', 1)]")

    def test_broken_rule_leaves_the_others_alone(self):
        broken, good = self.rule(min_amount=1), self.rule(min_amount=900, sequence=5)
        self.env.cr.execute(
            "UPDATE ar_collect_escalation_rule SET domain = %s WHERE id = %s",
            ["[('nonsense', '=', 1)]", broken.id],
        )
        broken.invalidate_recordset()
        with mute_logger(CONDITION, "odoo.sql_db"):
            self.run_day()
        self.assertEqual(self.asked_about(good), self.own)
        self.assertIn("nonsense", broken.problem)
        broken.domain = "[]"
        self.assertFalse(broken.problem)

    def test_condition_that_the_database_refuses(self):
        """One that only fails when it is carried out."""
        broken, good = self.rule(min_amount=1), self.rule(min_amount=900, sequence=5)
        self.env.cr.execute(
            "UPDATE ar_collect_escalation_rule SET domain = %s WHERE id = %s",
            ["[('credit_limit_used', '>', 'much')]", broken.id],
        )
        broken.invalidate_recordset()
        with mute_logger(CONDITION, "odoo.sql_db"):
            self.run_day()
        self.assertEqual(self.asked_about(good), self.own)
        self.assertTrue(broken.problem)

    def test_delivered_rules_are_off(self):
        delivered = self.rules.with_context(active_test=False).search([])
        delivered = delivered.filtered(lambda rule: rule.get_external_id()[rule.id])
        self.assertEqual(len(delivered), 5)
        self.assertFalse(delivered.filtered("active"))
        for rule in delivered:
            self.assertTrue(rule.conditions)
            rule._check_conditions()

    def test_switched_off(self):
        rule = self.rule(active=False)
        self.run_day()
        self.assertFalse(self.asked_about(rule))
        self.assertEqual(rule._get_matches(), self.own.ids, "it tells whom it would ask about")
        action = rule.with_user(self.manager).action_open_matches()
        self.assertEqual(self.accounts.search(action["domain"]), self.own)

    def test_used_rule_stays(self):
        rule = self.rule()
        self.run_day()
        with self.assertRaisesRegex(UserError, "archive it"):
            rule.unlink()


class TestEscalation(EscalationCase):
    """One escalation, from the question to the end."""

    def ask(self, **values):
        """The escalation of the own customer by a rule."""
        self.rule(**values)
        self.run_day()
        return self.of(self.own)

    # --- asked

    def test_what_is_asked(self):
        for _number in range(2):
            self.attempt(self.own, note="Only the mailbox")
        escalation = self.ask(deadline_days=3)
        self.assertRecordValues(
            escalation,
            [
                {
                    "state": "open",
                    "user_id": self.sam.id,
                    "collector_id": self.users["collector"].id,
                    "amount": 1200,
                    "days_late": 41,
                    "date_asked": self.today,
                    "date_deadline": self.day(3),
                    "question": "Please call them.",
                    "reason": "Too much",
                    "cycle": 1,
                    "is_fallback": False,
                }
            ],
        )
        for text in ("1,200.00", "41 days", "2 attempts", "Only the mailbox", "INV/"):
            self.assertIn(text, escalation.story)
        task = self.tasks(escalation)
        self.assertEqual((task.user_id, task.date_deadline), (self.sam, self.day(3)))
        self.assertIn("Please call them.", task.note)
        self.assertIn("Escalated to Sam Sales", self.talk(self.own))

    def test_mail(self):
        escalation = self.ask()
        # sudo: see CollectCase
        mail = (
            self.env["mail.mail"].sudo().search([("recipient_ids", "in", self.sam.partner_id.ids)])
        )
        self.assertEqual(len(mail), 1)
        self.assertIn("Own Customer", mail.subject)
        for text in ("Please call them.", "1,200.00", f"collections-asked-of-me/{escalation.id}"):
            self.assertIn(text, mail.body_html)
        self.assertEqual(mail.state, "outgoing", "the queue sends it")

    def test_language(self):
        # sudo: see CollectCase
        self.env["res.lang"].sudo()._activate_lang("fr_FR")
        self.sam.lang = "fr_FR"
        rule = self.rule()
        rule.with_context(lang="fr_FR").write({"name": "Trop", "question": "Appelez-les."})
        self.run_day()
        escalation = self.of(self.own)
        self.assertEqual((escalation.reason, escalation.question), ("Trop", "Appelez-les."))

    def test_deadline_is_of_working_days(self):
        """Wednesday off, then a weekend."""
        calendar = self.company.resource_calendar_id
        # sudo: see CollectCase
        self.env["resource.calendar.leaves"].sudo().create(
            {
                "name": "Feast",
                "company_id": self.company.id,
                "calendar_id": calendar.id,
                "date_from": f"{self.day(2)} 00:00:00",
                "date_to": f"{self.day(2)} 23:59:59",
            }
        )
        self.assertEqual(self.ask(deadline_days=4).date_deadline, self.day(7))

    # --- whom

    def test_nobody_sells_to_them(self):
        self.partner.user_id = False
        self.assertRecordValues(self.ask(), [{"user_id": self.manager.id, "is_fallback": True}])
        self.assertIn("nobody else", self.talk(self.own))

    def test_salesperson_has_left(self):
        self.sam.active = False
        self.assertRecordValues(self.ask(), [{"user_id": self.manager.id, "is_fallback": True}])

    def test_two_who_were_asked_have_left(self):
        """Both by hand about one customer: the manager is asked once, and the rest goes on."""
        tina = self.salesperson("tina")
        for person in (self.sam, tina):
            self.escalations.create(
                {
                    "account_id": self.own.id,
                    "user_id": person.id,
                    "question": "Please call them.",
                    "date_asked": self.today,
                    "date_deadline": self.day(3),
                    "requester_id": self.users["collector"].id,
                }
            )
        (self.sam | tina).active = False
        self.run_day()
        self.assertEqual(self.of(self.own, state="open").user_id, self.manager)
        self.assertEqual(len(self.of(self.own, state="open")), 1)

    def test_salesperson_of_another_company(self):
        other = self.other_company("Elsewhere")
        self.sam.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self.assertEqual(self.ask().user_id, self.manager)

    def test_salesperson_is_the_collector(self):
        self.own.user_id = self.sam
        self.assertEqual(self.ask().user_id, self.manager)

    def test_salesperson_is_away(self):
        tina = self.salesperson("tina")
        self.sam.write({"collect_away_from": self.today, "collect_substitute_id": tina.id})
        self.assertEqual(self.ask().user_id, tina)

    def test_done_in_another_company(self):
        """The task is the person's, whatever companies are switched on."""
        other = self.other_company("Elsewhere")
        escalation = self.ask()
        self.sam.company_ids += other
        # sudo: the task is the salesperson's
        task = self.env["mail.activity"].sudo()  # sudo: see above
        task = task.search(
            [("res_model", "=", escalation._name), ("user_id", "=", self.sam.id)]
        ).sudo(False)
        self.assertEqual(len(task), 1)
        self.env.flush_all()
        self.env.invalidate_all()
        task.with_user(self.sam).with_context(allowed_company_ids=other.ids).action_feedback(
            feedback="They pay on Friday"
        )
        self.assertEqual(escalation.answer, "They pay on Friday")

    def test_leader_unknown(self):
        escalations = type(self.escalations)
        with patch.object(escalations, "_get_leaders", lambda *_args: {}):
            self.assertEqual(self.ask(recipient="leader").user_id, self.manager)

    def test_leader(self):
        boss = self.salesperson("boss")
        escalations = type(self.escalations)
        with patch.object(escalations, "_get_leaders", lambda *_args: {self.sam.id: boss}):
            self.assertEqual(self.ask(recipient="leader").user_id, boss)

    def test_named_person(self):
        expert = self.salesperson("expert")
        self.assertEqual(self.ask(recipient="user", user_id=expert.id).user_id, expert)

    def test_no_manager_chosen(self):
        # sudo: see CollectCase
        self.company.sudo().collect_promise_escalation_user_id = False
        found = self.ask(recipient="manager").user_id
        self.assertTrue(found.has_group("ar_collect.group_manager"))
        self.assertIn(self.company, found.company_ids)

    def test_person_leaves_while_asked(self):
        escalation = self.ask()
        task = self.tasks(escalation)
        self.sam.active = False
        self.run_at(1)
        self.assertRecordValues(
            escalation, [{"state": "open", "user_id": self.manager.id, "is_fallback": True}]
        )
        self.assertEqual(escalation.date_deadline, self.day(4), "all the time to answer")
        self.assertEqual(self.tasks(escalation).user_id, self.manager)
        self.assertFalse(task.active)

    def test_person_leaves_during_the_pause(self):
        """Whoever has left gets no mail about the customer when it goes on."""
        escalation = self.ask()
        self.promise(self.own, 4)
        self.run_day()
        self.assertEqual(escalation.state, "paused")
        # sudo: see CollectCase
        mails = self.env["mail.mail"].sudo()
        domain = [("model", "=", escalation._name), ("res_id", "=", escalation.id)]
        mails.search(domain).unlink()
        self.sam.active = False
        self.run_at(8)
        self.assertRecordValues(
            escalation, [{"state": "open", "user_id": self.manager.id, "is_fallback": True}]
        )
        self.assertEqual(mails.search(domain).recipient_ids, self.manager.partner_id)
        self.assertEqual(self.tasks(escalation).user_id, self.manager)

    def test_two_who_were_asked_by_rules_have_left(self):
        tina = self.salesperson("tina")
        first = self.rule()
        self.rule(recipient="user", user_id=tina.id)
        self.run_day()
        self.assertEqual(self.of(self.own).user_id, self.sam + tina)
        (self.sam | tina).active = False
        self.run_day()
        left = self.of(self.own, state="open")
        self.assertEqual((left.rule_id, left.user_id), (first, self.manager))
        self.assertEqual(self.of(self.own).mapped("state"), ["open", "withdrawn"])

    # --- once

    def test_twice_a_day(self):
        self.rule()
        self.assertEqual(len(self.run_day()), 1)
        self.assertFalse(self.run_day())
        # sudo: see CollectCase
        status = self.env["ar.collect.refresh.status"].sudo()._for_companies(self.company)
        status.escalated_to = False
        self.assertFalse(self.run_day(), "not even when the day is begun again")
        self.assertEqual(len(self.of(self.own)), 1)

    def test_missed_days(self):
        self.rule()
        self.assertEqual(len(self.run_at(5)), 1)
        self.assertEqual(len(self.of(self.own)), 1)

    def test_once_in_the_database(self):
        escalation = self.ask()
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            with self.env.cr.savepoint():
                escalation.copy()

    def test_several_rules_ask_a_person_once(self):
        first, second = self.rule(sequence=1), self.rule(sequence=2, min_days_late=5)
        third = self.rule(sequence=3, recipient="manager")
        self.run_day()
        self.assertEqual(self.of(self.own).rule_id, first + third)
        self.assertNotIn(self.own, self.asked_about(second))
        self.assertIn(self.free, self.asked_about(second))

    def test_rules_of_a_customer_that_are_looked_at_apart(self):
        first = self.rule(sequence=1)
        self.rule(sequence=2)
        with patch.object(ar_collect_escalation_run, "LOOKED_AT", 1):
            self.run_day()
        self.assertEqual(self.of(self.own).rule_id, first)

    def test_most_of_a_day(self):
        """The rest comes the next days."""
        self.rule(min_amount=100)
        with patch.object(ar_collect_escalation_run, "MOST", 2):
            self.assertEqual(self.run_day().account_id, self.own + self.free)
            self.assertEqual(self.run_at(1).account_id, self.foreign)

    def test_not_again_for_the_same_debt(self):
        escalation = self.ask(repeat_days=0)
        escalation.with_user(self.sam)._answer("go_on", "")
        self.assertFalse(self.run_at(30))
        self.invoice(self.partner, 2000, due=-1)
        self.assertFalse(self.run_at(31), "the old debt is still there")

    def test_again_after_some_days(self):
        escalation = self.ask(repeat_days=14)
        escalation.with_user(self.sam)._answer("go_on", "")
        self.assertFalse(self.run_at(13))
        self.assertEqual(self.run_at(14).cycle, 2)

    def test_again_for_newer_debts(self):
        escalation = self.ask(repeat_days=0)
        escalation.with_user(self.sam)._answer("will_pay", "")
        moves = self.env["account.move"].search([("partner_id", "=", self.partner.id)])
        self.payment(self.partner, 1200, moves)
        self.invoice(self.partner, 1500, due=-1)
        self.assertEqual(self.run_at(1).cycle, 2)

    # --- comes to an end, or a pause, by itself

    def test_paid(self):
        escalation = self.ask()
        moves = self.env["account.move"].search([("partner_id", "=", self.partner.id)])
        self.payment(self.partner, 1200, moves)
        self.run_day()
        self.assertRecordValues(escalation, [{"state": "settled", "date_closed": self.today}])
        self.assertFalse(self.tasks(escalation))
        self.assertFalse(self.tasks(self.own), "the collector need not be told")

    def test_paid_before_the_run(self):
        """The row is stale; the ledger is read again."""
        self.rule()
        self.catch_up()
        moves = self.env["account.move"].search([("partner_id", "=", self.partner.id)])
        self.payment(self.partner, 1200, moves)
        self.assertFalse(self.escalations._process_company(self.company))

    def test_promise_pauses(self):
        escalation = self.ask()
        self.promise(self.own, 4)
        self.run_day()
        self.assertEqual(escalation.state, "paused")
        self.assertFalse(self.tasks(escalation))
        self.run_at(6)  # within the days of grace
        self.assertEqual(escalation.state, "paused", "no deadline runs")
        self.run_at(8)
        self.assertRecordValues(escalation, [{"state": "open", "date_deadline": self.day(11)}])
        self.assertIn("promise", escalation.story.lower())
        self.assertEqual(self.tasks(escalation).user_id, self.sam)

    def test_pause_counts_for_nobody(self):
        """The days to answer are those since it was asked again."""
        escalation = self.ask()
        self.promise(self.own, 4)
        self.run_day()
        self.assertFalse(escalation.date_resumed)
        self.run_at(8)
        self.assertEqual(escalation.date_resumed, self.day(8))
        with freeze_time(f"{self.day(9)} 09:00:00"):
            self.answer(escalation)
        self.assertRecordValues(escalation, [{"answer_days": 1, "is_late": False}])

    def test_never_while_a_promise_holds(self):
        self.promise(self.own, 4, amount=1)
        self.rule()
        for number in range(8):
            self.assertFalse(self.run_at(number), number)
        self.assertTrue(self.run_at(8))

    def test_deadline(self):
        escalation = self.ask(deadline_days=2)
        self.run_at(2)
        self.assertEqual(escalation.state, "open", "until the end of the day")
        self.run_at(3)
        self.assertEqual((escalation.state, escalation.date_closed), ("unanswered", self.day(3)))
        self.assertFalse(self.tasks(escalation))
        back = self.tasks(self.own)
        self.assertEqual((back.user_id, back.date_deadline), (self.users["collector"], self.day(3)))
        self.assertIn("did not answer", back.summary)
        self.assertIn("without an answer", self.talk(self.own))

    def test_collector_has_left(self):
        """It comes back to the collections manager."""
        escalation = self.ask(deadline_days=2)
        self.users["collector"].active = False
        self.run_at(3)
        self.assertEqual(self.tasks(self.own).user_id, self.manager)
        self.assertEqual(escalation.state, "unanswered")

    # --- answered

    def answer(self, escalation, outcome="talked", text="They pay on Friday.", user=None):
        """As a person does: by the button and its form."""
        mine = escalation.sudo(False).with_user(user or self.sam)
        context = mine.action_answer()["context"]
        wizard = self.env["ar.collect.escalation.answer"].with_user(user or self.sam)
        wizard = wizard.with_context(**context).create({"outcome": outcome, "answer": text})
        wizard.action_answer()

    def test_answer(self):
        escalation = self.ask()
        with freeze_time(f"{self.day(2)} 09:00:00"):
            self.answer(escalation)
        self.assertRecordValues(
            escalation,
            [
                {
                    "state": "answered",
                    "outcome": "talked",
                    "answer": "They pay on Friday.",
                    "answered_by_id": self.sam.id,
                    "answer_days": 2,
                    "is_late": False,
                    "date_closed": self.day(2),
                }
            ],
        )
        self.assertFalse(self.tasks(escalation))
        back = self.tasks(self.own)
        self.assertEqual((back.user_id, back.date_deadline), (self.users["collector"], self.day(2)))
        self.assertIn("Sam Sales answered: I talked to them", back.summary)
        self.assertIn("They pay on Friday.", back.note)
        message = self.own.message_ids[0]
        self.assertEqual(message.author_id, self.sam.partner_id)
        self.assertIn("They pay on Friday.", message.body)
        self.assertEqual(self.own.next_action_date, self.day(2), "on top of the worklist")

    def test_answer_is_escaped(self):
        self.answer(self.ask(), text="<script>alert(1)</script>")
        self.assertNotIn("<script>", self.talk(self.own))

    def test_done_with_a_word_is_an_answer(self):
        escalation = self.ask()
        self.tasks(escalation).with_user(self.sam).action_feedback(feedback="Leave them to me")
        self.assertRecordValues(
            escalation,
            [{"state": "answered", "outcome": "other", "answer": "Leave them to me"}],
        )
        self.assertTrue(self.tasks(self.own))

    def test_done_without_a_word_is_none(self):
        escalation = self.ask()
        self.tasks(escalation).with_user(self.sam).action_feedback()
        self.assertEqual(escalation.state, "open")

    def test_answer_after_the_deadline(self):
        escalation = self.ask(deadline_days=2)
        self.run_at(3)
        with freeze_time(f"{self.day(4)} 09:00:00"):
            self.answer(escalation)
        self.assertRecordValues(escalation, [{"state": "answered", "is_late": True}])
        back = self.tasks(self.own)
        self.assertEqual(len(back), 1, "in place of the one without")
        self.assertIn("answered", back.summary)

    def test_change_of_mind(self):
        escalation = self.ask()
        self.answer(escalation)
        wizard = self.env["ar.collect.escalation.answer"].with_user(self.sam)
        wizard = wizard.create({"escalation_id": escalation.id})
        self.assertEqual((wizard.outcome, wizard.answer), ("talked", "They pay on Friday."))
        self.answer(escalation, "hold", "They will not pay at all.")
        self.assertEqual(escalation.outcome, "hold")
        # the managers have one each as well: the hold is theirs to decide
        back = self.tasks(self.own).filtered(lambda task: task.user_id == escalation.collector_id)
        self.assertEqual(len(back), 1)
        self.assertIn("Sell no more", back.summary)

    def test_other_needs_words(self):
        with self.assertRaisesRegex(UserError, "few words"):
            self.answer(self.ask(), "other", " ")

    def test_collector_notes_what_was_said(self):
        escalation = self.ask()
        self.answer(escalation, user=self.users["collector"])
        self.assertEqual(escalation.answered_by_id, self.users["collector"])
        self.assertFalse(self.tasks(self.own), "the collector knows")

    def test_settled_needs_no_answer(self):
        escalation = self.ask()
        moves = self.env["account.move"].search([("partner_id", "=", self.partner.id)])
        self.payment(self.partner, 1200, moves)
        self.run_day()
        with self.assertRaisesRegex(UserError, "no answer any more"):
            self.answer(escalation)

    def test_taken_back(self):
        escalation = self.ask()
        escalation.with_user(self.users["collector"]).action_withdraw()
        self.assertEqual(escalation.state, "withdrawn")
        self.assertFalse(self.tasks(escalation))
        with self.assertRaisesRegex(UserError, "ended already"):
            escalation.with_user(self.users["collector"]).action_withdraw()
        self.assertFalse(self.run_at(1), "not asked again the next day")

    # --- by hand

    def ask_by_hand(self, user=None, account=None, **values):
        """As a collector does: by the button and its form."""
        collector = user or self.users["collector"]
        account = (account or self.own).sudo(False).with_user(collector)
        context = account.action_escalate()["context"]
        wizard = self.env["ar.collect.escalation.ask"].with_user(collector)
        wizard = wizard.with_context(**context).create({"question": "Who is the owner?", **values})
        wizard.action_ask()
        return self.of(self.own, requester_id=collector.id)

    def test_by_hand(self):
        escalation = self.ask_by_hand()
        self.assertRecordValues(
            escalation,
            [
                {
                    "user_id": self.sam.id,
                    "collector_id": self.users["collector"].id,
                    "question": "Who is the owner?",
                    "date_deadline": self.day(3),
                    "rule_id": False,
                }
            ],
        )
        self.assertEqual(self.own.escalation_open_count, 1)
        with self.assertRaisesRegex(UserError, "already"):
            self.ask_by_hand()

    def test_by_hand_for_somebody_who_is_not_overdue(self):
        moves = self.env["account.move"].search([("partner_id", "=", self.partner.id)])
        self.payment(self.partner, 1200, moves)
        self.invoice(self.partner, 100, due=10)
        self.catch_up()
        escalation = self.ask_by_hand()
        self.run_day()
        self.assertEqual(escalation.state, "open")

    def test_by_hand_while_promised(self):
        self.promise(self.own, 4)
        self.catch_up()
        escalation = self.ask_by_hand()
        self.run_day()
        self.assertEqual(escalation.state, "open", "the collector knows of that promise")

    def test_not_oneself(self):
        with self.assertRaisesRegex(UserError, "somebody else"):
            self.ask_by_hand(recipient="user", user_id=self.users["collector"].id)

    # --- elsewhere

    def test_another_company(self):
        """Its rules and its days are its own."""
        other = self.other_company("Elsewhere", tz="Pacific/Auckland")
        self.invoice(self.partner, 5000, due=-50, company=other)
        self.sam.company_ids += other
        self.catch_up()
        self.accounts._refresh(companies=other)
        mine, everywhere = self.rule(), self.rule(company_id=False, min_amount=4000)
        found = self.run_day(other)
        self.assertEqual(found.rule_id, everywhere)
        self.assertEqual(found.account_id, self.account(self.partner, other))
        self.assertEqual(found.date_asked, self.day(1), "it is tomorrow there")
        self.run_day()
        self.assertEqual(self.asked_about(mine), self.own)

    def test_companies_of_the_scheduled_action(self):
        """Those whose customers are aged to their today."""
        self.accounts._refresh(companies=self.company)
        self.assertIn(self.company, self.escalations._get_companies_to_run())
        with freeze_time(f"{self.day(1)} 12:00:00"):
            self.assertNotIn(self.company, self.escalations._get_companies_to_run())

    def test_merged(self):
        """Customers that become one are asked about once."""
        self.rule(min_amount=500)
        self.run_day()
        self.assertEqual(len(self.of(self.own) + self.of(self.free)), 2)
        # sudo: see CollectCase
        merge = self.env["base.partner.merge.automatic.wizard"].sudo()
        merge.create({})._merge((self.own + self.free).partner_id.ids, self.partner)
        self.catch_up()
        escalations = self.of(self.account(self.partner))
        self.assertEqual(sorted(escalations.mapped("state")), ["open", "withdrawn"])
