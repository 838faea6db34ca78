import { describe, expect, test } from "@odoo/hoot";
import { waitUntil } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, mockFetch } from "@odoo/hoot-mock";
import { EventBus } from "@odoo/owl";

import { ChunkStore, MemoryStore } from "@ar_collect/recorder/chunk_store";
import { formatSeconds } from "@ar_collect/recorder/recorder";
import { RecorderService } from "@ar_collect/recorder/recorder_service";
import { Refusal, SessionOver, Upload } from "@ar_collect/recorder/upload";

describe.current.tags("desktop");

/** Let what was promised happen. */
async function settle() {
    for (let turn = 0; turn < 5; turn++) {
        await animationFrame();
    }
}

/** A server that keeps what arrives, and can be down. */
function makeServer() {
    const server = { parts: {}, isDown: false, refusal: "", finished: [] };
    server.post = async (id, sequence, blob) => {
        if (server.isDown) {
            throw new Error("503");
        }
        if (server.refusal) {
            throw new Refusal(server.refusal);
        }
        server.parts[sequence] = await blob.text();
    };
    server.finish = async (id, { count, duration }) => {
        if (server.isDown) {
            throw new Error("503");
        }
        server.finished.push([id, count, duration]);
    };
    return server;
}

function makeUpload(store, server, recording = { id: 5, accountId: 1, count: null }) {
    const { post, finish } = server;
    return new Upload(recording, { store, post, finish, onChange: () => {} });
}

const part = (text) => new Blob([text]);

test("seconds as a clock shows them", () => {
    expect([0, 9.9, 65, 3725].map(formatSeconds)).toEqual(["0:00", "0:09", "1:05", "1:02:05"]);
});

test("parts arrive in their order, and nothing of them stays here", async () => {
    const [store, server] = [new MemoryStore(), makeServer()];
    const upload = makeUpload(store, server);
    for (const text of ["one", "two", "three"]) {
        upload.add(part(text));
    }
    upload.end(9);
    await settle();
    expect(server.parts).toEqual({ 0: "one", 1: "two", 2: "three" });
    expect(server.finished).toEqual([[5, 3, 9]]);
    expect(upload.status).toBe("done");
    expect(await store.getSequences(5)).toEqual([]);
    expect(await store.getRecordings()).toEqual([]);
});

test("while the network is down parts wait; it goes on by itself", async () => {
    const [store, server] = [new MemoryStore(), makeServer()];
    const upload = makeUpload(store, server);
    server.isDown = true;
    upload.add(part("one"));
    await settle();
    upload.add(part("two"));
    upload.end(6);
    await settle();
    expect(upload.status).toBe("waiting");
    expect(upload.waiting).toBe(2);
    expect(server.parts).toEqual({});
    await advanceTime(5000);
    await settle();
    expect(upload.status).toBe("waiting");
    server.isDown = false;
    await advanceTime(30000);
    await settle();
    expect(server.parts).toEqual({ 0: "one", 1: "two" });
    expect(server.finished).toEqual([[5, 2, 6]]);
    expect(upload.status).toBe("done");
});

test("the network is back: no waiting for the next try", async () => {
    const [store, server] = [new MemoryStore(), makeServer()];
    const upload = makeUpload(store, server);
    server.isDown = true;
    upload.add(part("one"));
    await settle();
    server.isDown = false;
    window.dispatchEvent(new Event("online"));
    await settle();
    expect(server.parts).toEqual({ 0: "one" });
});

test("what is refused is not sent again and again", async () => {
    const [store, server] = [new MemoryStore(), makeServer()];
    const upload = makeUpload(store, server);
    server.refusal = "Too large.";
    upload.add(part("one"));
    await settle();
    expect([upload.status, upload.error]).toEqual(["refused", "Too large."]);
    server.refusal = "";
    upload.add(part("two"));
    await advanceTime(60000);
    await settle();
    expect(server.parts).toEqual({});
    // it is kept until somebody decides
    expect(await store.getSequences(5)).toEqual([0, 1]);
});

test("only what the server decides is a refusal; its mishaps pass", async () => {
    const [store, server] = [new MemoryStore(), makeServer()];
    const { finish } = server;
    const names = ["psycopg2.OperationalError", "odoo.http.SessionExpiredException"];
    const seen = [];
    server.finish = async (...args) => {
        const exceptionName = names.shift();
        if (exceptionName) {
            throw Object.assign(new Error("Odoo Server Error"), { exceptionName });
        }
        return finish(...args);
    };
    const upload = makeUpload(store, server);
    upload.onChange = ({ status }) => seen.at(-1) !== status && seen.push(status);
    upload.add(part("one"));
    upload.end(3);
    await settle();
    for (let look = 0; look < 3; look++) {
        await advanceTime(5000);
        await settle();
    }
    expect(seen).toEqual(["sending", "waiting", "loggedOut", "sending", "done"]);
    expect(server.finished).toEqual([[5, 1, 3]]);
    // but what was decided is
    names.push("odoo.exceptions.UserError");
    const refused = makeUpload(store, server, { id: 6, accountId: 1, count: null });
    refused.end(3);
    await settle();
    expect([refused.status, refused.error]).toEqual(["refused", "Odoo Server Error"]);
});

