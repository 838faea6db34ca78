import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { contains, mountWithCleanup } from "@web/../tests/web_test_helpers";

import { DashboardChart } from "@ar_collect/dashboard/dashboard_chart";

describe.current.tags("desktop");
defineMailModels();

const CHART = {
    code: "cash",
    name: "Cash In",
    help: "What came in.",
    empty: "No money came in.",
    unit: "number",
    labels: ["Ann", "Bob"],
    keys: [7, false],
    datasets: [
        { key: "promise", label: "Promise", data: [10, 0] },
        { key: "contact", label: "Contact", data: [5, 30] },
    ],
};

async function mountChart(chart = CHART) {
    const open = (...args) => expect.step(JSON.stringify(args));
    await mountWithCleanup(DashboardChart, { props: { chart, currencyId: 1, open } });
}

test("a chart is a table as well, whose figures open what is behind them", async () => {
    await mountChart();
    expect("canvas").toHaveCount(1);
    await contains("button[title='As a table']").click();
    expect("canvas").toHaveCount(0);
    expect("button[title='As a table']").toHaveAttribute("aria-pressed", "true");
    expect(queryAllTexts("tbody th")).toEqual(["Ann", "Bob"]);
    expect(queryAllTexts("tbody a")).toEqual(["10", "5", "30"]);
    queryOne("tbody tr:last-child a").focus();
    await press("Enter");
    expect.verifySteps(['["cash",[false,"contact"]]']);
    await contains("button[title='As a table']").click();
    expect("canvas").toHaveCount(1);
});

test("what a figure is opens by a click and by keyboard", async () => {
    await mountChart();
    await contains("button[aria-label='How it is worked out']").click();
    expect(".o_ar_collect_help").toHaveText("What came in.");
    await press("Escape");
    await animationFrame();
    expect(".o_ar_collect_help").toHaveCount(0);
});

test("an empty chart says so, and is no table", async () => {
    await mountChart({ ...CHART, datasets: [] });
    expect(".card-body").toHaveText("No money came in.");
    expect("button[title='As a table']").toHaveCount(0);
});
