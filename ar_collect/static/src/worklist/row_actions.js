import { Component, onWillStart, useState } from "@odoo/owl";

import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { CLAIMS, notifyClaimed, notifyLogged } from "@ar_collect/call_page/logged";

const MODEL = "ar.collect.account";
/** Outcomes to choose from, by web client: the rows of a list share them. */
const outcomes = new WeakMap();

function loadOutcomes(orm) {
    if (!outcomes.has(orm)) {
        outcomes.set(
            orm,
            orm.searchRead("ar.collect.outcome", [["manual", "=", true]], ["name"])
        );
    }
    return outcomes.get(orm);
}

/** What can be done from a row of the worklist: call, and log a contact in two clicks. */
export class RowActions extends Component {
    static template = "ar_collect.RowActions";
    static components = { Dropdown, DropdownItem };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.state = useState({ outcomes: [], canLog: false });
        onWillStart(async () => {
            this.state.canLog = await user.hasGroup("ar_collect.group_collector");
        });
    }

    get id() {
        return this.props.record.resId;
    }

    async beforeOpen() {
        this.state.outcomes = await loadOutcomes(this.orm.silent);
    }

    call() {
        return this.run("action_call");
    }

    async run(method, args = [], onClose = () => {}) {
        const action = await this.orm.call(MODEL, method, [[this.id], ...args]);
        return this.action.doAction(action, {
            onClose: async () => {
                await this.props.record.load();
                await onClose();
            },
        });
    }

    async log(outcomeId) {
        const values = { outcome_id: outcomeId, channel: "call" };
        const logged = await this.orm.call(MODEL, "log_contact", [[this.id], values]);
        const { record } = this.props;
        const name = record.data.partner_id?.display_name || "";
        const undo = async () => {
            await this.orm.call(MODEL, "undo_log", [[record.resId], logged.log_id]);
            await record.load();
        };
        const hasForm = CLAIMS.has(logged.effect);
        if (!hasForm) {
            notifyLogged(this.notification, name, logged, undo);
        }
        await record.load();
        if (hasForm) {
            const customer = { id: record.resId, name };
            await this.run(`action_${logged.effect}`, [[], logged.log_id], () =>
                notifyClaimed(this.orm, this.notification, customer, logged.log_id, undo)
            );
        }
    }
}

registry.category("view_widgets").add("ar_collect_row_actions", {
    component: RowActions,
    fieldDependencies: [{ name: "partner_id", type: "many2one" }],
    listViewWidth: 60,
});
