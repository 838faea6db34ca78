import { Component } from "@odoo/owl";

import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";

/** One notice as it will arrive, to whom, and why. */
export class NoticeShown extends Component {
    static template = "ar_collect.NoticeShown";
    static props = {
        shown: Object,
        row: Object,
        onOpen: Function,
        onApprove: Function,
        onSkip: Function,
        onEdit: Function,
        onPostpone: Function,
        onBack: Function,
    };

    get time() {
        const { scheduled } = this.props.shown;
        return scheduled && formatDateTime(deserializeDateTime(scheduled));
    }
}
