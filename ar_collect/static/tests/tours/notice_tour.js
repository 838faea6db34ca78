import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ar_collect_notice_calendar", {
    url: "/odoo/collections-notices",
    steps: () => [
        {
            content: "What waits for approval today is chosen",
            trigger: ".o_ar_collect_notice_list:contains(2 chosen)",
        },
        {
            content: "The largest comes first and is shown: to whom it goes, and why",
            trigger:
                ".o_ar_collect_notice_shown:contains(Own Customer):contains(own@example.com):contains(41 days past due)",
        },
        {
            content: "The mail as it will arrive",
            trigger: ".o_ar_collect_mail[srcdoc*='1,200.00']",
        },
        {
            content: "On to the next one",
            trigger: ".o_ar_collect_calendar",
            run: "press j",
        },
        {
            trigger: ".o_ar_collect_notice_shown h3:contains(Free Customer)",
        },
        {
            content: "Leave it out",
            trigger: ".o_ar_collect_calendar",
            run: "press s",
        },
        {
            trigger: ".o_ar_collect_notice_list:not(:contains(Free Customer))",
        },
        {
            content: "It was a slip",
            trigger: ".o_notification:contains(Skipped: Free Customer) button:contains(Undo)",
            run: "click",
        },
        {
            trigger: ".o_ar_collect_notice_list:contains(Free Customer)",
        },
        {
            content: "Put the other one off",
            trigger: ".o_ar_collect_notice_row:contains(Free Customer) button",
            run: "click",
        },
        {
            trigger: ".o_ar_collect_notice_shown h3:contains(Free Customer)",
        },
        {
            trigger: ".o_ar_collect_notice_shown button[name=postpone]",
            run: "click",
        },
        {
            trigger: ".o_ar_collect_notice_list:not(:contains(Free Customer))",
        },
        {
            content: "Approve what is left",
            trigger: "button[name=approve_all]:contains(Approve 1)",
            run: "click",
        },
        {
            trigger: ".o_ar_collect_notice_row:contains(Own Customer):contains(Planned)",
        },
        {
            content: "Tomorrow there is the one that was put off",
            trigger: ".o_ar_collect_days button:contains(Tomorrow)",
            run: "click",
        },
        {
            trigger: ".o_ar_collect_notice_row:contains(Free Customer)",
        },
    ],
});
