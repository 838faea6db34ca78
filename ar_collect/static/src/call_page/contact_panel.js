import { Component } from "@odoo/owl";

/** Who can be called: the chosen contact with hours and best time, the others below. */
export class ContactPanel extends Component {
    static template = "ar_collect.ContactPanel";
    static props = {
        contacts: Array,
        reach: Object,
        contactId: { type: [Number, Boolean] },
        canWrite: Boolean,
        onSelect: Function,
        onCall: Function,
        onWrite: Function,
        onText: Function,
        onEdit: Function,
        onAsk: { type: Function, optional: true },
    };

    get current() {
        return this.props.contacts.find((contact) => contact.id === this.props.contactId);
    }

    get others() {
        return this.props.contacts.filter((contact) => contact.id !== this.props.contactId);
    }

    isHealthy(contact) {
        return ["ok", "confirmed", "unknown", false, ""].includes(contact.health ?? "");
    }

    get phoneHref() {
        return `tel:${(this.current.phone || "").replace(/[^\d+]/g, "")}`;
    }
}
