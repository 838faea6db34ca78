/* global Chart */
import { Component, onWillStart, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";

import { loadBundle } from "@web/core/assets";
import { getColor } from "@web/core/colors/colors";
import { cookie } from "@web/core/browser/cookie";
import { deserializeDate } from "@web/core/l10n/dates";

import { DashboardHelp } from "@ar_collect/dashboard/dashboard_help";
import { formatFigure } from "@ar_collect/performance/figures";

/** Parts that mean the same everywhere have one colour everywhere: green is good, red is late. */
const COLORS = {
    current: "#28a745",
    amount_1_30: "#b7d957",
    amount_31_60: "#ffc107",
    amount_61_90: "#fd7e14",
    amount_91_plus: "#dc3545",
    promise: "#28a745",
    contact: "#017e84",
    notice: "#8f8fd6",
    unprompted: "#b0b3b8",
    on_way: "#017e84",
    expected: "#8f8fd6",
    late: "#fd7e14",
};

/** Stacked bars, or the same as a table, also by keyboard; a part opens what it is made of. */
export class DashboardChart extends Component {
    static template = "ar_collect.DashboardChart";
    static components = { DashboardHelp };
    static props = { chart: Object, currencyId: Number, open: Function };

    setup() {
        this.canvas = useRef("canvas");
        this.state = useState({ asTable: false });
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            (canvas) => {
                canvas && this.draw();
            },
            () => [this.canvas.el, this.props.chart]
        );
        onWillUnmount(() => this.drawn?.destroy());
    }

    get isEmpty() {
        return !this.props.chart.datasets.some(({ data }) => data.some((value) => value));
    }

    get labels() {
        const { labels, is_month: isMonth, is_week: isWeek } = this.props.chart;
        if (isMonth) {
            return labels.map((day) => deserializeDate(day).toFormat("LLL yy"));
        }
        return isWeek ? labels.map((day) => deserializeDate(day).toFormat("d LLL")) : labels;
    }

    format(value) {
        return formatFigure(value, this.props.chart.unit, this.props.currencyId);
    }

    toggle() {
        this.state.asTable = !this.state.asTable;
    }

    draw() {
        this.drawn?.destroy();
        const { datasets } = this.props.chart;
        const scheme = cookie.get("color_scheme");
        this.drawn = new Chart(this.canvas.el, {
            type: "bar",
            data: {
                labels: this.labels,
                datasets: datasets.map(({ key, label, data }, place) => ({
                    label,
                    data,
                    backgroundColor: COLORS[key] || getColor(place, scheme),
                })),
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                onClick: (ev, [element]) => element && this.openPart(element),
                scales: {
                    x: { stacked: true, grid: { display: false } },
                    y: {
                        stacked: true,
                        beginAtZero: true,
                        ticks: { maxTicksLimit: 6, callback: (value) => this.format(value) },
                    },
                },
                plugins: {
                    legend: { position: "bottom", labels: { boxWidth: 12 } },
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

    /** @param {{index: number, datasetIndex: number}} element of the chart */
    openPart({ index, datasetIndex }) {
        const { code, keys, datasets } = this.props.chart;
        return this.props.open(code, [keys[index], datasets[datasetIndex].key]);
    }
}
