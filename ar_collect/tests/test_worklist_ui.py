# Part of ar_collect. License LGPL-3.
"""What a person sees of a collection account: the words, the figures and what is behind them."""

from unittest.mock import patch

import psycopg2
from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import SQL, mute_logger

from .worklist_common import ROLES, WorklistCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 12:00:00")
class TestWords(WorklistCase):
    def test_reasons_are_a_sentence(self):
        self.assertEqual(self.own.reasons, "$\xa01,200 to chase · 41 days late · Never contacted")

    def test_one_day_is_singular(self):
        account = self.debtor("Late Since Yesterday", 700, due=-1)
        self.assertIn("· 1 day late ·", account.reasons)

    def test_due_today_is_not_late(self):
        account = self.debtor("Due Today", 700, due=0)
        self.assertEqual((account.days_late, account.reasons), (0, "Nothing overdue"))

    def test_points_add_up_to_the_priority(self):
        for account in self.own | self.free | self.foreign:
            self.assertEqual(sum(line["points"] for line in account.reason_lines), account.priority)

    def test_limit_is_one_of_the_points(self):
        self.env["ar.collect.priority.rule"].sudo().create(
            {"name": "Everything at once", "domain": "[]", "points": 100}
        )
        self.catch_up()
        self.assertEqual(self.own.priority, 100)
        self.assertIn(
            "The priority stays between 0 and 100",
            [line["text"] for line in self.own.reason_lines],
        )
        self.assertEqual(sum(line["points"] for line in self.own.reason_lines), 100)

    def test_rule_speaks_the_users_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        rule = self.env.ref("ar_collect.ar_collect_priority_rule_never_contacted").sudo()
        rule.with_context(lang="fr_FR").name = "Jamais contacté"
        self.catch_up()
        self.assertIn("Jamais contacté", self.own.with_context(lang="fr_FR").reasons)
        self.assertIn("Never contacted", self.own.with_context(lang="en_US").reasons)

    def test_label_of_a_deleted_rule_stays(self):
        self.env.ref("ar_collect.ar_collect_priority_rule_never_contacted").sudo().unlink()
        self.own.invalidate_recordset()
        self.assertIn("Never contacted", self.own.reasons)

    def test_waiting_says_what_for(self):
        partner = self.customer()
        self.invoice(partner, 300).no_followup = True
        self.catch_up()
        self.assertEqual(
            self.account(partner).reasons, "$\xa0300 overdue · $\xa0300 excluded from chasing"
        )

    def test_settled(self):
        partner = self.customer()
        self.payment(partner, 300, self.invoice(partner, 300))
        self.catch_up()
        self.assertEqual(self.account(partner).reasons, "Settled")

    def test_small_amounts_keep_their_cents(self):
        account = self.debtor("Small", 50.25)
        self.assertIn("$\xa050.25 to chase", account.reasons)

    def test_behaviour_in_the_singular(self):
        for delay, habit in (
            (-1, "Pays 1 day early"),
            (0, "Pays on the due date"),
            (1, "Pays 1 day late"),
        ):
            with self.subTest(delay=delay):
                partner = self.customer()
                move = self.invoice(partner, 100, -30, on=-60)
                self.payment(partner, 100, move, on=-30 + delay)
                self.catch_up()
                self.assertEqual(
                    self.account(partner).behaviour, f"{habit} (the only item paid so far)"
                )

    def test_behaviour_tells_its_n(self):
        partner = self.customer()
        self.assertIn("Has not yet paid", self.debtor("New", 10).behaviour)
        for delay in (2, 4):
            self.payment(partner, 100, self.invoice(partner, 100, -30), on=-30 + delay)
        self.catch_up()
        account = self.account(partner)
        self.assertEqual(
            account.behaviour, "Pays 3 days late (mean of the last 2; 2 of 2 paid items late)"
        )
        self.assertTrue(account.few_paid)
        self.payment(partner, 100, self.invoice(partner, 100, -30), on=-30)
        self.catch_up()
        self.assertFalse(account.few_paid)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 12:00:00")
