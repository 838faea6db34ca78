import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ar_collect_worklist", {
    url: "/odoo/collections",
    steps: () => [
        {
            content: "The worklist tells whom to contact and why",
            trigger: ".o_data_row:contains(Own Customer):contains(to chase):contains(days late)",
        },
        {
            content: "Customers of others are not there",
            trigger: ".o_list_view:not(:contains(Foreign Customer))",
        },
        {
            content: "The figures are there",
            trigger: ".o_ar_collect_dashboard button[name=overdue]:contains(2,000)",
        },
        {
            content: "Only own customers",
            trigger: ".o_ar_collect_dashboard button[name=mine]",
            run: "click",
        },
        {
            trigger: ".o_list_view:not(:contains(Free Customer))",
        },
        {
            content: "All overdue customers of mine",
            trigger: ".o_ar_collect_dashboard button[name=overdue]",
            run: "click",
        },
        {
            trigger: ".o_facet_value:contains(Overdue)",
        },
        {
            content: "Open the customer",
            trigger: ".o_data_row:contains(Own Customer) .o_field_ar_collect_customer",
            run: "click",
        },
        {
            content: "The bar of the aging and the open item",
            trigger: ".o_form_view .o_ar_collect_aging_bar",
        },
        {
            content: "A collector writes to the customer and plans",
            trigger:
                ".o-mail-Chatter-topbar:has(.o-mail-Chatter-sendMessage:enabled):has(.o-mail-Chatter-activity:enabled)",
        },
        {
            content: "Plan the next action",
            trigger: ".o_field_widget[name=next_action] input",
            run: "edit Call on Tuesday",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            trigger: ".o_form_saved",
        },
        {
            content: "Open the invoice",
            trigger: ".o_field_widget[name=open_item_ids] .o_data_row .o_field_open_move_widget a",
            run: "click",
        },
        {
            content: "The invoice tells where the customer stands; go back from there",
            trigger: "#alerts a:contains(Open in Collections), [name=ar_collect_account] a",
            run: "click",
        },
        {
            content: "The figure leads to its journal items",
            trigger: ".o_form_view button[name=action_open_items]:contains(Overdue)",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains(1,200.00)",
        },
    ],
});

registry.category("web_tour.tours").add("ar_collect_notes_only", {
    steps: () => [
        {
            content: "No messages and no activities",
            trigger:
                ".o-mail-Chatter-topbar:not(:has(.o-mail-Chatter-sendMessage)):not(:has(.o-mail-Chatter-activity)) .o-mail-Chatter-logNote:enabled",
            run: "click",
        },
        {
            trigger: ".o-mail-Composer-input",
            run: "edit They moved to Lyon",
        },
        {
            trigger: ".o-mail-Composer-send:enabled",
            run: "click",
        },
        {
            trigger: ".o-mail-Message:contains(They moved to Lyon)",
        },
    ],
});
