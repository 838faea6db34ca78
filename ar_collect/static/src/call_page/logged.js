import { deserializeDate, deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { formatDate, formatDateTime } from "@web/views/fields/formatters";

/** What an outcome asks for, by its effect. */
export const CLAIMS = { promise: "ar.collect.promise", dispute: "ar.collect.dispute" };
/** Milliseconds in which a slip is noticed and taken back. */
const UNDO_TIME = 10000;

/**
 * @param {Object|boolean} followUp as the server tells what was planned
 * @returns {string} empty when nothing was
 */
export function describeFollowUp(followUp) {
    if (!followUp) {
        return "";
    }
    const when = followUp.time
        ? formatDateTime(deserializeDateTime(followUp.time), { showSeconds: false })
        : formatDate(deserializeDate(followUp.date));
    return _t("Next: %(summary)s, %(when)s", { summary: followUp.summary, when });
}

/**
 * Say what was logged and what comes next, with a way back.
 *
 * @param {Object} env
 * @param {Object} notification service
 * @param {string} name of the customer
 * @param {Object} logged answer of the server
 * @param {Function} undo
 */
export function notifyLogged(env, notification, name, logged, undo) {
    const text = describeFollowUp(logged.follow_up);
    const close = notification.add(text || _t("No next step was planned."), {
        type: "success",
        autocloseDelay: UNDO_TIME,
        title: _t("%(name)s: %(outcome)s", { name, outcome: logged.outcome }),
        buttons: [
            {
                name: _t("Undo"),
                onClick: async () => {
                    close();
                    await undo();
                    notification.add(_t("Taken back."), { type: "info" });
                },
            },
        ],
    });
}

/**
 * After the form of a promise or dispute was closed: say so when it was not saved.
 *
 * @param {Object} orm service
 * @param {Object} notification service
 * @param {Object} logged answer of the server
 * @param {Function} undo
 */
export async function notifyUnclaimed(orm, notification, logged, undo) {
    const model = CLAIMS[logged.effect];
    if (await orm.searchCount(model, [["activity_id", "=", logged.log_id]])) {
        return;
    }
    const close = notification.add(
        _t("Nothing was recorded with it. The contact stays in the log."),
        {
            type: "warning",
            title: _t("Logged as “%s”", logged.outcome),
            sticky: true,
            buttons: [
                {
                    name: _t("Take It Back"),
                    onClick: async () => {
                        close();
                        await undo();
                    },
                },
            ],
        }
    );
}
