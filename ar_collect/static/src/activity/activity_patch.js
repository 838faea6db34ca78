import { Activity } from "@mail/core/common/activity_model";
import { fields } from "@mail/core/common/record";
import { toLocaleDateTimeString } from "@web/core/l10n/dates";
import { patch } from "@web/core/utils/patch";

/** The time of the day for which a follow-up of a customer is planned. */
patch(Activity.prototype, {
    setup() {
        super.setup(...arguments);
        this.collect_datetime = fields.Datetime();
    },
    /** @returns {string} time in the user's time zone, empty without one */
    get collectTime() {
        return toLocaleDateTimeString(this.collect_datetime, { showDate: false });
    },
});
