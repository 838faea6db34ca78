import { registry } from "@web/core/registry";

const pay = [
    {
        content: "Choose the oldest invoice",
        trigger: ".o_ar_selection .o_ar_line:first",
        run: "click",
    },
    {
        content: "What it comes to is said at once",
        trigger: ".o_ar_some:not(.d-none) .o_ar_sum:contains(1,200.00)",
    },
    {
        trigger: ".o_ar_acts button:contains(Pay):first",
        run: "click",
        expectUnloadPage: true,
    },
    {
        content: "The amount is that of the invoice",
        trigger: "dd:contains(1,200.00)",
    },
    {
        trigger: "#customer_input",
        run: "edit 4111 1111 1111 1111",
    },
    {
        trigger: "button[name='o_payment_submit_button']:enabled",
        run: "click",
        expectUnloadPage: true,
    },
    {
        content: "Back on the account, which knows it",
        trigger: ".o_ar_portal .alert-success:contains(has arrived)",
        timeout: 30000,
    },
];

registry.category("web_tour.tours").add("ar_collect_portal_pay", {
    url: "/my/receivables",
    steps: () => pay,
});

registry.category("web_tour.tours").add("ar_collect_portal_promise", {
    url: "/my/receivables",
    steps: () => [
        {
            content: "Nothing chosen: all that is due",
            trigger: ".o_ar_acts button:contains(I will pay on)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "In five days",
            trigger: "#day",
            run: (helpers) => {
                const day = new Date(Date.now() + 5 * 24 * 3600 * 1000);
                helpers.anchor.value = day.toISOString().slice(0, 10);
            },
        },
        {
            trigger: "button:contains(Promise)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_ar_portal .alert-success:contains(it is noted)",
        },
        {
            content: "It stands at the invoice",
            trigger: ".badge:contains(promised for)",
        },
    ],
});

registry.category("web_tour.tours").add("ar_collect_portal_dispute", {
    url: "/my/receivables",
    steps: () => [
        {
            trigger: ".o_ar_selection .o_ar_line:first",
            run: "click",
        },
        {
            trigger: ".o_ar_acts button:contains(Something is wrong)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "#reason",
            run: "selectByLabel Price",
        },
        {
            content: "A part of it",
            trigger: "input[name^='amount_']",
            run: "edit 200",
        },
        {
            trigger: "#text",
            run: "edit The discount is missing",
        },
        {
            content: "The offer, as a picture",
            trigger: "input[type=file]",
            run: async (helpers) => {
                const pixel =
                    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
                const bytes = Uint8Array.from(atob(pixel), (sign) => sign.charCodeAt(0));
                const files = new DataTransfer();
                files.items.add(new File([bytes], "offer.png", { type: "image/png" }));
                helpers.anchor.files = files.files;
            },
        },
        {
            trigger: "form button[type=submit]:contains(Send)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is marked on the account",
            trigger: ".badge:contains(200.00 disputed)",
        },
        {
            trigger: ".o_ar_more a:contains(Disputes (1))",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "table a:first",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "What was sent is there",
            trigger: ".o_ar_portal:contains(The discount is missing):contains(offer.png)",
        },
    ],
});

registry.category("web_tour.tours").add("ar_collect_portal_sign", {
    url: "/my/receivables",
    steps: () => [
        {
            trigger: ".o_ar_more a:contains(Payment plans)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "table a:first",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_web_sign_name_and_signature input:value(Ann)",
        },
        {
            trigger: "canvas.o_web_sign_signature",
            run: "canvasNotEmpty",
        },
        {
            trigger: ".o_portal_sign_submit:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_ar_portal:contains(Signed by Ann)",
        },
    ],
});
