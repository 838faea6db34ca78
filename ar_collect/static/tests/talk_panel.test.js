import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { mountWithCleanup } from "@web/../tests/web_test_helpers";

import { TalkPanel } from "@ar_collect/call_page/talk_panel";

describe.current.tags("desktop");
defineMailModels();

test("what was typed into a note is text on the page", async () => {
    const note = '<b>twice</b> <img src="x" onerror="alert(2)"><script>alert(1)</script>';
    const entry = {
        id: 1,
        date: "2026-03-16 10:00:00",
        channel: "call",
        channel_name: "Call",
        direction: "out",
        outcome: "No answer",
        is_contact: false,
        contact: "<i>Dana</i>",
        user: "Carl",
        duration: 0,
        note,
        items: [],
    };
    const nothing = () => {};
    await mountWithCleanup(TalkPanel, {
        props: {
            account: { id: 1, currency_id: 1 },
            log: { entries: [entry], count: 1 },
            open: { activities: [] },
            canWrite: true,
            onOpenRecord: nothing,
            onPromise: nothing,
            onDispute: nothing,
            onPlan: nothing,
            onDone: nothing,
        },
    });
    expect(".o_ar_collect_note").toHaveText(note);
    expect(".o_ar_collect_entry a").toHaveText("No answer · <i>Dana</i>");
    expect(".o_ar_collect_entry :is(b, img, script, a > i)").toHaveCount(0);
});
