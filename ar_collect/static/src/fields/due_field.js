import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatDate } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * @param {Object} options of the field in the view
 * @returns {string} name of the field with the days late
 */
function getDaysField(options) {
    return options.days_field || "chase_days_late";
}

/** A due date, and below it how many days late that is by the company's calendar. */
export class DueField extends Component {
    static template = "ar_collect.DueField";
    static props = { ...standardFieldProps, daysField: String };

    get date() {
        return formatDate(this.props.record.data[this.props.name], { numeric: true });
    }

    get late() {
        const days = this.days;
        return days === 1 ? _t("1 day late") : days > 1 ? _t("%s days late", days) : "";
    }

    get days() {
        return this.props.record.data[this.props.daysField];
    }

    get lateClass() {
        return this.days > 60 ? "text-danger" : "text-muted";
    }
}

registry.category("fields").add("ar_collect_due", {
    component: DueField,
    displayName: _t("Due Date with Days Late"),
    supportedTypes: ["date"],
    fieldDependencies: ({ options }) => [{ name: getDaysField(options), type: "integer" }],
    extractProps: ({ options }) => ({ daysField: getDaysField(options) }),
    listViewWidth: [94, 130],
});
