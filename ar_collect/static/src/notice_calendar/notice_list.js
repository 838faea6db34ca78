import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { formatMonetary } from "@web/views/fields/formatters";

const ICONS = {
    email: "fa-envelope-o",
    sms: "fa-mobile",
    letter: "fa-file-text-o",
    call: "fa-phone",
    activity: "fa-check-square-o",
    escalation: "fa-level-up",
    hold: "fa-hand-paper-o",
    fee: "fa-percent",
};
const DIFFERENCES = {
    new: { label: _t("New"), badge: "text-bg-success" },
    gone: { label: _t("No longer"), badge: "text-bg-danger" },
    other: { label: _t("Changed"), badge: "text-bg-warning" },
};

/** What customers get on one day, with boxes to choose those that can be decided on. */
export class NoticeList extends Component {
    static template = "ar_collect.NoticeList";
    static props = {
        rows: Array,
        count: Number,
        selected: String,
        chosen: Set,
        onSelect: Function,
        onToggle: Function,
        onToggleAll: Function,
        onSkip: Function,
        onPostpone: Function,
        onShowAll: Function,
    };

    get pending() {
        return this.props.rows.filter((row) => row.notice_id);
    }

    get isAllChosen() {
        return this.pending.every((row) => this.props.chosen.has(row.key));
    }

    getIcon(row) {
        return ICONS[row.channel] || "fa-circle-o";
    }

    getDifference(row) {
        return DIFFERENCES[row.difference];
    }

    formatAmount(row) {
        return formatMonetary(row.amount, { currencyId: row.currency_id });
    }
}
