import { expect, test } from "@odoo/hoot";

import { browser } from "@web/core/browser/browser";
import { allowTranslations } from "@web/../tests/web_test_helpers";

import {
    formatSeconds,
    getEmptyDraft,
    getSeconds,
    readDraft,
    writeDraft,
} from "@ar_collect/call_page/call_draft";
import { describeFollowUp } from "@ar_collect/call_page/logged";

test("what is typed of a call outlives a closed tab, by customer", () => {
    const draft = { ...getEmptyDraft(), note: "They pay on Friday", started: 1000 };
    writeDraft(7, draft);
    expect(readDraft(7)).toEqual(draft);
    expect(readDraft(8)).toEqual(getEmptyDraft());
    writeDraft(7, getEmptyDraft());
    expect(browser.localStorage.getItem("ar_collect.call.7")).toBe(null);
});

test("a draft of another day or another hand is left alone", () => {
    const draft = { ...getEmptyDraft(), note: "old" };
    const saved = Date.now() - 13 * 3600e3;
    browser.localStorage.setItem("ar_collect.call.7", JSON.stringify({ saved, draft }));
    expect(readDraft(7)).toEqual(getEmptyDraft());
    browser.localStorage.setItem("ar_collect.call.7", "{ not ours");
    expect(readDraft(7)).toEqual(getEmptyDraft());
});

test("the timer counts from start to stop", () => {
    expect(getSeconds(getEmptyDraft(), 99000)).toBe(0);
    expect(getSeconds({ started: 1000, stopped: 0 }, 62500)).toBe(61);
    expect(getSeconds({ started: 1000, stopped: 4000 }, 62500)).toBe(3);
    expect(getSeconds({ started: 5000, stopped: 0 }, 1000)).toBe(0);
    expect([0, 151, 3599, 3600, 36061].map(formatSeconds)).toEqual([
        "00:00",
        "02:31",
        "59:59",
        "1:00:00",
        "10:01:01",
    ]);
});

test("what was planned is told in a sentence", () => {
    allowTranslations();
    expect(describeFollowUp(false)).toBe("");
    expect(describeFollowUp({ summary: "Call", date: "2026-03-17", time: false })).toMatch(
        /^Next: Call, Mar 17/
    );
});
