import { Component, onWillStart, onWillUnmount, onWillUpdateProps, useState } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { KeepLast } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";

import { CHANGED } from "../recorder/recorder_service";
import { TranscriptItem } from "./transcript_item";

const MODEL = "ar.collect.recording";
/** Milliseconds until a recording in work is looked at again; longer every time. */
const FIRST_LOOK = 2000;
const LATEST_LOOK = 20000;

/** What was said: the recordings of a customer, of a contact, or one of them. */
export class TranscriptPlayer extends Component {
    static template = "ar_collect.TranscriptPlayer";
    static components = { TranscriptItem };
    static props = {
        accountId: Number,
        /** Only those of this contact, and those of none yet. */
        activityId: { type: [Number, { value: false }], optional: true },
        /** Only this one. */
        recordingId: { type: [Number, { value: false }], optional: true },
        onRecordingChanged: { type: Function, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.state = useState({ data: null, search: "", openId: false });
        this.keepLast = new KeepLast();
        this.pause = FIRST_LOOK;
        onWillStart(() => this.load());
        onWillUpdateProps((props) => this.load(props));
        onWillUnmount(() => browser.clearTimeout(this.timer));
        useBus(this.env.bus, CHANGED, ({ detail }) => this.onChanged(detail));
    }

    async load(props = this.props) {
        const { accountId, activityId = false, recordingId = false } = props;
        const known = this.states;
        this.state.data = await this.keepLast.add(
            this.orm.silent.call(MODEL, "get_page_data", [accountId, activityId, recordingId])
        );
        if (!this.recordings.some(({ id }) => id === this.state.openId)) {
            this.state.openId = this.recordings[0]?.id || false;
        }
        this.lookAgain();
        if (known && known !== this.states) {
            this.props.onRecordingChanged?.();
        }
    }

    /** As long as something is in work, look how it goes. */
    lookAgain() {
        browser.clearTimeout(this.timer);
        if (this.recordings.some((recording) => recording.is_pending)) {
            this.timer = browser.setTimeout(() => this.look(), this.pause);
            this.pause = Math.min(1.5 * this.pause, LATEST_LOOK);
        }
    }

    /** Only what is in work; of the others there may be hours of text. */
    async look() {
        const { data } = this.state;
        const known = this.states;
        const get = async (recording) => {
            const args = [this.props.accountId, false, recording.id];
            const answer = await this.orm.silent.call(MODEL, "get_page_data", args);
            return answer.recordings[0];
        };
        const shown = data.recordings.map((item) => (item.is_pending ? get(item) : item));
        const recordings = await this.keepLast.add(Promise.all(shown));
        data.recordings = recordings.filter(Boolean); // deleted meanwhile
        this.lookAgain();
        if (known !== this.states) {
            this.props.onRecordingChanged?.();
        }
    }

    get recordings() {
        return this.state.data?.recordings || [];
    }

    /** What makes a difference to others. */
    get states() {
        return this.state.data && JSON.stringify(this.recordings.map(({ id, state }) => [id, state]));
    }

    get matchCount() {
        const needle = this.state.search.trim().toLowerCase();
        return this.recordings
            .flatMap((recording) => recording.segments)
            .filter((segment) => segment.text.toLowerCase().includes(needle)).length;
    }

    get hasText() {
        return this.recordings.some((recording) => recording.segments.length);
    }

    isOpen({ id, segments }) {
        const needle = this.state.search.trim().toLowerCase();
        const isFound = needle && segments.some(({ text }) => text.toLowerCase().includes(needle));
        return id === this.state.openId || Boolean(isFound);
    }

    toggle({ id }) {
        this.state.openId = this.state.openId === id ? false : id;
    }

    async onChanged({ accountId }) {
        if (accountId === this.props.accountId) {
            this.pause = FIRST_LOOK;
            await this.load();
        }
    }

    async retry({ id }) {
        await this.orm.call(MODEL, "action_retry", [[id]]);
        this.pause = FIRST_LOOK;
        await this.load();
    }

    open({ id }) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: MODEL,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    confirmDelete({ id }) {
        this.dialog.add(ConfirmationDialog, {
            body: _t("Delete this recording with its audio and its text?"),
            confirmLabel: _t("Delete"),
            confirm: async () => {
                await this.orm.call(MODEL, "discard_recording", [[id]]);
                await this.load();
            },
            cancel: () => {},
        });
    }
}
