import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ar_collect_hold_ask", {
    steps: () => [
        {
            content: "The order says why it is held",
            trigger: ".alert[name=credit_hold]:contains(needs a release):contains(is overdue)",
        },
        {
            content: "It cannot be confirmed",
            trigger: ".o_statusbar_buttons button[name=action_confirm]:visible",
            run: "click",
        },
        {
            trigger: ".modal:contains(On credit hold):contains(Request a release) .btn-primary",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
        {
            content: "Ask for an exception",
            trigger: ".alert[name=credit_hold] button[name=action_request_release]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=reason] textarea",
            run: "edit First order of the season",
        },
        {
            trigger: ".modal button[name=action_request]",
            run: "click",
        },
        {
            trigger: ".alert[name=credit_hold]:contains(A release is requested)",
        },
        {
            content: "No second request",
            trigger: ".alert[name=credit_hold]:not(:has(button[name=action_request_release]))",
        },
    ],
});

registry.category("web_tour.tours").add("ar_collect_hold_decide", {
    steps: () => [
        {
            trigger: ".o_data_row:contains(First order of the season) button[name=action_decide]",
            run: "click",
        },
        {
            trigger: ".modal:contains(First order of the season) .o_field_widget[name=reason] textarea",
            run: "edit They pay on Friday",
        },
        {
            trigger: ".modal button[name=action_release]",
            run: "click",
        },
        {
            content: "Nobody waits any more",
            trigger: "body:not(:has(.modal)) .o_nocontent_help:contains(Nobody is waiting)",
        },
    ],
});

registry.category("web_tour.tours").add("ar_collect_hold_confirm", {
    steps: () => [
        {
            trigger: ".alert[name=credit_released]:contains(you may confirm)",
        },
        {
            trigger: ".o_statusbar_buttons button[name=action_confirm]:visible",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current:contains(Sales Order)",
        },
    ],
});
