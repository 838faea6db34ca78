# Part of ar_collect. License LGPL-3.
"""What salespeople see of collections: of their own customers, and of nobody else's."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError

from .escalation_common import EscalationCase

TROUBLE = ["hold", "collection", "disputed", "promised", "watch"]
FIELDS = ("collect_status", "collect_status_overdue", "collect_status_text")


class TestSalesStatus(EscalationCase):
    """Sam sells to `own` and `free`, Tina to `foreign`; neither has a role of collections."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tina = cls.salesperson("tina", name="Tina Sales")
        cls.foreign.partner_id.user_id = cls.tina
        cls.users |= {"sam": cls.sam, "tina": cls.tina}

    def seen(self, login, account):
        """The customer as somebody sees it."""
        self.env.flush_all()
        self.env.invalidate_all()
        return account.partner_id.sudo(False).with_user(self.users[login])

    def status(self, account, login="sam"):
        return self.seen(login, account).collect_status

    def found(self, login, statuses):
        """The customers that somebody finds by status."""
        partners = self.env["res.partner"].with_user(self.users[login])
        return partners.search([("collect_status", "in", statuses)])

    # --- what

    def test_statuses(self):
        self.assertEqual(self.status(self.own), "collection")
        self.promise(self.own, 4)
        self.catch_up()
        self.assertEqual(self.status(self.own), "promised")
        self.own.hold = True
        self.assertEqual(self.status(self.own), "hold")
        self.own.hold = False
        moves = self.env["account.move"].search([("partner_id", "=", self.partner.id)])
        self.payment(self.partner, 1200, moves)
        self.catch_up()
        self.assertEqual(self.status(self.own), "good")

    def test_watch(self):
        """Late, and nobody is asked for it."""
        moves = self.env["account.move"].search([("partner_id", "=", self.partner.id)])
        self.items(moves).no_followup = True
        self.catch_up()
        self.assertEqual(self.status(self.own), "watch")

    def test_hold_by_rule(self):
        """Whose orders the rules stop is on hold, here as in the mail; released ones are not."""
        self.company.write({"collect_hold_active": True, "collect_hold_approve_days": 30})
        dashboards = self.env["ar.collect.dashboard"].with_user(self.sam)

        def card():
            cards = dashboards.get_page("sales")["cards"]
            return next(card["value"] for card in cards if card["code"] == "hold")

        self.assertEqual(self.status(self.own), "hold")
        self.assertIn("on credit hold", self.seen("sam", self.own).collect_status_text)
        self.assertIn(self.partner, self.found("sam", ["hold"]))
        self.assertNotIn(self.foreign.partner_id, self.found("sam", ["hold"]))
        self.assertNotIn(self.partner, self.found("sam", ["collection", "watch", "good", False]))
        self.assertEqual(card(), 2)
        action = dashboards.action_open("sales", "hold")
        self.assertEqual(
            self.env["res.partner"].search(action["domain"]), (self.own | self.free).partner_id
        )
        self.company.collect_hold_approve_days = 60
        self.assertEqual(self.status(self.own), "collection")
        self.assertIn(self.partner, self.found("sam", ["collection"]))
        self.assertEqual(card(), 0)

    def test_found_as_seen(self):
        """A search finds what the line says, whichever status."""
        self.promise(self.free, 4)
        self.catch_up()
        self.own.hold = True
        for account in (self.own, self.free):
            status = self.status(account)
            self.assertIn(account.partner_id, self.found("sam", [status]))
            others = [other for other in (*TROUBLE, "good") if other != status]
            self.assertNotIn(account.partner_id, self.found("sam", others))
            self.assertNotIn(account.partner_id, self.found("sam", [False]))
        self.assertIn(self.foreign.partner_id, self.found("sam", [False]))

    def test_line(self):
        self.own.write({"next_action": "Call the owner", "next_action_date": self.day(2)})
        seen = self.seen("sam", self.own)
        self.assertEqual(seen.collect_status_overdue, 1200)
        for text in ("41 days late", "next on 03/18/2026: Call the owner"):
            self.assertIn(text, seen.collect_status_text)

    def test_contact_of_the_customer(self):
        contact = self.env["res.partner"].create({"name": "Dana", "parent_id": self.partner.id})
        self.assertEqual(contact.with_user(self.sam).collect_status, "collection")

    # --- whose

    def test_own_customers_alone(self):
        for login, mine, others in (
            ("sam", self.own | self.free, self.foreign),
            ("tina", self.foreign, self.own | self.free),
        ):
            for account in mine:
                self.assertEqual(self.status(account, login), "collection")
            for account in others:
                values = self.seen(login, account).read(FIELDS)[0]
                self.assertFalse(any(values[name] for name in FIELDS), values)
            self.assertEqual(
                self.found(login, TROUBLE) & (mine | others).partner_id, mine.partner_id
            )
            hidden = self.found(login, [False])
            self.assertEqual(hidden & (mine | others).partner_id, others.partner_id)

    def test_no_other_way(self):
        """Neither by group, nor in order, nor by export."""
        self.sam.group_ids += self.env.ref("base.group_allow_export")
        partners = self.env["res.partner"].with_user(self.sam)
        domain = [("id", "in", (self.own | self.foreign).partner_id.ids)]
        for name in (*FIELDS, "collect_status_overdue:sum"):
            with self.subTest(name), self.assertRaises(Exception):  # noqa: B017 - whichever
                if ":" in name:
                    partners._read_group(domain, [], [name])
                else:
                    partners._read_group(domain, [name])
        with self.assertRaises(ValueError):
            partners.search(domain, order="collect_status_overdue")
        with self.assertRaises(ValueError):
            partners.search([("collect_status_overdue", ">", 1)])
        rows = partners.search(domain).export_data(["name", *FIELDS])["datas"]
        shown = {row[0]: row[1:] for row in rows}
        self.assertFalse(any(shown["Foreign Customer"][:2]), shown)
        self.assertTrue(shown["Own Customer"][0])
        for path in ("collect_account_ids/amount_balance", "collect_account_id/note"):
            with self.subTest(path), self.assertRaises(AccessError):
                partners.search(domain).export_data([path])
        self.assertNotIn("500", self.seen("sam", self.foreign).display_name)
        # not stored, so that the ORM itself does not look at its groups
        with self.assertRaises(AccessError):
            partners.search([("collect_health", "=", "ok")])

    def test_former_colleague(self):
        """Whoever is on the portal by now sees nothing, though the customers were theirs."""
        self.sam.partner_id.parent_id = self.partner
        self.sam.group_ids = self.env.ref("base.group_portal")
        self.assertFalse(self.status(self.own))
        self.assertFalse(self.found("sam", TROUBLE))
        with self.assertRaises(AccessError):
            self.seen("sam", self.own).action_collect_notes()

    def test_leader(self):
        """Whoever leads Sam sees what Sam sees."""
        partners = type(self.env["res.partner"])
        with patch.object(partners, "_get_collect_led", lambda _self: self.sam):
            self.assertEqual(self.status(self.own, "tina"), "collection")
            self.assertIn(self.partner, self.found("tina", TROUBLE))

    def test_roles_of_collections(self):
        """Those whom their role shows the account see the line as well."""
        for login, mine in (
            ("inquiry", self.own | self.free | self.foreign),
            ("collector", self.own | self.free),
            ("manager", self.own | self.free | self.foreign),
        ):
            everything = (self.own | self.free | self.foreign).partner_id
            self.assertEqual(self.found(login, TROUBLE) & everything, mine.partner_id, login)

    def test_another_company(self):
        """The line is of the company worked in."""
        other = self.other_company("Elsewhere")
        self.invoice(self.partner, 5000, due=-50, company=other)
        self.catch_up()
        self.assertEqual(self.seen("sam", self.own).collect_status_overdue, 1200)
        self.sam.company_ids += other
        seen = self.seen("sam", self.own).with_company(other)
        self.assertEqual(seen.collect_status_overdue, 5000)

    # --- notes

    def note(self, login, account, text="They move their office."):
        seen = self.seen(login, account)
        action = seen.action_collect_notes()
        wizard = self.env["ar.collect.sales.note"].with_user(self.users[login])
        wizard = wizard.with_context(**action["context"]).create({"note": text})
        wizard.action_write()
        return wizard

    def test_notes(self):
        self.own.message_post(
            body="Only the mailbox", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        # sudo: see CollectCase
        before = self.env["mail.mail"].sudo().search_count([])
        wizard = self.note("sam", self.own)
        message = self.own.message_ids[0]
        self.assertIn("They move their office.", message.body)
        self.assertEqual(message.author_id, self.sam.partner_id)
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_note"))
        self.assertFalse(message.partner_ids)
        # sudo: see CollectCase
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), before)
        wizard.invalidate_recordset()
        self.assertIn("Only the mailbox", wizard.notes)
        self.assertIn("They move their office.", wizard.notes)

    def test_notes_leave_out_letters(self):
        """What was written to the customer is none of the notes."""
        self.own.message_post(
            body="Dear customer", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertNotIn("Dear customer", self.note("sam", self.own).notes)

    def test_notes_are_escaped(self):
        self.note("sam", self.own, "<script>alert(1)</script>")
        self.assertNotIn("<script>", self.own.message_ids[0].body)

    def test_notes_of_others(self):
        for login, account in (("sam", self.foreign), ("tina", self.own)):
            with self.subTest(login), self.assertRaises(AccessError):
                self.seen(login, account).action_collect_notes()
            wizard = self.env["ar.collect.sales.note"].with_user(self.users[login])
            with self.subTest(login), self.assertRaises(AccessError):
                wizard.create({"partner_id": account.partner_id.id, "note": "x"}).action_write()
            with self.subTest(login), self.assertRaises(AccessError):
                wizard.create({"partner_id": account.partner_id.id}).read(["notes"])

    def test_notes_that_were_begun(self):
        """Nobody finds what a colleague has entered, though everybody may open the dialog."""
        wizard = self.note("sam", self.own)
        seen = wizard.with_user(self.tina)
        self.assertNotIn(wizard.id, seen.search([]).ids)
        self.env.invalidate_all()
        for act in (lambda: seen.read(["note"]), lambda: seen.write({"note": "x"})):
            with self.assertRaises(AccessError):
                act()

    def test_empty_note(self):
        with self.assertRaisesRegex(UserError, "few words"):
            self.note("sam", self.own, " ")

    # --- whose customer it is

    def test_nobody_takes_a_customer_unseen(self):
        """Whoever writes contacts may make the customer theirs: collectors read that they did."""
        self.tina.group_ids += self.env.ref("base.group_partner_manager")
        messages = self.own.sudo().message_ids  # sudo: see CollectCase
        self.seen("tina", self.own).user_id = self.tina
        [note] = self.own.sudo().message_ids - messages  # sudo: ~
        self.assertEqual(note.author_id, self.tina.partner_id)
        self.assertIn("Sam Sales → Tina Sales, who sees how it stands", note.body)
        self.seen("tina", self.own).write({"user_id": self.tina.id, "comment": "The same"})
        self.assertEqual(len(self.own.sudo().message_ids - messages), 1)  # sudo: ~

    def test_handed_over_in_one_go(self):
        """As many queries for many customers, and nothing for those who never owed."""
        counts = []
        for number in (2, 2, 20):
            debtors = [self.debtor(f"P{number} {index}", 100) for index in range(number)]
            partners = self.env["res.partner"].concat(*(one.partner_id for one in debtors))
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            partners._note_seller(dict.fromkeys(partners, self.sam))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts[1:])
        self.customer("Never").user_id = self.tina

    # --- size

    def test_queries(self):
        """As many for a list of many customers as for one of few."""
        for number in range(20):
            self.debtor(f"More {number}", 100).partner_id.user_id = self.sam
        partners = self.env["res.partner"].with_user(self.sam)
        found = partners.search([("collect_status", "in", TROUBLE)])

        def count(records):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.mapped("collect_status_text")
            return self.env.cr.sql_log_count - before

        count(found[:2])
        self.assertEqual(count(found[:2]), count(found))
