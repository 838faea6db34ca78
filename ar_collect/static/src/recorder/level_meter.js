import { Component, onMounted, onWillUnmount, useRef } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";

/** How loud it is, as a bar: whoever talks sees that the microphone hears. */
export class LevelMeter extends Component {
    static template = "ar_collect.LevelMeter";
    static props = { stream: Object };

    setup() {
        this.bar = useRef("bar");
        onMounted(() => this.listen());
        onWillUnmount(() => this.close());
    }

    listen() {
        this.context = new browser.AudioContext();
        this.analyser = this.context.createAnalyser();
        this.analyser.fftSize = 512;
        this.context.createMediaStreamSource(this.props.stream).connect(this.analyser);
        this.samples = new Float32Array(this.analyser.fftSize);
        this.draw();
    }

    draw() {
        this.analyser.getFloatTimeDomainData(this.samples);
        const power = this.samples.reduce((sum, value) => sum + value * value, 0);
        const loudness = 20 * Math.log10(Math.sqrt(power / this.samples.length) || 1e-6);
        // from a quiet room to a loud voice
        const share = Math.min(1, Math.max(0, (loudness + 60) / 50));
        this.bar.el.style.width = `${Math.round(100 * share)}%`;
        this.frame = browser.requestAnimationFrame(() => this.draw());
    }

    close() {
        browser.cancelAnimationFrame(this.frame);
        this.context?.close();
    }
}
