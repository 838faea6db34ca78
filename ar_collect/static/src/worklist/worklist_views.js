import { registry } from "@web/core/registry";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";

import { getEmptyHelp } from "@ar_collect/worklist/empty_help";
import { WorklistDashboard } from "@ar_collect/worklist/worklist_dashboard";

/** Keys for who works without a mouse: next and previous row. */
const ROW_KEYS = { j: "arrowdown", k: "arrowup" };
/** Keys that do to the row at hand what its buttons do, or open a form for it. */
const ROW_BUTTONS = { c: "call", l: "log" };
const ROW_FORMS = { p: "action_promise", d: "action_dispute" };

export class WorklistListRenderer extends ListRenderer {
    static template = "ar_collect.WorklistListRenderer";
    static components = { ...ListRenderer.components, WorklistDashboard };

    get emptyHelp() {
        return getEmptyHelp(this.env.searchModel, this.props.noContentHelp);
    }

    /**
     * The name of a group needs the room its mean priority would take.
     *
     * @override
     */
    getFirstAggregateIndex(group) {
        const first = super.getFirstAggregateIndex(group);
        if (this.columns[first]?.name !== "priority") {
            return first;
        }
        const aggregates = group ? group.aggregates : this.aggregates;
        const next = this.columns.findIndex(
            (column, index) => index > first && column.name in aggregates
        );
        return next < 0 ? first : next;
    }

    /**
     * @override
     */
    onCellKeydownReadOnlyMode(hotkey, cell, group, record) {
        if (record && this.useRowKey(hotkey, cell, record)) {
            return true;
        }
        return super.onCellKeydownReadOnlyMode(ROW_KEYS[hotkey] || hotkey, cell, group, record);
    }

    /**
     * @returns {boolean} whether the key does something to the row
     */
    useRowKey(hotkey, cell, record) {
        const button = cell
            .closest("tr")
            .querySelector(`.o_ar_collect_row_actions [name="${ROW_BUTTONS[hotkey]}"]`);
        if (button) {
            button.click();
        } else if (hotkey in ROW_FORMS) {
            void this.openRowForm(ROW_FORMS[hotkey], record);
        }
        return Boolean(button) || hotkey in ROW_FORMS;
    }

    async openRowForm(method, record) {
        const action = await this.env.services.orm.call(record.resModel, method, [[record.resId]]);
        await this.env.services.action.doAction(action, { onClose: () => record.load() });
    }
}

export class WorklistKanbanRenderer extends KanbanRenderer {
    static template = "ar_collect.WorklistKanbanRenderer";
    static components = { ...KanbanRenderer.components, WorklistDashboard };

    get emptyHelp() {
        return getEmptyHelp(this.env.searchModel, this.props.noContentHelp);
    }
}

registry.category("views").add("ar_collect_worklist_list", {
    ...listView,
    Renderer: WorklistListRenderer,
});
registry.category("views").add("ar_collect_worklist_kanban", {
    ...kanbanView,
    Renderer: WorklistKanbanRenderer,
});
