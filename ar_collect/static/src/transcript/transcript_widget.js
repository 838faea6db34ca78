import { Component } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { TranscriptPlayer } from "./transcript_player";

/** The player on the form of a contact or of a recording. */
export class TranscriptWidget extends Component {
    static template = "ar_collect.TranscriptWidget";
    static components = { TranscriptPlayer };
    static props = { ...standardWidgetProps };

    get accountId() {
        return this.props.record.data.account_id?.id;
    }

    get playerProps() {
        const { resModel, resId } = this.props.record;
        const name = resModel === "ar.collect.recording" ? "recordingId" : "activityId";
        return { accountId: this.accountId, [name]: resId };
    }
}

registry.category("view_widgets").add("ar_collect_transcript", {
    component: TranscriptWidget,
    fieldDependencies: [{ name: "account_id", type: "many2one" }],
});
