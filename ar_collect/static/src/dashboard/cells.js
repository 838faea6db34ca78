import { deserializeDate } from "@web/core/l10n/dates";
import { formatMonetary } from "@web/views/fields/formatters";

import { formatFigure } from "@ar_collect/performance/figures";

/**
 * What is shown in a cell of a list.
 *
 * @param {string|number|null} value
 * @param {string} unit "" for a text, date, money, number, percent, days
 * @param {number} currencyId
 * @returns {string}
 */
export function formatCell(value, unit, currencyId) {
    if (unit === "") {
        return value;
    }
    if (unit === "date") {
        return value ? deserializeDate(value).toLocaleString({ dateStyle: "medium" }) : "–";
    }
    if (unit === "money" && typeof value === "number") {
        return formatMonetary(value, { currencyId });
    }
    return formatFigure(value, unit, currencyId);
}
