import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryAll, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import {
    defineModels,
    fields,
    makeMockEnv,
    models,
    mountView,
} from "@web/../tests/web_test_helpers";

import { formatFigure, getMarks } from "@ar_collect/performance/figures";

describe.current.tags("desktop");

const BAR = {
    actual: 40,
    pace: 50,
    value: 100,
    unit: "number",
    currency_id: 1,
    status: "behind",
    accumulates: true,
};

class Target extends models.Model {
    _name = "ar.collect.target";

    bar = fields.Json();
    days = fields.Json();

    _records = [
        {
            id: 1,
            bar: BAR,
            days: [
                { date: "2026-03-01", kind: "off", share: 0, name: "", is_over: true },
                { date: "2026-03-02", kind: "holiday", share: 0, name: "Founding", is_over: true },
                { date: "2026-03-03", kind: "leave", share: 0.5, name: "", is_today: true },
                { date: "2026-03-04", kind: "work", share: 1, name: "" },
            ],
        },
        { id: 2, bar: { ...BAR, unit: "percent", actual: null, accumulates: false, status: "none" } },
        { id: 3, bar: false, days: false },
    ];
}

defineModels([Target]);
defineMailModels();

test("the bar ends at the target, or at what was reached", () => {
    expect(getMarks({ actual: 40, pace: 50, value: 100 })).toEqual({
        done: 40,
        pace: 50,
        target: 100,
    });
    expect(getMarks({ actual: 200, pace: 50, value: 100 })).toEqual({
        done: 100,
        pace: 25,
        target: 50,
    });
    expect(getMarks({ actual: null, pace: 0, value: 0 })).toEqual({ done: 0, pace: 0, target: 0 });
});

test("figures by unit, and none that is not known", async () => {
    await makeMockEnv();
    expect(formatFigure(12.34, "percent")).toBe("12.3 %");
    expect(formatFigure(1.5, "hours")).toBe("01:30");
    expect(formatFigure(1200, "number")).toBe("1,200");
    expect(formatFigure(null, "percent")).toBe("–");
});

test("bars in a list: reached, expected, and nothing where nothing is known", async () => {
    await mountView({
        resModel: "ar.collect.target",
        type: "list",
        arch: `<list><field name="bar" widget="ar_collect_target_bar"/></list>`,
    });
    expect(".o_data_row").toHaveCount(3);
    expect(".o_ar_collect_target_bar").toHaveCount(2);
    expect(".o_ar_collect_pace_mark").toHaveCount(1);
    expect(queryOne(".o_ar_collect_pace_mark").style.left).toBe("50%");
    expect(queryOne(".o_ar_collect_target_track .bg-danger").style.width).toBe("40%");
    expect(queryAllTexts(".o_ar_collect_target_bar span")).toEqual([
        "40 of 100",
        "50 expected by today",
        "– of 100 %",
        "a rate has no pace",
    ]);
});

test("the days of a month by what they are", async () => {
    await mountView({
        resModel: "ar.collect.target",
        resId: 1,
        type: "form",
        arch: `<form><field name="days" widget="ar_collect_working_days"/></form>`,
    });
    expect(queryAll("[data-kind]").map((el) => el.dataset.kind)).toEqual([
        "off",
        "holiday",
        "leave",
        "work",
    ]);
    // the first of March 2026 is a Sunday
    expect("tbody tr").toHaveCount(2);
    expect("[data-kind='holiday']").toHaveAttribute("title", /Public holiday: Founding/);
    expect("[data-kind='leave']").toHaveText("3½");
    expect("[data-kind='leave']").toHaveClass("o_today");
});
