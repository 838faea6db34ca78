# Part of ar_collect. License LGPL-3.
"""Roles and health of contacts, the right contact first, and how collectors change them."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from .contact_common import ContactCase


class TestHealth(ContactCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann = cls.contact("Ann", phone="+1 555 010 0001", email="ann@own.example")

    def health(self, contact=None):
        contact = self.collector(contact or self.ann)
        contact.env.invalidate_all()
        return contact.collect_health, contact.collect_health_text

    def test_nothing_known(self):
        self.assertEqual(self.health(), ("ok", ""))

    def test_never_answered_says_how_often(self):
        self.call(self.ann)
        self.call(self.ann, "left_message")
        self.assertEqual(self.health()[0], "ok")
        self.call(self.ann)
        self.call(self.ann)
        self.assertEqual(self.health(), ("no_answer", "4 calls, never answered"))
        self.assertTrue(self.ann.collect_can_call)

    def test_answered_once_is_not_never(self):
        for hours in (1, 2, 3):
            self.call(self.ann, hours=hours)
        self.call(self.ann, "call_back", hours=-9)
        self.assertEqual(self.health()[0], "ok")

    def test_mails_and_incoming_calls_are_no_attempts(self):
        for _number in range(4):
            self.call(self.ann, "sent", channel="email")
            self.call(self.ann, direction="in")
        self.assertEqual(self.health()[0], "ok")

    def test_attempts_at_another_number_do_not_count(self):
        for _number in range(3):
            self.call(self.ann, hours=-1)
        self.assertEqual(self.health()[0], "no_answer")
        self.ann.phone = "+1 555 010 0777"
        self.assertEqual(self.health(), ("ok", ""))

    def test_wrong_number_until_it_changes(self):
        self.call(self.ann, "wrong_number")
        self.assertEqual(self.ann.collect_wrong_number_date, self.today)
        self.assertEqual(self.health(), ("wrong_number", "Wrong number (reported 03/16/2026)"))
        self.assertFalse(self.ann.collect_can_call)
        self.assertTrue(self.ann.collect_can_mail)
        self.ann.phone = "15550100001"  # the same, written in another way
        self.assertEqual(self.health()[0], "wrong_number")
        self.ann.phone = "+1 555 010 0002"
        self.assertEqual(self.health(), ("ok", ""))

    def test_wrong_number_of_nobody_in_particular_is_the_customers(self):
        self.call(self.env["res.partner"], "wrong_number")
        self.assertEqual(self.health(self.own.partner_id)[0], "wrong_number")
        self.assertEqual(self.health()[0], "ok")

    def test_wrong_number_logged_by_mistake(self):
        call = self.call(self.ann, "wrong_number")
        call.outcome_id = self.env.ref("ar_collect.outcome_no_answer")
        self.assertEqual(self.health()[0], "ok")
        call = self.call(self.ann, "wrong_number")
        call.action_undo()
        self.assertEqual(self.health()[0], "ok")

    def test_wrong_number_that_is_answered_later(self):
        self.call(self.ann, "wrong_number")
        self.call(self.ann, "talked", hours=1)
        self.assertEqual(self.health()[0], "ok")

    def test_old_report_about_another_number(self):
        self.ann.phone = "+1 555 010 0002"
        self.call(self.ann, "wrong_number", hours=-1)
        self.assertEqual(self.health()[0], "ok")

    def test_bounced_until_the_address_changes(self):
        self.ann.message_bounce = 1
        self.assertEqual(self.health(), ("bounced", "The last e-mail bounced"))
        self.ann.message_bounce = 2
        self.assertEqual(self.health(), ("bounced", "2 e-mails bounced"))
        self.assertFalse(self.ann.collect_can_mail)
        self.ann.email = "Ann <ANN@own.example>"
        self.assertEqual(self.health()[0], "bounced")
        self.ann.email = "ann.new@own.example"
        self.assertEqual(self.health(), ("ok", ""))

    def test_blacklisted(self):
        self.env["mail.blacklist"].sudo()._add("ann@own.example")  # sudo: an administrator's work
        self.assertEqual(self.health(), ("blacklisted", "Refuses e-mails (blacklist)"))
        self.assertFalse(self.ann.collect_can_mail)

    def test_no_way_to_reach(self):
        nobody = self.contact("Nobody")
        self.assertEqual(self.health(nobody), ("missing", "No phone number and no e-mail address"))

    def test_all_that_is_known_is_said(self):
        self.ann.message_bounce = 1
        self.call(self.ann, "wrong_number")
        for hours in (1, 2, 3):
            self.call(self.ann, hours=hours)
        state, text = self.health()
        self.assertEqual(state, "wrong_number")
        for part in ("Wrong number", "4 calls, never answered", "bounced"):
            self.assertIn(part, text)

    def test_left_and_back(self):
        contact = self.collector(self.ann)
        contact.action_collect_left()
        self.assertEqual(self.health(), ("left", "Left the company (03/16/2026)"))
        self.assertFalse(self.ann.collect_can_call or self.ann.collect_can_mail)
        self.assertIn("Ann left the company", self.last_note())
        self.assertTrue(self.ann.active)
        contact.action_collect_back()
        self.assertEqual(self.health(), ("ok", ""))

    def test_search_finds_what_is_shown(self):
        self.call(self.ann, "wrong_number")
        bob = self.contact("Bob", email="bob@own.example")
        partners = self.collector(self.env["res.partner"])
        family = [("commercial_partner_id", "=", self.own.partner_id.id)]
        for contact in (self.ann, bob, self.own.partner_id):
            state = self.collector(contact).collect_health
            self.assertIn(contact, partners.search([*family, ("collect_health", "=", state)]))
            self.assertNotIn(contact, partners.search([*family, ("collect_health", "!=", state)]))

    def test_in_the_readers_language(self):
        self.call(self.ann, "wrong_number")
        text = self.collector(self.ann).with_context(lang="fr_FR").collect_health_text
        self.assertIn("16/03/2026", text)

    def test_queries_do_not_grow_with_the_contacts(self):
        contacts = [self.contact(f"C{number}", phone=str(number) * 8) for number in range(20)]
        for contact in contacts:
            self.call(contact)

        def count(records):
            records = self.collector(records)
            records.env.flush_all()
            records.env.invalidate_all()
            before = self.cr.sql_log_count
            records.mapped("collect_health_text")
            return self.cr.sql_log_count - before

        everyone = self.ann.union(*contacts)
        count(everyone)  # what is read once per process
        self.assertEqual(count(everyone[:2]), count(everyone))


class TestRightContact(ContactCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls.contact("Clerk", phone="+1 555 020 0001", email="clerk@own.example")
        cls.invoice_to = cls.contact("Invoices", type="invoice", email="invoices@own.example")
        cls.payer = cls.contact(
            "Payer", "accounts_payable", phone="+1 555 020 0002", email="payer@own.example"
        )
        cls.judge = cls.contact("Judge", "disputes", email="judge@own.example")

    def order(self, role=None, channel=None):
        customer = self.collector(self.own).partner_id
        return customer._get_collect_contacts(role, channel).mapped("name")

    def test_by_role_then_address_then_customer(self):
        self.assertEqual(
            self.order(channel="email"), ["Payer", "Invoices", "Own Customer", "Clerk", "Judge"]
        )

    def test_of_another_role(self):
        self.assertEqual(self.order("disputes", "email")[:3], ["Judge", "Payer", "Invoices"])

    def test_who_has_no_number_comes_last_in_a_call(self):
        self.assertEqual(
            self.order(channel="call"), ["Payer", "Own Customer", "Clerk", "Invoices", "Judge"]
        )

    def test_unhealthy_after_healthy(self):
        for _number in range(3):
            self.call(self.payer)
        self.assertEqual(self.order(channel="call")[:3], ["Own Customer", "Clerk", "Payer"])
        self.assertEqual(self.order(channel="email")[0], "Payer")
        self.payer.message_bounce = 1
        self.assertEqual(self.order(channel="email")[-1], "Payer")

    def test_who_left_comes_last_of_all(self):
        self.payer.collect_left_date = self.today
        self.assertEqual(self.order(channel="email")[-1], "Payer")
        self.assertEqual(self.order(channel="call")[-1], "Payer")

    def test_who_is_confirmed_before_who_is_not(self):
        second = self.contact("Another", "accounts_payable", email="another@own.example")
        self.assertEqual(self.order(channel="email")[:2], ["Another", "Payer"])
        self.payer.collect_confirmed_date = self.today
        self.assertEqual(self.order(channel="email")[:2], ["Payer", "Another"])
        self.assertTrue(second)

    def test_of_a_contact_it_is_its_customers(self):
        contact = self.collector(self.clerk)
        self.assertEqual(contact._get_collect_contacts(channel="email")[0].name, "Payer")

    def test_archived_contacts_are_left_out(self):
        self.payer.active = False
        self.assertNotIn("Payer", self.order())

    def test_call_contacts(self):
        for _number in range(3):
            self.call(self.payer)
        self.payer.write({"function": "Accountant", "collect_call_time": "mornings"})
        contacts = self.collector(self.own)._get_call_contacts()
        self.assertEqual(contacts[0]["name"], "Own Customer")
        self.assertTrue(contacts[0]["is_company"])
        [payer] = [contact for contact in contacts if contact["name"] == "Payer"]
        self.assertEqual(
            payer,
            {
                "id": self.payer.id,
                "name": "Payer",
                "function": "Accountant",
                "roles": [{"code": "accounts_payable", "label": "Accounts Payable", "color": 10}],
                "phone": "+1 555 020 0002",
                "email": "payer@own.example",
                "type": "contact",
                "is_company": False,
                "lang": payer["lang"],
                "tz": payer["tz"],
                "call_time": "mornings",
                "can_call": True,
                "can_mail": True,
                "health": "no_answer",
                "health_label": "Never Answered",
                "health_text": "3 calls, never answered",
            },
        )

    def test_everybody_with_the_role_gets_the_mail(self):
        account = self.collector(self.own)
        second = self.contact("Second", "accounts_payable", email="second@own.example")
        self.assertEqual(account._get_mail_recipients(), self.payer + second)
        self.payer.message_bounce = 1
        account.env.invalidate_all()
        self.assertEqual(account._get_mail_recipients(), second)

    def test_without_the_role_the_next_best_gets_the_mail(self):
        account = self.collector(self.own)
        self.assertEqual(account._get_mail_recipients("statements"), self.payer)
        self.payer.collect_left_date = self.today
        account.env.invalidate_all()
        self.assertEqual(account._get_mail_recipients("statements"), self.invoice_to)

    def test_nobody_gets_a_mail_that_would_not_arrive(self):
        account = self.debtor("Silent", 10)
        self.assertFalse(account._get_mail_recipients())

    def test_queries_do_not_grow_with_the_customers(self):
        accounts = self.own
        for number in range(20):
            account = self.debtor(f"Many {number}", 10)
            self.contact("P", "accounts_payable", account=account, email=f"p{number}@m.example")
            accounts += account
        accounts = self.collector(accounts, "manager")

        def count(some):
            some.env.flush_all()
            some.env.invalidate_all()
            before = self.cr.sql_log_count
            some._get_mail_recipients_by_account()
            some.mapped("contact_ids.collect_health_text")
            return self.cr.sql_log_count - before

        count(accounts)  # what is read once per process
        self.assertEqual(count(accounts[:2]), count(accounts))


class TestSaveContact(ContactCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann = cls.contact("Ann", phone="+1 555 010 0001", email="ann@own.example")

    def save(self, values, contact=None, login="collector", account=None):
        account = self.collector(account or self.own, login)
        return account._save_contact(values, contact and self.collector(contact, login))

    def test_a_collector_changes_a_contact_without_rights_in_the_address_book(self):
        with self.assertRaises(AccessError):
            self.collector(self.ann).phone = "1"
        role = self.role("accounts_payable")
        self.save({"phone": "+1 555 9999", "collect_role_ids": role.ids}, self.ann)
        self.assertEqual(self.ann.phone, "+1 555 9999")
        self.assertEqual(self.ann.collect_role_ids, role)
        note = self.last_note()
        self.assertIn("Phone: +1 555 010 0001 → +1 555 9999", note)
        self.assertIn("Collection Roles: — → Accounts Payable", note)
        author = self.own.message_ids[:1].author_id
        self.assertEqual(author, self.users["collector"].partner_id)

    def test_a_new_contact_belongs_to_the_customer(self):
        contact = self.save({"name": "New <b>Man</b>", "email": "new@own.example"})
        self.assertEqual(contact.parent_id, self.own.partner_id)
        self.assertEqual(contact.commercial_partner_id, self.own.partner_id)
        self.assertIn("New &lt;b&gt;Man&lt;/b&gt;", self.last_note())

    def test_nothing_changed_nothing_noted(self):
        count = len(self.own.message_ids)
        self.save({"phone": self.ann.phone, "name": " Ann "}, self.ann)
        self.assertEqual(len(self.own.message_ids), count)

    def test_only_what_collections_may_change(self):
        self.save({"credit_limit": 9999, "user_id": self.env.uid, "function": "CFO"}, self.ann)
        self.assertEqual(self.ann.function, "CFO")
        self.assertFalse(self.ann.user_id)

    def test_bad_values(self):
        for values in ({"name": " "}, {"email": "nonsense"}):
            with self.subTest(values), self.assertRaises(UserError):
                self.save(values, self.ann)
        with self.assertRaises(UserError):
            self.save({"email": "no.name@own.example"})

    def test_not_a_contact_of_another_customer(self):
        foreign = self.contact("Eve", account=self.free)
        with self.assertRaises(UserError):
            self.save({"phone": "666"}, foreign)
        with self.assertRaises(UserError):
            self.save({"phone": "666"}, self.users["manager"].partner_id)

    def test_who_may_not(self):
        outsider = new_test_user(self.env, "e_plain", "base.group_user")
        portal = new_test_user(self.env, "e_portal", "base.group_portal")
        for user in (self.users["inquiry"], outsider, portal):
            account = self.own.sudo(False).with_user(user)
            with self.subTest(user.login), self.assertRaises(AccessError):
                account._save_contact({"phone": "666"}, self.ann.with_user(user))
        with self.assertRaises(AccessError):
            self.save(
                {"phone": "666"}, self.contact("X", account=self.foreign), account=self.foreign
            )
        for login in ("collector", "collector_all", "manager"):
            self.save({"function": f"By {login}"}, self.ann, login)
            self.assertEqual(self.ann.function, f"By {login}")

    def test_buttons_on_a_contact_are_for_who_works_on_the_customer(self):
        for login in ("inquiry", "colleague"):
            contact = self.collector(self.ann, login)
            for action in ("action_collect_left", "action_collect_number_right"):
                # a colleague does not even see the account
                error = AccessError if login == "inquiry" else UserError
                with self.subTest(login, action=action), self.assertRaises(error):
                    getattr(contact, action)()
        self.assertFalse(self.ann.collect_left_date)

    def test_a_colleagues_name_and_address_are_not_ours_to_change(self):
        colleague = self.users["manager"].partner_id.sudo()  # sudo: set up by the test
        colleague.parent_id = self.own.partner_id
        with self.assertRaises(AccessError):
            self.save({"email": "collector@evil.example"}, colleague)
        self.save({"function": "Both sides"}, colleague)
        self.assertEqual(colleague.function, "Both sides")

    def test_the_form(self):
        wizards = self.collector(self.env["ar.collect.contact.edit"])
        context = {"default_account_id": self.own.id, "default_contact_id": self.ann.id}
        with Form(wizards.with_context(**context)) as form:
            self.assertEqual(form.name, "Ann")
            form.phone = "+1 555 020 3040"
            form.call_time = "after ten"
            form.role_ids.add(self.role("approver"))
        form.record.action_save()
        self.assertEqual(self.ann.phone, "+1 555 020 3040")
        self.assertEqual(self.ann.collect_call_time, "after ten")
        self.assertEqual(self.ann.collect_role_ids.mapped("code"), ["approver"])
        with Form(wizards.with_context(default_account_id=self.own.id)) as form:
            form.name = "Second"
        form.record.action_save()
        self.assertIn("Second", self.own.partner_id.child_ids.mapped("name"))

    def test_the_pages_open(self):
        account = self.collector(self.own)
        for view in ("ar_collect.ar_collect_account_view_form",):
            with Form(account, view=view) as form:
                self.assertIn(self.ann, form.contact_ids)
        self.assertEqual(account.action_new_contact()["res_model"], "ar.collect.contact.edit")


class TestRoleAccess(ContactCase):
    def test_portal_and_public_read_nothing_of_it(self):
        contact = self.contact("Ann", "accounts_payable")
        portal = new_test_user(self.env, "e_portal", "base.group_portal")
        portal.partner_id.sudo().parent_id = self.own.partner_id  # sudo: set up by the test
        for user in (portal, new_test_user(self.env, "e_plain", "base.group_user")):
            for name in ("collect_health", "collect_left_date", "collect_role_ids"):
                with self.subTest(user.login, field=name), self.assertRaises(AccessError):
                    contact.sudo(False).with_user(user).read([name])

    def test_roles_are_the_managers(self):
        role = self.role("approver")
        for login in ("inquiry", "collector", "collector_all"):
            self.assertEqual(self.collector(role, login).name, "Approver")
            with self.subTest(login), self.assertRaises(AccessError):
                self.collector(role, login).name = "Mine"
        self.collector(role, "manager").name = "Signs"
        self.assertEqual(role.name, "Signs")

    def test_a_merge_keeps_roles(self):
        stays = self.contact("Ann", "approver", phone="1234567")
        goes = self.contact("Ann", "accounts_payable", "approver", phone="7654321")
        goes.collect_left_date = self.today
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo()  # sudo: an administrator
        wizard.create({})._merge((stays + goes).ids, stays)
        self.assertFalse(goes.exists())
        self.env.invalidate_all()
        self.assertEqual(stays.collect_role_ids.mapped("code"), ["accounts_payable", "approver"])
        self.assertFalse(stays.collect_left_date)
        self.assertEqual(stays.phone, "1234567")


class TestForeignUsers(ContactCase):
    def test_contact_duplicated_by_who_has_no_part_in_collections(self):
        self.contact("Ann", email="ann@own.example").collect_call_time = "mornings"
        clerk = new_test_user(
            self.env, "clerk_d", groups="base.group_user,base.group_partner_manager"
        )
        copy = self.own.partner_id.with_user(clerk).copy()
        self.assertTrue(copy.exists())
        self.assertFalse(copy.sudo().collect_role_ids)  # sudo: a field of collections
