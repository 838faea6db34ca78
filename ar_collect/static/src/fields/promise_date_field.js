import { _t } from "@web/core/l10n/translation";
import { deserializeDate } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { DateTimeField, dateField } from "@web/views/fields/datetime/datetime_field";

const CALENDAR = "bank_calendar";

/** A date to pay by: days on which no bank books are grey, the usual ones a click away. */
export class PromiseDateField extends DateTimeField {
    static template = "ar_collect.PromiseDateField";

    setup() {
        super.setup();
        this.state.dayCellClass = (day) => (this.getClosed(day) ? "o_ar_collect_closed" : "");
    }

    get calendar() {
        return this.props.record.data[CALENDAR] || { closed: {}, usual: [] };
    }

    get usual() {
        return this.props.readonly ? [] : this.calendar.usual;
    }

    /**
     * @param {luxon.DateTime} day
     * @returns {string|undefined} why it is a day off
     */
    getClosed(day) {
        return this.calendar.closed[day.toISODate()];
    }

    isChosen(choice) {
        const day = this.props.record.data[this.props.name];
        return Boolean(day) && day.toISODate() === choice.date;
    }

    choose(choice) {
        return this.props.record.update({ [this.props.name]: deserializeDate(choice.date) });
    }
}

registry.category("fields").add("ar_collect_promise_date", {
    ...dateField,
    component: PromiseDateField,
    displayName: _t("Date to Pay"),
    fieldDependencies: [{ name: CALENDAR, type: "json" }],
});
