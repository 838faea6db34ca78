# Part of ar_collect. License LGPL-3.
"""Many customers in one batch, or one customer of many kinds: nothing of one gets to another."""

import random
from io import BytesIO
from unittest.mock import patch

from odoo import Command
from odoo.tests import freeze_time, new_test_user
from odoo.tools.pdf import PdfReader

from .test_notice_send import NoticeSendCase

CUSTOMERS = 12


def read(file):
    """What a file says: a PDF, or the page it would be made from."""
    if file.raw.startswith(b"%PDF"):
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(file.raw)).pages)
    else:
        text = file.raw.decode()
    return " ".join(text.split())


class MixingCase(NoticeSendCase):
    def carry_out(self):
        """Work off what is planned, whatever fails."""
        while self.notices._process_notices():
            pass


class TestNoticeFiles(MixingCase):
    """Statements and invoices by customer, in batches of all kinds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        strategies = cls.env["ar.collect.strategy"].sudo()  # sudo: see CollectCase
        cls.kinds = {
            kind: strategies.create(
                {"name": kind, "step_ids": [cls.step(f"With {kind}", 1, attachments=kind)]}
            )
            for kind in ("none", "statement", "invoices")
        }

    def test_nothing_of_another(self):
        self.check(1)

    def test_nothing_of_another_again(self):
        self.check(2)

    def check(self, seed):
        """Each mail has what its own customer is asked for, whoever else is in the batch."""
        luck = random.Random(seed)
        kinds = {self.make_customer(luck, number): None for number in range(CUSTOMERS)}
        self.catch_up()
        for number, partner in enumerate(kinds):
            kinds[partner] = ("statement", "invoices", "none")[number % 3]
            self.account(partner).strategy_id = self.kinds[kinds[partner]]
        self.plan()
        late, silent, bad = luck.sample(sorted(kinds, key=lambda partner: partner.id), 3)
        self.payment(late, 10_000, *late.commercial_partner_id.invoice_ids)
        silent.email = False
        with self.poisoned(bad):
            self.carry_out()
        states = {partner: self.of(partner).state for partner in kinds}
        self.assertEqual(
            [states.pop(partner) for partner in (late, silent, bad)],
            ["cancelled", "failed", "failed"],
        )
        self.assertEqual(set(states.values()), {"queued"})
        for partner in states:
            self.check_mail(self.of(partner), kinds)
        files = [file for partner in kinds for file in self.of(partner).mail_id.attachment_ids]
        self.assertEqual(len(files), len(set(files)), "no file is in two mails")

    def make_customer(self, luck, number):
        """A customer with a name that is found again, and some invoices; some have contacts."""
        partner = self.debtor(f"Qx{number:02}z{luck.randrange(100, 999)}")
        readers = partner
        if luck.random() < 0.4:
            readers |= self.env["res.partner"].create({"name": "Site", "parent_id": partner.id})
        for _invoice in range(luck.randint(1, 3)):
            self.invoice(luck.choice(readers), luck.randint(50, 500), luck.randint(-30, -1))
        return partner

    def poisoned(self, bad):
        """Let one fail, so that the batch is carried out one by one."""
        render = type(self.notices)._render

        def fail(notice, *args, **kwargs):
            if notice.customer_id == bad:
                raise ValueError("poisoned")
            return render(notice, *args, **kwargs)

        return patch.object(type(self.notices), "_render", fail)

    def check_mail(self, notice, kinds):
        partner, mail = notice.customer_id, notice.mail_id
        documents = notice.item_ids.line_id.move_id
        self.assertTrue(documents)
        self.assertEqual(documents.commercial_partner_id, partner)
        counts = {"none": 0, "statement": 1, "invoices": len(documents)}
        self.assertEqual(len(mail.attachment_ids), counts[kinds[partner]], kinds[partner])
        self.assertIn(f"<{partner.email}>", mail.email_to)
        texts = [read(file) for file in mail.attachment_ids]
        for text in (*texts, mail.body_html, mail.email_to, mail.subject):
            for other in kinds.keys() - {partner}:
                self.assertNotIn(other.name, text)
        for text in texts:
            self.assertIn(partner.name, text)
        if kinds[partner] == "invoices":
            for document in documents:
                self.assertTrue(any(document.name in text for text in texts))
        self.assertEqual(set(mail.attachment_ids.mapped("res_id")) - {notice.account_id.id}, set())


class TestNoticeCompanies(MixingCase):
    """One customer of two companies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.other_company("Second Company")
        # sudo: see CollectCase
        cls.other.sudo().write(
            {
                "collect_notice_active": True,
                "collect_notice_require_sent": False,
                "email": "them@example.com",
            }
        )
        cls.partner = cls.debtor("Both", 111.11, due=-4)
        cls.invoice(cls.partner, 222.22, -4, company=cls.other)
        cls.both = cls.company | cls.other

    def bank(self, company, number):
        bank = self.env["res.partner.bank"].create(
            {"acc_number": number, "partner_id": company.partner_id.id}
        )
        journal = self.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "bank")], limit=1
        )
        journal.bank_account_id = bank

    def make_user(self, company, name):
        return new_test_user(
            self.env,
            name.lower(),
            name=name,
            email=f"{name.lower()}@example.com",
            groups="ar_collect.group_collector",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def test_two_letters(self):
        """Each company writes in its own name, of its own money, to its own account and page."""
        marks = {
            self.company: (self.company.name, "Anneli", "DE-1111-1111", "111.11"),
            self.other: (self.other.name, "Bertram", "AT-2222-2222", "222.22"),
        }
        self.first.attachments = "statement"
        self.catch_up()
        for company, (_name, user, number, _amount) in marks.items():
            self.bank(company, number)
            self.account(self.partner, company).user_id = self.make_user(company, user)
        self.plan(self.both)
        self.carry_out()
        for notice in self.of(self.partner):
            company = notice.company_id
            [file] = notice.mail_id.attachment_ids
            own, foreign = marks[company], marks[self.both - company]
            for text, wanted in (
                (notice.body, own),
                (read(file), (own[0], own[2], own[3])),
                (notice.mail_id.email_from, own[1:2]),
            ):
                for word in wanted:
                    self.assertIn(word, text)
                for word in foreign:
                    self.assertNotIn(word, text)
            self.assertEqual(notice.link_id.account_id, notice.account_id)
            self.assertEqual(notice.link_id.company_id, company)
            self.assertEqual(notice.mail_id.record_company_id, company)
            self.assertEqual(notice.mail_id.res_id, notice.account_id.id)
        self.assertEqual(self.of(self.partner).company_id, self.both)

    def test_credit_of_another(self):
        """What one company owes, was promised or has received is nothing to the other."""
        self.credit_note(self.partner, 500, company=self.other)
        self.env["account.bank.statement.line"].with_company(self.other).create(
            {
                "journal_id": self.env["account.journal"]
                .search([("company_id", "=", self.other.id), ("type", "=", "bank")], limit=1)
                .id,
                "date": self.today,
                "payment_ref": "Paid",
                "partner_id": self.partner.id,
                "amount": 500,
            }
        )
        self.catch_up()
        # sudo: see CollectCase
        self.env["ar.collect.promise"].sudo().create(
            {
                "account_id": self.account(self.partner, self.other).id,
                "amount": 100,
                "date_promised": self.day(3),
            }
        )
        self.plan(self.both)
        self.carry_out()
        notice = self.of(self.partner)
        self.assertEqual((notice.company_id, notice.amount), (self.company, 111.11))
        self.assertNotIn("500", notice.body)

    def test_part_credit_of_another(self):
        """Both are carried out in one batch: what lowers the one debt leaves the other as it is."""
        self.credit_note(self.partner, 150, company=self.other)
        self.catch_up()
        # sudo: see CollectCase
        self.env["ar.collect.promise"].sudo().create(
            {
                "account_id": self.account(self.partner, self.other).id,
                "amount": 50,
                "date_promised": self.day(3),
            }
        )
        self.plan(self.both)
        self.carry_out()
        found = {
            notice.company_id: (notice.state, notice.amount) for notice in self.of(self.partner)
        }
        self.assertEqual(found, {self.company: ("queued", 111.11), self.other: ("queued", 22.22)})

    def test_customers_of_both(self):
        """A batch of both, in which each is a customer of one: carried out in one go."""
        here = self.debtor("Here", 50, due=-4)
        self.catch_up()
        self.account(self.partner).hold = True
        self.plan(self.both)
        self.assertEqual(self.of(here).company_id | self.of(self.partner).company_id, self.both)
        with self.in_one_go():
            self.carry_out()
        self.assertEqual((self.of(here) | self.of(self.partner)).mapped("state"), ["queued"] * 2)

    def test_room_of_each(self):
        """A company that has sent what it may in an hour does not keep the other one back."""
        self.company.sudo().collect_notice_per_hour = 1  # sudo: see CollectCase
        for number in range(3):
            self.debtor(f"Firm {number}", 100)
        self.plan()
        self.plan(self.other)
        self.assertEqual(self.notices._process_notices(limit=2), 1)
        self.notices._process_notices(limit=2)
        self.assertEqual(
            self.of(self.partner).filtered(lambda n: n.company_id == self.other).state, "queued"
        )
        self.assertEqual(
            self.notices.search_count(
                [("company_id", "=", self.company.id), ("state", "=", "queued")]
            ),
            1,
        )

    def test_held_by_another(self):
        """A pause, a hold and a bounce of one company's notice do not keep back the other's."""
        self.catch_up()
        self.account(self.partner, self.other).write(
            {"hold": True, "notice_pause_date": self.day(5)}
        )
        self.plan(self.both)
        self.carry_out()
        self.assertEqual(self.of(self.partner).company_id, self.company)


class TestNoticePeople(MixingCase):
    def test_parent_and_contacts(self):
        """Invoices of contacts are the parent's debt; who has left is not written to."""
        role = self.env.ref("ar_collect.contact_role_accounts_payable")
        parent = self.debtor("Parent", 100, due=-4)
        people = {
            name: self.env["res.partner"].create(
                {
                    "name": name,
                    "email": f"{name.lower()}@example.com",
                    "parent_id": parent.id,
                }
            )
            for name in ("Left", "Stays", "Branch")
        }
        for name in ("Left", "Stays"):
            people[name].sudo().collect_role_ids = role  # sudo: see CollectCase
        for number, contact in enumerate(people.values(), 1):
            self.invoice(contact, 10 * number, -4)
        self.plan()
        people["Left"].active = False
        self.carry_out()
        notice = self.of(parent)
        self.assertEqual((notice.amount, notice.item_count), (160, 4))
        self.assertEqual(notice.recipient_ids, people["Stays"])
        [sent] = self.send_queue()
        self.assertEqual(sent["email_to"], ['"Stays" <stays@example.com>'])
        self.assertFalse(self.of(people["Left"]) | self.of(people["Branch"]))
        self.assertNotIn("Left", notice.body)

    def test_three_currencies(self):
        """One mail; each block has the items and credits of its currency, and what is overdue."""
        euro = self.setup_other_currency("EUR", rates=[("2026-01-01", 0.5)])
        pound = self.setup_other_currency("GBP", rates=[("2026-01-01", 0.25)])
        partner = self.debtor("World", 100, 300, due=-4)
        self.invoice(partner, 30, -4, currency=euro)
        self.credit_note(partner, 7, currency=euro)
        self.invoice(partner, 20, -4, currency=pound)
        self.run_day()
        notice = self.of(partner)
        content = notice._get_content()
        blocks = [
            (
                block["currency"].name,
                [line["amount"] for line in block["items"]],
                [line["amount"] for line in block["credits"]],
                block["overdue"],
                block["total"],
            )
            for block in content.get_blocks(self.env)
        ]
        self.assertEqual(
            blocks,
            [
                ("USD", [100, 300], [], 400, 400),
                ("EUR", [30], [-7], 30, 23),
                ("GBP", [20], [], 20, 20),
            ],
        )
        self.assertEqual(notice.amount, 400 + 60 - 14 + 80)
        self.assertEqual(len(self.send_queue()), 1)

    def test_overdue_is_what_is_late(self):
        """A reminder before the due date asks for what is due soon, and calls nothing of it late."""
        self.first.days = -5
        partner = self.debtor("Soon", 100, due=-1)
        self.invoice(partner, 50, 4)
        self.plan()
        [block] = self.of(partner)._get_content().get_blocks(self.env)
        self.assertEqual((block["overdue"], block["total"]), (100, 150))

    def test_cron_dead_for_ten_days(self):
        """Items that reached different steps meanwhile: one notice, of the highest, names them all."""
        partner = self.debtor("Late", 100, due=-2)
        self.invoice(partner, 50, 4)
        self.run_day()
        self.assertFalse(self.of(partner))
        with freeze_time("2026-03-26 12:00:00"):  # 12 and 6 days late
            self.run_day()
            self.run_day()
        notice = self.of(partner)
        self.assertEqual((notice.step_id, notice.amount), (self.second, 150))
        with freeze_time("2026-03-27 12:00:00"):
            self.run_day()
        self.assertEqual(self.of(partner), notice)
        with freeze_time("2026-03-30 12:00:00"):  # the later one is 10 days late
            self.run_day()
        self.assertEqual(self.of(partner).step_id, self.second)
        self.assertEqual(self.of(partner).mapped("cycle"), [1, 2])

    def test_sending_dead_for_ten_days(self):
        """What was planned every day and never carried out goes out once, with the highest step."""
        partner = self.debtor("Late", 100, due=-3)
        for day in range(16, 27):
            with freeze_time(f"2026-03-{day} 12:00:00"):
                self.plan()
        self.assertEqual(len(self.of(partner)), 1)
        with freeze_time("2026-03-26 12:00:00"):  # 13 days late
            self.carry_out()
        self.assertEqual(
            (self.of(partner).step_id, self.of(partner).state), (self.second, "queued")
        )
