import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ar_collect_escalate", {
    steps: () => [
        {
            content: "The collector gets nowhere",
            trigger: "button[name=escalate]",
            run: "click",
        },
        {
            content: "The salesperson is asked",
            trigger: ".modal .o_field_widget[name=user_id]:contains(Sam Sales)",
        },
        {
            trigger: ".modal .o_field_widget[name=question] textarea",
            run: "edit Who decides there about payments?",
        },
        {
            trigger: ".modal button[name=action_ask]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
    ],
});

registry.category("web_tour.tours").add("ar_collect_escalation_answer", {
    steps: () => [
        {
            content: "The salesperson sees one customer, and not the other's",
            trigger: ".o_data_row:contains(Own Customer)",
        },
        {
            trigger: ".o_list_view:not(:contains(Foreign Customer))",
        },
        {
            trigger: ".o_data_row:contains(Own Customer) .o_data_cell",
            run: "click",
        },
        {
            content: "What is asked, and the story",
            trigger: ".o_form_view:contains(Who decides there about payments?):contains(1,200.00)",
        },
        {
            trigger: ".o_form_view button[name=action_answer]:contains(Answer)",
            run: "click",
        },
        {
            trigger: ".modal label:contains(The customer will pay)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=answer] textarea",
            run: "edit All of it on Monday",
        },
        {
            trigger: ".modal button[name=action_answer]",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Answered)",
        },
    ],
});

registry.category("web_tour.tours").add("ar_collect_escalation_back", {
    steps: () => [
        {
            content: "It is back on the customer, with the answer",
            trigger: ".o-mail-Activity:contains(Sam Sales answered):contains(All of it on Monday)",
        },
        {
            content: "The list of what was asked",
            trigger: "button[name=action_open_escalations]",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains(Own Customer):contains(Answered)",
        },
    ],
});
