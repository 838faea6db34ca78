import { expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import { EventBus } from "@odoo/owl";
import { patchWithCleanup } from "@web/../tests/web_test_helpers";

import { browser } from "@web/core/browser/browser";

import { MemoryStore } from "@ar_collect/recorder/chunk_store";
import { RecorderService } from "@ar_collect/recorder/recorder_service";
import { WakeLock } from "@ar_collect/recorder/wake_lock";

/** A browser that counts the locks it gives, and takes them away when the page is hidden. */
function makeScreen() {
    const screen = { given: [], visibility: "visible", refusal: null };
    const request = async (kind) => {
        await Promise.resolve();
        if (screen.refusal) {
            throw screen.refusal;
        }
        const sentinel = { kind, released: false };
        sentinel.release = async () => (sentinel.released = true);
        screen.given.push(sentinel);
        return sentinel;
    };
    screen.show = (visibility) => {
        screen.visibility = visibility;
        if (visibility === "hidden") {
            screen.given.forEach((sentinel) => (sentinel.released = true));
        }
        document.dispatchEvent(new Event("visibilitychange"));
        return animationFrame();
    };
    patchWithCleanup(browser, { navigator: { wakeLock: { request } } });
    patchWithCleanup(document, {
        get visibilityState() {
            return screen.visibility;
        },
    });
    return screen;
}

const held = (screen) => screen.given.filter(({ released }) => !released).length;

test("the screen stays on until it is released, also after the page was hidden", async () => {
    const screen = makeScreen();
    const lock = new WakeLock();
    await lock.hold();
    expect(screen.given.map(({ kind }) => kind)).toEqual(["screen"]);
    await screen.show("visible");
    expect(screen.given).toHaveLength(1);
    await screen.show("hidden");
    expect(held(screen)).toBe(0);
    await screen.show("visible");
    expect(held(screen)).toBe(1);
    await lock.release();
    expect(held(screen)).toBe(0);
    await screen.show("visible");
    expect(screen.given).toHaveLength(2);
});

test("a lock that comes when it is over is given back", async () => {
    const screen = makeScreen();
    const lock = new WakeLock();
    const holding = lock.hold();
    await lock.release();
    await holding;
    expect(screen.given).toHaveLength(1);
    expect(held(screen)).toBe(0);
});

test("a browser that refuses, or has no such thing, is no obstacle", async () => {
    const screen = makeScreen();
    screen.refusal = new DOMException("low battery", "NotAllowedError");
    const lock = new WakeLock();
    await lock.hold();
    await lock.release();
    patchWithCleanup(browser, { navigator: {} });
    await lock.hold();
    await lock.release();
    expect(screen.given).toEqual([]);
});

test("the screen stays on while it is recorded, and no longer", async () => {
    const screen = makeScreen();
    const stream = { getTracks: () => [] };
    Object.assign(browser.navigator, { mediaDevices: { getUserMedia: async () => stream } });
    class MediaRecorder {
        static isTypeSupported() {
            return true;
        }
        state = "inactive";
        start() {
            this.state = "recording";
        }
        stop() {
            this.state = "inactive";
            this.onstop();
        }
    }
    patchWithCleanup(window, { MediaRecorder });
    const orm = { call: async () => ({ id: 5 }), silent: { call: async () => ({ missing: [] }) } };
    const service = new RecorderService({ bus: new EventBus() }, orm);
    service.store = Promise.resolve(new MemoryStore());
    await service.start(1, {});
    await animationFrame();
    expect(held(screen)).toBe(1);
    await service.stop();
    await animationFrame();
    expect(held(screen)).toBe(0);
});
