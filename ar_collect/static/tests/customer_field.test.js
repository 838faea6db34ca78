import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { mockDate } from "@odoo/hoot-mock";
import {
    defineModels,
    fields,
    models,
    mountView,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";

import { user } from "@web/core/user";

describe.current.tags("desktop");

class Account extends models.Model {
    _name = "ar.collect.account";

    partner_id = fields.Many2one({ relation: "party" });
    company_id = fields.Many2one({ relation: "party" });
    currency_id = fields.Many2one({ relation: "res.currency" });
    amount_promised = fields.Monetary({ currency_field: "currency_id" });
    next_promise_date = fields.Date();
    reasons = fields.Char();
    reason_lines = fields.Json();
    priority = fields.Integer();

    _records = [
        { id: 1, partner_id: 7, company_id: 2, currency_id: 1, reasons: "Nothing overdue" },
    ];
}

class Party extends models.Model {
    _name = "party";

    name = fields.Char();

    _records = [
        { id: 2, name: "Finch Europe" },
        { id: 7, name: "Azure" },
    ];
}

defineMailModels();
defineModels([Account, Party]);

async function mountIn(...companies) {
    patchWithCleanup(user, {
        get activeCompanies() {
            return companies.map((id) => ({ id }));
        },
    });
    await mountView({
        resModel: "ar.collect.account",
        type: "list",
        arch: `<list><field name="partner_id" widget="ar_collect_customer"/></list>`,
    });
}

test("the customer and why", async () => {
    await mountIn(2);
    expect(".o_data_cell").toHaveText("Azure\nNothing overdue");
});

test("what is promised, by when", async () => {
    mockDate("2026-03-16 12:00:00");
    const promise = { amount_promised: 4000, next_promise_date: "2026-03-20" };
    Object.assign(Account._records[0], promise);
    await mountIn(2);
    expect(".o_ar_collect_promised").toHaveText("$ 4,000 promised for Friday");
});

test("what is promised for later has a date", async () => {
    mockDate("2026-03-16 12:00:00");
    const promise = { amount_promised: 4000, next_promise_date: "2026-03-23" };
    Object.assign(Account._records[0], promise);
    await mountIn(2);
    expect(".o_ar_collect_promised").toHaveText("$ 4,000 promised for Mon, Mar 23");
});

test("in several companies at once: whose customer it is", async () => {
    await mountIn(1, 2);
    expect(".o_data_cell").toHaveText("Azure\nFinch Europe\nNothing overdue");
});
