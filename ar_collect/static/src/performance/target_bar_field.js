import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { STATUSES, formatFigure, getMarks } from "@ar_collect/performance/figures";

/** What was reached of a target, with a mark where one should be today. */
export class TargetBar extends Component {
    static template = "ar_collect.TargetBar";
    static props = { figures: Object, texts: { type: Boolean, optional: true } };
    static defaultProps = { texts: false };

    get marks() {
        return getMarks(this.props.figures);
    }

    get color() {
        return STATUSES[this.props.figures.status].color;
    }

    format(value) {
        const { unit, currency_id: currencyId } = this.props.figures;
        return formatFigure(value, unit, currencyId);
    }

    get reached() {
        const { actual, value } = this.props.figures;
        return _t("%(actual)s of %(value)s", {
            actual: this.format(actual),
            value: this.format(value),
        });
    }

    get expected() {
        const { pace, accumulates, status, is_of_today: isOfToday } = this.props.figures;
        if (!accumulates) {
            return _t("a rate has no pace");
        }
        if (["reached", "missed"].includes(status)) {
            return _t("the period is over");
        }
        return isOfToday
            ? _t("%s expected by now", this.format(Math.floor(pace)))
            : _t("%s expected by today", this.format(pace));
    }

    get description() {
        const label = STATUSES[this.props.figures.status].label;
        return `${this.reached}, ${this.expected}: ${label}`;
    }
}

export class TargetBarField extends Component {
    static template = "ar_collect.TargetBarField";
    static components = { TargetBar };
    static props = { ...standardFieldProps, texts: { type: Boolean, optional: true } };

    get figures() {
        return this.props.record.data[this.props.name];
    }
}

registry.category("fields").add("ar_collect_target_bar", {
    component: TargetBarField,
    displayName: _t("Progress with Pace"),
    supportedTypes: ["json"],
    listViewWidth: [240, 320],
    extractProps: ({ options }) => ({ texts: !!options.texts }),
});
