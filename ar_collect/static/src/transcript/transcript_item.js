import { Component, useEffect, useRef, useState } from "@odoo/owl";

import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";
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
        onOpen: { type: Function, optional: true },
    };
    static defaultProps = { search: "" };

    setup() {
        this.audio = useRef("audio");
        this.state = useState({ current: -1, error: "" });
        this.sentences = useRef("sentences");
        useEffect(
            (current) => this.show(this.sentences.el?.children[current]),
            () => [this.state.current]
        );
        useEffect(
            () => this.show(this.sentences.el?.querySelector("mark")),
            () => [this.props.search, this.props.isOpen]
        );
    }

    get title() {
        const { started, duration } = this.props.recording;
        const time = toLocaleDateTimeString(deserializeDateTime(started), { showSeconds: false });
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

    /** Bring what is spoken or searched for in sight; the page itself does not move. */
    show(element) {
        if (element) {
            const list = this.sentences.el;
            const [inner, outer] = [element, list].map((el) => el.getBoundingClientRect());
            const isSeen = inner.top >= outer.top && inner.bottom <= outer.bottom;
            list.scrollTop += isSeen ? 0 : inner.top - outer.top;
        }
    }

    onAudioError() {
        this.state.error = _t("The audio cannot be played in this browser.");
    }
}