class TestFigures(WorklistCase):
    """Every figure opens the journal items it is the sum of."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.customer("Of All Kinds")
        contact = cls.env["res.partner"].create({"name": "AP", "parent_id": cls.partner.id})
        for due in (0, 10, -1, -30, -31, -60, -61, -90, -91, -400):
            cls.invoice(cls.partner if due % 2 else contact, 100 - due, due)
        cls.invoice(cls.partner, 55, -20).no_followup = True
        cls.invoice(cls.partner, 66, -45).action_toggle_block_payment()
        cls.invoice(cls.partner, 77, 5).no_followup = True
        cls.credit_note(cls.partner, 40)
        cls.credit_note(cls.partner, 15).action_toggle_block_payment()
        cls.opening(cls.partner, 33, -12)
        cls.catch_up()
        cls.row = cls.account(cls.partner)

    def test_items_add_up(self):
        for figure in (
            "balance",
            "credit",
            "overdue",
            "excluded",
            "chasable",
            "not_due",
            "1_30",
            "31_60",
            "61_90",
            "91_plus",
        ):
            with self.subTest(figure=figure):
                action = self.seen_by("manager", self.row).action_open_items(figure)
                lines = self.env[action["res_model"]].search(action["domain"])
                self.assertTrue(lines)
                self.assertAlmostEqual(
                    sum(lines.mapped("amount_residual")), self.row[f"amount_{figure}"], 2
                )

    def test_every_open_item_is_listed_once(self):
        row = self.seen_by("manager", self.row)
        items = row.open_item_ids | row.excluded_item_ids
        self.assertFalse(row.open_item_ids & row.excluded_item_ids)
        self.assertEqual(len(items), row.open_count)
        self.assertAlmostEqual(sum(items.mapped("amount_residual")), row.amount_balance, 2)

    def test_excluded_items_say_why(self):
        row = self.seen_by("manager", self.row)
        self.assertFalse(any(row.open_item_ids.mapped("collect_excluded_reason")))
        self.assertEqual(
            set(row.excluded_item_ids.mapped("collect_excluded_reason")),
            {"Excluded from follow-up", "Payment blocked"},
        )

    def test_not_a_trade_receivable(self):
        account = self.receivable.copy({"non_trade": True})
        partner = self.customer()
        partner.property_account_receivable_id = account
        self.invoice(partner, 10)
        self.catch_up()
        self.assertEqual(
            self.account(partner).sudo().excluded_item_ids.collect_excluded_reason,
            "Not a trade receivable",
        )

    def test_days_late_of_items(self):
        items = self.seen_by("manager", self.row).open_item_ids
        late = {item.collect_days_late for item in items if item.amount_residual > 0}
        self.assertEqual(late, {0, 1, 30, 31, 60, 61, 90, 91, 400})

    def test_no_items_of_another_company(self):
        other = self.other_company()
        self.invoice(self.partner, 999, -10, company=other)
        self.catch_up()
        row = self.seen_by("manager", self.row)
        self.assertEqual((row.open_item_ids | row.excluded_item_ids).company_id, self.company)

    def test_foreign_items_are_noticed(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.assertFalse(self.row.has_foreign_items)
        self.invoice(self.partner, 10, currency=euro)
        self.row.invalidate_recordset()
        self.assertTrue(self.row.has_foreign_items)

    def test_items_of_many_rows_cost_the_same(self):
        few = self.own
        many = self.own | self.free | self.foreign | self.row
        counts = []
        for rows in (few, few, many):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows.mapped("open_item_ids")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1] + 1)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 12:00:00")
class TestExchangeRemainder(WorklistCase):
    """EUR 200 booked as USD 100, paid as USD 80: the USD 20 stay in the ledger, and are not chased."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        euro = cls.setup_other_currency("EUR", rates=[("1900-01-01", 2), (str(cls.day(-5)), 2.5)])
        partner = cls.customer("Paid In Euro")
        move = cls.invoice(partner, 200, -40, currency=euro)
        [cls.item] = cls.items(move)
        cls.payment(partner, 200, move, currency=euro)
        exchange = cls.item.matched_credit_ids.exchange_move_id
        exchange.line_ids.remove_move_reconcile()
        exchange._reverse_moves(cancel=True)
        cls.chased = cls.items(cls.invoice(partner, 70, -10))
        cls.catch_up()
        cls.row = cls.account(partner)

    def items_behind(self, figure):
        """The journal items a button of the form opens."""
        action = self.seen_by("collector", self.row).action_open_items(figure)
        return self.env[action["res_model"]].search(action["domain"])

    def test_item_says_why_it_is_not_chased(self):
        self.assertEqual((self.item.amount_residual, self.item.amount_residual_currency), (20, 0))
        item = self.seen_by("collector", self.item)
        self.assertEqual(item.collect_excluded_reason, "Paid; the rest is an exchange difference")
        self.assertFalse(self.chased.collect_excluded_reason)

    def test_lists_of_the_page(self):
        row = self.seen_by("collector", self.row)
        self.assertEqual(row.open_item_ids.ids, self.chased.ids)
        self.assertEqual(row.excluded_item_ids.ids, self.item.ids)

    def test_figures_open_their_items(self):
        for figure, amount, items in (
            ("overdue", 90, self.item | self.chased),
            ("excluded", 20, self.item),
            ("chasable", 70, self.chased),
        ):
            with self.subTest(figure=figure):
                self.assertEqual(self.row[f"amount_{figure}"], amount)
                self.assertEqual(self.items_behind(figure), items)

    def test_words(self):
        self.assertIn("$\xa070.00 to chase · 10 days late", self.row.reasons)

    def test_figures_above_the_list(self):
        data = self.seen_by("manager", self.accounts).retrieve_dashboard()
        shown = {name: rows[0]["amount"] for name, rows in data["all"]["amounts"].items()}
        self.assertEqual((shown["amount_overdue"], shown["amount_chasable"]), (2590, 2570))


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 12:00:00")
class TestFreshPage(WorklistCase):
    """Opening the page refreshes the row first, and never fails for it."""

    page = {"amount_overdue": {}, "open_item_ids": {"fields": {"amount_residual": {}}}}

    def stale(self):
        self.env.flush_all()
        self.env.cr.execute(
            SQL("UPDATE ar_collect_account SET amount_overdue = 1 WHERE id = %s", self.own.id)
        )
        self.env.invalidate_all()

    def test_page_is_fresh(self):
        self.stale()
        [values] = self.seen_by("collector", self.own).web_read(self.page)
        self.assertEqual(values["amount_overdue"], 1200)
        self.assertEqual([item["amount_residual"] for item in values["open_item_ids"]], [1200])

    def test_list_is_not_refreshed(self):
        self.stale()
        [values] = self.seen_by("collector", self.own).web_read({"amount_overdue": {}})
        self.assertEqual(values["amount_overdue"], 1)

    def test_page_survives_a_refresh_that_cannot_be(self):
        self.stale()
        own = self.own

        def fail(self, *args, **kwargs):
            own.note = "half done"
            own.flush_recordset()
            raise psycopg2.errors.LockNotAvailable("somebody holds the row")

        with patch.object(type(self.own), "_refresh", fail):
            [values] = self.seen_by("collector", self.own).web_read(self.page)
        self.assertEqual(values["amount_overdue"], 1)
        self.assertFalse(own.note)
        own.invalidate_recordset()
        self.assertFalse(own.note)

    def test_lock_timeout_does_not_stay(self):
        self.seen_by("collector", self.own).web_read(self.page)
        [(timeout,)] = self.env.execute_query(SQL("SHOW lock_timeout"))
        self.assertEqual(timeout, "0")

    def test_page_is_not_for_everybody(self):
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            self.seen_by("collector", self.foreign).web_read(self.page)

    def test_page_asks_for_a_writable_cursor(self):
        self.assertFalse(type(self.own).web_read._readonly)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 12:00:00")
