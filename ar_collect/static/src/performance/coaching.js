import { Component, markRaw, onWillStart, useState } from "@odoo/owl";

import { router } from "@web/core/browser/router";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { formatFigure } from "@ar_collect/performance/figures";
import { TargetBar } from "@ar_collect/performance/target_bar_field";
import { TrendChart } from "@ar_collect/performance/trend_chart";

const MODEL = "ar.collect.coaching";
/** How many full months back one may look. */
const SPANS = [3, 6, 12, 24];
const FIRST_METRIC = "attempts_per_day";
/** Less than this share of what it should be falls short. */
const SHORT = 0.9;

/** How one person does: targets, where the gap is, the months, calls to review, coaching notes. */
export class Coaching extends Component {
    static template = "ar_collect.Coaching";
    static components = { Layout, TargetBar, TrendChart };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Coaching");
    static path = "collections-coaching";
    static mine = false;

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.display = { controlPanel: {} };
        this.spans = SPANS;
        const kept = this.props.state || router.current;
        this.state = useState({
            data: null,
            person: Number(kept.person) || false,
            months: SPANS.includes(Number(kept.months)) ? Number(kept.months) : 6,
            metric: kept.metric || FIRST_METRIC,
        });
        useSetupAction({ getLocalState: () => this.filters });
        onWillStart(() => this.load());
    }

    get filters() {
        const { person, months, metric } = this.state;
        return { person, months, metric };
    }

    get isMine() {
        return this.constructor.mine;
    }

    get metric() {
        const { metrics } = this.state.data;
        return metrics.find((metric) => metric.code === this.state.metric) || metrics[0];
    }

    /** Whether anything was done in the months shown. */
    get hasWork() {
        return this.state.data.metrics.some(({ values }) => values.some((value) => value));
    }

    async load() {
        const data = await this.keepLast.add(
            this.orm.call(MODEL, "get_page", [], {
                user_id: this.isMine ? false : this.state.person,
                months: this.state.months,
                mine: this.isMine,
            })
        );
        this.state.data = markRaw(data);
        this.state.person = data.person.id || false;
        this.keep();
    }

    /** Person, months and metric are in the address: it can be sent to somebody, and comes back. */
    keep() {
        this.props.updateActionState?.(this.filters);
    }

    format(value, metric) {
        return formatFigure(value, metric.unit, this.state.data.currency_id);
    }

    /** The months of the table, the latest first: on a phone that is what is seen. */
    get columns() {
        return this.state.data.months.map((month, index) => ({ month, index })).reverse();
    }

    /** Whether a full month fell short of its target, or of the median where there is none. */
    isShort(metric, index) {
        const aim = metric.targets[index] ?? metric.medians[index];
        const value = metric.values[index];
        const isFull = !this.state.data.months[index].is_running;
        return isFull && aim !== null && value !== null && value < SHORT * aim;
    }

    getGapLabel(gap) {
        if (!gap.is_compared) {
            return _t("Nothing to compare with");
        }
        return gap.is_gap ? _t("A gap") : _t("No gap");
    }

    getGapIcon(gap) {
        if (!gap.is_compared) {
            return "fa-info-circle text-muted";
        }
        return gap.is_gap ? "fa-exclamation-triangle text-warning" : "fa-check text-success";
    }

    // --- acts

    choosePerson(ev) {
        this.state.person = Number(ev.target.value);
        return this.load();
    }

    chooseMonths(ev) {
        this.state.months = Number(ev.target.value);
        return this.load();
    }

    chooseMetric(metric) {
        this.state.metric = metric.code;
        this.keep();
    }

    print() {
        window.print();
    }

    async open(method, ...args) {
        const action = await this.orm.call(MODEL, method, [this.state.data.person.id, ...args]);
        return this.action.doAction(action);
    }

    openFigure(metric, month) {
        return this.open("action_open_metric", metric.code, month.date_from, month.date_to);
    }

    openGap(gap, left = false) {
        return this.open("action_open_gap", gap.code, gap.date_from, gap.date_to, left);
    }

    openRecord(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    openTargets() {
        return this.action.doAction("ar_collect.ar_collect_target_action", {
            additionalContext: { search_default_user_id: this.state.data.person.id },
        });
    }

    openNotes() {
        return this.action.doAction("ar_collect.ar_collect_coaching_note_action", {
            additionalContext: { search_default_user_id: this.state.data.person.id },
        });
    }

    writeNote() {
        const calls = this.state.data.samples.map((sample) => sample.id);
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Coaching Note"),
            res_model: "ar.collect.coaching.note",
            views: [[false, "form"]],
            context: { default_user_id: this.state.data.person.id, default_contact_ids: calls },
        });
    }
}

/** The same for oneself. */
export class MyPerformance extends Coaching {
    static displayName = _t("My Performance");
    static path = "my-performance";
    static mine = true;
}

registry.category("actions").add("ar_collect.coaching", Coaching);
registry.category("actions").add("ar_collect.my_performance", MyPerformance);
