import { Component, onWillUpdateProps, useState } from "@odoo/owl";

import { deserializeDate, deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { formatDate, formatDateTime, formatMonetary } from "@web/views/fields/formatters";

import { formatSeconds } from "@ar_collect/call_page/call_draft";

const ICONS = {
    call: "fa-phone",
    email: "fa-envelope",
    sms: "fa-mobile",
    letter: "fa-file-text-o",
    visit: "fa-handshake-o",
    portal: "fa-comment",
};
/** How many more contacts are loaded at a time. */
const MORE = 40;

/** What was said and agreed: what is open, the contact log with its search, transcripts. */
export class TalkPanel extends Component {
    static template = "ar_collect.TalkPanel";
    static props = {
        account: Object,
        log: Object,
        open: Object,
        canWrite: Boolean,
        onOpenRecord: Function,
        onOpenTranscript: { type: Function, optional: true },
        onPromise: Function,
        onDispute: Function,
        onPlan: Function,
        onDone: Function,
        /** Between what is open and what was said. */
        slots: { type: Object, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.state = useState({ text: "", entries: [], count: 0 });
        this.show(this.props.log);
        this.searchLater = useDebounced(() => this.search(), 300);
        onWillUpdateProps((next) => {
            if (next.log !== this.props.log) {
                if (next.account.id !== this.props.account.id) {
                    this.state.text = "";
                }
                if (this.state.text) {
                    void this.search();
                } else {
                    this.show(next.log);
                }
            }
        });
    }

    show({ entries, count }) {
        Object.assign(this.state, { entries, count });
    }

    onInput(ev) {
        this.state.text = ev.target.value;
        this.searchLater();
    }

    fetch(offset, limit) {
        const args = [[this.props.account.id], this.state.text, offset, limit];
        return this.keepLast.add(
            this.orm.silent.call("ar.collect.account", "search_log", args)
        );
    }

    async search() {
        this.show(await this.fetch(0, MORE));
    }

    async loadMore() {
        const { entries, count } = await this.fetch(this.state.entries.length, MORE);
        this.show({ entries: [...this.state.entries, ...entries], count });
    }

    getIcon(entry) {
        return ICONS[entry.channel];
    }

    getTitle(entry) {
        return [entry.outcome, entry.contact].filter(Boolean).join(" · ");
    }

    getMeta(entry) {
        const seconds = Math.round(entry.duration * 3600);
        const parts = [
            formatDateTime(deserializeDateTime(entry.date), { showSeconds: false }),
            entry.user || (entry.direction === "in" ? _t("from the customer") : ""),
            seconds ? formatSeconds(seconds) : "",
        ];
        return parts.filter(Boolean).join(" · ");
    }

    formatDay(date) {
        return formatDate(deserializeDate(date));
    }

    formatWhen(activity) {
        if (activity.time) {
            return formatDateTime(deserializeDateTime(activity.time), { showSeconds: false });
        }
        return this.formatDay(activity.date);
    }

    formatAmount(claim) {
        return formatMonetary(claim.amount, { currencyId: claim.currency_id });
    }

    /** Parts of a note, those that were searched for marked. */
    getParts(text) {
        const wanted = this.state.text.trim();
        if (!wanted) {
            return [{ text }];
        }
        const escaped = wanted.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
        return text
            .split(new RegExp(`(${escaped})`, "i"))
            .filter(Boolean)
            .map((part) => ({ text: part, hit: part.toLowerCase() === wanted.toLowerCase() }));
    }
}
