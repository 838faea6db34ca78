import { Component } from "@odoo/owl";

import { usePopover } from "@web/core/popover/popover_hook";

class DashboardHelpText extends Component {
    static template = "ar_collect.DashboardHelpText";
    static props = { text: String, close: Function };
}

/** How a figure is worked out: below the mouse, or for a finger or the keyboard on a click. */
export class DashboardHelp extends Component {
    static template = "ar_collect.DashboardHelp";
    static props = { text: String };

    setup() {
        this.popover = usePopover(DashboardHelpText);
    }

    toggle(ev) {
        if (this.popover.isOpen) {
            this.popover.close();
        } else {
            this.popover.open(ev.currentTarget, { text: this.props.text });
        }
    }
}
