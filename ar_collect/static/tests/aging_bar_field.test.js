import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { hover, queryAll, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    models,
    mockService,
    mountView,
} from "@web/../tests/web_test_helpers";

import { getShares } from "@ar_collect/fields/aging_bar_field";

describe.current.tags("desktop");

function aging(amounts, credit = 0) {
    const codes = ["not_due", "1_30", "31_60", "61_90", "91_plus"];
    const buckets = codes.map((code, index) => ({ code, amount: amounts[index] }));
    return { currency_id: 1, credit, buckets };
}

class Account extends models.Model {
    _name = "ar.collect.account";

    aging = fields.Json();

    _records = [
        { id: 1, aging: aging([100, 0, 300, 0, 600], -50) },
        { id: 2, aging: aging([0, 0, 0, 0, 0]) },
        { id: 3, aging: false },
    ];
}

defineModels([Account]);
defineMailModels();

test("shares add up to the whole and small amounts are seen", () => {
    expect(getShares([100, 0, 300, 0, 600])).toEqual([10, 0, 30, 0, 60]);
    expect(getShares([0, 0, 0])).toEqual([0, 0, 0]);
    const [small, large] = getShares([1, 100000]);
    expect(small).toBeGreaterThan(3);
    expect(small + large).toBeCloseTo(100);
});

test("bar in a list: a segment for each bucket with an amount", async () => {
    await mountView({
        resModel: "ar.collect.account",
        type: "list",
        arch: `<list><field name="aging" widget="ar_collect_aging"/></list>`,
    });
    expect(".o_data_row").toHaveCount(3);
    expect(".o_ar_collect_aging_bar").toHaveCount(1);
    expect(queryAll("[data-bucket]").map((el) => el.dataset.bucket)).toEqual([
        "not_due",
        "31_60",
        "91_plus",
    ]);
    expect(queryOne("[data-bucket='91_plus']").style.width).toBe("60%");
});

test("tooltip: the five amounts, and the credits", async () => {
    await mountView({
        resModel: "ar.collect.account",
        type: "list",
        arch: `<list><field name="aging" widget="ar_collect_aging"/></list>`,
    });
    await hover(".o_ar_collect_aging_bar");
    await advanceTime(1000);
    await animationFrame();
    expect(queryAllTexts(".o_ar_collect_tooltip tr td:first-child")).toEqual([
        "Not due",
        "1-30 days",
        "31-60 days",
        "61-90 days",
        "91+ days",
        "Unapplied credits",
    ]);
    expect(queryAllTexts(".o_ar_collect_tooltip tr td:last-child")).toEqual([
        "$ 100.00",
        "$ 0.00",
        "$ 300.00",
        "$ 0.00",
        "$ 600.00",
        "$ -50.00",
    ]);
});

test("legend on a form: a bucket opens its journal items", async () => {
    mockService("action", {
        doActionButton: (params) => {
            expect.step([params.name, params.args, params.resId]);
        },
    });
    await mountView({
        resModel: "ar.collect.account",
        resId: 1,
        type: "form",
        arch: `<form><field name="aging" widget="ar_collect_aging" options="{'legend': true, 'links': true}"/></form>`,
    });
    expect(".o_ar_collect_aging_legend button").toHaveCount(5);
    expect(".o_ar_collect_aging_legend button:disabled").toHaveCount(2);
    await contains(".o_ar_collect_aging_legend button[data-bucket='31_60']").click();
    expect.verifySteps([["action_open_items", '["31_60"]', 1]]);
});
