import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import {
    RemainingDaysField,
    remainingDaysField,
} from "@web/views/fields/remaining_days/remaining_days_field";

/** The day of the next action, and below it what is to be done. */
export class NextActionField extends RemainingDaysField {
    static template = "ar_collect.NextActionField";

    get text() {
        return this.props.record.data.next_action;
    }
}

registry.category("fields").add("ar_collect_next_action", {
    ...remainingDaysField,
    component: NextActionField,
    displayName: _t("Next Action"),
    fieldDependencies: [{ name: "next_action", type: "char" }],
    listViewWidth: [110, 200],
});
