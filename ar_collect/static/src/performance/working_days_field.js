import { Component } from "@odoo/owl";

import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** What the days of a period are: label and colour of each. */
const KINDS = {
    work: { label: _t("Working day"), color: "success" },
    off: { label: _t("Day off"), color: "light" },
    holiday: { label: _t("Public holiday"), color: "warning" },
    leave: { label: _t("Time off"), color: "info" },
};

/** A month, week or quarter as weeks from Monday: which days count, and which are left. */
export class WorkingDaysField extends Component {
    static template = "ar_collect.WorkingDaysField";
    static props = { ...standardFieldProps };

    get days() {
        return this.props.record.data[this.props.name] || [];
    }

    get kinds() {
        const found = new Set(this.days.map((day) => day.kind));
        return Object.entries(KINDS)
            .filter(([kind]) => found.has(kind))
            .map(([kind, { label, color }]) => ({ kind, label, style: `text-bg-${color}` }));
    }

    get weekdays() {
        const monday = deserializeDate("2026-01-05");
        return [0, 1, 2, 3, 4, 5, 6].map((days) => monday.plus({ days }).toFormat("ccc"));
    }

    /** Months, each as weeks of seven cells; a cell outside of the period is empty. */
    get months() {
        const months = new Map();
        for (const day of this.days) {
            const date = deserializeDate(day.date);
            const key = date.toFormat("LLLL yyyy");
            if (!months.has(key)) {
                months.set(key, { name: key, cells: Array(date.weekday - 1).fill(null) });
            }
            months.get(key).cells.push(this.makeCell(day, date));
        }
        return [...months.values()].map(({ name, cells }) => ({
            name,
            weeks: Array.from({ length: Math.ceil(cells.length / 7) }, (_, number) =>
                Array.from({ length: 7 }, (_, place) => cells[7 * number + place] || null)
            ),
        }));
    }

    makeCell(day, date) {
        const { label, color } = KINDS[day.kind];
        const parts = [date.toLocaleString({ weekday: "long", day: "numeric", month: "long" })];
        parts.push(day.name ? `${label}: ${day.name}` : label);
        if (day.share > 0 && day.share < 1) {
            parts.push(_t("%s % of the hours are worked", Math.round(100 * day.share)));
        }
        // what is over is paler, its number as dark as before
        const style = day.is_over ? `bg-${color} bg-opacity-25 text-body` : `text-bg-${color}`;
        return { ...day, number: date.day, style, title: parts.join(", ") };
    }
}

registry.category("fields").add("ar_collect_working_days", {
    component: WorkingDaysField,
    displayName: _t("Working Days"),
    supportedTypes: ["json"],
});