class TestRoles(WorklistCase):
    """What each role sees and may change, without any right in accounting."""

    def read_form(self, login, record, view=None):
        """Read what the form of a record asks for, as the web client does."""
        record = self.seen_by(login, record)
        view_id = view and self.env.ref(view).id
        arch = etree.fromstring(record.get_view(view_id, "form")["arch"])
        return record.web_read(self.get_specification(record, arch))

    def get_specification(self, record, node):
        """The `web_read` specification of the fields of a form, those of its lists included."""
        specification = {}
        for child in node.iterchildren(etree.Element):
            field = record._fields.get(child.get("name")) if child.tag == "field" else None
            if field is None:
                specification |= self.get_specification(record, child)
            elif field.relational:
                lines = record.env[field.comodel_name]
                inner = {"display_name": {}} | self.get_specification(lines, child)
                specification.setdefault(field.name, {"fields": {}})["fields"].update(inner)
            else:
                specification[field.name] = {}
        return specification

    def test_everyone_opens_the_page(self):
        for login in ROLES:
            with self.subTest(role=login):
                account = self.foreign if login == "colleague" else self.own
                [values] = self.read_form(login, account)
                self.assertEqual(values["state"], "to_chase")

    def test_everyone_opens_the_invoice(self):
        for login in ROLES:
            with self.subTest(role=login):
                account = self.foreign if login == "colleague" else self.own
                item = self.seen_by(login, account).open_item_ids
                action = item.action_open_business_doc()
                self.assertEqual(action["res_model"], "account.move")
                [values] = self.read_form(login, item.move_id, "account.view_move_form")
                self.assertEqual(values["payment_state"], "not_paid")

    def test_whom_each_role_sees(self):
        everyone = self.own | self.free | self.foreign
        for login, seen in {
            "inquiry": everyone,
            "collector": self.own | self.free,
            "colleague": self.foreign | self.free,
            "collector_all": everyone,
            "manager": everyone,
        }.items():
            with self.subTest(role=login):
                found = self.seen_by(login, self.accounts).search([("id", "in", everyone.ids)])
                self.assertEqual(set(found.ids), set(seen.ids))

    def test_substitute_sees_and_works(self):
        self.users["collector"].write(
            {"collect_away_from": self.day(-1), "collect_substitute_id": self.users["colleague"]}
        )
        self.catch_up()
        account = self.seen_by("colleague", self.own)
        account.next_action = "Call while Collector is away"
        self.assertTrue(account.is_own)
        found = account.search([("acting_user_id", "=", account.env.uid)])
        self.assertIn(account, found)

    def test_inquiry_changes_nothing(self):
        for values in ({"next_action": "x"}, {"user_id": self.users["inquiry"].id}):
            with self.assertRaises(AccessError):
                self.seen_by("inquiry", self.free).write(values)

    def test_inquiry_leaves_notes_only(self):
        account = self.seen_by("inquiry", self.own)
        message = account.message_post(body="They moved", subtype_xmlid="mail.mt_note")
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_note"))
        for kwargs in (
            {"subtype_xmlid": "mail.mt_comment"},
            {"subtype_id": self.env.ref("mail.mt_comment").id},
            {"partner_ids": self.own.partner_id.ids},
        ):
            with self.assertRaises(AccessError):
                account.message_post(body="Pay!", **kwargs)

    def test_inquiry_plans_nothing(self):
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            self.seen_by("inquiry", self.own).activity_schedule(
                "mail.mail_activity_data_call", user_id=self.users["collector"].id
            )

    def test_collector_plans_and_talks(self):
        account = self.seen_by("collector", self.own)
        account.write({"next_action": "Call", "next_action_date": self.day(2), "note": "Dana"})
        account.activity_schedule("mail.mail_activity_data_call", user_id=account.env.uid)
        account.message_post(body="Called", subtype_xmlid="mail.mt_comment")
        self.assertEqual(account.activity_ids.user_id, self.users["collector"])

    def test_manager_fields(self):
        strategy = self.env["ar.collect.strategy"].sudo().create({"name": "Large"})
        for login in ("collector", "collector_all"):
            for values in ({"hold": True}, {"strategy_id": strategy.id}):
                with self.subTest(role=login, **values), self.assertRaises(AccessError):
                    self.seen_by(login, self.own).write(values)
        account = self.seen_by("manager", self.own)
        account._set_hold("Late")
        account.strategy_id = strategy
        self.assertTrue(account.hold)
        account._lift_hold("Paid")
        self.assertFalse(account.hold)

    def test_ledger_figures_cannot_be_typed(self):
        for login in ("collector", "manager"):
            for values in ({"amount_overdue": 0}, {"priority": 1}, {"state": "settled"}):
                with self.subTest(role=login, **values), self.assertRaises(AccessError):
                    self.seen_by(login, self.own).write(values)

    def test_other_company_sees_nothing(self):
        other = self.other_company()
        stranger = new_test_user(
            self.env,
            login="stranger",
            groups="ar_collect.group_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        found = self.accounts.sudo(False).with_user(stranger).with_company(other).search([])
        self.assertFalse(found & (self.own | self.free | self.foreign))
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            self.own.sudo(False).with_user(stranger).with_company(other).write({"hold": True})

    def test_refresh_now_is_for_managers(self):
        self.accounts._refresh()
        status = self.env["ar.collect.refresh.status"].sudo()
        status = status.search([("company_id", "=", self.company.id)])
        with self.assertRaises(AccessError):
            self.seen_by("collector_all", status).action_refresh()
        self.env.cr.execute("UPDATE ar_collect_account SET amount_overdue = 1")
        self.seen_by("manager", status).action_refresh()
        self.assertEqual(self.own.amount_overdue, 1200)

    def test_views_name_no_field_out_of_reach(self):
        for login in ROLES:
            accounts = self.seen_by(login, self.accounts)
            for kind in ("list", "kanban", "form", "search", "activity"):
                with self.subTest(role=login, view=kind):
                    models = accounts.get_view(None, kind)["models"]
                    accounts.fields_get(models["ar.collect.account"])

    def test_country_groups(self):
        self.own.partner_id.country_id = self.env.ref("base.be")
        groups = self.seen_by("manager", self.accounts).formatted_read_group(
            [("id", "=", self.own.id)], ["country_id"], ["__count"]
        )
        self.assertEqual(groups[0]["country_id"][1], "Belgium")


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 12:00:00")
class TestElsewhere(WorklistCase):
    """What contacts and invoices say of the account."""

    def test_contact_shows_its_customers_account(self):
        contact = self.env["res.partner"].create(
            {"name": "AP", "parent_id": self.own.partner_id.id}
        )
        contact = self.seen_by("collector", contact)
        self.assertEqual(contact.collect_account_id.id, self.own.id)
        self.assertEqual(contact.collect_amount_overdue, 1200)
        self.assertEqual(contact.action_open_collect_account()["res_id"], self.own.id)

    def test_contact_of_another_collector(self):
        partner = self.seen_by("collector", self.foreign.partner_id)
        self.assertFalse(partner.collect_account_id)
        self.assertFalse(partner.collect_amount_overdue)

    def test_accounting_sees_the_aging_without_collections(self):
        self.env.user.group_ids -= self.env.ref("ar_collect.group_inquiry")
        partner = self.own.partner_id.with_env(self.env)
        self.assertFalse(self.env["ar.collect.account"].has_access("read"))
        self.assertEqual(partner.collect_aging["buckets"][2], {"code": "31_60", "amount": 1200})

    def test_contacts_cost_the_same(self):
        ids = (self.own | self.free | self.foreign).partner_id.ids
        partners = self.env["res.partner"].browse(ids)
        counts = []
        for some in (partners.browse(ids[0]), partners.browse(ids[0]), partners):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.mapped("collect_amount_overdue")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_contact_in_another_company(self):
        other = self.other_company()
        partner = self.own.partner_id.with_env(self.env).with_company(other)
        self.assertFalse(partner.collect_amount_overdue)

    def get_alert(self, login, account):
        move = (
            self.env["account.move.line"]
            .search([("partner_id", "=", account.partner_id.id)], limit=1)
            .move_id
        )
        return (self.seen_by(login, move).alerts or {}).get("ar_collect_account")

    def test_invoice_tells_the_state(self):
        alert = self.get_alert("collector", self.own)
        self.assertEqual(alert["level"], "info")
        self.assertIn("1,200.00 overdue", alert["message"])
        self.assertEqual(alert["action"]["res_id"], self.own.id)

    def test_invoice_warns_of_a_hold(self):
        self.own.hold = True
        alert = self.get_alert("collector", self.own)
        self.assertEqual(alert["level"], "warning")
        self.assertIn("credit hold", alert["message"])

    def test_invoice_is_silent_without_access(self):
        self.assertFalse(self.get_alert("collector", self.foreign))
        move = (
            self.env["account.move.line"]
            .search([("partner_id", "=", self.own.partner_id.id)], limit=1)
            .move_id
        )
        self.env.user.group_ids -= self.env.ref("ar_collect.group_inquiry")
        self.assertNotIn("ar_collect_account", move.alerts or {})

    def test_invoice_is_silent_when_nothing_is_overdue(self):
        account = self.debtor("Not Due", 100, due=5)
        self.assertFalse(self.get_alert("manager", account))
