import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";
import { formatFloatTime, formatMonetary } from "@web/views/fields/formatters";

/** How a target stands: label and colour of each. */
export const STATUSES = {
    planned: { label: _t("Not begun"), color: "secondary" },
    behind: { label: _t("Behind"), color: "danger" },
    on_track: { label: _t("On track"), color: "info" },
    ahead: { label: _t("Ahead"), color: "success" },
    reached: { label: _t("Reached"), color: "success" },
    missed: { label: _t("Missed"), color: "danger" },
    none: { label: _t("Nothing to measure"), color: "secondary" },
};

/**
 * A figure as it is read.
 *
 * @param {number|null} value null: not known
 * @param {"number"|"hours"|"money"|"percent"|"days"} unit
 * @param {number} currencyId
 * @returns {string}
 */
export function formatFigure(value, unit, currencyId) {
    if (value === null || value === undefined) {
        return "–";
    }
    if (unit === "money") {
        return formatMonetary(value, { currencyId, noSymbol: false, digits: [16, 0] });
    }
    if (unit === "hours") {
        return formatFloatTime(value);
    }
    const digits = Number.isInteger(value) ? 0 : 1;
    const text = formatFloat(value, { digits: [16, digits] });
    if (unit === "days") {
        return _t("%s days", text);
    }
    return unit === "percent" ? `${text} %` : text;
}

/**
 * Where the parts of a progress bar end, in percent of its width.
 *
 * The bar ends at the target, or at what was reached where that is more.
 *
 * @param {{actual: number|null, pace: number, value: number}} figures
 * @returns {{done: number, pace: number, target: number}}
 */
export function getMarks({ actual, pace, value }) {
    const end = Math.max(actual || 0, value || 0);
    const place = (part) => (end ? Math.min(Math.max((100 * (part || 0)) / end, 0), 100) : 0);
    return { done: place(actual), pace: place(pace), target: place(value) };
}
