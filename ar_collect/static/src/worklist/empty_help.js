import { markup } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";

/**
 * @param {Object} searchModel
 * @returns {boolean} whether the user looks for something else than the menu does
 */
function isSearching(searchModel) {
    const items = searchModel.query.map(({ searchItemId }) => searchModel.searchItems[searchItemId]);
    const isOwnSearch = ({ type, name, isDefault }) =>
        type === "favorite" ||
        (!isDefault && name !== "mine" && !["groupBy", "dateGroupBy"].includes(type));
    const isChecked = ({ values }) => [...values.values()].some((value) => value.checked);
    return items.some(isOwnSearch) || searchModel.filters.some(isChecked);
}

/**
 * What an empty list says: the words of the menu, unless the user has searched or filtered.
 *
 * @param {Object} searchModel
 * @param {String|undefined} help of the menu
 */
export function getEmptyHelp(searchModel, help) {
    if (!help || !isSearching(searchModel)) {
        return help;
    }
    return markup`
        <p class="o_view_nocontent_empty_folder">${_t("No customer matches this search.")}</p>
        <p>${_t("Remove a filter above to see more.")}</p>`;
}
