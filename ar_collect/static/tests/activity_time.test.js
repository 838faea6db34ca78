import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { mockTimeZone } from "@odoo/hoot-mock";
import { getService, makeMockEnv } from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

defineMailModels();

test("the time of a follow-up is that of the user's clock", async () => {
    mockTimeZone(+1);
    await makeMockEnv();
    const activities = getService("mail.store")["mail.activity"];
    const timed = activities.insert({ id: 1, collect_datetime: "2026-03-18 09:15:00" });
    expect(timed.collectTime).toMatch(/^10:15/);
    expect(activities.insert({ id: 2, collect_datetime: false }).collectTime).toBe("");
});
