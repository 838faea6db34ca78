import { expect, test } from "@odoo/hoot";

import { allowTranslations } from "@web/../tests/web_test_helpers";

import { notifyClaimed } from "@ar_collect/call_page/logged";

/** What is said of a contact when its form was closed, and what was asked of the server. */
async function say(answer) {
    allowTranslations();
    const said = [];
    const notification = { add: (text, options) => said.push({ text: String(text), ...options }) };
    const orm = {
        call: async (_model, method, args) => {
            expect([method, args]).toEqual(["get_logged", [[4], 9]]);
            return answer;
        },
    };
    await notifyClaimed(orm, notification, { id: 4, name: "Azure" }, 9, () => {});
    return said;
}

const logged = {
    log_id: 9,
    outcome: "Promised",
    effect: "promise",
    follow_up: { summary: "Call", date: "2026-04-06", time: false },
};

test("the next step that a saved promise has moved is told", async () => {
    const [toast, ...others] = await say({ ...logged, has_claim: true });
    expect(others).toEqual([]);
    expect([toast.type, String(toast.title)]).toEqual(["success", "Azure: Promised"]);
    expect(toast.text).toMatch(/^Next: Call, .*6/);
    expect(toast.buttons).toBe(undefined);
});

test("who has not saved the form may take the contact back", async () => {
    const [toast, ...others] = await say({ ...logged, has_claim: false });
    expect(others).toEqual([]);
    expect([toast.type, toast.sticky, toast.buttons.length]).toEqual(["warning", true, 1]);
    expect(toast.text).toMatch(/^Nothing was recorded with it\. .*Next: Call/);
});

test("nothing is said of what was taken back meanwhile", async () => {
    expect(await say({})).toEqual([]);
});
