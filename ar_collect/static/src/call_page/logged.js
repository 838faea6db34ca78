import { deserializeDate, deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { formatDate, formatDateTime } from "@web/views/fields/formatters";

const MODEL = "ar.collect.account";
/** Effects of outcomes that ask for a form. */
export const CLAIMS = new Set(["promise", "dispute"]);
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
 * Say something, with a button that takes it back.
 *
 * @param {Object} notification service
 * @param {string} text
 * @param {Object} options of the notification
 * @param {string} label of the button
 * @param {Function} undo
 */
function addWithUndo(notification, text, options, label, undo) {
    const close = notification.add(text, {
        ...options,
        buttons: [
            {
                name: label,
                onClick: async () => {
                    close();
                    await undo();
                },
            },
        ],
    });
}

function getTitle(name, logged) {
    return _t("%(name)s: %(outcome)s", { name, outcome: logged.outcome });
}

function getNextText(logged) {
    return describeFollowUp(logged.follow_up) || _t("No next step was planned.");
}

/**
 * Say what was logged and what comes next, with a way back.
 *
 * @param {Object} notification service
 * @param {string} name of the customer
 * @param {Object} logged answer of the server
 * @param {Function} undo
 */
export function notifyLogged(notification, name, logged, undo) {
    const options = {
        type: "success",
        autocloseDelay: UNDO_TIME,
        title: getTitle(name, logged),
    };
    addWithUndo(notification, getNextText(logged), options, _t("Undo"), async () => {
        await undo();
        notification.add(_t("Taken back."), { type: "info" });
    });
}

/**
 * After the form of a promise or dispute was closed: say what was logged and what comes next, which
 * is known only now: a promise moves the next step. When the form was not saved, say so.
 *
 * @param {Object} orm service
 * @param {Object} notification service
 * @param {{ id: number, name: string }} customer its account
 * @param {number} logId
 * @param {Function} undo
 */
export async function notifyClaimed(orm, notification, { id, name }, logId, undo) {
    const logged = await orm.call(MODEL, "get_logged", [[id], logId]);
    if (!logged.log_id) {
        return; // taken back meanwhile
    }
    if (logged.has_claim) {
        const title = getTitle(name, logged);
        notification.add(getNextText(logged), { type: "success", title });
        return;
    }
    const options = {
        type: "warning",
        title: _t("Logged as “%s”", logged.outcome),
        sticky: true,
    };
    const text = _t("Nothing was recorded with it. The contact stays in the log. %s", getNextText(logged));
    addWithUndo(notification, text, options, _t("Take It Back"), undo);
}
