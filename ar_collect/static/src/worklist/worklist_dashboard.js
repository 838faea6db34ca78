import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { KeepLast } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";
import { formatMonetary } from "@web/views/fields/formatters";

/** The figures over the worklist, each with the search filter that lists what it is the sum of. */
const FIGURES = [
    { name: "overdue", label: _t("Overdue"), amount: "amount_overdue" },
    { name: "to_chase", label: _t("To chase"), amount: "amount_chasable" },
    { name: "promised", label: _t("Promised"), amount: "amount_promised", count: "promised" },
    { name: "disputed", label: _t("Disputed"), amount: "amount_disputed", count: "disputed" },
];
const FILTERS = [...FIGURES.map((figure) => figure.name), "today"];
/** From this amount on, thousands are written as k. */
const SHORT_FROM = 100000;

export class WorklistDashboard extends Component {
    static template = "ar_collect.WorklistDashboard";
    static props = { list: { type: Object, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.state = useState({ data: null });
        useBus(this.env.searchModel, "update", () => this.render());
        // not awaited: the list does not wait for the figures above it
        onWillStart(() => void this.load());
        onWillUpdateProps(() => void this.load());
    }

    async load() {
        this.state.data = await this.keepLast.add(
            this.orm.silent.call("ar.collect.account", "retrieve_dashboard")
        );
    }

    get problems() {
        return this.state.data?.problems || [];
    }

    get isMine() {
        return this.isActive("mine");
    }

    /** Own figures while the list shows own customers, else those of all. */
    get shown() {
        return this.state.data?.[this.isMine ? "mine" : "all"];
    }

    get figures() {
        return FIGURES.map(({ name, label, amount, count }) => ({
            name,
            label: label.toString(),
            isActive: this.isActive(name),
            short: this.formatAmounts(amount, true),
            full: this.formatAmounts(amount, false),
            count: count && this.shown?.[count],
        }));
    }

    get today() {
        const { done = 0, to_do: toDo = 0 } = this.shown || {};
        const total = done + toDo;
        return { done, total, share: total ? (100 * done) / total : 0 };
    }

    /** Amounts of several currencies stand side by side, never added up. */
    formatAmounts(name, short) {
        return (this.shown?.amounts[name] || [])
            .map(({ amount, currency_id: currencyId }) => {
                const humanReadable = short && Math.abs(amount) >= SHORT_FROM;
                const digits = short ? [0, 0] : undefined;
                return formatMonetary(amount, { currencyId, humanReadable, digits });
            })
            .join(" + ");
    }

    getItem(name) {
        const [item] = this.env.searchModel.getSearchItems((item) => item.name === name);
        return item;
    }

    isActive(name) {
        return Boolean(this.getItem(name)?.isActive);
    }

    /** Filter the list by a figure, in place of another figure; once more: no such filter. */
    toggleFigure(name) {
        const { searchModel } = this.env;
        const item = this.getItem(name);
        const others = FILTERS.filter((other) => other !== name).map(
            (other) => this.getItem(other)?.id
        );
        searchModel.query = searchModel.query.filter(
            ({ searchItemId }) => !others.includes(searchItemId)
        );
        searchModel.toggleSearchItem(item.id);
    }

    setMine(isMine) {
        if (isMine !== this.isMine) {
            this.env.searchModel.toggleSearchItem(this.getItem("mine").id);
        }
    }

    openProblem({ model, id }) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }
}
