import { Component, useRef, useState } from "@odoo/owl";

import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

import { formatSeconds } from "../recorder/recorder";
import { findSegment, splitMatches } from "./search";

/** One recording: its sound, and its sentences, each playable. */
export class TranscriptItem extends Component {
    static template = "ar_collect.TranscriptItem";
    static props = {
        recording: Object,
        search: { type: String, optional: true },
        isOpen: Boolean,
        onToggle: Function,
        onRetry: Function,
        onDelete: Function,
    };
    static defaultProps = { search: "" };

    setup() {
        this.audio = useRef("audio");
        this.state = useState({ current: -1, error: "" });
        this.formatSeconds = formatSeconds;
    }

    get title() {
        const { started, duration } = this.props.recording;
        const time = formatDateTime(deserializeDateTime(started), { showSeconds: false });
        return duration ? `${time} · ${formatSeconds(duration)}` : time;
    }

    get badge() {
        return { done: "text-bg-success", failed: "text-bg-danger" }[this.props.recording.state] ||
            "text-bg-secondary";
    }

    get progress() {
        const { state, duration, position } = this.props.recording;
        const isRunning = state === "transcribing" || state === "uploaded";
        return isRunning && position && duration
            ? _t("%s %", Math.min(99, Math.round((100 * position) / duration)))
            : "";
    }

    get segments() {
        return this.props.recording.segments.map((segment) => ({
            ...segment,
            time: formatSeconds(segment.start),
            pieces: splitMatches(segment.text, this.props.search),
        }));
    }

    /** Play from a sentence on. */
    play(segment, index) {
        this.state.current = index;
        if (this.audio.el) {
            this.audio.el.currentTime = segment.start;
            // refused when the browser does not play yet: the player stands at the sentence
            this.audio.el.play().catch(() => {});
        }
    }

    onTimeUpdate() {
        this.state.current = findSegment(
            this.props.recording.segments,
            this.audio.el.currentTime + 0.05
        );
    }

    onAudioError() {
        this.state.error = _t("The audio cannot be played in this browser.");
    }
}
