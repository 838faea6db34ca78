/* global Chart */
import { Component, onWillStart, onWillUnmount, useEffect, useRef } from "@odoo/owl";

import { loadBundle } from "@web/core/assets";
import { _t } from "@web/core/l10n/translation";

import { formatFigure } from "@ar_collect/performance/figures";

/** A metric of a person over the months, with the targets and the medians of the team. */
export class TrendChart extends Component {
    static template = "ar_collect.TrendChart";
    static props = { metric: Object, months: Array, currencyId: Number, name: String };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => this.draw(),
            () => [this.props.metric, this.props.months]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    get datasets() {
        const { values, targets, medians } = this.props.metric;
        const style = (label, data, color, more = {}) => ({
            label,
            data,
            borderColor: color,
            backgroundColor: color,
            spanGaps: true,
            tension: 0.2,
            ...more,
        });
        return [
            style(this.props.name, values, "#714B67", { borderWidth: 3 }),
            style(_t("Median of the team"), medians, "#017e84", { borderDash: [6, 4] }),
            style(_t("Target"), targets, "#e46e00", { borderDash: [2, 3] }),
        ].filter((dataset) => dataset.data.some((value) => value !== null));
    }

    format(value) {
        return formatFigure(value, this.props.metric.unit, this.props.currencyId);
    }

    draw() {
        this.chart?.destroy();
        this.chart = new Chart(this.canvas.el, {
            type: "line",
            data: {
                labels: this.props.months.map((month) => month.label),
                datasets: this.datasets,
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                scales: {
                    y: { beginAtZero: true, ticks: { callback: (value) => this.format(value) } },
                },
                plugins: {
                    legend: {
                        position: "bottom",
                        labels: { usePointStyle: true, pointStyle: "line", pointStyleWidth: 30 },
                    },
                    tooltip: {
                        callbacks: {
                            label: ({ dataset, parsed }) =>
                                `${dataset.label}: ${this.format(parsed.y)}`,
                        },
                    },
                },
            },
        });
    }
}
