import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

class Account extends models.Model {
    _name = "ar.collect.account";

    state = fields.Char();
    mine = fields.Boolean();
    priority = fields.Integer({ aggregator: "avg" });
    amount = fields.Integer({ aggregator: "sum" });

    _records = [
        { id: 1, state: "to_chase", mine: true },
        { id: 2, state: "to_chase", mine: false },
        { id: 3, state: "promised", mine: true },
    ];
    _views = {
        list: `<list js_class="ar_collect_worklist_list"><field name="state"/></list>`,
        search: `
            <search>
                <filter name="mine" domain="[('mine', '=', True)]"/>
                <separator/>
                <filter name="to_chase" domain="[('state', '=', 'to_chase')]"/>
                <filter name="today" domain="[('id', '=', 1)]"/>
                <filter name="overdue" domain="[('id', '!=', 0)]"/>
                <filter name="promised" domain="[('state', '=', 'promised')]"/>
                <filter name="disputed" domain="[('state', '=', 'disputed')]"/>
            </search>`,
    };
}

function figures(overdue) {
    const usd = (amount) => [{ currency_id: 1, amount }];
    return {
        promised: 3,
        disputed: 0,
        to_do: 6,
        done: 2,
        amounts: {
            amount_overdue: overdue,
            amount_chasable: usd(999.5),
            amount_promised: usd(0),
            amount_disputed: usd(0),
        },
    };
}

defineModels([Account]);
defineMailModels();

const mount = () =>
    mountView({
        resModel: "ar.collect.account",
        type: "list",
        context: { search_default_to_chase: 1 },
    });

function mockDashboard(problems = []) {
    onRpc("ar.collect.account", "retrieve_dashboard", () => ({
        all: figures([
            { currency_id: 1, amount: 214000 },
            { currency_id: 2, amount: 12400 },
        ]),
        mine: figures([{ currency_id: 1, amount: 5000 }]),
        problems,
    }));
}

const figure = (name) => `.o_ar_collect_dashboard button[name=${name}]`;
const states = () => queryAllTexts(".o_data_cell");

test("figures: currencies side by side, large amounts in short", async () => {
    mockDashboard();
    await mount();
    await animationFrame();
    expect(`${figure("overdue")} .fs-4`).toHaveText("$ 214k + 12,400 €");
    expect(`${figure("promised")} .fs-4`).toHaveText("$ 0(3)");
    expect(`${figure("today")} .fs-4`).toHaveText("2 / 8done");
    expect(".o_ar_collect_dashboard .alert").toHaveCount(0);
});

test("a click filters, in place of the figure before; again: not", async () => {
    mockDashboard();
    await mount();
    await animationFrame();
    expect(figure("to_chase")).toHaveClass("active");
    expect(states()).toEqual(["to_chase", "to_chase"]);
    await contains(figure("promised")).click();
    expect(states()).toEqual(["promised"]);
    expect(figure("promised")).toHaveClass("active");
    expect(figure("to_chase")).not.toHaveClass("active");
    await contains(figure("promised")).click();
    expect(states()).toHaveLength(3);
});

test("mine: own customers and their figures, other filters stay", async () => {
    mockDashboard();
    await mount();
    await animationFrame();
    await contains(figure("mine")).click();
    expect(states()).toEqual(["to_chase"]);
    expect(`${figure("overdue")} .fs-4`).toHaveText("$ 5,000");
    await contains(figure("all")).click();
    expect(states()).toHaveLength(2);
});

test("the list does not wait for the figures", async () => {
    const answer = new Deferred();
    onRpc("ar.collect.account", "retrieve_dashboard", () => answer);
    await mount();
    expect(".o_data_row").toHaveCount(2);
    expect(`${figure("overdue")} .placeholder`).toHaveCount(1);
    answer.resolve({ all: figures([]), mine: figures([]), problems: [] });
    await animationFrame();
    expect(`${figure("overdue")} .placeholder`).toHaveCount(0);
});

test("problems are told", async () => {
    mockDashboard([{ text: "No chart of accounts.", model: "x", id: 1 }]);
    await mount();
    await animationFrame();
    expect(".o_ar_collect_dashboard .alert").toHaveText("No chart of accounts.Open");
});

test("j and k move between rows", async () => {
    mockDashboard();
    await mount();
    await animationFrame();
    await contains(".o_data_row:eq(0) .o_list_record_selector input").focus();
    await press("j");
    expect(".o_data_row:eq(1) .o_list_record_selector input").toBeFocused();
    await press("k");
    expect(".o_data_row:eq(0) .o_list_record_selector input").toBeFocused();
});

test("the name of a group has room, also beside a mean priority", async () => {
    mockDashboard();
    await mountView({
        resModel: "ar.collect.account",
        type: "list",
        arch: `
            <list js_class="ar_collect_worklist_list">
                <field name="priority"/>
                <field name="mine"/>
                <field name="amount" sum="Sum"/>
            </list>`,
        groupBy: ["state"],
    });
    expect(".o_group_header").toHaveCount(2);
    // selector, priority, mine
    expect(".o_group_header:eq(0) .o_group_name").toHaveAttribute("colspan", "3");
});

test("an empty list: the words of the menu, until the user searches", async () => {
    mockDashboard();
    onRpc("web_search_read", () => ({ length: 0, records: [] }));
    await mountView({
        resModel: "ar.collect.account",
        type: "list",
        context: { search_default_to_chase: 1 },
        noContentHelp: "Nothing to chase today.",
    });
    await animationFrame();
    expect(".o_view_nocontent").toHaveText("Nothing to chase today.");
    await contains(figure("mine")).click();
    expect(".o_view_nocontent").toHaveText("Nothing to chase today.");
    await contains(figure("promised")).click();
    expect(".o_view_nocontent").toHaveText(/^No customer matches this search\./);
    await contains(figure("to_chase")).click();
    expect(".o_view_nocontent").toHaveText("Nothing to chase today.");
});
