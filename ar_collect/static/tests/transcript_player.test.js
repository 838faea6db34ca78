import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { contains, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";

import { findSegment, splitMatches } from "@ar_collect/transcript/search";
import { TranscriptPlayer } from "@ar_collect/transcript/transcript_player";

describe.current.tags("desktop");
defineMailModels();

function recording(values = {}) {
    return {
        id: 1,
        name: "Customer",
        filename: "call.webm",
        state: "done",
        state_label: "Transcribed",
        error: "",
        started: "2026-03-16 10:00:00",
        duration: 65,
        position: 65,
        language: "en",
        user: "Carl Collector",
        consent: "Anna agreed, asked by Carl",
        segments: [
            { start: 0, end: 2, text: "We will pay on Friday." },
            { start: 2.5, end: 5, text: "<b>Friday</b> at noon." },
        ],
        activity_id: false,
        audio_url: "/ar_collect/recording/1/audio",
        audio_note: "The audio is deleted after 90 days; the text stays.",
        is_pending: false,
        can_retry: false,
        can_delete: false,
        ...values,
    };
}

function pageData(...recordings) {
    return { can_record: false, problems: [], recordings };
}

const mount = () => mountWithCleanup(TranscriptPlayer, { props: { accountId: 1 } });
const sentences = () => queryAllTexts(".o_ar_collect_segments .text-wrap");

test("what is searched for is cut out of a text", () => {
    const pieces = (text, query) => splitMatches(text, query).map((piece) => piece.text);
    expect(pieces("Pay, pay, PAY", "pay")).toEqual(["Pay", ", ", "pay", ", ", "PAY"]);
    expect(pieces("nothing", "pay")).toEqual(["nothing"]);
    expect(pieces("nothing", "  ")).toEqual(["nothing"]);
    expect(splitMatches("I pay", "pay").map((piece) => piece.isMatch)).toEqual([false, true]);
});

test("the sentence at a time", () => {
    const segments = [{ start: 1 }, { start: 3 }, { start: 7 }];
    expect([0, 1, 2.9, 3, 100].map((time) => findSegment(segments, time))).toEqual([
        -1, 0, 0, 1, 2,
    ]);
    expect(findSegment([], 5)).toBe(-1);
});

test("sentences as they were said, with their times; marks are text", async () => {
    onRpc("ar.collect.recording", "get_page_data", () => pageData(recording()));
    await mount();
    expect(sentences()).toEqual(["We will pay on Friday.", "<b>Friday</b> at noon."]);
    expect(queryAllTexts(".o_ar_collect_segments .o_ar_collect_time")).toEqual(["0:00", "0:02"]);
    expect(".o_ar_collect_segments b").toHaveCount(0);
    expect(".o_ar_collect_recording").toHaveText(/Anna agreed.*deleted after 90 days/s);
});

test("a click plays from there, and the current sentence is marked", async () => {
    onRpc("ar.collect.recording", "get_page_data", () => pageData(recording()));
    await mount();
    const audio = queryOne("audio");
    audio.play = async () => expect.step(`play ${audio.currentTime}`);
    Object.defineProperty(audio, "currentTime", { value: 0, writable: true });
    await contains(".o_ar_collect_segments button:eq(1)").click();
    expect.verifySteps(["play 2.5"]);
    expect(".o_ar_collect_segments button:eq(1)").toHaveClass("active");
    audio.currentTime = 1;
    audio.dispatchEvent(new Event("timeupdate"));
    await animationFrame();
    expect(".o_ar_collect_segments button:eq(0)").toHaveAttribute("aria-current", "true");
    expect(".o_ar_collect_segments button:eq(1)").not.toHaveClass("active");
});

test("search opens the recordings in which it is found", async () => {
    const older = recording({ id: 2, segments: [{ start: 0, end: 1, text: "Call on Monday" }] });
    onRpc("ar.collect.recording", "get_page_data", () => pageData(recording(), older));
    await mount();
    expect(sentences()).toHaveLength(2);
    await contains("input[name=search_transcripts]").edit("monday");
    expect(sentences()).toHaveLength(3);
    expect(queryAllTexts("mark")).toEqual(["Monday"]);
    expect(".o_ar_collect_transcripts").toHaveText(/1 found/);
});

test("of an hour of talk, what is searched for and what is spoken is in sight", async () => {
    const segments = Array.from({ length: 300 }, (_item, index) => ({
        start: 2 * index,
        end: 2 * index + 2,
        text: index === 250 ? "We dispute the freight" : `Sentence ${index}`,
    }));
    onRpc("ar.collect.recording", "get_page_data", () => pageData(recording({ segments })));
    await mount();
    const list = queryOne(".o_ar_collect_segments");
    list.style.maxHeight = "200px"; // whatever the size of the window
    const isSeen = (element) => {
        const [inner, outer] = [element, list].map((el) => el.getBoundingClientRect());
        return inner.top >= outer.top && inner.top < outer.bottom;
    };
    await contains("input[name=search_transcripts]").edit("freight");
    await animationFrame();
    expect(isSeen(queryOne("mark"))).toBe(true);
    const audio = queryOne("audio");
    Object.defineProperty(audio, "currentTime", { value: 200.5, writable: true });
    audio.dispatchEvent(new Event("timeupdate"));
    await animationFrame();
    expect(isSeen(queryOne(".o_ar_collect_segments button.active"))).toBe(true);
    expect(".o_ar_collect_segments button.active").toHaveText(/Sentence 100$/);
});

test("work in progress is looked at again until it is done", async () => {
    const states = [
        recording({
            state: "uploaded",
            state_label: "Waiting",
            is_pending: true,
            segments: [],
            position: 0,
        }),
        recording({
            state: "transcribing",
            state_label: "Being transcribed",
            is_pending: true,
            segments: [],
            position: 32,
        }),
        recording(),
    ];
    onRpc("ar.collect.recording", "get_page_data", ({ args }) => {
        expect.step(`look at ${args[2] || "all"}`);
        return pageData(states.shift());
    });
    await mountWithCleanup(TranscriptPlayer, {
        props: { accountId: 1, onRecordingChanged: () => expect.step("changed") },
    });
    expect(".badge").toHaveText("Waiting");
    await advanceTime(2000);
    await animationFrame();
    expect(".badge").toHaveText("Being transcribed 49 %");
    await advanceTime(3000);
    await animationFrame();
    expect(".badge").toHaveText("Transcribed");
    await advanceTime(100000);
    // others may have hours of text: only what is in work is asked for again
    expect.verifySteps(["look at all", "look at 1", "changed", "look at 1", "changed"]);
});

test("a failed one says why, and is tried again", async () => {
    const answers = [
        recording({
            state: "failed",
            state_label: "Failed",
            error: "The file is damaged.",
            segments: [],
            can_retry: true,
        }),
        recording({ state: "uploaded", state_label: "Waiting", segments: [], position: 0 }),
    ];
    onRpc("ar.collect.recording", "get_page_data", () => pageData(answers.shift()));
    onRpc("ar.collect.recording", "action_retry", ({ args }) => {
        expect.step(args);
        return true;
    });
    await mount();
    expect("[role=alert]").toHaveText("The file is damaged.");
    await contains("button[name=retry]").click();
    expect.verifySteps([[[1]]]);
    expect(".badge").toHaveText("Waiting");
});

test("without its audio there is the text", async () => {
    const data = recording({ audio_url: false, audio_note: "The audio was deleted on 01/01/2026." });
    onRpc("ar.collect.recording", "get_page_data", () => pageData(data));
    await mount();
    expect("audio").toHaveCount(0);
    expect(sentences()).toHaveLength(2);
    await contains(".o_ar_collect_segments button:eq(1)").click();
    expect(".o_ar_collect_recording").toHaveText(/audio was deleted on/);
});
