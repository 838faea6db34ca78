import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { contains, mountWithCleanup } from "@web/../tests/web_test_helpers";

import { Component, useState, xml } from "@odoo/owl";

import { ItemPanel } from "@ar_collect/call_page/item_panel";

describe.current.tags("desktop");
defineMailModels();

function makeItems(number, first = 0, excluded = "") {
    return Array.from({ length: number }, (_, index) => ({
        id: first + index + 1,
        move_id: first + index + 1,
        name: `INV/${first + index + 1}`,
        ref: "",
        is_document: true,
        due_date: "2026-03-01",
        days_late: 15,
        amount: 10,
        amount_currency: 10,
        currency_id: 1,
        excluded,
        sent: 0,
        promised: false,
        disputed: 0,
    }));
}

class Parent extends Component {
    static components = { ItemPanel };
    static props = {};
    static template = xml`
        <ItemPanel
            items="state.items" account="state.account" selected="state.selected"
            onToggle="() => {}" onToggleAll.bind="all" onOpen="() => {}" onFigure="() => {}"
            onSendCopies="() => {}" onStatement="() => {}" onEscalate="() => {}"/>`;

    setup() {
        this.state = useState({
            items: [...makeItems(120), ...makeItems(3, 120, "Payment blocked")],
            account: this.account(1),
            selected: new Set(),
        });
    }

    account(id) {
        return { id, currency_id: 1, can_write: true, amounts: { chasable: 1, overdue: 1 } };
    }

    all() {
        expect.step("all");
    }
}

test("of very many items the first are there at once, and all of them in a moment", async () => {
    const parent = await mountWithCleanup(Parent);
    expect("tr[data-item]").toHaveCount(50);
    await contains("input[name=all]").click();
    expect.verifySteps(["all"]);
    await advanceTime(100);
    await animationFrame();
    expect("tr[data-item]").toHaveCount(123);
    expect("tr[data-item='123']").toHaveText(/Payment blocked/);
    // and so with the next customer
    parent.state.account = parent.account(2);
    parent.state.items = makeItems(70, 500);
    await animationFrame();
    expect("tr[data-item]").toHaveCount(50);
    await advanceTime(100);
    await animationFrame();
    expect("tr[data-item]").toHaveCount(70);
});
