import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const MODEL = "ar.collect.statement.ask";

/** Statements of several customers, printed a few at a time into one file, with a bar to look at. */
export class PrintStatements extends Component {
    static template = "ar_collect.PrintStatements";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ done: 0 });
        this.isStopped = false;
        onMounted(() => this.print());
        onWillUnmount(() => (this.isStopped = true));
    }

    get params() {
        return this.props.action.params;
    }

    get total() {
        return this.params.account_ids.length;
    }

    get percent() {
        return Math.round((this.state.done / this.total) * 100);
    }

    async print() {
        const { ask_id: askId, account_ids: ids, part } = this.params;
        while (this.state.done < ids.length) {
            const next = ids.slice(this.state.done, this.state.done + part);
            await this.orm.silent.call(MODEL, "print_part", [[askId], next]);
            if (this.isStopped) {
                return;
            }
            this.state.done += next.length;
        }
        const { url } = await this.orm.call(MODEL, "print_all", [[askId]]);
        // not a window of its own: after so long, the browser would take it for a popup
        browser.location.assign(url);
        await this.close();
    }

    close() {
        this.isStopped = true;
        return this.action.doAction({ type: "ir.actions.act_window_close" });
    }
}

registry.category("actions").add("ar_collect.print_statements", PrintStatements);
