import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatMonetary } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const { DateTime } = luxon;

/** What is promised, and by when: "$ 4,000 promised for Friday". */
export class PromisedField extends Component {
    static template = "ar_collect.PromisedField";
    static props = { ...standardFieldProps };

    get text() {
        const { next_promise_date: day, currency_id: currency } = this.props.record.data;
        const promised = this.props.record.data[this.props.name];
        if (!promised) {
            return "";
        }
        const amount = formatMonetary(promised, { currencyId: currency?.id, digits: [16, 0] });
        return day
            ? _t("%(amount)s promised for %(day)s", { amount, day: this.formatDay(day) })
            : _t("%s promised", amount);
    }

    /** A weekday while it is clear which one is meant. */
    formatDay(day) {
        const days = day.startOf("day").diff(DateTime.local().startOf("day"), "days").days;
        const isNear = days >= 0 && days < 7;
        return day.toLocaleString(
            isNear ? { weekday: "long" } : { weekday: "short", day: "numeric", month: "short" }
        );
    }
}

export const PROMISED_FIELDS = [
    { name: "next_promise_date", type: "date" },
    { name: "currency_id", type: "many2one", relation: "res.currency" },
];

registry.category("fields").add("ar_collect_promised", {
    component: PromisedField,
    displayName: _t("Promised"),
    supportedTypes: ["monetary"],
    fieldDependencies: PROMISED_FIELDS,
});
