const VERSION = 1;
const ALL = [-Infinity];

/** The outcome of a request of IndexedDB. */
function outcome(request) {
    return new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
}

/**
 * What of recordings has not arrived at the server yet, kept by the browser: it survives a closed
 * tab, a crash, and a night without network.
 *
 * A recording is {id, accountId, name, count, duration}; count is null until it has ended.
 */
export class ChunkStore {
    /** @param {string} name of the database; one for each user */
    constructor(name) {
        this.name = name;
        this.opened = null;
        this.overflow = new MemoryStore();
    }

    open() {
        this.opened ||= new Promise((resolve, reject) => {
            const request = window.indexedDB.open(this.name, VERSION);
            request.onupgradeneeded = () => {
                request.result.createObjectStore("recordings", { keyPath: "id" });
                request.result.createObjectStore("chunks");
            };
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error);
        });
        return this.opened;
    }

    async run(storeName, mode, work) {
        const database = await this.open();
        return outcome(work(database.transaction(storeName, mode).objectStore(storeName)));
    }

    async saveRecording(recording) {
        try {
            await this.run("recordings", "readwrite", (store) => store.put({ ...recording }));
        } catch {
            // the disk is full: whoever records has it in memory
        }
    }

    getRecordings() {
        return this.run("recordings", "readonly", (store) => store.getAll());
    }

    async saveChunk(id, sequence, blob) {
        try {
            await this.run("chunks", "readwrite", (store) => store.put(blob, [id, sequence]));
        } catch {
            // the disk is full: as long as the tab is open, nothing is lost
            await this.overflow.saveChunk(id, sequence, blob);
        }
    }

    async getChunk(id, sequence) {
        const blob = await this.overflow.getChunk(id, sequence);
        return blob || this.run("chunks", "readonly", (store) => store.get([id, sequence]));
    }

    async deleteChunk(id, sequence) {
        await this.overflow.deleteChunk(id, sequence);
        await this.run("chunks", "readwrite", (store) => store.delete([id, sequence]));
    }

    /** The numbers of the parts that are kept, in their order. */
    async getSequences(id) {
        const range = IDBKeyRange.bound([id, ...ALL], [id, Infinity]);
        const keys = await this.run("chunks", "readonly", (store) => store.getAllKeys(range));
        const sequences = keys.map(([, sequence]) => sequence);
        const others = await this.overflow.getSequences(id);
        return [...sequences, ...others].sort((a, b) => a - b);
    }

    async deleteRecording(id) {
        const range = IDBKeyRange.bound([id, ...ALL], [id, Infinity]);
        await this.overflow.deleteRecording(id);
        await this.run("chunks", "readwrite", (store) => store.delete(range));
        await this.run("recordings", "readwrite", (store) => store.delete(id));
    }
}

/** The same where the browser keeps nothing, as in some private windows: lost with the tab. */
export class MemoryStore {
    constructor() {
        this.recordings = new Map();
        this.chunks = new Map();
    }

    async saveRecording(recording) {
        this.recordings.set(recording.id, { ...recording });
    }

    async getRecordings() {
        return [...this.recordings.values()];
    }

    async saveChunk(id, sequence, blob) {
        this.chunks.set(`${id},${sequence}`, blob);
    }

    async getChunk(id, sequence) {
        return this.chunks.get(`${id},${sequence}`);
    }

    async deleteChunk(id, sequence) {
        this.chunks.delete(`${id},${sequence}`);
    }

    async getSequences(id) {
        return [...this.chunks.keys()]
            .map((key) => key.split(",").map(Number))
            .filter(([recordingId]) => recordingId === id)
            .map(([, sequence]) => sequence)
            .sort((a, b) => a - b);
    }

    async deleteRecording(id) {
        for (const sequence of await this.getSequences(id)) {
            this.chunks.delete(`${id},${sequence}`);
        }
        this.recordings.delete(id);
    }
}

/**
 * The store that this browser can keep.
 *
 * @param {string} name
 */
export async function openStore(name) {
    const store = new ChunkStore(name);
    try {
        await store.open();
        return store;
    } catch {
        return new MemoryStore();
    }
}
