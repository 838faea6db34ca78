# Part of ar_collect. License LGPL-3.
"""The spreadsheet reads fields that exist, and is seen by who works in collections."""

import json

from odoo.tests import HttpCase, TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestDashboard(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dashboard = cls.env.ref("spreadsheet_dashboard_ar_collect.dashboard_collections")
        cls.sheet = json.loads(cls.dashboard.spreadsheet_data)

    def get_sources(self):
        """Model, domain, groups and measures of every pivot and chart."""
        for pivot in self.sheet["pivots"].values():
            groups = [row["fieldName"] for row in pivot["rows"]]
            measures = [measure["fieldName"] for measure in pivot["measures"]]
            yield pivot["model"], pivot["domain"], groups, measures, pivot["fieldMatching"]
        for figure in self.sheet["sheets"][0]["figures"]:
            if "metaData" in figure["data"]:
                meta = figure["data"]["metaData"]
                domain = figure["data"]["searchParams"]["domain"]
                matching = figure["data"]["fieldMatching"]
                yield meta["resModel"], domain, meta["groupBy"], [meta["measure"]], matching

    def test_sources(self):
        for model, domain, groups, measures, matching in self.get_sources():
            with self.subTest(model=model, measures=measures):
                fields = self.env[model]._fields
                aggregates = [
                    name if name == "__count" else f"{name}:{fields[name].aggregator}"
                    for name in measures
                ]
                self.env[model]._read_group(domain, groups, aggregates)
                for field in matching.values():
                    self.assertEqual(fields[field["chain"]].type, field["type"])

    def test_menus(self):
        for name in self.sheet["chartOdooMenusReferences"].values():
            self.assertTrue(self.env.ref(name).action)

    def test_roles(self):
        nobody = new_test_user(self.env, "sheet_nobody", groups="base.group_user")
        reader = new_test_user(self.env, "sheet_reader", groups="ar_collect.group_inquiry")
        find = [("id", "=", self.dashboard.id)]
        dashboards = self.env["spreadsheet.dashboard"]
        self.assertFalse(dashboards.with_user(nobody).search(find))
        self.assertTrue(dashboards.with_user(reader).search(find))


@tagged("post_install", "-at_install")
class TestDashboardInBrowser(HttpCase):
    def test_opens(self):
        """It comes up with all its figures; an error on the way would fail the test."""
        manager = new_test_user(
            self.env, "sheet_manager", groups="ar_collect.group_manager", password="sheet_manager"
        )
        code = """
            (async () => {
                for (let turn = 0; turn < 600; turn++) {
                    if (document.querySelectorAll(".o-figure").length === 7) {
                        console.log("test successful");
                        return;
                    }
                    await new Promise((resolve) => setTimeout(resolve, 100));
                }
                throw new Error("the figures of the dashboard are not there");
            })();
        """
        self.browser_js("/odoo/dashboards", code, login=manager.login, timeout=90)
