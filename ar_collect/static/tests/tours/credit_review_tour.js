import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ar_collect_credit_review_begin", {
    steps: () => [
        {
            content: "More is used than the limit allows",
            trigger: ".o_data_row:contains(Own Customer) button[name=action_review]",
            run: "click",
        },
        {
            content: "The figures and a proposal on one page",
            trigger: ".o_form_view [name=amount_exposure]:contains(1,200.00)",
        },
        {
            trigger: ".o_form_view [name=risk_text]:not(:empty)",
        },
        {
            content: "A collector does not decide",
            trigger: ".o_form_view:not(:has(button[name=action_decide]))",
        },
        {
            trigger: ".o_field_widget[name=decided_limit] input",
            run: "edit 1500 && press Tab",
        },
        {
            trigger: ".o_field_widget[name=note] textarea",
            run: "edit They pay in full each spring",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            trigger: ".o_form_saved",
        },
    ],
});

registry.category("web_tour.tours").add("ar_collect_credit_review_decide", {
    steps: () => [
        {
            trigger: ".o_data_row:contains(Own Customer) button[name=action_review]:contains(Go On)",
            run: "click",
        },
        {
            content: "What the collector has entered",
            trigger: ".o_field_widget[name=decided_limit] input:value(1,500.00)",
        },
        {
            trigger: "button[name=action_decide]",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current:contains(Decided)",
        },
        {
            content: "Undo asks first",
            trigger: "button[name=action_undo]",
            run: "click",
        },
        {
            trigger: ".modal .btn-primary",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current:contains(To Decide)",
        },
        {
            trigger: "button[name=action_decide]",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current:contains(Decided)",
        },
        {
            content: "It is among the dated reviews",
            trigger: "button[name=action_open_reviews]",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains(Own Customer):contains(1,500.00)",
        },
    ],
});
