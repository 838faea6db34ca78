import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatMonetary } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The buckets in the order they are drawn: label and colour of each. */
const BUCKETS = {
    not_due: { label: _t("Not due"), color: "bg-success bg-opacity-50" },
    "1_30": { label: _t("1-30 days"), color: "bg-warning bg-opacity-50" },
    "31_60": { label: _t("31-60 days"), color: "bg-warning" },
    "61_90": { label: _t("61-90 days"), color: "bg-danger bg-opacity-50" },
    "91_plus": { label: _t("91+ days"), color: "bg-danger" },
};
/** A bucket with anything in it is seen: least share of the bar, in percent. */
const MIN_SHARE = 4;

/**
 * Share of the bar that each amount takes, in percent: proportional, small ones widened to be seen.
 *
 * @param {number[]} amounts
 * @returns {number[]} adding up to 100, or all 0
 */
export function getShares(amounts) {
    const positive = amounts.map((amount) => Math.max(amount, 0));
    const total = positive.reduce((sum, amount) => sum + amount, 0);
    if (!total) {
        return amounts.map(() => 0);
    }
    const raw = positive.map((amount) => amount && Math.max((100 * amount) / total, MIN_SHARE));
    const scale = 100 / raw.reduce((sum, share) => sum + share, 0);
    return raw.map((share) => share * scale);
}

/** A customer's open debits by days past due, as a stacked bar; with a legend of links on a form. */
export class AgingBarField extends Component {
    static template = "ar_collect.AgingBarField";
    static props = {
        ...standardFieldProps,
        legend: { type: Boolean, optional: true },
        links: { type: Boolean, optional: true },
    };
    static defaultProps = { legend: false, links: false };

    setup() {
        this.action = useService("action");
    }

    get aging() {
        return this.props.record.data[this.props.name] || { buckets: [] };
    }

    get buckets() {
        const { buckets, currency_id: currencyId } = this.aging;
        const shares = getShares(buckets.map((bucket) => bucket.amount));
        return buckets.map(({ code, amount }, index) => ({
            code,
            share: shares[index],
            label: BUCKETS[code].label.toString(),
            color: BUCKETS[code].color,
            isEmpty: !amount,
            text: formatMonetary(amount, { currencyId }),
        }));
    }

    get segments() {
        return this.buckets.filter((bucket) => bucket.share);
    }

    get credit() {
        const { credit, currency_id: currencyId } = this.aging;
        return credit ? formatMonetary(credit, { currencyId }) : "";
    }

    get description() {
        return this.buckets.map((bucket) => `${bucket.label}: ${bucket.text}`).join(", ");
    }

    get tooltipInfo() {
        return JSON.stringify({ buckets: this.buckets, credit: this.credit });
    }

    openItems(figure) {
        const { resId, resModel } = this.props.record;
        return this.action.doActionButton({
            type: "object",
            name: "action_open_items",
            args: JSON.stringify([figure]),
            resId,
            resModel,
        });
    }
}

export const agingBarField = {
    component: AgingBarField,
    displayName: _t("Aging Bar"),
    supportedTypes: ["json"],
    listViewWidth: [64, 140],
    extractProps: ({ options }) => ({ legend: !!options.legend, links: !!options.links }),
};

registry.category("fields").add("ar_collect_aging", agingBarField);
