# Part of ar_collect. License LGPL-3.
"""The portal in a browser, at a desk and on a phone: paid, promised, and without a barrier."""

from importlib import resources

from odoo import Command
from odoo.tests import new_test_user, tagged

from .portal_common import get_routes
from .tour_common import CollectTourCase

#: What says how accessible a page is; run on the page itself.
AXE = """
axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}).then((found) => {
    const faults = found.violations.filter((one) => ["serious", "critical"].includes(one.impact));
    const told = faults.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html}`));
    if (told.length) {
        console.error(`${location.pathname}\\n${told.join("\\n")}`);
    } else if (!found.passes.length) {
        console.error("nothing was looked at");
    } else {
        console.log("test successful");
    }
});
"""


class PortalTourCase(CollectTourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # sudo: see the fixture
        cls.account = cls.env["ar.collect.account"].sudo()  # sudo: see the fixture
        cls.account = cls.account.search(
            [("company_id", "=", cls.company.id), ("partner_id.name", "=", "Own Customer")]
        )
        customer = new_test_user(
            cls.env, "portal_tour", "base.group_portal", name="Ann", email="ann@own.example"
        )
        customer.partner_id.parent_id = cls.account.partner_id
        customer.write({"company_ids": [Command.set(cls.company.ids)]})
        customer.company_id = cls.company
        cls.ann = customer.partner_id
        cls.prepare_provider()

    @classmethod
    def prepare_provider(cls):
        """Let customers pay with the provider that asks nobody outside."""
        providers = cls.env["payment.provider"].sudo()  # sudo: see the fixture
        provider = providers.search([("code", "=", "demo"), ("company_id", "=", cls.company.id)])
        provider = provider or providers.create(
            {"name": "Demo", "code": "demo", "company_id": cls.company.id}
        )
        method = cls.env.ref("payment_demo.payment_method_demo").sudo()  # sudo: see above
        method.active = True
        journals = cls.env["account.journal"].sudo()  # sudo: see above
        journal = journals.search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        provider.write(
            {
                "state": "test",
                "is_published": True,
                "payment_method_ids": [Command.set(method.ids)],
                "journal_id": journal.id,
            }
        )
        settings = cls.env["ir.config_parameter"].sudo()  # sudo: see above
        settings.set_param("account_payment.enable_portal_payment", "True")

    def setUp(self):
        super().setUp()
        self.env.flush_all()

    def run_tour(self, name):
        self.start_tour("/my/receivables", name, login="portal_tour")
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestPortalTour(PortalTourCase):
    def test_pay(self):
        before = self.account.amount_balance
        self.run_tour("ar_collect_portal_pay")
        self.account._refresh_to_read()
        self.assertEqual(self.account.amount_balance, before - 1200)
        self.assertEqual(self.account.log_ids[:1].outcome_id.code, "paid")

    def test_promise(self):
        self.run_tour("ar_collect_portal_promise")
        self.assertEqual(self.account.amount_promised, self.account.amount_overdue)

    def test_dispute_with_a_file(self):
        self.run_tour("ar_collect_portal_dispute")
        # sudo: see the fixture
        dispute = self.env["ar.collect.dispute"].sudo()  # sudo: see above
        dispute = dispute.search([("account_id", "=", self.account.id)])
        self.assertEqual((dispute.amount, dispute.partner_id), (200, self.ann))
        self.assertEqual(dispute.origin, "portal")
        files = self.env["ir.attachment"].sudo()  # sudo: see above
        file = files.search([("res_model", "=", dispute._name), ("res_id", "=", dispute.id)])
        self.assertEqual((file.name, file.mimetype, file.public), ("offer.png", "image/png", False))

    def test_sign_a_plan(self):
        # sudo: see the fixture
        plan = self.env["ar.collect.payment.plan"].sudo()  # sudo: see above
        plan = plan.create(
            {
                "account_id": self.account.id,
                "item_ids": [
                    Command.create({"line_id": line.id}) for line in self.account.open_item_ids
                ],
            }
        )
        plan.action_offer()
        self.env.flush_all()
        self.run_tour("ar_collect_portal_sign")
        self.assertEqual((plan.state, plan.signed_by), ("active", "Ann"))
        self.assertTrue(plan.signature)


@tagged("post_install", "-at_install")
class TestPortalTourPhone(TestPortalTour):
    browser_size = "375x667"
    touch_enabled = True


@tagged("post_install", "-at_install")
class TestPortalAccess(PortalTourCase):
    """No page has a serious barrier for who does not see, hear or move well, as axe-core sees it."""

    def get_pages(self):
        """The pages of the portal, by the routes that the server knows.

        :rtype: list
        """
        token = self.account._get_signed_url(self.ann).rsplit("/", 1)[1]
        own = {"<int:account_id>": str(self.account.id), "<string:token>": token}
        pages = []
        for rule in get_routes(self.env):
            path = rule.rule
            for name, value in own.items():
                path = path.replace(name, value)
            methods = rule.endpoint.routing.get("methods") or ["GET"]
            if rule.endpoint.routing["type"] == "http" and "GET" in methods and "<" not in path:
                pages.append(path)
        return pages

    def test_no_serious_barrier(self):
        axe = (resources.files("axe_core_python") / "axe.min.js").read_text()
        self.authenticate("portal_tour", "portal_tour")
        pages = [
            page
            for page in self.get_pages()
            if self.url_open(page).headers["Content-Type"].startswith("text/html")
        ]
        self.assertGreater(len(pages), 6)
        for page in pages:
            with self.subTest(page):
                self.browser_js(
                    page, axe + AXE, ready="document.readyState == 'complete'", login="portal_tour"
                )
