import { browser } from "@web/core/browser/browser";

/**
 * Keeps the screen on: a phone whose screen goes off puts the page to sleep, and its microphone.
 *
 * The browser takes the lock away whenever the page is hidden, and may refuse it, say on a low
 * battery; a browser without it goes on as before.
 */
export class WakeLock {
    constructor() {
        this.isWanted = false;
        this.sentinel = null;
        this.onVisibilityChange = () => this.request();
    }

    hold() {
        this.isWanted = true;
        document.addEventListener("visibilitychange", this.onVisibilityChange);
        return this.request();
    }

    release() {
        this.isWanted = false;
        document.removeEventListener("visibilitychange", this.onVisibilityChange);
        return this.drop();
    }

    async request() {
        const { wakeLock } = browser.navigator;
        if (!wakeLock || document.visibilityState !== "visible") {
            return;
        }
        if (this.sentinel && !this.sentinel.released) {
            return;
        }
        try {
            this.sentinel = await wakeLock.request("screen");
        } catch {
            return; // refused: the recording matters, not the screen
        }
        if (!this.isWanted) {
            await this.drop(); // it ended while the browser was asked
        }
    }

    async drop() {
        const { sentinel } = this;
        this.sentinel = null;
        await sentinel?.release();
    }
}
