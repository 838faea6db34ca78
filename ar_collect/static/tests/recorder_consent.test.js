import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { contains, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";

import { Recorder } from "@ar_collect/recorder/recorder";

describe.current.tags("desktop");
defineMailModels();

const data = {
    can_record: true,
    is_allowed: true,
    consent_text: "May I record?",
    contacts: [
        { id: 6, name: "Anna" },
        { id: 7, name: "Dana" },
    ],
    problems: [],
    recordings: [],
    max_bytes: 1000,
    chunk_bytes: 100,
    accept: "audio/*",
};

test("who is on the phone is asked for consent", async () => {
    onRpc("ar.collect.recording", "get_page_data", () => data);
    await mountWithCleanup(Recorder, { props: { accountId: 1, contactId: 7 } });
    await contains("button[name=record]").click();
    expect("select[name=contact]").toHaveValue("7");
    expect("button[name=start]").not.toBeEnabled();
    await contains("input[name=agreed]").click();
    expect("button[name=start]").toBeEnabled();
});

test("what the page has loaded already is not asked for again", async () => {
    onRpc("ar.collect.recording", "get_page_data", () => expect.step("asked"));
    await mountWithCleanup(Recorder, { props: { accountId: 1, data } });
    await contains("button[name=record]").click();
    expect(".o_ar_collect_notice").toHaveText("May I record?");
    expect.verifySteps([]);
});

test("nobody is taken for the one who agrees", async () => {
    onRpc("ar.collect.recording", "get_page_data", () => data);
    await mountWithCleanup(Recorder, { props: { accountId: 1 } });
    await contains("button[name=record]").click();
    expect("select[name=contact]").toHaveValue("");
    await contains("input[name=agreed]").click();
    expect("button[name=start]").not.toBeEnabled();
    await contains("select[name=contact]").select("6");
    expect("button[name=start]").toBeEnabled();
});
