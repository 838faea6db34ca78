# Part of ar_collect. License LGPL-3.
"""News for salespeople: of their customers alone, once, when they wish."""

from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, new_test_user
from odoo.tools import mute_logger

from .escalation_common import EscalationCase

NOON = "2026-03-16 12:00:00"


@freeze_time(NOON)
class SalesNewsCase(EscalationCase):
    """Monday noon, UTC. Sam sells to all three customers, and hears at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # sudo: see CollectCase
        cls.news = cls.env["ar.collect.sales.news"].sudo()  # sudo: ~
        cls.readers = cls.env["ar.collect.sales.reader"].sudo()  # sudo: ~
        cls.accounts._refresh(companies=cls.company)
        cls.sam.write({"tz": "UTC", "lang": "en_US", "collect_sales_news": "now"})
        cls.tina = cls.salesperson("tina", name="Tina Sales", tz="UTC")
        cls.tina.collect_sales_news = "now"
        cls.collector = cls.users["collector"]
        cls.env.flush_all()
        cls.news.search([]).unlink()
        cls.readers.search([]).unlink()

    def say(self, account=None, kind="collection", **values):
        """Some news about a customer."""
        account = account or self.own
        return self.news.create(
            {
                "account_id": account.id,
                "company_id": account.company_id.id,
                "kind": kind,
                "amount": 1200,
                "date": self.day(-41),
                **values,
            }
        )

    def kinds(self, account=None):
        """What was noted of a customer, oldest first."""
        domain = [("account_id", "=", (account or self.own).id)]
        return self.news.search(domain, order="id").mapped("kind")

    def send(self, user=None, at=NOON):
        """The mail that somebody gets when the scheduled action runs."""
        with freeze_time(at):
            due = self.news._get_due_users()
            return self.news._process(user or self.sam) if (user or self.sam) in due else None

    def text(self, mail):
        """What a mail says, as one line of text."""
        return " ".join(str(mail.body_html).replace("\xa0", " ").split()) if mail else ""


@freeze_time(NOON)
class TestSalesNews(SalesNewsCase):
    # --- what is news

    def test_promises(self):
        kept, broken = self.promise(self.own, 2), self.promise(self.free, 2)
        self.assertEqual(self.kinds(), ["promise_made"])
        moves = self.env["account.move"].search([("partner_id", "=", self.partner.id)])
        self.payment(self.partner, 1200, moves)
        self.catch_up()
        self.assertEqual(kept.state, "kept")
        self.run_at(8)
        self.assertEqual(broken.state, "broken")
        self.assertEqual(self.kinds(self.free), ["promise_made", "promise_broken"])
        [news] = self.news.search([("kind", "=", "promise_broken")])
        self.assertEqual((news.amount, news.date), (800, self.day(2)))
        self.assertFalse(news.author_id, "the ledger said so")
        self.assertIn("promise_kept", self.kinds())

    def test_promise_withdrawn(self):
        promise = self.promise(self.own).with_user(self.collector)
        promise.action_cancel()
        self.assertEqual(self.kinds(), ["promise_made", "promise_withdrawn"])
        mail = self.text(self.send())
        self.assertIn("was withdrawn", mail)
        self.assertNotIn("Promised to pay", mail, "it is not so any more")

    def test_foreign_currency(self):
        """Amounts are told in the company's currency."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {"name": "2026-01-01", "rate": 0.5, "currency_id": euro.id, "company_id": False}
        )
        self.env["res.currency.rate"].search([("company_id", "=", self.company.id)]).unlink()
        move = self.invoice(self.partner, 100, currency=euro)
        self.catch_up()
        line = self.items(move)
        self.env["ar.collect.dispute"].sudo().create(  # sudo: see CollectCase
            {
                "account_id": self.own.id,
                "reason_id": self.env.ref("ar_collect.dispute_reason_price").id,
                "item_ids": [Command.create({"line_id": line.id, "amount": 100})],
            }
        )
        [news] = self.news.search([("kind", "=", "dispute_opened")])
        self.assertAlmostEqual(news.amount, 200)

    def dispute(self, account, amount=100):
        move = self.env["account.move"].search([("partner_id", "=", account.partner_id.id)])
        # sudo: see CollectCase
        disputes = self.env["ar.collect.dispute"].sudo().with_user(self.users["manager"])
        return disputes.create(
            {
                "account_id": account.id,
                "reason_id": self.env.ref("ar_collect.dispute_reason_price").id,
                "item_ids": [Command.create({"line_id": self.items(move).id, "amount": amount})],
            }
        )

    def test_disputes(self):
        dispute = self.dispute(self.own)
        self.assertEqual(self.kinds(), ["dispute_opened"])
        mail = self.text(self.send())
        self.assertIn(f"Contests $ 100.00: {dispute.reason_id.name}.", mail)
        dispute._resolve("withdrawn")
        self.assertIn("The dispute about $ 100.00 is over: Withdrawn", self.text(self.send()))
        dispute.action_reopen()
        self.assertEqual(self.kinds(), ["dispute_opened", "dispute_closed", "dispute_opened"])

    def test_hold(self):
        self.own.with_user(self.manager).hold = True
        self.assertEqual(self.kinds(), ["hold"])
        self.assertEqual(self.news.search([]).author_id, self.manager)
        self.own.hold = True
        self.assertEqual(self.kinds(), ["hold"], "nothing has changed")
        self.assertIn("On credit hold", self.text(self.send()))
        self.own.hold = False
        self.assertEqual(self.kinds(), ["hold", "hold_ended"])
        self.assertIn("No longer on credit hold", self.text(self.send()))

    def test_hold_by_rule(self):
        """Told in the morning, with what holds them; and once more when orders pass again."""
        self.company.write({"collect_hold_active": True, "collect_hold_approve_days": 30})
        self.free.partner_id.user_id = False
        self.run_night()
        self.assertEqual(self.kinds(), ["rule_hold"])
        self.assertNotIn("rule_hold", self.kinds(self.free), "nobody sells to them")
        self.run_night()
        self.assertEqual(self.kinds(), ["rule_hold"], "once")
        mail = self.text(self.send())
        self.assertIn("New orders on credit are held. $ 1,200.00 is overdue, the oldest", mail)
        moves = self.env["account.move"].search([("partner_id", "=", self.partner.id)])
        self.payment(self.partner, 1200, moves)
        self.catch_up()
        self.run_night()
        self.assertEqual(self.kinds(), ["rule_hold", "settled", "rule_hold_ended"])
        self.assertIn("New orders on credit pass again.", self.text(self.send()))

    def test_hold_by_rule_from_the_start(self):
        """Who is held when a company has its first customers is no news; who is later, is."""
        other = self.other_company("New")
        other.write({"collect_hold_active": True, "collect_hold_approve_days": 30})
        self.sam.company_ids |= other
        partners = [self.customer(name, user_id=self.sam.id) for name in ("First", "Second")]
        for partner in partners:
            self.invoice(partner, 50, due=-40, company=other)
            self.run_night(other)
        first, second = self.accounts.search([("company_id", "=", other.id)], order="id")
        self.assertTrue(first.sales_held)
        self.assertEqual((self.kinds(first), "rule_hold" in self.kinds(second)), ([], True))

    def test_hold_by_rule_and_by_hand(self):
        """What holds them anyway is told once; that one of two holds has ended, as it is."""
        self.company.write({"collect_hold_active": True, "collect_hold_approve_days": 30})
        self.own.hold = True
        self.run_night()
        self.assertEqual(self.kinds(), ["hold"])
        self.assertTrue(self.send())
        self.own.hold = False
        mail = self.text(self.send())
        self.assertIn("still held. $ 1,200.00 is overdue", mail)
        self.assertNotIn("No longer on credit hold.", mail)

    def test_hold_by_hand_alone(self):
        """No rule holds them, before or after."""
        self.company.write({"collect_hold_active": True, "collect_hold_approve_days": 60})
        self.own.hold = True
        self.run_night()
        self.own.hold = False
        self.run_night()
        self.assertEqual(self.kinds(), ["hold", "hold_ended"])

    def test_hold_by_rule_released(self):
        """Who was released meanwhile is not told as held."""
        self.company.write({"collect_hold_active": True, "collect_hold_approve_days": 30})
        (self.free | self.foreign).partner_id.user_id = False
        self.run_night()
        account = self.own.sudo(False).with_user(self.manager)
        releases = self.env["ar.collect.hold.release"].with_user(self.manager)
        releases._give(account, "They are good", self.day(4))
        mail = self.text(self.send())
        self.assertIn("Released for new business", mail)
        self.assertNotIn("are held", mail)

    def test_hold_after_a_release(self):
        """Whoever heard that orders pass hears that they do not any more: by rule, or by hand."""
        self.company.write({"collect_hold_active": True, "collect_hold_approve_days": 30})
        self.free.partner_id.user_id = self.foreign.partner_id.user_id = False
        self.run_night()
        self.send()
        for by_hand, said in ((False, "are held. $ 1,200.00 is"), (True, "On credit hold:")):
            self.own.hold = by_hand
            ended, over = self.give(self.day(4)), self.give(self.day(3))
            self.assertIn("Released for new business", self.text(self.send()))
            ended.with_user(self.manager).action_end()
            self.assertFalse(self.send(), "the other one counts")
            with freeze_time(self.day(4)):
                over._process_ended()
            self.assertEqual(over.state, "ended")
            with freeze_time(self.day(4)):
                self.assertIn(said, self.text(self.news._process(self.sam)))

    def test_hold_after_a_release_no_more(self):
        """Who has paid meanwhile is not held."""
        self.company.write({"collect_hold_active": True, "collect_hold_approve_days": 30})
        release = self.give(self.day(4))
        moves = self.env["account.move"].search([("partner_id", "=", self.partner.id)])
        self.payment(self.partner, 1200, moves)
        self.catch_up()
        release.with_user(self.manager).action_end()
        self.assertNotIn("rule_hold", self.kinds())

    def give(self, until):
        """A release of the own customer by the manager."""
        account = self.own.sudo(False).with_user(self.manager)
        return account.env["ar.collect.hold.release"]._give(account, "They are good", until)

    def test_hold_by_rule_off(self):
        """Where rules hold nobody any more, that is news as well; and elsewhere nothing changes."""
        self.company.write({"collect_hold_active": True, "collect_hold_approve_days": 30})
        self.run_night()
        self.company.collect_hold_active = False
        self.run_night(self.other_company("Elsewhere"))
        self.assertEqual(self.kinds(), ["rule_hold"])
        self.run_night()
        self.assertEqual(self.kinds(), ["rule_hold", "rule_hold_ended"])

    def test_hold_by_rule_fails(self):
        """The figures of the night are fresh all the same."""
        self.invoice(self.partner, 100)
        with (
            mute_logger("odoo.addons.ar_collect.models.ar_collect_sales_news"),
            patch.object(type(self.accounts), "_note_rule_holds", side_effect=ValueError("broken")),
        ):
            self.run_night()
        self.assertEqual(self.own.amount_overdue, 1300)

    def test_hold_by_rule_queries(self):
        """As many for many customers as for few."""
        self.company.write({"collect_hold_active": True, "collect_hold_approve_days": 30})
        counts = []
        for number in (3, 3, 30):
            names = [{"name": "P", "user_id": self.sam.id} for _index in range(number)]
            for partner in self.env["res.partner"].create(names):
                self.invoice(partner, 50, due=-40)
            self.catch_up()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.accounts._note_rule_holds(self.company)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(self.news.search_count([("kind", "=", "rule_hold")]), 3 + 36)
        self.assertEqual(counts[1], counts[2])

    def run_night(self, company=None):
        """What is worked out when a day begins."""
        self.accounts._process_company(company or self.company)
        self.env.invalidate_all()

    def test_to_and_fro(self):
        """Only what is left of it is told: never the end of what nobody was told."""
        for on, off in (("hold", "hold_ended"), ("collection", "settled")):
            with self.subTest(on):
                self.own.write({"hold": False, "sales_in_collection": False})
                self.news.search([]).unlink()
                self.say(kind=on)
                self.say(kind=off)
                self.assertFalse(self.send())
                self.own.write({"hold": True, "sales_in_collection": True})
                self.news.search([]).unlink()
                first, between, last = (self.say(kind=kind) for kind in (on, off, on))
                self.say(self.free, "promise_made")
                news = first | between | last
                self.assertEqual(news._filter_net(), last)
                self.assertEqual(self.text(self.send()).count("03/16/2026"), 1)
                self.assertEqual(news.told_ids, self.sam, "not told later either")
                self.say(kind=off)
                self.say(kind=on)
                self.assertFalse(self.send(), "as it was told")

    def test_release_that_is_over(self):
        releases = self.env["ar.collect.hold.release"].with_user(self.manager)
        account = self.own.sudo(False).with_user(self.manager)
        releases._give(account, "They are good", self.day(4))
        self.sam.collect_sales_news = "week"
        self.assertFalse(self.send(at="2026-03-23 12:00:00"))

    def test_release(self):
        """Whoever has asked was told already; the others hear of it."""
        releases = self.env["ar.collect.hold.release"].with_user(self.manager)
        account = self.own.sudo(False).with_user(self.manager)
        releases._give(account, "They are good", self.day(4))
        self.assertIn("until 03/20/2026", self.text(self.send()))
        request = self.env["ar.collect.hold.release"].with_user(self.sam)._ask(self.own, "Please")
        request.sudo(False).with_user(self.manager)._refuse("No")
        request = self.env["ar.collect.hold.release"].with_user(self.sam)._ask(self.own, "Please!")
        request.sudo(False).with_user(self.manager)._release("Well", self.day(4))
        self.assertEqual(self.kinds(), ["released", "released"])
        self.assertFalse(self.send())

    def test_escalation(self):
        """Whoever is asked has a mail of its own; a colleague's customer is news."""
        self.rule(recipient="user", user_id=self.tina.id)
        self.run_day()
        self.assertEqual(self.kinds(), ["escalated"])
        self.partner.user_id = self.tina
        self.assertFalse(self.send(self.tina), "she is asked herself")
        self.partner.user_id = self.sam
        self.assertIn("asks a colleague", self.text(self.send()))

    def test_escalation_that_begins_paused(self):
        """It is news when somebody is asked indeed, once."""
        self.promise(self.own, 4)
        tina = {"recipient": "user", "user_id": self.tina.id, "reason": "Late", "question": "?"}
        asked = self.escalations._create_asked(
            self.company,
            self.day(0),
            [{**tina, "account_id": self.own.id, "deadline_days": 1, "state": "paused"}],
        )
        self.assertNotIn("escalated", self.kinds())
        for _again in range(2):
            asked._resume(self.company, self.day(0))
            self.assertEqual(self.kinds().count("escalated"), 1)
            asked._pause()

    def test_escalation_over_meanwhile(self):
        self.rule(recipient="user", user_id=self.tina.id)
        self.run_day()
        asked = self.escalations.search([("account_id", "=", self.own.id)])
        asked._end("withdrawn", "no need")
        self.assertFalse(self.send())

    def test_plan(self):
        """One piece of news for the plan, none for each of its instalments."""
        move = self.env["account.move"].search([("partner_id", "=", self.partner.id)])
        # sudo: see CollectCase
        plan = (
            self.env["ar.collect.payment.plan"]
            .sudo()
            .create(  # sudo: ~
                {
                    "account_id": self.own.id,
                    "item_ids": [Command.create({"line_id": self.items(move).id})],
                    "instalment_ids": [
                        Command.create({"date": self.day(day), "amount": 600}) for day in (4, 11)
                    ],
                }
            )
        )
        self.assertEqual(self.kinds(), [])
        plan.action_agree()
        self.assertEqual(self.kinds(), ["plan_agreed"])
        self.assertIn("Agreed to pay $ 1,200.00 in instalments", self.text(self.send()))
        with freeze_time(f"{self.day(30)} 12:00:00"):
            self.accounts._refresh(companies=self.company)
        self.assertEqual(plan.state, "broken")
        self.assertIn("plan_broken", self.kinds())

    # --- in collection, and settled

    def test_collection(self):
        """Once when it begins, seven days late, and once when nothing is overdue any more."""
        account = self.debtor("Newcomer", 400, due=-3)
        account.partner_id.user_id = self.sam
        self.assertEqual(self.kinds(account), [])
        self.run_at(3)
        self.assertEqual(self.kinds(account), [])
        for number in (4, 5, 9):
            self.run_at(number)
            self.assertEqual(self.kinds(account), ["collection"])
        mail = self.text(self.send(at="2026-03-20 12:00:00"))
        self.assertIn("In collection: $ 400.00 overdue, the oldest since 03/13/2026.", mail)
        moves = self.env["account.move"].search([("partner_id", "=", account.partner_id.id)])
        self.payment(account.partner_id, 400, moves)
        self.run_at(9)
        self.run_at(10)
        self.assertEqual(self.kinds(account), ["collection", "settled"])
        self.assertIn("All settled", self.text(self.send(at="2026-03-26 13:00:00")))

    def test_small_amount(self):
        self.company.collect_sales_news_amount = 400
        account = self.debtor("Newcomer", 400)
        self.assertEqual(self.kinds(account), [])
        self.invoice(account.partner_id, 1)
        self.catch_up()
        self.assertEqual(self.kinds(account), ["collection"])

    def test_promise_in_between(self):
        """Who promises, and does not keep it, does not come into collection a second time."""
        account = self.debtor("Newcomer", 400)
        self.promise(account, 2)
        self.run_at(8)
        self.assertEqual(self.kinds(account), ["collection", "promise_made", "promise_broken"])

    def test_beginning(self):
        """In a company that begins, who is in collection already is no news."""
        other = self.other_company("Elsewhere")
        self.accounts._refresh(companies=other)  # as long as it has no customers
        partner = self.customer("Theirs")
        self.invoice(partner, 300, company=other)
        self.catch_up()
        self.accounts._refresh(companies=other)
        account = self.account(partner, other)
        self.assertTrue(account.sales_in_collection)
        self.assertEqual(self.kinds(account), [])
        late = self.customer("Late")
        self.invoice(late, 300, company=other)
        self.catch_up()
        self.assertEqual(self.kinds(self.account(late, other)), ["collection"])

    def test_noting_fails(self):
        """Whoever takes a promise is not kept by what goes wrong with the news."""
        with (
            mute_logger("odoo.addons.ar_collect.models.ar_collect_sales_news"),
            patch.object(type(self.news), "create", side_effect=ValueError("broken")),
        ):
            promise = self.promise(self.own)
        self.assertEqual(promise.state, "open")
        self.assertEqual(self.kinds(), [])

    def test_what_others_write(self):
        """A mistake in what is still to be written is that of whoever wrote it."""
        mine, hers = self.readers._for_users(self.sam | self.tina)
        self.env.flush_all()
        values = {"account_id": self.own.id, "company_id": self.company.id, "kind": "hold"}
        logger = "odoo.addons.ar_collect.models.ar_collect_sales_news"
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db", logger):
            hers.user_id = mine.user_id
            self.news._note([values])

    # --- whose

    def test_own_alone(self):
        self.foreign.partner_id.user_id = self.tina
        self.say(self.own)
        self.say(self.foreign, amount=500)
        mine, theirs = self.text(self.send()), self.text(self.send(self.tina))
        self.assertIn("Own Customer", mine)
        self.assertNotIn("Foreign", mine)
        self.assertIn("Foreign Customer", theirs)
        self.assertNotIn("Own", theirs)

    def test_customer_given_away(self):
        """Between the event and the mail: the new salesperson hears, the former one does not."""
        self.say()
        self.partner.user_id = self.tina
        self.assertFalse(self.send())
        self.assertIn("Own Customer", self.text(self.send(self.tina)))

    def test_another_company(self):
        other = self.other_company("Elsewhere")
        self.invoice(self.partner, 5000, due=-50, company=other)
        self.catch_up()
        there = self.account(self.partner, other)
        there.sales_in_collection = True
        self.say(there, amount=5000)
        self.assertFalse(self.news._process(self.sam), "not of a company one does not work in")
        self.sam.company_ids += other
        self.say(self.own)
        mail = self.text(self.send())
        self.assertIn("Own Customer</a> <span", mail)
        self.assertIn("· Elsewhere", mail)
        self.assertIn(f"cids={other.id}", mail)

    def test_hidden_customer(self):
        """Whoever may not read the contact hears nothing of it."""
        self.env["ir.rule"].create(
            {
                "name": "Hidden",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"[('id', '!=', {self.partner.id})]",
            }
        )
        self.say()
        self.assertFalse(self.send())

    def test_not_fit(self):
        portal = new_test_user(self.env, "news_portal", groups="base.group_portal")
        portal.write({"email": "portal@us.example", "collect_sales_news": "now"})
        self.say()
        self.partner.user_id = portal
        self.assertFalse(self.news._get_due_users() & portal)
        self.partner.user_id = self.sam
        self.sam.email = False
        self.assertFalse(self.news._get_due_users())
        self.sam.email = "sam@us.example"
        self.sam.active = False
        self.assertFalse(self.news._get_due_users())

    def test_leader(self):
        """Whoever leads Sam hears of Sam's customers if wished, each for itself."""
        self.say()
        partners = type(self.env["res.partner"])
        with patch.object(
            partners,
            "_get_collect_led",
            lambda partners: self.sam if partners.env.user == self.tina else self.sam.browse(),
        ):
            self.assertFalse(self.send(self.tina))
            self.tina.collect_sales_news_team = True
            mine = self.text(self.send())
            self.assertNotIn("Salesperson:", mine)
            self.assertNotIn("led=1", mine)
            text = self.text(self.send(self.tina))
            self.assertIn("Own Customer", text, "although Sam was told")
            self.assertIn(f"Salesperson: {self.sam.name}", text)
            self.assertIn("/odoo/collections-my-customers?led=1", text)
            self.assertFalse(self.send(self.tina))

    def test_leader_on_mondays(self):
        """Whoever is told on Mondays waits for the Monday, also for the team's news."""
        partners = type(self.env["res.partner"])
        self.tina.write({"collect_sales_news": "week", "collect_sales_news_team": True})
        self.say()
        with patch.object(partners, "_get_collect_led", lambda _partners: self.sam):
            self.assertFalse(self.send(self.tina, at="2026-03-18 12:00:00"))
            self.assertTrue(self.send(self.tina, at="2026-03-23 12:00:00"))

    def test_leader_of_nobody(self):
        self.tina.collect_sales_news_team = True
        self.say()
        self.assertFalse(self.send(self.tina))

    def test_own_doing(self):
        self.say(author_id=self.sam.id)
        self.assertFalse(self.send())
        self.sam.group_ids += self.env.ref("ar_collect.group_manager")
        self.own.sudo(False).with_user(self.sam).hold = True
        self.assertFalse(self.send())

    # --- when

    def woken(self):
        """When the scheduled action was asked to run since this was looked at last."""
        cron = self.env.ref("ar_collect.ir_cron_sales_news")
        triggers = self.env["ir.cron.trigger"].sudo()  # sudo: the system's
        found = triggers.search([("cron_id", "=", cron.id)])
        moments = set(found.mapped("call_at"))
        found.unlink()
        return moments

    def test_immediately(self):
        """The scheduled action is woken, three minutes later; the events come in one mail."""
        self.woken()
        self.own.hold = True
        self.promise(self.own)
        self.assertEqual(self.woken(), {fields.Datetime.now() + timedelta(minutes=3)})
        mail = self.send()
        self.assertEqual(mail.subject, "News of Own Customer")
        self.assertEqual(self.text(mail).count("Own Customer</a>"), 1)

    def test_woken_by_the_ledger(self):
        self.woken()
        self.debtor("Newcomer", 400)
        self.assertTrue(self.woken())
        self.catch_up()
        self.assertFalse(self.woken())

    def test_nobody_hears_at_once(self):
        users = self.env["res.users"].search([("collect_sales_news", "=", "now")])
        users.collect_sales_news = "week"
        self.woken()
        self.own.hold = True
        self.assertFalse(self.woken())

    def test_every_day(self):
        """In the morning where one is, of a day on which one works."""
        self.sam.write({"collect_sales_news": "day", "tz": "America/New_York"})
        self.say(happened_at="2026-03-13 20:00:00")  # Friday
        self.assertFalse(self.send(at="2026-03-14 15:00:00"), "Saturday")
        self.assertFalse(self.send(at="2026-03-16 10:59:00"), "before 7 in New York")
        self.assertTrue(self.send(at="2026-03-16 11:00:00"))
        self.say(happened_at="2026-03-16 11:30:00")
        self.assertFalse(self.send(at="2026-03-16 20:00:00"), "not twice a day")
        self.assertTrue(self.send(at="2026-03-17 11:30:00"))

    def test_every_week(self):
        self.sam.collect_sales_news = "week"
        self.say(happened_at="2026-03-16 12:00:00")  # Monday noon
        self.assertFalse(self.send(at="2026-03-17 12:00:00"))
        self.assertFalse(self.send(at="2026-03-23 06:59:00"))
        self.assertTrue(self.send(at="2026-03-23 07:00:00"))
        self.say(happened_at="2026-03-23 07:00:01")
        self.assertFalse(self.send(at="2026-03-24 12:00:00"))

    def test_missed_monday(self):
        """No server on Monday: it comes on Tuesday."""
        self.sam.collect_sales_news = "week"
        self.say(happened_at="2026-03-18 12:00:00")
        self.assertTrue(self.send(at="2026-03-24 09:00:00"))

    def test_customer_taken_over(self):
        """Older news of a customer who comes to somebody wait for the next mail."""
        for frequency, soon, later in (
            ("day", "2026-03-18 15:00:00", "2026-03-19 07:00:00"),
            ("week", "2026-03-25 12:00:00", "2026-03-30 07:00:00"),
        ):
            with self.subTest(frequency):
                self.sam.collect_sales_news = frequency
                self.free.partner_id.user_id = self.tina
                self.say(self.own, happened_at="2026-03-16 11:00:00")
                self.say(self.free, happened_at="2026-03-16 11:00:00")
                self.assertTrue(self.send(at=soon[:10] + " 09:00:00"))
                self.free.partner_id.user_id = self.sam
                self.assertFalse(self.send(at=soon), "off schedule")
                self.assertIn("Free Customer", self.text(self.send(at=later)))

    def test_never(self):
        self.sam.collect_sales_news = "never"
        self.say()
        self.assertFalse(self.send())
        self.assertFalse(self.send(at="2026-03-23 12:00:00"))

    def test_begins_now(self):
        """Whoever did not want to hear is not told what happened until then."""
        self.sam.collect_sales_news = "never"
        self.say(happened_at="2026-03-16 11:00:00")
        self.sam.collect_sales_news = "now"
        self.assertFalse(self.send(at="2026-03-16 13:00:00"))
        self.say(happened_at="2026-03-16 12:30:00")
        self.assertTrue(self.send(at="2026-03-16 13:00:00"))

    def test_company_begins_now(self):
        self.sam.collect_sales_news = False
        self.company.collect_sales_news = "never"
        self.say(happened_at="2026-03-16 11:00:00")
        self.company.collect_sales_news = "now"
        self.assertFalse(self.send(at="2026-03-16 13:00:00"))
        self.say(happened_at="2026-03-16 12:30:00")
        self.assertTrue(self.send(at="2026-03-16 13:00:00"))

    def test_more_often(self):
        """Who wants to hear at once from now on hears what waited for Monday as well."""
        self.sam.collect_sales_news = "week"
        self.say(happened_at="2026-03-16 11:00:00")
        self.sam.collect_sales_news = "now"
        self.assertTrue(self.send())

    def test_after_weeks_away(self):
        """Who was away for long hears what happened since the last mail, as far as it is kept."""
        self.sam.collect_sales_news = "week"
        reader = self.readers._for_users(self.sam)
        self.say(happened_at="2026-02-24 12:00:00")
        self.assertFalse(self.send(), "nobody was told yet, and it is old")
        reader.told_at = "2026-02-23 07:05:00"
        self.say(self.free, happened_at="2026-02-22 12:00:00")
        mail = self.text(self.send())
        self.assertIn("Own Customer", mail)
        self.assertNotIn("Free Customer", mail, "before the last mail")
        reader.told_at = "2025-10-01 07:00:00"
        self.say(happened_at="2025-12-16 11:00:00")
        self.news.search([("account_id", "=", self.free.id)]).unlink()
        self.assertFalse(self.send(), "too old to be kept")

    def test_old(self):
        self.say(happened_at="2026-03-02 11:59:00")
        self.assertFalse(self.send())
        self.say(happened_at="2026-03-02 12:01:00")
        self.assertTrue(self.send())
        self.say(happened_at="2025-12-01 12:00:00")
        self.news._gc_old()
        self.assertEqual(len(self.kinds()), 2)

    # --- the choice

    def test_own_choice(self):
        me = self.sam.with_user(self.sam)
        me.write({"collect_sales_news": "day", "collect_sales_news_team": True})
        self.assertEqual(me.read(["collect_sales_news"])[0]["collect_sales_news"], "day")
        self.assertFalse(me.collect_leads)
        self.assertEqual(me.collect_sales_news_hint, "Unless you choose: Every Monday")
        with self.assertRaises(AccessError):
            self.tina.with_user(self.sam).write({"collect_sales_news": "never"})

    def test_default(self):
        self.sam.collect_sales_news = False
        self.assertEqual(self.sam._get_collect_sales_news(), "week")
        self.company.collect_sales_news = "day"
        self.assertEqual(self.sam._get_collect_sales_news(), "day")
        self.assertEqual(self.collector._get_collect_sales_news(), "never")
        self.collector.collect_sales_news = "now"
        self.assertEqual(self.collector._get_collect_sales_news(), "now")

    def test_new_user(self):
        """The form of a user who is not there yet can be opened."""
        users = self.env["res.users"].with_user(self.env.ref("base.user_admin"))
        with Form(users, "base.view_users_form") as form:
            form.name = form.login = "newcomer@us.example"
        self.assertFalse(form.record.collect_leads)

    # --- once

    def test_once(self):
        self.say()
        self.assertTrue(self.send())
        self.assertFalse(self.send())
        self.assertFalse(self.news._process(self.sam))

    def test_rolled_back(self):
        """What was not sent is not marked."""
        self.say()
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.assertTrue(self.send())
            raise ZeroDivisionError
        self.env.invalidate_all()
        self.assertTrue(self.send())

    def test_one_that_fails(self):
        """Says why, and the others get theirs; it is tried again."""
        self.foreign.partner_id.user_id = self.tina
        self.say(self.own)
        self.say(self.foreign)
        queue = type(self.news)._queue

        def fail(news, user, *args):
            if user == self.sam:
                raise ValueError("no such font")
            return queue(news, user, *args)

        cron = self.env.ref("ar_collect.ir_cron_sales_news")
        logger = "odoo.addons.ar_collect.models.ar_collect_sales_news_send"
        with self.enter_registry_test_mode(), mute_logger(logger):
            with patch.object(type(self.news), "_queue", fail):
                cron.method_direct_trigger()
        self.env.invalidate_all()
        problems = {one.user_id: one.problem for one in self.readers.search([])}
        self.assertEqual(problems[self.sam], "no such font")
        self.assertFalse(problems[self.tina])
        self.assertIn(self.tina, self.news.search([]).told_ids)
        self.assertTrue(self.send())
        self.assertFalse(self.readers.search([("problem", "!=", False)]))

    # --- with the report on customers in trouble

    def schedule(self, **values):
        # sudo: see CollectCase
        schedules = self.env["ar.collect.report.schedule"].sudo().with_company(self.company)
        schedules.search([]).active = False
        return schedules.create(
            {
                "kind": "sales",
                "company_ids": [Command.set(self.company.ids)],
                "next_date": self.today,
                **values,
            }
        )

    def test_with_the_report(self):
        """One mail on Monday: the report has the news above its figures."""
        self.sam.collect_sales_news = "week"
        schedule = self.schedule()
        self.say(happened_at="2026-03-12 12:00:00")
        self.assertFalse(self.send(), "the report has it")
        mails = schedule._process_due()
        mail = mails.filtered(lambda mail: mail.recipient_ids == self.sam.partner_id)
        self.assertIn("What has happened", mail.body_html)
        self.assertIn("In collection: $ 1,200.00", self.text(mail))
        self.assertFalse(self.send(at="2026-03-23 12:00:00"), "told")
        self.assertNotIn("What has happened", str(schedule._send(self.sam).body_html))

    def test_other_reports(self):
        """Who hears otherwise than the report comes, or does not get it, has mails of the own."""
        schedule = self.schedule()
        self.say()
        self.assertNotIn("What has happened", str(schedule._send(self.sam).body_html))
        self.assertTrue(self.send(), "at once")
        self.sam.collect_sales_news = "week"
        for values in (
            {"user_ids": [Command.set(self.tina.ids)]},
            {"interval": "month"},
            {"next_date": self.day(8)},
            {"active": False},
        ):
            with self.subTest(values):
                self.readers.search([]).told_at = False
                self.schedule(**values)
                self.say(happened_at="2026-03-12 12:00:00")
                self.assertTrue(self.send())

    def test_report_that_does_not_come(self):
        """Nobody waits for a report that was not sent on its day, or that has a problem."""
        self.sam.collect_sales_news = "week"
        for values in ({"next_date": self.day(-1)}, {"problem": "no such font"}):
            with self.subTest(values):
                self.readers.search([]).told_at = False
                self.schedule(**values)
                self.say(happened_at="2026-03-12 12:00:00")
                self.assertTrue(self.send())

    def test_report_that_fails(self):
        """Who got no report, as the page could not be made, gets the news by themselves."""
        self.sam.collect_sales_news = "week"
        schedule = self.schedule(user_ids=[Command.set(self.sam.ids)])
        self.say(happened_at="2026-03-12 12:00:00")
        with patch.object(type(schedule), "_render_page", side_effect=ValueError("no figures")):
            self.assertFalse(schedule._process_due())
        self.assertTrue(self.send())

    def test_report_of_good_news(self):
        """Nobody is late any more: the report is sent, for the news."""
        (self.free | self.foreign).partner_id.user_id = False
        self.sam.collect_sales_news = "week"
        moves = self.env["account.move"].search([("partner_id", "=", self.partner.id)])
        self.payment(self.partner, 1200, moves)
        schedule = self.schedule()
        self.catch_up()
        mails = schedule._process_due()
        mail = mails.filtered(lambda mail: mail.recipient_ids == self.sam.partner_id)
        self.assertEqual(mail.subject, "Own Customer: Settled")
        self.assertFalse(self.schedule()._process_due())

    # --- the mail

    def test_mail(self):
        self.say(self.own)
        self.say(self.free, amount=800)
        mail = self.send()
        self.assertEqual(mail.subject, "News of 2 of your customers who pay late")
        self.assertEqual(mail.recipient_ids, self.sam.partner_id)
        text = self.text(mail)
        self.assertLess(text.index("Own Customer"), text.index("Free Customer"), "most first")
        self.assertIn(f"/odoo/res.partner/{self.partner.id}?cids={self.company.id}", text)
        self.assertIn("Now: $ 1,200.00 overdue · 41 days late", text)
        self.assertIn("as soon as something happens", text)

    def test_one_customer(self):
        self.say()
        self.assertEqual(self.send().subject, "Own Customer: In Collection")

    def test_text_is_text(self):
        self.partner.name = "<script>alert(1)</script> 100 % %(amount)s"
        self.say()
        mail = self.send()
        self.assertNotIn("<script>", mail.body_html)
        self.assertIn("100 % %(amount)s", mail.body_html)

    def test_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.sam.lang = "de_DE"
        self.say()
        mail = self.send()
        self.assertIn("03.02.2026", self.text(mail).replace("02/03/2026", "?"))

    def test_all_sentences(self):
        """Each kind has one, and it can be made."""
        for kind, _label in self.news._fields["kind"].selection:
            news = self.say(kind=kind)
            self.assertTrue(news._get_text(None), kind)

    def test_gone(self):
        """A promise that was deleted is not told."""
        promise = self.promise(self.own)
        promise.unlink()
        self.assertEqual(self.kinds(), ["promise_made"])
        self.assertFalse(self.send())

    def test_merged_customers(self):
        """Two customers become one: its salesperson hears."""
        self.promise(self.free)
        # sudo: whoever merges has rights on contacts that the accountant of these tests has not
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo()  # sudo: see above
        wizard._merge((self.partner | self.free.partner_id).ids, self.partner)
        self.catch_up()
        self.assertEqual(self.kinds(self.own.exists()), ["promise_made"])

    # --- rights

    def test_roles(self):
        news = self.say(self.foreign)
        for login in ("inquiry", "collector_all", "manager"):
            self.assertEqual(self.seen_by(login, news).read(["kind"])[0]["kind"], "collection")
        for user in (self.collector, self.sam):
            with self.assertRaises(AccessError):
                news.sudo(False).with_user(user).read(["kind"])
        for login in ("inquiry", "manager"):
            with self.assertRaises(AccessError):
                self.seen_by(login, news).write({"amount": 1})
        reader = self.readers._for_users(self.sam)
        self.assertEqual(self.seen_by("manager", reader).frequency, "now")
        for user in (self.sam, self.collector, self.users["inquiry"]):
            with self.assertRaises(AccessError):
                reader.sudo(False).with_user(user).read(["problem"])
        other = self.other_company("Elsewhere")
        boss = new_test_user(
            self.env,
            "news_boss",
            groups="ar_collect.group_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertFalse(self.env["ar.collect.sales.news"].with_user(boss).search([]))
        self.assertFalse(self.env["ar.collect.sales.reader"].with_user(boss).search([]))

    # --- how many queries

    def test_queries(self):
        """Not more for many customers and events than for few."""
        accounts = self.own
        for number in range(20):
            account = self.debtor(f"Debtor {number}", 100)
            account.partner_id.user_id = self.sam
            accounts |= account
        self.news.search([]).unlink()

        def count(accounts):
            for account in accounts:
                self.say(account, "promise_made", res_model="ar.collect.promise", res_id=0)
                self.say(account)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertTrue(self.send())
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(accounts)
        self.assertEqual(count(accounts[:2]), count(accounts))

    def test_queries_of_noting(self):
        accounts = self.own | self.free | self.foreign

        def count(accounts):
            self.env.flush_all()
            accounts.hold = False
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.news._note(
                [
                    {"account_id": account.id, "company_id": account.company_id.id, "kind": "hold"}
                    for account in accounts
                    for _number in range(10)
                ]
            )
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(accounts)
        self.assertEqual(count(self.own), count(accounts))
