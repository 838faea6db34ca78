import { reactive } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

import { openStore } from "./chunk_store";
import { Upload } from "./upload";
import { WakeLock } from "./wake_lock";

const MODEL = "ar.collect.recording";
/** Milliseconds of one part: what a crash of the browser can take away. */
const PART = 3000;
/** Milliseconds until a new tab looks for what closed ones have left, and after which it looks again. */
const FIRST_LOOK = 2000;
const LOOK = 60000;
/** Bits per second; speech needs no more, an hour has about 20 MB. */
const BITRATE = 48000;
const HEAD_BYTES = 64;
const KINDS = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];
export const CHANGED = "AR_COLLECT:RECORDING_CHANGED";

/** Why the microphone cannot be used, by the name of the browser's error. */
const MICROPHONE_ERRORS = {
    NotAllowedError: _t("The browser was not allowed to use the microphone."),
    NotFoundError: _t("No microphone was found."),
    NotReadableError: _t("Another program uses the microphone."),
};

function lockName(id) {
    return `ar_collect_recording_${id}`;
}

/**
 * Take the lock that tells other tabs that this one works on a recording.
 *
 * @returns {Promise<Function|null>} gives it back; null when another tab has it
 */
function takeLock(id) {
    const { locks } = browser.navigator;
    if (!locks) {
        return Promise.resolve(() => {});
    }
    return new Promise((resolve, reject) => {
        const hold = (lock) => lock && new Promise((release) => resolve(release));
        locks.request(lockName(id), { ifAvailable: true }, hold).then(() => resolve(null), reject);
    });
}

/** The first bytes of a file, in base64: they tell the server what it is. */
async function getHead(file) {
    const buffer = await file.slice(0, HEAD_BYTES).arrayBuffer();
    return window.btoa(String.fromCharCode(...new Uint8Array(buffer)));
}

/**
 * Records and uploads, whatever page of Odoo is open meanwhile.
 *
 * `state.current` is the recording that runs: {accountId, name, isPaused, stream}; `state.uploads`
 * are those that have not arrived completely.
 */
export class RecorderService {
    constructor(env, orm) {
        this.env = env;
        this.orm = orm;
        this.state = reactive({ current: null, uploads: [] });
        this.recorder = null;
        this.upload = null;
        this.wakeLock = new WakeLock();
        this.recordedTime = 0;
        this.resumedAt = null;
        this.onBeforeUnload = this.onBeforeUnload.bind(this);
    }

    /** One store for each database and user of this browser. */
    getStore() {
        this.store ||= openStore(`ar_collect_${odoo.info?.db || ""}_${user.userId}`);
        return this.store;
    }

    // --- recording

    /**
     * Ask for the microphone, and record.
     *
     * @param {number} accountId
     * @param {object} values as `start_recording` of the server takes them
     * @throws {Error} with a text for the user
     */
    async start(accountId, values) {
        if (this.state.current) {
            throw new Error(_t("Another recording is running."));
        }
        const stream = await this.getMicrophone();
        try {
            await this.startUpload(accountId, values);
        } catch (error) {
            stream.getTracks().forEach((track) => track.stop());
            throw error;
        }
        const mimeType = KINDS.find((kind) => window.MediaRecorder.isTypeSupported(kind));
        const options = { mimeType, audioBitsPerSecond: BITRATE };
        this.recorder = new window.MediaRecorder(stream, options);
        const { upload, recorder } = this;
        recorder.ondataavailable = ({ data }) => data.size && upload.add(data);
        // a microphone that is unplugged ends the recording: what was said until then is kept
        this.stopped = new Promise((resolve) => (recorder.onstop = resolve)).then(() =>
            this.onStop(stream, upload)
        );
        this.recordedTime = 0;
        this.resumedAt = Date.now();
        recorder.start(PART);
        this.state.current = { accountId, isPaused: false, stream, id: upload.id };
        void this.wakeLock.hold();
        browser.addEventListener("beforeunload", this.onBeforeUnload);
    }

    async getMicrophone() {
        if (!browser.navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) {
            throw new Error(
                _t("This browser cannot record here: recording needs a connection by https.")
            );
        }
        try {
            return await browser.navigator.mediaDevices.getUserMedia({
                audio: { echoCancellation: false, noiseSuppression: true, autoGainControl: true },
            });
        } catch (error) {
            throw new Error(MICROPHONE_ERRORS[error.name]?.toString() || error.message);
        }
    }

    pause() {
        this.recorder.pause();
        this.recordedTime = this.getSeconds() * 1000;
        this.resumedAt = null;
        this.state.current.isPaused = true;
    }

