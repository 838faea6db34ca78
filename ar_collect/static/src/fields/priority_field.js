import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { BadgeField } from "@web/views/fields/badge/badge_field";

/** Colour of each priority band. */
const BAND_CLASSES = {
    "3_high": "text-bg-danger",
    "2_medium": "text-bg-warning",
    "1_low": "text-bg-info",
};

/** The priority as a badge in the colour of its band. */
export class PriorityField extends BadgeField {
    get badgeClass() {
        return BAND_CLASSES[this.props.record.data.priority_band] || "text-bg-300";
    }
}

registry.category("fields").add("ar_collect_priority", {
    component: PriorityField,
    displayName: _t("Priority"),
    supportedTypes: ["integer"],
    fieldDependencies: [{ name: "priority_band", type: "selection", selection: [] }],
    listViewWidth: [60, 70],
});
