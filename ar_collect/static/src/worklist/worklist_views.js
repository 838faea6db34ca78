import { registry } from "@web/core/registry";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";

import { WorklistDashboard } from "@ar_collect/worklist/worklist_dashboard";

/** Keys for who works without a mouse: next and previous row. */
const ROW_KEYS = { j: "arrowdown", k: "arrowup" };

export class WorklistListRenderer extends ListRenderer {
    static template = "ar_collect.WorklistListRenderer";
    static components = { ...ListRenderer.components, WorklistDashboard };

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
        return super.onCellKeydownReadOnlyMode(ROW_KEYS[hotkey] || hotkey, cell, group, record);
    }
}

export class WorklistKanbanRenderer extends KanbanRenderer {
    static template = "ar_collect.WorklistKanbanRenderer";
    static components = { ...KanbanRenderer.components, WorklistDashboard };
}

registry.category("views").add("ar_collect_worklist_list", {
    ...listView,
    Renderer: WorklistListRenderer,
});
registry.category("views").add("ar_collect_worklist_kanban", {
    ...kanbanView,
    Renderer: WorklistKanbanRenderer,
});
