import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ar_collect_call_page", {
    url: "/odoo/collections",
    steps: () => [
        {
            content: "Call the first customer of the worklist",
            trigger:
                ".o_data_row:contains(Own Customer) .o_ar_collect_row_actions button[name=call]",
            run: "click",
        },
        {
            content: "Whom to call, with the time there",
            trigger: ".o_ar_collect_contacts:contains(Dana Whitfield):contains(there)",
        },
        {
            content: "What to say first",
            trigger: ".o_ar_collect_opening:contains(1 invoice):contains(late by 41 days)",
        },
        {
            content: "Choose what the call is about",
            trigger: ".o_ar_collect_items tbody input[type=checkbox]",
            run: "click",
        },
        {
            trigger: ".o_ar_collect_items:contains(1 chosen)",
        },
        {
            content: "The timer starts by a key",
            trigger: ".o_ar_collect_call_body",
            run: "press c",
        },
        {
            trigger: ".o_ar_collect_log_bar .o_ar_collect_clock",
        },
        {
            content: "Stop the timer",
            trigger: ".o_ar_collect_log_bar button[name=stop]",
            run: "click",
        },
        {
            content: "What came of it",
            trigger: ".o_ar_collect_log_bar select[name=outcome]",
            run: "selectByLabel No answer",
        },
        {
            content: "The next step is proposed with time and reason",
            trigger: ".o_ar_collect_next input.o_input, .o_ar_collect_next input",
        },
        {
            trigger: ".o_ar_collect_log_bar textarea[name=note]",
            run: "edit Voice mail is full",
        },
        {
            content: "Save goes on to the next customer",
            trigger: ".o_ar_collect_log_bar button[name=save]",
            run: "click",
        },
        {
            trigger: ".o_ar_collect_call_header:contains(Second Customer)",
        },
        {
            content: "Nothing is saved without an outcome",
            trigger: ".o_ar_collect_log_bar button[name=save]",
            run: "click",
        },
        {
            trigger: ".o_notification:contains(Choose what came of the contact)",
        },
        {
            content: "Undo the call of the first customer",
            trigger: ".o_notification:contains(Own Customer) .o_notification_buttons button",
            run: "click",
        },
        {
            trigger:
                ".o_ar_collect_call_header:contains(Own Customer):has(+ .o_ar_collect_call_columns .o_ar_collect_log:contains(Nobody has been in contact))",
        },
        {
            content: "Log it again, by keyboard",
            trigger: ".o_ar_collect_log_bar select[name=outcome]",
            run: "selectByLabel Talked, nothing agreed",
        },
        {
            trigger: ".o_ar_collect_log_bar textarea[name=note]",
            run: "edit They wait for the order number",
        },
        {
            trigger: ".o_ar_collect_log_bar textarea[name=note]",
            run: "press ctrl+Enter",
        },
        {
            trigger: ".o_ar_collect_call_header:contains(Second Customer)",
        },
        {
            content: "Back to the list",
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item a",
            run: "click",
        },
        {
            content: "Two of three customers of the list were called",
            trigger: ".o_ar_collect_dashboard button[name=today]:contains(1 / )",
        },
        {
            content: "A row is logged in two clicks",
            trigger:
                ".o_data_row:contains(Second Customer) .o_ar_collect_row_actions button[name=log]",
            run: "click",
        },
        {
            trigger: ".o-dropdown-item:contains(Left message)",
            run: "click",
        },
        {
            trigger: ".o_notification:contains(Second Customer: Left message)",
        },
    ],
});

registry.category("web_tour.tours").add("ar_collect_log_earlier", {
    steps: () => [
        {
            content: "The call was an hour ago, and took six minutes",
            trigger: ".o_ar_collect_log_bar button[name=earlier]",
            run: "click",
        },
        {
            trigger: ".o_ar_collect_log_bar .o_ar_collect_when input",
        },
        {
            trigger: ".o_ar_collect_log_bar input[name=minutes]",
            run: "edit 6",
        },
        {
            trigger: ".o_ar_collect_log_bar select[name=outcome]",
            run: "selectByLabel Left message",
        },
        {
            trigger: ".o_ar_collect_next input",
        },
        {
            trigger: ".o_ar_collect_log_bar button[name=save]",
            run: "click",
        },
        {
            content: "The only other customer is open at a colleague",
            trigger: ".o_notification:contains(Second Customer is open at A Colleague)",
        },
        {
            trigger: ".o_ar_collect_call_done:contains(Nobody is left for you right now)",
        },
    ],
});

registry.category("web_tour.tours").add("ar_collect_promise_discarded", {
    steps: () => [
        {
            content: "A promise is logged from the row, and then there is none",
            trigger: ".o_data_row:contains(Own Customer) .o_ar_collect_row_actions button[name=log]",
            run: "click",
        },
        {
            trigger: ".o-dropdown-item:contains(/^Promised$/)",
            run: "click",
        },
        {
            content: "Nothing is said before the next step is known",
            trigger: "body:not(:has(.o_notification)) .modal .o_form_button_cancel",
            run: "click",
        },
        {
            trigger:
                ".o_notification:contains(Nothing was recorded with it) .o_notification_buttons button",
            run: "click",
        },
        {
            trigger: "body:not(:has(.o_notification:contains(Nothing was recorded with it)))",
        },
        {
            content: "Another time it is saved, for a day that is one click away",
            trigger: ".o_data_row:contains(Own Customer) .o_ar_collect_row_actions button[name=log]",
            run: "click",
        },
        {
            trigger: ".o-dropdown-item:contains(/^Promised$/)",
            run: "click",
        },
        {
            trigger: ".modal .o_ar_collect_usual_days button:last",
            run: "click",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "Now it is known",
            trigger: ".o_notification:contains(Own Customer: Promised):contains(Next:)",
        },
        {
            trigger: ".o_data_row:contains(Own Customer) .o_ar_collect_promised",
        },
        {
            trigger: "body:not(:has(.o_notification:contains(Nothing was recorded with it)))",
        },
    ],
});
