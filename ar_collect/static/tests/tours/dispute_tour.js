import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ar_collect_dispute", {
    steps: () => [
        {
            content: "The customer complains on the telephone",
            trigger: ".o_ar_collect_items tbody input[type=checkbox]",
            run: "click",
        },
        {
            trigger: ".o_ar_collect_items:contains(1 chosen)",
        },
        {
            content: "Record the dispute",
            trigger: "button[name=dispute]",
            run: "click",
        },
        {
            content: "What about?",
            trigger: ".modal .o_field_widget[name=reason_id] input",
            run: "edit Price",
        },
        {
            trigger: ".modal .ui-autocomplete .dropdown-item:contains(Price)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=description] textarea",
            run: "edit We agreed on less",
        },
        {
            content: "200 of the invoice are contested",
            trigger: ".modal .o_data_row .o_data_cell[name=amount]",
            run: "click",
        },
        {
            trigger: ".modal .o_data_row .o_field_widget[name=amount] input",
            run: "edit 200 && click body",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "It is open, and marked on the item",
            trigger: ".o_ar_collect_items tbody:contains(disputed)",
        },
        {
            content: "Open the dispute",
            trigger: ".o_ar_collect_call_columns a:contains(Price)",
            run: "click",
        },
        {
            trigger: ".o_form_view [name=money]:contains(200.00)",
        },
        {
            content: "They are right",
            trigger: ".o_form_view button[name=action_resolve]:contains(Accept)",
            run: "click",
        },
        {
            content: "The usual cause is proposed, and nobody is told here",
            trigger: ".modal .o_field_widget[name=tell] input",
            run: "click",
        },
        {
            trigger: ".modal:not(:has([name=subject])) button[name=action_resolve]",
            run: "click",
        },
        {
            content: "A draft credit note was made",
            trigger: ".o_form_view .alert:contains(closes by itself)",
        },
        {
            trigger: "button[name=action_open_credit_notes]",
            run: "click",
        },
        {
            content: "Post it",
            trigger: ".o_form_view button[name=action_post]",
            run: "click",
        },
        {
            content: "It leads back to the dispute",
            trigger: ".o_form_view button[name=action_collect_disputes]",
            run: "click",
        },
    ],
});

registry.category("web_tour.tours").add("ar_collect_dispute_closed", {
    steps: () => [
        {
            content: "The ledger has closed it",
            trigger: ".o_form_view .o_field_widget[name=outcome]:contains(Accepted in full)",
        },
        {
            trigger: ".o_form_view [name=money] .o_field_widget[name=amount_credited]:contains(200.00)",
        },
        {
            content: "The customer may object",
            trigger: ".o_form_view button[name=action_reopen]",
        },
    ],
});

registry.category("web_tour.tours").add("ar_collect_dispute_resolver", {
    steps: () => [
        {
            content: "Only the own dispute is there",
            trigger: ".o_kanban_view:not(:contains(Free Customer)) .o_kanban_record:contains(Own Customer)",
            run: "click",
        },
        {
            content: "Its invoice can be read",
            trigger: ".o_form_view button[name=action_open_invoices]",
            run: "click",
        },
        {
            trigger: ".o_form_view:contains(Goods) button[name=action_collect_disputes]",
            run: "click",
        },
        {
            trigger: ".o_form_view button[name=action_resolve]:contains(Reject)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=tell] input",
            run: "click",
        },
        {
            trigger: ".modal:not(:has([name=subject])) button[name=action_resolve]",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)) .o_form_view .o_field_widget[name=outcome]:contains(Rejected)",
        },
    ],
});
