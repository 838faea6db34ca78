import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import { contains, mountWithCleanup, onRpc, patchWithCleanup } from "@web/../tests/web_test_helpers";

import { browser } from "@web/core/browser/browser";

import { PrintStatements } from "@ar_collect/statement/print_statements";

describe.current.tags("desktop");
defineMailModels();

const MODEL = "ar.collect.statement.ask";
const props = { action: { params: { ask_id: 7, account_ids: [1, 2, 3, 4, 5], part: 2 } } };

function watchAddress() {
    patchWithCleanup(browser.location, { assign: (url) => expect.step(url) });
}

test("statements are printed a few at a time, then downloaded at once", async () => {
    watchAddress();
    onRpc(MODEL, "print_part", ({ args }) => {
        expect.step(args);
        return args[1].length;
    });
    onRpc(MODEL, "print_all", () => ({ url: "/web/content/1?download=true" }));
    await mountWithCleanup(PrintStatements, { props });
    await animationFrame();
    expect.verifySteps([
        [[7], [1, 2]],
        [[7], [3, 4]],
        [[7], [5]],
        "/web/content/1?download=true",
    ]);
});

test("whoever stops gets no file, and nothing more is printed", async () => {
    watchAddress();
    const printed = new Deferred();
    onRpc(MODEL, "print_part", ({ args }) => {
        expect.step(args[1]);
        return printed;
    });
    await mountWithCleanup(PrintStatements, { props });
    expect("[role=status]").toHaveText("0 of 5 statements are printed.");
    await contains("button[name=stop]").click();
    printed.resolve(2);
    await animationFrame();
    expect.verifySteps([[1, 2]]);
});
