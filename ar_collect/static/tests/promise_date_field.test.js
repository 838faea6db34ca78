import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { click } from "@odoo/hoot-dom";
import { animationFrame, mockDate } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

class Promised extends models.Model {
    _name = "promised";

    day = fields.Date();
    bank_calendar = fields.Json();

    _records = [
        {
            id: 1,
            bank_calendar: {
                closed: { "2026-03-21": "Weekend", "2026-03-22": "Weekend" },
                usual: [
                    { date: "2026-03-17", text: "Tue 17 Mar" },
                    { date: "2026-03-20", text: "Fri 20 Mar" },
                ],
            },
        },
    ];
}

defineMailModels();
defineModels([Promised]);

async function mount() {
    mockDate("2026-03-16 12:00:00");
    await mountView({
        resModel: "promised",
        resId: 1,
        type: "form",
        arch: `<form><field name="day" widget="ar_collect_promise_date"/></form>`,
    });
}

test("a usual day is one click away", async () => {
    await mount();
    expect(".o_ar_collect_usual_days button").toHaveCount(2);
    await click(".o_ar_collect_usual_days button:last");
    await animationFrame();
    expect(".o_ar_collect_usual_days button:last").toHaveAttribute("aria-pressed", "true");
    expect(".o_ar_collect_usual_days button:first").toHaveAttribute("aria-pressed", "false");
    expect("[name=day] .o_input").toHaveValue("03/20/2026");
});

test("days on which no bank books are told apart", async () => {
    await mount();
    await contains("[name=day] .o_input").click();
    expect(".o_ar_collect_closed").toHaveCount(2);
    expect(".o_ar_collect_closed:first").toHaveText("21");
});
