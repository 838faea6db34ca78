import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import {
    contains,
    getService,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

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

const PAGE = {
    filters: { period: "month", team_id: false },
    periods: [{ code: "month", name: "This Month" }],
    teams: [],
    currency_id: 1,
    companies: ["Here Ltd"],
    first: "2026-03-01",
    last: "2026-03-16",
    cards: [{ code: "dso", name: "", pending: true }],
    bars: null,
    charts: [{ code: "cash", name: "Cash In", pending: true }],
    tables: [],
    parts: ["figures"],
};
const FIGURES = {
    cards: [
        {
            code: "dso",
            name: "DSO",
            value: 42,
            help: "Days.",
            unit: "days",
            detail: "",
            tone: "",
            trend: null,
            change: null,
            up_is_good: false,
        },
    ],
    charts: [CHART],
};

test("what takes longer comes into its place, and stays there while it is read again", async () => {
    const answers = [new Deferred(), new Deferred()];
    const later = [...answers];
    onRpc("ar.collect.dashboard", "get_page", ({ args: [page, , part] }) => {
        expect.step(`${page} ${part}`);
        return part === "first" ? PAGE : later.shift();
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "ar_collect.dashboard_manager",
    });
    expect.verifySteps(["manager first", "manager figures"]);
    expect("[data-pending]").toHaveCount(2);
    expect("[data-pending=cash] .card-header").toHaveText("Cash In");
    answers[0].resolve(FIGURES);
    await animationFrame();
    await animationFrame();
    expect("[data-pending]").toHaveCount(0);
    expect("[data-card=dso] a").toHaveText("42 days");
    await contains("button[name=refresh]").click();
    await animationFrame();
    expect.verifySteps(["manager first", "manager figures"]);
    expect("[data-pending]").toHaveCount(0);
    expect("[data-card=dso] a").toHaveText("42 days");
    answers[1].resolve({ cards: [{ ...FIGURES.cards[0], value: 40 }] });
    await animationFrame();
    await animationFrame();
    expect("[data-card=dso] a").toHaveText("40 days");
});
