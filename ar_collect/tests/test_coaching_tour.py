# Part of ar_collect. License LGPL-3.
"""One's own performance in a browser: shown, kept in the address, and empty without breaking."""

from odoo import fields
from odoo.tests import tagged

from .tour_common import CollectTourCase

#: A metric is chosen, and stands in the address.
CHOOSE = """
    document.querySelector("[data-metric='right_party_rate'] button").click();
    setTimeout(() => {
        const isKept = location.search.includes("metric=right_party_rate");
        const isShown = document.querySelector(".table-active").dataset.metric;
        if (isKept && isShown === "right_party_rate") {
            console.log("test successful");
        } else {
            console.error(`${location.search} ${isShown}`);
        }
    }, 1000);
"""


@tagged("post_install", "-at_install")
class TestCoachingTour(CollectTourCase):
    def test_my_performance(self):
        # sudo: the accountant who books has no part in collections
        accounts = self.env["ar.collect.account"].sudo()
        account = accounts.search([("user_id", "=", self.user.id)], limit=1)
        outcome = self.env.ref("ar_collect.outcome_no_answer")
        self.env["ar.collect.activity"].sudo().create(  # sudo: see above
            {
                "account_id": account.id,
                "user_id": self.user.id,
                "outcome_id": outcome.id,
                "date": fields.Datetime.now(),
            }
        )
        self.browser_js(
            "/odoo/my-performance",
            CHOOSE,
            ready="!!document.querySelector('.o_ar_collect_coaching canvas')",
            login="collect_tour",
        )

    def test_nothing_done(self):
        self.browser_js(
            "/odoo/my-performance",
            "console.log('test successful')",
            ready="document.querySelector('.o_ar_collect_coaching')"
            "?.textContent.includes('Nothing was logged in these months.')",
            login="collect_tour",
        )
