import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ar_collect_suggestion", {
    steps: () => [
        {
            content: "What was noted of the last call gives a suggestion, with the words",
            trigger:
                ".o_ar_collect_suggestions [data-kind=promise]:contains(500):contains(“They will pay 500 dollars next Friday)",
        },
        {
            content: "The other one is of no use",
            trigger: ".o_ar_collect_suggestions [data-kind=dispute] button[name=dismiss]",
            run: "click",
        },
        {
            trigger: ".o_ar_collect_suggestions:not(:has([data-kind=dispute]))",
        },
        {
            content: "Or is it?",
            trigger: ".o_notification:contains(Suggestion dismissed) .o_notification_buttons button",
            run: "click",
        },
        {
            trigger: ".o_ar_collect_suggestions:has([data-kind=dispute])",
        },
        {
            content: "Accept the promise: its form opens, filled in",
            trigger: ".o_ar_collect_suggestions [data-kind=promise] button[name=accept]",
            run: "click",
        },
        {
            content: "Nothing is created by itself",
            trigger: ".modal .o_form_view .o_field_widget[name=amount] input:value(500)",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "The promise is open, the suggestion gone",
            trigger: ".o_ar_collect_open:contains(500.00)",
        },
        {
            trigger: ".o_ar_collect_suggestions:not(:has([data-kind=promise]))",
        },
    ],
});