    resume() {
        this.recorder.resume();
        this.resumedAt = Date.now();
        this.state.current.isPaused = false;
    }

    /** End the recording; resolves when all of it is kept here or there. */
    async stop() {
        if (this.recorder && this.recorder.state !== "inactive") {
            this.recorder.stop();
        }
        await this.stopped;
    }

    /** Seconds recorded so far, pauses left out. */
    getSeconds() {
        const running = this.resumedAt === null ? 0 : Date.now() - this.resumedAt;
        return (this.recordedTime + running) / 1000;
    }

    async onStop(stream, upload) {
        const seconds = this.getSeconds();
        stream.getTracks().forEach((track) => track.stop());
        void this.wakeLock.release();
        this.recorder = null;
        this.state.current = null;
        await upload.saved;
        upload.end(seconds);
    }

    // --- uploads

    /**
     * Upload a file in parts.
     *
     * @param {number} accountId
     * @param {object} values as `start_recording` takes them
     * @param {File} file
     * @param {number} size bytes of a part
     */
    async uploadFile(accountId, values, file, size) {
        const head = await getHead(file);
        const details = { filename: file.name, size: file.size, head };
        await this.startUpload(accountId, { ...values, ...details });
        const { upload } = this;
        for (let start = 0; start < file.size; start += size) {
            await upload.add(file.slice(start, start + size));
        }
        upload.end(0);
        return upload.id;
    }

    /**
     * @param {number} accountId
     * @param {object} values as `start_recording` takes them
     * @returns {Promise<Upload>}
     */
    async startUpload(accountId, values) {
        const { id } = await this.orm.call(MODEL, "start_recording", [accountId, values]);
        const recording = { id, accountId, count: null, sent: 0, started: Date.now() };
        const store = await this.getStore();
        const release = await takeLock(id);
        await store.saveRecording(recording);
        this.upload = this.track(recording, store, release);
        this.notify(accountId);
        return this.upload;
    }

    track(recording, store, release) {
        const upload = new Upload(recording, {
            store,
            finish: (id, { count, duration }) => this.finish(id, count, duration),
            onChange: () => this.onUploadChange(upload, release),
        });
        this.state.uploads.push(upload);
        browser.addEventListener("beforeunload", this.onBeforeUnload);
        return upload;
    }

    async finish(id, count, duration) {
        const finish = (asIs) =>
            this.orm.silent.call(MODEL, "finish_recording", [[id], count, duration || 0, asIs]);
        const { missing } = await finish(false);
        if (missing.length) {
            await finish(true); // nobody has them any more
        }
    }

    onUploadChange(upload, release) {
        if (upload.status === "done") {
            release();
            this.forget(upload);
        } else {
            this.state.uploads = [...this.state.uploads]; // tell who shows them
        }
    }

    forget(upload) {
        this.state.uploads = this.state.uploads.filter((other) => other.id !== upload.id);
        if (!this.state.uploads.length && !this.state.current) {
            browser.removeEventListener("beforeunload", this.onBeforeUnload);
        }
        this.notify(upload.recording.accountId);
    }

    /** Throw away a recording that the server refuses. */
    async discard(upload) {
        await (await this.getStore()).deleteRecording(upload.id);
        this.forget(upload);
        await this.orm.call(MODEL, "discard_recording", [[upload.id]]);
        this.notify(upload.recording.accountId);
    }

    /** Save what closed tabs have left behind, of whatever customer. */
    async takeUpLeftovers() {
        const store = await this.getStore();
        for (const recording of await store.getRecordings()) {
            const isKnown = this.state.uploads.some(({ id }) => id === recording.id);
            // without locks nobody knows whether another tab is still recording
            if (!isKnown && (browser.navigator.locks || recording.count !== null)) {
                await this.takeUp(recording, store);
            }
        }
    }

    async takeUp(recording, store) {
        const release = await takeLock(recording.id);
        if (release) {
            this.track(recording, store, release).resume();
        }
    }

    notify(accountId) {
        this.env.bus.trigger(CHANGED, { accountId });
    }

    onBeforeUnload(event) {
        if (this.recorder?.state === "recording") {
            this.recorder.requestData(); // the last words are kept, should the page be left
        }
        event.preventDefault();
    }
}

registry.category("services").add("ar_collect.recorder", {
    dependencies: ["orm"],
    start(env, { orm }) {
        const service = new RecorderService(env, orm);
        const takeUp = () => service.takeUpLeftovers();
        env.bus.addEventListener("WEB_CLIENT_READY", () => {
            browser.setTimeout(takeUp, FIRST_LOOK);
            browser.setInterval(takeUp, LOOK);
        });
        return service;
    },
});
