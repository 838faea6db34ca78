import { Component, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { localization } from "@web/core/l10n/localization";

import { formatSeconds, getSeconds } from "@ar_collect/call_page/call_draft";

/** Always at hand below the page: timer, outcome, note, the next step, save. */
export class LogBar extends Component {
    static template = "ar_collect.LogBar";
    static components = { DateTimeInput };
    static props = {
        draft: Object,
        outcomes: Array,
        proposal: { type: [Object, Boolean] },
        isSaving: Boolean,
        isPromise: Boolean,
        isPlanned: Boolean,
        focus: Number,
        onChange: Function,
        onStart: Function,
        onStop: Function,
        onChangeTime: Function,
        onToggleFollowUp: Function,
        onSave: Function,
    };

    setup() {
        this.outcomeRef = useRef("outcome");
        this.clock = useState({ now: Date.now() });
        const timer = browser.setInterval(() => (this.clock.now = Date.now()), 1000);
        onWillUnmount(() => browser.clearInterval(timer));
        useEffect(
            (focus) => {
                if (focus) {
                    this.outcomeRef.el?.focus();
                }
            },
            () => [this.props.focus]
        );
    }

    get isRunning() {
        return Boolean(this.props.draft.started && !this.props.draft.stopped);
    }

    get elapsed() {
        return formatSeconds(getSeconds(this.props.draft, this.clock.now));
    }

    get when() {
        const { when } = this.props.draft;
        return when ? luxon.DateTime.fromMillis(when) : false;
    }

    /** Offer the hour before: a contact that is typed in later. */
    onEarlier() {
        this.props.onChange({ when: Date.now() - 3600e3 });
    }

    onWhen(value) {
        this.props.onChange({ when: value ? value.toMillis() : 0 });
    }

    get time() {
        const { proposal } = this.props;
        return proposal?.collect_datetime ? deserializeDateTime(proposal.collect_datetime) : false;
    }

    /** As the user writes date and time, without seconds. */
    get timeFormat() {
        return localization.dateTimeFormat.replace(":ss", "");
    }

    onOutcome(ev) {
        this.props.onChange({ outcomeId: Number(ev.target.value) || false });
    }

    /** Ctrl+Enter anywhere in the bar saves, Enter in a single line as well. */
    onKeydown(ev) {
        const isPlain = ev.target.tagName !== "TEXTAREA" && ev.target.tagName !== "BUTTON";
        if (ev.key === "Enter" && (ev.ctrlKey || ev.metaKey || isPlain)) {
            ev.preventDefault();
            ev.stopPropagation();
            this.props.onSave();
        }
    }
}
