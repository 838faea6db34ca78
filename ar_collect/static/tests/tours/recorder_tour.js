import { registry } from "@web/core/registry";

const recorder = ".o_ar_collect_recorder";
/** Real seconds pass while it records. */
const PATIENCE = 40000;

function consentSteps() {
    return [
        {
            content: "Begin a recording",
            trigger: `${recorder} button[name=record]`,
            run: "click",
        },
        {
            content: "What is read out first",
            trigger: `${recorder} .o_ar_collect_notice:contains(May I record our call?)`,
        },
        {
            content: "Nothing is recorded before they agree",
            trigger: `${recorder} button[name=start]:disabled`,
        },
        {
            content: "Who agrees",
            trigger: `${recorder} select[name=contact]`,
            run: "selectByLabel Anna Payable",
        },
        {
            trigger: `${recorder} input[name=agreed]`,
            run: "click",
        },
        {
            trigger: `${recorder} button[name=start]:enabled`,
            run: "click",
        },
    ];
}

registry.category("web_tour.tours").add("ar_collect_record", {
    steps: () => [
        ...consentSteps(),
        {
            content: "The red dot, here and on every other page",
            trigger: `.o_ar_collect_systray .fa-circle, ${recorder} .o_ar_collect_dot`,
        },
        {
            content: "The microphone hears",
            trigger: `${recorder} .o_ar_collect_time:contains(0:02)`,
            timeout: PATIENCE,
            run: async () => {
                const bar = document.querySelector(".o_ar_collect_level");
                const widths = new Set();
                for (let look = 0; look < 40; look++) {
                    widths.add(bar.style.width);
                    await new Promise((resolve) => setTimeout(resolve, 50));
                }
                if (widths.size < 3) {
                    console.error(`the meter does not move: ${[...widths]}`);
                }
            },
        },
        {
            content: "All that was said",
            trigger: `${recorder} .o_ar_collect_time:contains(0:12)`,
            timeout: PATIENCE,
        },
        {
            content: "A pause",
            trigger: `${recorder} button[name=pause]`,
            run: "click",
        },
        {
            trigger: `${recorder} button[name=pause]:contains(Go on)`,
            run: "click",
        },
        {
            trigger: `${recorder} button[name=stop]`,
            run: "click",
        },
        {
            content: "It has arrived, and waits for its transcription",
            trigger: ".o_ar_collect_recording .badge:contains(Waiting for transcription)",
            timeout: PATIENCE,
        },
        {
            trigger: `${recorder}:not(:has(.o_ar_collect_upload_status)) button[name=record]`,
            timeout: PATIENCE,
        },
        {
            content: "It can be listened to at once",
            trigger: ".o_ar_collect_recording audio",
        },
    ],
});

registry.category("web_tour.tours").add("ar_collect_record_interrupted", {
    steps: () => [
        ...consentSteps(),
        {
            content: "The server does not answer: nothing is lost",
            trigger: `${recorder} .o_ar_collect_upload_status:contains(No connection)`,
            timeout: PATIENCE,
        },
        {
            content: "The tab is closed in the middle",
            trigger: `${recorder} .o_ar_collect_time:contains(0:05)`,
            timeout: PATIENCE,
            run: () => window.location.reload(),
            expectUnloadPage: true,
        },
        {
            content: "The next page saves the rest by itself",
            trigger: ".o_ar_collect_recording .badge:contains(Waiting for transcription)",
            timeout: PATIENCE,
        },
        {
            trigger: `${recorder}:not(:has(.o_ar_collect_upload_status)) button[name=record]`,
        },
    ],
});

registry.category("web_tour.tours").add("ar_collect_transcript", {
    steps: () => [
        {
            content: "What was said",
            trigger: ".o_ar_collect_recording .badge:contains(Transcribed)",
        },
        {
            content: "And when",
            trigger: ".o_ar_collect_recording button[name=toggle]:not(:contains(Invalid))",
        },
        {
            content: "A sentence plays from there",
            trigger: ".o_ar_collect_segments button:contains(No matter)",
            run: "click",
        },
        {
            trigger: ".o_ar_collect_segments button.active:contains(No matter)",
            run: async () => {
                const audio = document.querySelector(".o_ar_collect_recording audio");
                if (!(audio.currentTime > 2.5 && audio.currentTime < 8)) {
                    console.error(`the player stands at ${audio.currentTime}`);
                }
            },
        },
        {
            content: "The sentence that is spoken is marked as time goes by",
            trigger: ".o_ar_collect_segments button.active:contains(again)",
            timeout: PATIENCE,
        },
        {
            content: "Found by a word",
            trigger: "input[name=search_transcripts]",
            run: "edit failed",
        },
        {
            trigger: ".o_ar_collect_segments mark:contains(failed)",
        },
        {
            trigger: ".o_ar_collect_transcripts:contains(1 found)",
        },
        {
            content: "The history of the customer has it",
            trigger: ".o_ar_collect_recording:contains(Anna Payable agreed)",
        },
    ],
});
