import { Component } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Recorder } from "./recorder";

/** The recorder on a form with the customer's account, such as that of a contact. */
export class RecorderWidget extends Component {
    static template = "ar_collect.RecorderWidget";
    static components = { Recorder };
    static props = { ...standardWidgetProps };

    get accountId() {
        return this.props.record.data.account_id?.id;
    }
}

registry.category("view_widgets").add("ar_collect_recorder", {
    component: RecorderWidget,
    fieldDependencies: [{ name: "account_id", type: "many2one" }],
});
