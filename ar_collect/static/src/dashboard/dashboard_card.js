import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";

import { DashboardHelp } from "@ar_collect/dashboard/dashboard_help";
import { formatFigure } from "@ar_collect/performance/figures";

const WIDTH = 100;
const HEIGHT = 24;

/** A figure with its name and formula, how it went in the last months, and the change. */
export class DashboardCard extends Component {
    static template = "ar_collect.DashboardCard";
    static components = { DashboardHelp };
    static props = { card: Object, currencyId: Number, open: Function };

    format(value) {
        return formatFigure(value, this.props.card.unit, this.props.currencyId);
    }

    get tone() {
        const { tone } = this.props.card;
        return tone ? `text-${tone}` : "";
    }

    /** Points of the line of months, those without a value left out. */
    get points() {
        const values = (this.props.card.trend || []).map((value, place) => ({ value, place }));
        const known = values.filter(({ value }) => value !== null);
        if (known.length < 2) {
            return "";
        }
        const low = Math.min(...known.map(({ value }) => value));
        const high = Math.max(...known.map(({ value }) => value));
        const x = (place) => (WIDTH * place) / (values.length - 1);
        const y = (value) => 1 + (HEIGHT - 2) * (1 - (value - low) / (high - low || 1));
        return known.map(({ value, place }) => `${x(place)},${y(value)}`).join(" ");
    }

    get change() {
        const { change } = this.props.card;
        if (!change) {
            return null;
        }
        return {
            icon: change > 0 ? "fa-arrow-up" : "fa-arrow-down",
            text: this.format(Math.abs(change)),
            color: this.getColor(change > 0),
            label:
                change > 0
                    ? _t("more than on the same days of the period before")
                    : _t("less than on the same days of the period before"),
        };
    }

    getColor(isUp) {
        const { up_is_good: upIsGood } = this.props.card;
        if (upIsGood === null) {
            return "text-muted";
        }
        return isUp === upIsGood ? "text-success" : "text-danger";
    }
}