test("whoever is logged out is told so", async () => {
    const [store, server] = [new MemoryStore(), makeServer()];
    const { post } = server;
    server.post = async () => {
        throw new SessionOver();
    };
    const upload = makeUpload(store, server);
    upload.add(part("one"));
    await settle();
    expect(upload.status).toBe("loggedOut");
    upload.post = post;
    await advanceTime(5000);
    await settle();
    expect(server.parts).toEqual({ 0: "one" });
});

test("a part that another tab has sent meanwhile is not waited for", async () => {
    const [store, server] = [new MemoryStore(), makeServer()];
    const { getSequences } = store;
    store.getSequences = async function (id) {
        store.getSequences = getSequences;
        return [3]; // there a moment ago
    };
    const upload = makeUpload(store, server, { id: 5, accountId: 1, count: 4 });
    await upload.run();
    expect(upload.status).toBe("done");
    expect(server.parts).toEqual({});
});

test("a new tab saves what closed ones have left, and nothing that another one works on", async () => {
    const store = new MemoryStore();
    for (const [id, text] of [
        [71, "left"],
        [72, "elsewhere"],
    ]) {
        await store.saveRecording({ id, accountId: id, count: null });
        await store.saveChunk(id, 0, part(text));
    }
    let release = null;
    const released = new Promise((resolve) => (release = resolve));
    await new Promise((resolve) => {
        navigator.locks.request("ar_collect_recording_72", () => {
            resolve();
            return released;
        });
    });
    const finished = [];
    const sent = [];
    const orm = {
        silent: {
            call: async (model, method, args) => {
                finished.push(args);
                return { missing: [] };
            },
        },
    };
    mockFetch((url) => {
        sent.push(new URL(url, window.location.origin).pathname);
        return {};
    });
    const service = new RecorderService({ bus: new EventBus() }, orm);
    service.store = Promise.resolve(store);
    await service.takeUpLeftovers();
    await waitUntil(() => finished.length);
    expect(sent).toEqual(["/ar_collect/recording/71/chunk"]);
    expect(finished).toEqual([[[71], 1, 0, false]]);
    release();
    while (finished.length < 2) {
        await service.takeUpLeftovers();
        await animationFrame();
    }
    expect(finished.at(-1)).toEqual([[72], 1, 0, false]);
    expect(await store.getRecordings()).toEqual([]);
});

test("a full disk does not stop what is being recorded", async () => {
    const store = new ChunkStore(`ar_collect_test_${Math.random()}`);
    const server = makeServer();
    const { run } = store;
    store.run = function (name, mode, work) {
        return mode === "readwrite" && work.toString().includes(".put(")
            ? Promise.reject(new DOMException("full", "QuotaExceededError"))
            : run.call(store, name, mode, work);
    };
    const upload = makeUpload(store, server);
    await upload.add(part("one"));
    await upload.add(part("two"));
    await upload.end(6);
    await waitUntil(() => upload.status === "done");
    expect(server.parts).toEqual({ 0: "one", 1: "two" });
    window.indexedDB.deleteDatabase(store.name);
});

test("another tab goes on where the closed one ended", async () => {
    const [store, server] = [new MemoryStore(), makeServer()];
    const former = makeUpload(store, server);
    await store.saveRecording(former.recording);
    former.add(part("one"));
    await settle();
    server.isDown = true;
    former.add(part("two"));
    former.add(part("three"));
    await settle();
    // the tab is closed: of its upload there is only what the store has
    server.isDown = false;
    const [left] = await store.getRecordings();
    const upload = makeUpload(store, server, left);
    await upload.resume();
    expect(server.parts).toEqual({ 0: "one", 1: "two", 2: "three" });
    expect(server.finished).toEqual([[5, 3, 0]]);
    expect(upload.status).toBe("done");
});

test("a closed tab whose parts had all arrived only ends the recording", async () => {
    const [store, server] = [new MemoryStore(), makeServer()];
    const former = makeUpload(store, server);
    await store.saveRecording(former.recording);
    former.add(part("one"));
    former.add(part("two"));
    await settle();
    const [left] = await store.getRecordings();
    await makeUpload(store, server, left).resume();
    expect(server.finished).toEqual([[5, 2, 0]]);
});

test("the browser's store keeps recordings and parts", async () => {
    const name = `ar_collect_test_${Math.random()}`;
    const store = new ChunkStore(name);
    await store.saveRecording({ id: 7, accountId: 1, count: null });
    await store.saveChunk(7, 1, part("two"));
    await store.saveChunk(7, 0, part("one"));
    await store.saveChunk(8, 0, part("other"));
    // another tab
    const again = new ChunkStore(name);
    expect(await again.getRecordings()).toEqual([{ id: 7, accountId: 1, count: null }]);
    expect(await again.getSequences(7)).toEqual([0, 1]);
    expect(await (await again.getChunk(7, 1)).text()).toBe("two");
    await again.deleteChunk(7, 0);
    expect(await again.getSequences(7)).toEqual([1]);
    await again.deleteRecording(7);
    expect(await again.getSequences(7)).toEqual([]);
    expect(await again.getSequences(8)).toEqual([0]);
    window.indexedDB.deleteDatabase(name);
});
