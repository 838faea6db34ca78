# Part of ar_collect. License LGPL-3.
"""Links: whom they show to whom, for how long, and what is stored of them."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time
from odoo.tools import SQL

from .statement_common import StatementCase


class LinkCase(StatementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.links = cls.env["ar.collect.link"].sudo()  # sudo: see CollectCase
        cls.ann = cls.env["res.partner"].create(
            {"name": "Ann", "parent_id": cls.partner.id, "email": "ann@own.example"}
        )

    def give(self, account=None, partner=None, **values):
        """The secret part of a new link."""
        url = (account or self.own)._get_signed_url(partner or self.ann, **values)
        return url.rsplit("/", 1)[1]

    def found(self, token, purpose="statement"):
        """The link that somebody without any rights opens."""
        public = self.env.ref("base.public_user")
        return self.links.sudo(False).with_user(public)._get_by_token(token, purpose)


class TestLink(LinkCase):
    def test_leads_to_its_account(self):
        token = self.give()
        link = self.found(token)
        self.assertEqual(link, self.own.link_ids)
        self.assertEqual((link.account_id, link.partner_id), (self.own, self.ann))
        self.assertEqual(link.company_id, self.company)

    def test_address(self):
        url = self.own._get_signed_url(self.ann)
        self.assertRegex(url, r"^http.*/collections/statement/[\w-]{32}$")
        self.assertTrue(url.startswith(self.own.get_base_url()))

    def test_what_is_stored_opens_nothing(self):
        token = self.give()
        [row] = self.env.execute_query(SQL("SELECT * FROM ar_collect_link"))
        self.assertNotIn(token, [str(value) for value in row])
        self.assertFalse(self.found(self.own.link_ids.token_hash))

    def test_no_two_are_alike(self):
        self.assertEqual(len({self.give() for _time in range(50)}), 50)

    def test_no_other_text_leads_anywhere(self):
        token = self.give()
        changed = ("A" if token[5] != "A" else "B").join((token[:5], token[6:]))
        for text in (
            "",
            "x",
            changed,
            token[:-1],
            token + "A",
            token.swapcase(),
            "é",
            "%00",
            "\ud800",
            "' OR 1=1 --",
            "A" * 5000,
        ):
            with self.subTest(ascii(text[:20])):
                self.assertFalse(self.found(text))

    def test_of_another_purpose(self):
        self.assertFalse(self.found(self.give(), "payment"))

    def test_expires(self):
        self.company.collect_link_days = 3
        token, short = self.give(), self.give(days=1)
        self.assertTrue(self.found(token))
        with freeze_time("2026-03-17 12:00:01"):
            self.assertTrue(self.found(token))
            self.assertFalse(self.found(short))
        with freeze_time("2026-03-19 12:00:00"):
            self.assertFalse(self.found(token))

    def test_withdrawn(self):
        token = self.give()
        self.seen_by("collector", self.own.link_ids).action_revoke()
        self.assertEqual(self.own.link_ids.state, "revoked")
        self.assertFalse(self.found(token))
        self.assertIn("withdrawn", self.own.message_ids[0].body)

    def test_who_left(self):
        token = self.give()
        self.ann.sudo().collect_left_date = self.day(1)
        self.assertTrue(self.found(token), "not yet")
        self.ann.sudo().collect_left_date = self.day(0)
        self.assertFalse(self.found(token))

    def test_archived(self):
        token = self.give()
        self.ann.active = False
        self.assertFalse(self.found(token))

    def test_contact_of_another_customer_now(self):
        token = self.give()
        self.ann.parent_id = self.free.partner_id
        self.assertFalse(self.found(token))

    def test_customer_part_of_another_now(self):
        """The account goes over to the group: the link was not made for all of the group."""
        token = self.give()
        group = self.customer("Group")
        self.invoice(group, 5000)
        self.catch_up()
        self.partner.write({"parent_id": group.id, "is_company": False})
        self.catch_up()
        self.assertEqual(self.ann.commercial_partner_id, group)
        self.assertFalse(self.found(token))
        # back on its own, its former account is the group's
        self.partner.write({"parent_id": False, "is_company": True})
        self.catch_up()
        self.assertEqual(self.ann.commercial_partner_id, self.partner)
        self.assertEqual(self.links.search([]).account_id.partner_id, group)
        self.assertFalse(self.found(token))

    def test_merged_customers(self):
        """Two entries of the same customer: it is the same customer's account."""
        token = self.give()
        link = self.own.link_ids
        target = self.free.partner_id
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo()  # sudo: administrators
        wizard.create({})._merge([self.partner.id, target.id], target)
        self.catch_up()
        self.assertEqual(self.found(token), link)
        self.assertEqual(link.account_id, self.free)
        self.assertEqual(link.customer_id, target)

    def test_merged_contacts(self):
        token = self.give()
        bob = self.env["res.partner"].create({"name": "Bob", "parent_id": self.partner.id})
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo()  # sudo: see above
        wizard.create({})._merge([self.ann.id, bob.id], bob)
        self.assertEqual(self.found(token).partner_id, bob)

    def test_closed_company(self):
        second = self.other_company()
        self.invoice(self.partner, 77, company=second)
        self.catch_up()
        there = self.account(self.partner, second)
        token = self.give(there)
        self.assertEqual(self.found(token).account_id, there)
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_company SET active = FALSE WHERE id = %s", [second.id])
        self.assertFalse(self.found(token))


