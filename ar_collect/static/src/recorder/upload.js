import { browser } from "@web/core/browser/browser";

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30000;
/** Milliseconds for one part; a network that went away without a word is given up then. */
const LONGEST_POST = 120000;
/** Errors of the server that another try would not change. */
const REFUSALS = ["UserError", "ValidationError", "AccessError", "MissingError"].map(
    (name) => `odoo.exceptions.${name}`
);

/** The server will not take this recording, however often it is sent. */
export class Refusal extends Error {}

/** Whoever recorded is logged out, or has logged in anew in another tab. */
export class SessionOver extends Error {}

/**
 * Send a part of a recording.
 *
 * @param {number} id of the recording
 * @param {number} sequence
 * @param {Blob} blob
 * @throws {Refusal} when another try would be no better
 */
export async function postChunk(id, sequence, blob) {
    const form = new FormData();
    form.append("csrf_token", odoo.csrf_token);
    form.append("sequence", sequence);
    form.append("data", blob, "part");
    const response = await browser.fetch(`/ar_collect/recording/${id}/chunk`, {
        method: "POST",
        body: form,
        signal: AbortSignal.timeout(LONGEST_POST),
    });
    const isJson = response.headers.get("content-type")?.includes("json");
    if (response.ok && isJson) {
        return;
    }
    const answer = isJson && response.status < 500 ? await response.json() : {};
    if (answer.error) {
        throw new Refusal(answer.error);
    }
    // the part is kept, and sent later
    const isOver = response.redirected || response.status === 400;
    throw isOver ? new SessionOver() : new Error(`${response.status}`);
}

function isSessionOver(error) {
    return (
        error instanceof SessionOver || error.exceptionName === "odoo.http.SessionExpiredException"
    );
}

/**
 * Brings the parts of one recording to the server, in their order, for as long as it takes.
 *
 * `status` is one of sending, waiting (for the network), loggedOut, refused and done.
 */
export class Upload {
    /**
     * @param {object} recording as the store keeps it
     * @param {object} services {store, finish, onChange, post}: `finish(id, recording)` tells the
     *      server that this was all
     */
    constructor(recording, { store, finish, onChange, post = postChunk }) {
        this.recording = recording;
        this.store = store;
        this.finish = finish;
        this.post = post;
        this.onChange = onChange;
        this.next = 0;
        this.waiting = 0;
        this.status = "sending";
        this.error = "";
        this.isRunning = false;
        this.isAsked = false;
        this.saved = Promise.resolve();
    }

    get isOver() {
        return this.status === "refused" || this.status === "done";
    }

    get id() {
        return this.recording.id;
    }

    /** Keep a part, then send it. */
    add(blob) {
        const sequence = this.next++;
        this.waiting++;
        this.saved = this.saved.then(() => this.store.saveChunk(this.id, sequence, blob));
        return this.saved.then(() => void this.run());
    }

    /** There will be no more parts. */
    async end(duration) {
        await this.saved;
        Object.assign(this.recording, { count: this.next, duration });
        await this.store.saveRecording(this.recording);
        return this.run();
    }

    /** Go on with what an earlier tab has left. */
    async resume() {
        const sequences = await this.store.getSequences(this.id);
        this.waiting = sequences.length;
        if (this.recording.count === null) {
            // it ended with its tab; what came first may have arrived
            this.recording.count = sequences.length ? sequences.at(-1) + 1 : this.recording.sent || 0;
        }
        this.recording.duration ||= 0; // nobody has measured it
        this.next = this.recording.count;
        return this.run();
    }

    /** Send all there is; one at a time, whoever asks. */
    async run() {
        this.isAsked = true;
        if (this.isRunning || this.isOver) {
            return;
        }
        this.isRunning = true;
        this.change({ status: "sending" });
        try {
            while (this.isAsked && !this.isOver) {
                this.isAsked = false;
                await this.sendAll();
            }
        } catch (error) {
            this.change({ status: "refused", error: error.message });
        } finally {
            this.isRunning = false;
        }
    }

    async sendAll() {
        for (;;) {
            const [sequence] = await this.store.getSequences(this.id);
            if (sequence !== undefined) {
                await this.persist(() => this.send(sequence));
            } else if (this.recording.count === null) {
                return; // until the next part
            } else {
                await this.persist(() => this.finish(this.id, this.recording));
                await this.store.deleteRecording(this.id);
                this.change({ status: "done", waiting: 0 });
                return;
            }
        }
    }

    async send(sequence) {
        const blob = await this.store.getChunk(this.id, sequence);
        if (blob) {
            await this.post(this.id, sequence, blob);
        } // otherwise another tab has sent it meanwhile
        await this.store.deleteChunk(this.id, sequence);
        this.recording.sent = sequence + 1;
        await this.store.saveRecording(this.recording);
        this.change({ waiting: Math.max(0, this.waiting - 1) });
    }

    /** Do something again and again, until it works or the server refuses. */
    async persist(work) {
        for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
            try {
                const result = await work();
                this.change({ status: "sending" });
                return result;
            } catch (error) {
                if (error instanceof Refusal || REFUSALS.includes(error.exceptionName)) {
                    throw new Refusal(error.data?.message || error.message);
                }
                this.change({ status: isSessionOver(error) ? "loggedOut" : "waiting" });
                await this.pause(pause);
            }
        }
    }

    /** Some time, or until the network is back. */
    pause(milliseconds) {
        return new Promise((resolve) => {
            const timer = browser.setTimeout(done, milliseconds);
            function done() {
                browser.clearTimeout(timer);
                browser.removeEventListener("online", done);
                resolve();
            }
            browser.addEventListener("online", done);
        });
    }

    change(values) {
        Object.assign(this, values);
        this.onChange(this);
    }
}
