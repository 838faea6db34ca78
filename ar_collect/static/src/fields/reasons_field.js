import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { PROMISED_FIELDS, PromisedField } from "@ar_collect/fields/promised_field";

/**
 * Points as they are added: signed.
 *
 * @param {number} points
 */
function formatPoints(points) {
    return points < 0 ? `−${-points}` : `+${points}`;
}

const SEPARATOR = " · ";

/** Why a customer stands where it does: the facts, and a tag for each rule; the tooltip has points. */
export class ReasonsField extends Component {
    static template = "ar_collect.ReasonsField";
    static props = { ...standardFieldProps };

    get parts() {
        return (this.props.record.data[this.props.name] || "").split(SEPARATOR);
    }

    /** The rules come last in the sentence, and only while the customer is to be chased. */
    get ruleCount() {
        const lines = this.props.record.data.reason_lines || [];
        return lines.filter((line) => line.code.startsWith("rule_")).length;
    }

    get facts() {
        return this.parts.slice(0, this.parts.length - this.ruleCount).join(SEPARATOR);
    }

    get tags() {
        return this.parts.slice(this.parts.length - this.ruleCount);
    }

    get tooltipInfo() {
        const { reason_lines: lines, priority } = this.props.record.data;
        return JSON.stringify({
            priority,
            lines: (lines || []).map((line) => ({ ...line, points: formatPoints(line.points) })),
        });
    }
}

const REASON_FIELDS = [
    { name: "reason_lines", type: "json" },
    { name: "priority", type: "integer" },
];

export const reasonsField = {
    component: ReasonsField,
    displayName: _t("Reasons"),
    supportedTypes: ["char"],
    fieldDependencies: REASON_FIELDS,
    listViewWidth: [200, 600],
};

registry.category("fields").add("ar_collect_reasons", reasonsField);

/** The customer's name, and below it the reasons and what is promised. */
export class CustomerField extends Component {
    static template = "ar_collect.CustomerField";
    static components = { PromisedField, ReasonsField };
    static props = { ...standardFieldProps };

    get name() {
        return this.props.record.data[this.props.name]?.display_name || "";
    }

    /** Who works in several companies at once must see whose customer it is. */
    get company() {
        return user.activeCompanies.length > 1
            ? this.props.record.data.company_id?.display_name
            : "";
    }

    get hasReasons() {
        return "reasons" in this.props.record.data;
    }
}

registry.category("fields").add("ar_collect_customer", {
    component: CustomerField,
    displayName: _t("Customer with Reasons"),
    supportedTypes: ["many2one"],
    fieldDependencies: [
        { name: "reasons", type: "char" },
        { name: "company_id", type: "many2one", relation: "res.company" },
        { name: "amount_promised", type: "monetary" },
        ...PROMISED_FIELDS,
        ...REASON_FIELDS,
    ],
    listViewWidth: [222, 640],
});

/** The points, line by line, with their sum. */
export class ReasonTableField extends Component {
    static template = "ar_collect.ReasonTableField";
    static props = { ...standardFieldProps };

    get lines() {
        return (this.props.record.data[this.props.name] || []).map((line) => ({
            ...line,
            points: formatPoints(line.points),
        }));
    }

    get priority() {
        return this.props.record.data.priority;
    }
}

registry.category("fields").add("ar_collect_reason_table", {
    component: ReasonTableField,
    displayName: _t("Priority Explained"),
    supportedTypes: ["json"],
    fieldDependencies: [{ name: "priority", type: "integer" }],
});
