import { Component, onWillUpdateProps, useEffect, useState } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { deserializeDate } from "@web/core/l10n/dates";
import { useService } from "@web/core/utils/hooks";
import { formatDate, formatMonetary } from "@web/views/fields/formatters";

/** Rows that are there at once: more than fit on a screen. The others follow when it is painted. */
const FIRST_ROWS = 50;
const PAINT_TIME = 50;

/** Open items of a customer, to be chosen for what the call is about. */
export class ItemPanel extends Component {
    static template = "ar_collect.ItemPanel";
    static props = {
        items: Array,
        account: Object,
        selected: Object,
        onToggle: Function,
        onToggleAll: Function,
        onOpen: Function,
        onFigure: Function,
        onSendCopies: Function,
        onEscalate: Function,
        onStatement: Function,
    };

    setup() {
        this.action = useService("action");
        this.state = useState({ rows: FIRST_ROWS });
        onWillUpdateProps(({ account }) => {
            if (account.id !== this.props.account.id) {
                this.state.rows = FIRST_ROWS;
            }
        });
        useEffect(
            () => {
                const timer = browser.setTimeout(() => (this.state.rows = Infinity), PAINT_TIME);
                return () => browser.clearTimeout(timer);
            },
            () => [this.props.account.id]
        );
    }

    get chased() {
        return this.props.items.filter((item) => !item.excluded);
    }

    get excluded() {
        return this.props.items.filter((item) => item.excluded);
    }

    get chasedRows() {
        return this.chased.slice(0, this.state.rows);
    }

    get excludedRows() {
        return this.excluded.slice(0, Math.max(this.state.rows - this.chased.length, 0));
    }

    get isAllSelected() {
        return this.chased.length > 0 && this.chased.every((item) => this.isSelected(item));
    }

    get selectedItems() {
        return this.props.items.filter((item) => this.isSelected(item));
    }

    get selectedTotal() {
        return this.format(this.selectedItems.reduce((sum, item) => sum + item.amount, 0));
    }

    get figures() {
        const { amounts } = this.props.account;
        return [
            { name: "chasable", label: _t("To chase"), amount: amounts.chasable, strong: true },
            { name: "overdue", label: _t("Overdue"), amount: amounts.overdue },
            { name: "balance", label: _t("Balance"), amount: amounts.balance },
            { name: "credit", label: _t("Credits"), amount: amounts.credit },
        ].filter((figure) => figure.amount || figure.name !== "credit");
    }

    isSelected(item) {
        return this.props.selected.has(item.id);
    }

    format(amount, currencyId = this.props.account.currency_id) {
        return formatMonetary(amount, { currencyId });
    }

    formatDue(item) {
        return formatDate(deserializeDate(item.due_date));
    }

    getLate(item) {
        if (item.amount < 0) {
            return _t("credit");
        }
        const days = item.days_late;
        return days === 1 ? _t("1 day") : days ? _t("%s days", days) : "";
    }

    getLateClass(item) {
        return item.days_late > 60 ? "text-danger" : item.days_late ? "text-warning-emphasis" : "text-muted";
    }

    getSent(item) {
        if (!item.sent) {
            return _t("not sent yet");
        }
        return item.sent === 1 ? _t("sent once") : _t("sent %s×", item.sent);
    }

    openSendings(item) {
        return this.action.doActionButton({
            type: "object",
            name: "action_collect_sendings",
            resModel: "account.move",
            resId: item.move_id,
            resIds: [item.move_id],
        });
    }

    formatMark(date) {
        return formatDate(deserializeDate(date));
    }
}