class TestGiving(LinkCase):
    def test_only_own_contacts(self):
        for partner in (self.free.partner_id, self.env["res.partner"]):
            with self.subTest(partner), self.assertRaises(UserError):
                self.own._get_signed_url(partner)
        with self.assertRaises(UserError):
            self.own._get_signed_urls([(self.own, self.ann), (self.free, self.ann)])
        self.assertFalse(self.links.search([]))

    def test_many_in_one_insertion(self):
        accounts = [self.own, self.free, self.foreign]
        pairs = [(account, account.partner_id) for account in accounts] * 33
        # addresses are in memory; nothing else is
        self.own._get_signed_urls(pairs[:3])
        self.env.flush_all()
        few = self.count(pairs[:3])
        self.assertEqual(self.count(pairs), few)
        self.assertLess(few, 6)
        urls = self.own._get_signed_urls(pairs)
        for (account, partner), url in zip(pairs, urls, strict=True):
            link = self.found(url.rsplit("/", 1)[1])
            self.assertEqual((link.account_id, link.partner_id), (account, partner))

    def count(self, pairs):
        before = self.env.cr.sql_log_count
        (self.own | self.free)._get_signed_urls(pairs)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_days_of_each_company(self):
        second = self.other_company()
        second.collect_link_days = 5
        self.invoice(self.partner, 77, company=second)
        self.catch_up()
        there = self.account(self.partner, second)
        self.own._get_signed_urls([(self.own, self.ann), (there, self.ann)])
        now = fields.Datetime.now()
        self.assertEqual(self.own.link_ids.expires, now + timedelta(days=60))
        self.assertEqual(there.link_ids.expires, now + timedelta(days=5))

    def test_who_may_give(self):
        for login, account, allowed in (
            ("inquiry", self.own, False),
            ("collector", self.own, True),
            ("collector", self.foreign, False),
            ("colleague", self.own, False),
            ("manager", self.foreign, True),
        ):
            with self.subTest(login, account=account):
                seen = self.seen_by(login, account)
                contact = seen.env["res.partner"].browse(account.sudo().partner_id.id)
                if allowed:
                    self.assertTrue(seen._get_signed_url(contact))
                else:
                    with self.assertRaises(AccessError):
                        seen._get_signed_url(contact)


class TestLinkRights(LinkCase):
    def test_by_role(self):
        self.give()
        self.give(self.foreign, self.foreign.partner_id)
        own, foreign = self.own.link_ids, self.foreign.link_ids
        expected = {
            "inquiry": own | foreign,
            "collector": own,
            "colleague": foreign,
            "collector_all": own | foreign,
            "manager": own | foreign,
        }
        for login, seen in expected.items():
            links = self.seen_by(login, self.links)
            with self.subTest(login):
                self.assertEqual(links.search([]).sorted("id"), seen.sorted("id"))
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(links.browse(own.id).has_access(operation))
        with self.assertRaises(AccessError):
            self.seen_by("manager", own).read(["token_hash"])
        for user in self.outsiders():
            self.assert_hidden(user, own)

    def test_who_may_withdraw(self):
        self.give()
        for login in ("inquiry", "colleague"):
            with self.subTest(login), self.assertRaises(AccessError):
                self.seen_by(login, self.own.link_ids).action_revoke()
        self.assertEqual(self.own.link_ids.state, "open")

    def test_visits(self):
        self.give()
        link = self.own.link_ids
        called = []

        def note(link):
            called.append(link)

        with patch.object(type(link), "_on_visit", note):
            link._count_visit()
            with freeze_time("2026-03-17 12:00:00"):
                link._count_visit()
        self.assertEqual((link.visit_count, len(called)), (2, 2))
        self.assertEqual(str(link.first_visit), "2026-03-16 12:00:00")
        self.assertEqual(str(link.last_visit), "2026-03-17 12:00:00")

    def test_old_ones_are_forgotten(self):
        self.give(days=1)
        unused = self.own.link_ids
        self.give(days=1)
        used = self.own.link_ids - unused
        used._count_visit()
        for day, left in ((29, unused | used), (40, used), (800, used.browse())):
            with self.subTest(day), freeze_time(self.day(day)):
                self.links._gc_links()
                self.assertEqual(self.links.search([]).sorted("id"), left.sorted("id"))
