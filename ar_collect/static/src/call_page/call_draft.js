import { browser } from "@web/core/browser/browser";

const PREFIX = "ar_collect.call.";
/** Hours after which what was left unsaved is of yesterday. */
const KEPT_HOURS = 12;

/**
 * What is typed and timed of a call, kept in the browser until it is saved: a closed tab loses
 * nothing.
 *
 * @param {number} accountId
 */
export function getEmptyDraft() {
    return {
        channel: "call",
        note: "",
        minutes: "",
        // of a contact that is typed in later
        when: 0,
        outcomeId: false,
        started: 0,
        stopped: 0,
    };
}

/**
 * @param {number} accountId
 * @returns {Object} the draft of a customer, an empty one when there is none
 */
export function readDraft(accountId) {
    const draft = getEmptyDraft();
    try {
        const stored = JSON.parse(browser.localStorage.getItem(PREFIX + accountId));
        if (stored && Date.now() - stored.saved < KEPT_HOURS * 3600e3) {
            Object.assign(draft, stored.draft);
        }
    } catch {
        // somebody else's text under our key, or no storage: begin anew
    }
    return draft;
}

/**
 * @param {number} accountId
 * @param {Object} draft
 */
export function writeDraft(accountId, draft) {
    try {
        const { note, started, outcomeId, minutes, when } = draft;
        const isEmpty = ![note, started, outcomeId, minutes, when].some(Boolean);
        if (isEmpty) {
            browser.localStorage.removeItem(PREFIX + accountId);
        } else {
            const text = JSON.stringify({ saved: Date.now(), draft });
            browser.localStorage.setItem(PREFIX + accountId, text);
        }
    } catch {
        // a full or forbidden storage must not stop the work
    }
}

/**
 * @param {Object} draft
 * @param {number} now milliseconds
 * @returns {number} seconds that the call lasts
 */
export function getSeconds(draft, now) {
    if (!draft.started) {
        return 0;
    }
    return Math.max(0, Math.floor(((draft.stopped || now) - draft.started) / 1000));
}

/**
 * @param {number} seconds
 * @returns {string} as 02:31, or 1:02:31 from an hour on
 */
export function formatSeconds(seconds) {
    const parts = [Math.floor(seconds / 60) % 60, seconds % 60];
    const hours = Math.floor(seconds / 3600);
    const text = parts.map((part) => String(part).padStart(2, "0")).join(":");
    return hours ? `${hours}:${text}` : text;
}
