# Part of ar_collect. License LGPL-3.
"""The customer's account on the portal: what it shows, to whom, and how it is searched."""

from odoo.tests import new_test_user

from .portal_common import EVIL, PortalCase


class TestPortalAccount(PortalCase):
    def test_shows_the_account(self):
        self.log_in()
        self.promise(self.new)
        self.dispute({self.old: 200})
        self.credit_note(self.partner, 50)
        self.payment(self.partner, 70)
        text = self.text(self.get("/my/receivables"))
        for part in (
            "Own Customer",
            self.old.move_name,
            "$ 200.00 disputed",
            "promised for 03/20/2026",
            "41 days late",
            "not yet allocated",
            "Last payments 03/16/2026 $ 70.00",
            "Promised 03/20/2026 $ 300.00",
        ):
            with self.subTest(part):
                self.assertIn(part, text)

    def test_card_counts_what_is_overdue(self):
        self.invoice(self.partner, 10, due=3)
        self.log_in()
        self.env.flush_all()
        values = self.make_jsonrpc_request("/my/counters", {"counters": ["collect_overdue_count"]})
        self.assertEqual(values, {"collect_overdue_count": 2})
        self.assertIn("/my/receivables", self.get("/my").text)

    def test_colleague_sees_the_same(self):
        colleague = self.env["res.partner"].create({"name": "Bob", "parent_id": self.partner.id})
        new_test_user(self.env, "bob", "base.group_portal", partner_id=colleague.id)
        self.log_in("bob")
        self.assertIn(self.old.move_name, self.get("/my/receivables").text)

    def test_nobody_elses(self):
        new_test_user(self.env, "stranger", "base.group_portal")
        self.log_in("stranger")
        for url in (self.base, f"/my/receivables/{self.free.id}", "/my/receivables/999999999999"):
            with self.subTest(url):
                self.assertEqual(self.get(url).status_code, 404)
        response = self.get("/my/receivables")
        self.assertEqual(response.status_code, 200)
        self.assertNotIn(self.old.move_name, response.text)

    def test_asks_to_log_in(self):
        response = self.get(self.base)
        self.assertIn("/web/login", response.url)
        self.assertNotIn(self.old.move_name, response.text)

    def test_one_company_at_a_time(self):
        other = self.other_company()
        self.invoice(self.partner, 777, company=other)
        self.catch_up()
        theirs = self.account(self.partner, other)
        self.log_in()
        # the user belongs to the first company alone, as with core's invoices
        self.assertEqual(self.get(f"/my/receivables/{theirs.id}").status_code, 404)
        self.assertNotIn("777.00", self.text(self.get("/my/receivables")))
        self.ann_user.company_ids |= other
        self.assertIn("777.00", self.text(self.get(f"/my/receivables/{theirs.id}")))
        first = self.get("/my/receivables")
        self.assertNotIn("777.00", self.text(first))
        self.assertIn(f"/my/receivables/{theirs.id}", first.text)

    def test_one_currency_at_a_time(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        invoice = self.invoice(self.partner, 55, currency=euro)
        self.log_in()
        self.assertNotIn(invoice.name, self.get("/my/receivables").text)
        page = self.get("/my/receivables?currency=EUR")
        self.assertIn(invoice.name, page.text)
        self.assertNotIn(self.old.move_name, page.text)

    def test_search_sort_filter(self):
        late = self.invoice(self.partner, 10, due=-90, ref="PO 4711")
        soon = self.invoice(self.partner, 5000, due=9)
        self.log_in()

        def shown(query):
            text = self.get(f"{self.base}?{query}").text
            names = [self.old.move_name, self.new.move_name, late.name, soon.name]
            found = [name for name in names if f'aria-label="{name}"' in text]
            return sorted(found, key=lambda name: text.index(f'aria-label="{name}"'))

        names = [late.name, self.old.move_name, self.new.move_name, soon.name]
        self.assertEqual(shown(""), names)
        self.assertEqual(shown("search=po+47"), [late.name])
        self.assertEqual(shown("filterby=due"), [soon.name])
        self.assertEqual(shown("filterby=overdue"), names[:3])
        self.assertEqual(shown("sortby=open")[0], soon.name)
        self.assertEqual(shown("sortby=%3Bdrop&filterby=x&page=-1"), names)
        self.assertEqual(shown("search=nothing+like+it"), [])

    def test_texts_are_text(self):
        self.old.move_id.ref = EVIL
        self.partner.name = EVIL
        self.log_in()
        for query in ("", f"?search={EVIL}", f"?currency={EVIL}", f"?done={EVIL}"):
            with self.subTest(query):
                self.assertNotIn(EVIL, self.get(self.base + query).text)

    def test_queries_do_not_grow(self):
        self.log_in()
        terms = [(5, -number) for number in range(20)]
        counts = []
        for times in (3, 27):  # 60 and 600 items: a page of both is full
            for _time in range(times):
                self.invoice(self.partner, 2000, terms=terms)
            self.get(f"{self.base}?search=INV")
            before = self.cr.sql_log_count
            self.get(f"{self.base}?search=INV")
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
