import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
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
    reasons = fields.Char();
    reason_lines = fields.Json();
    priority = fields.Integer();

    _records = [{ id: 1, partner_id: 7, company_id: 2, reasons: "Nothing overdue" }];
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

test("in several companies at once: whose customer it is", async () => {
    await mountIn(1, 2);
    expect(".o_data_cell").toHaveText("Azure\nFinch Europe\nNothing overdue");
});
