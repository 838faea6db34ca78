import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("ar_collect_dashboard_team", {
    url: "/odoo/collections-team?period=month",
    steps: () => [
        {
            content: "The period is taken from the address",
            trigger: ".o_ar_collect_dashboard select[name=period]:value(month)",
        },
        {
            content: "Bars, charts and lists are there",
            trigger: ".o_ar_collect_dashboard [data-bars=worklist]",
        },
        {
            trigger: ".o_ar_collect_dashboard [data-chart=cash]:contains(No money came)",
        },
        {
            content: "Another period is chosen",
            trigger: ".o_ar_collect_dashboard select[name=period]",
            run: "select week",
        },
        {
            trigger: ".o_ar_collect_dashboard select[name=period]:value(week)",
            async run() {
                for (let turn = 0; turn < 100; turn++) {
                    if (location.search.includes("period=week")) {
                        return;
                    }
                    await new Promise((resolve) => setTimeout(resolve, 100));
                }
                throw new Error(`The address does not keep the period: ${location.search}`);
            },
        },
        {
            content: "A figure opens what is behind it",
            trigger: "[data-card=worklist] a",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains(Own Customer)",
        },
        {
            content: "Back to the same page, with the same period",
            trigger: ".o_back_button, .breadcrumb-item a",
            run: "click",
        },
        {
            trigger: ".o_ar_collect_dashboard select[name=period]:value(week)",
        },
        {
            content: "A line of a list opens its record",
            trigger: ".o_ar_collect_dashboard [data-bars=worklist] .o_ar_collect_bars a",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains(Own Customer)",
        },
    ],
});
