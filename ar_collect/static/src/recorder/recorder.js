import { Component, onWillStart, onWillUnmount, onWillUpdateProps, useState } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { useBus, useService } from "@web/core/utils/hooks";

import { LevelMeter } from "./level_meter";
import { CHANGED } from "./recorder_service";

const SOMEBODY_ELSE = "other";

/** Seconds as 1:05 or 1:02:03. */
export function formatSeconds(seconds) {
    const whole = Math.floor(seconds);
    const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    const shown = parts[0] ? parts : parts.slice(1);
    return shown
        .map((part, index) => (index ? String(part).padStart(2, "0") : String(part)))
        .join(":");
}

/** Bytes as 12.3 MB. */
function formatMegabytes(bytes) {
    return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** Records a conversation with a customer, or uploads a recording; the consent comes first. */
export class Recorder extends Component {
    static template = "ar_collect.Recorder";
    static components = { LevelMeter };
    static props = {
        accountId: Number,
        activityId: { type: [Number, { value: false }], optional: true },
        /** [{id, name}]; by default all of the customer's. */
        contacts: { type: Array, optional: true },
        /** The one who is on the phone. */
        contactId: { type: [Number, { value: false }, { value: null }], optional: true },
        onRecordingChanged: { type: Function, optional: true },
        /** As `get_page_data` of the server gives it; by default it is asked for. */
        data: { type: Object, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.recorder = useService("ar_collect.recorder");
        this.service = useState(this.recorder.state);
        this.state = useState({
            data: null,
            phase: "idle",
            file: null,
            contact: "",
            name: "",
            agreed: false,
            error: "",
            seconds: 0,
        });
        this.timer = browser.setInterval(() => this.tick(), 500);
        onWillUnmount(() => browser.clearInterval(this.timer));
        onWillStart(() => this.load(this.props));
        onWillUpdateProps((props) => props.accountId !== this.props.accountId && this.load(props));
        useBus(this.env.bus, CHANGED, ({ detail }) => this.onChanged(detail));
    }

    async load({ accountId, data }) {
        data ||= await this.orm.call("ar.collect.recording", "get_page_data", [accountId], {
            limit: 0,
        });
        Object.assign(this.state, { data, phase: "idle", error: "" });
    }

    onChanged({ accountId }) {
        if (accountId === this.props.accountId) {
            this.props.onRecordingChanged?.();
        }
    }

    tick() {
        if (this.service.current) {
            this.state.seconds = this.recorder.getSeconds();
        }
    }

    // --- what is shown

    get contacts() {
        return this.props.contacts || this.state.data.contacts;
    }

    get isMine() {
        return this.service.current?.accountId === this.props.accountId;
    }

    get phase() {
        if (!this.state.data.can_record) {
            return "forbidden";
        }
        if (this.service.current) {
            return this.isMine ? "recording" : "elsewhere";
        }
        return this.state.phase;
    }

    get time() {
        return formatSeconds(this.state.seconds);
    }

    get uploads() {
        return this.service.uploads.filter(
            (upload) => upload.recording.accountId === this.props.accountId
        );
    }

    getUploadText(upload) {
        if (upload.status === "refused") {
            return upload.error;
        }
        if (upload.status === "loggedOut") {
            return _t(
                "You are logged out: %s parts are kept here. Log in and load this page anew.",
                upload.waiting
            );
        }
        if (upload.status === "waiting") {
            return _t("No connection: %s parts are kept here and sent later.", upload.waiting);
        }
        return upload.waiting ? _t("%s waiting", upload.waiting) : _t("all saved");
    }

    get isSomebodyElse() {
        return this.state.contact === SOMEBODY_ELSE;
    }

    get canStart() {
        const hasName = this.isSomebodyElse ? this.state.name.trim() : this.state.contact;
        return Boolean(this.state.agreed && hasName);
    }

    // --- what is done

    askConsent(file = null) {
        const onThePhone = this.contacts.find(({ id }) => id === this.props.contactId);
        const first = (onThePhone || (this.contacts.length === 1 && this.contacts[0]))?.id;
        Object.assign(this.state, {
            phase: "consent",
            file,
            contact: first ? String(first) : this.contacts.length ? "" : SOMEBODY_ELSE,
            name: "",
            agreed: false,
            error: "",
        });
    }

    onFileChosen(event) {
        const [file] = event.target.files;
        event.target.value = "";
        if (!file) {
            return;
        }
        this.state.error = this.getFileError(file);
        if (!this.state.error) {
            this.askConsent(file);
        }
    }

    getFileError(file) {
        const limit = this.state.data.max_bytes;
        if (!file.size) {
            return _t("“%s” is empty.", file.name);
        }
        if (file.size > limit) {
            return _t("“%(file)s” has %(size)s; the largest recording that is allowed has %(limit)s.", {
                file: file.name,
                size: formatMegabytes(file.size),
                limit: formatMegabytes(limit),
            });
        }
        return "";
    }

    cancel() {
        this.state.phase = "idle";
    }

    getValues() {
        return {
            consent: this.state.agreed,
            consent_partner_id: this.isSomebodyElse ? false : Number(this.state.contact),
            consent_name: this.isSomebodyElse ? this.state.name.trim() : false,
            activity_id: this.props.activityId || false,
        };
    }

    async start() {
        const { accountId } = this.props;
        const { file, data } = this.state;
        this.state.phase = "starting";
        this.state.error = "";
        try {
            if (file) {
                await this.recorder.uploadFile(accountId, this.getValues(), file, data.chunk_bytes);
            } else {
                await this.recorder.start(accountId, this.getValues());
                this.state.seconds = 0;
            }
            this.state.phase = "idle";
        } catch (error) {
            this.state.error = error.data?.message || error.message;
            this.state.phase = "consent";
        }
    }

    togglePause() {
        if (this.service.current.isPaused) {
            this.recorder.resume();
        } else {
            this.recorder.pause();
        }
    }

    stop() {
        return this.recorder.stop();
    }
}
