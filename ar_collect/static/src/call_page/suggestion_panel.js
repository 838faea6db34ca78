import { Component } from "@odoo/owl";

const ICONS = {
    promise: "fa-handshake-o",
    dispute: "fa-exclamation-triangle",
    call_back: "fa-phone",
    contact: "fa-user-plus",
};

/** What was heard or read, as suggestions: each with the words it comes from, to take or to leave. */
export class SuggestionPanel extends Component {
    static template = "ar_collect.SuggestionPanel";
    static props = {
        suggestions: Array,
        canWrite: Boolean,
        onAccept: Function,
        onDismiss: Function,
    };

    getIcon(suggestion) {
        return ICONS[suggestion.kind] || "fa-lightbulb-o";
    }
}
