import { Component, onWillUnmount, useState } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

import { formatSeconds } from "./recorder";

/** As long as a conversation is recorded, every page says so. */
export class RecorderSystray extends Component {
    static template = "ar_collect.RecorderSystray";
    static props = {};

    setup() {
        this.recorder = useService("ar_collect.recorder");
        this.service = useState(this.recorder.state);
        this.state = useState({ seconds: 0 });
        const timer = browser.setInterval(() => this.tick(), 500);
        onWillUnmount(() => browser.clearInterval(timer));
    }

    tick() {
        if (this.service.current) {
            this.state.seconds = this.recorder.getSeconds();
        }
    }

    get time() {
        return formatSeconds(this.state.seconds);
    }

    stop() {
        return this.recorder.stop();
    }
}

registry.category("systray").add("ar_collect.recorder", { Component: RecorderSystray });
