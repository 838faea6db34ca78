import { Component, markRaw, onWillStart, onWillUnmount, status, useState } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { router } from "@web/core/browser/router";
import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { DashboardCard } from "@ar_collect/dashboard/dashboard_card";
import { DashboardChart } from "@ar_collect/dashboard/dashboard_chart";
import { DashboardHelp } from "@ar_collect/dashboard/dashboard_help";
import { formatCell } from "@ar_collect/dashboard/cells";
import { formatFigure } from "@ar_collect/performance/figures";
import { TargetBar } from "@ar_collect/performance/target_bar_field";

const MODEL = "ar.collect.dashboard";
/** How often figures are read again while the page is looked at. */
const SOON_MS = 120_000;
const LATER_MS = 900_000;

/** The part of a page that the server has at once. */
const FIRST_PART = "first";

/** Put blocks into the places of a page that wait for them. */
function putIn(data, parts) {
    const put = { ...data };
    for (const [kind, blocks] of Object.entries(parts)) {
        const found = Object.fromEntries(blocks.map((block) => [block.code, block]));
        put[kind] = data[kind].map((block) => found[block.code] || block);
    }
    return put;
}

/** What is read again stays until it is there anew: a page that is looked at does not go blank. */
function keepFound(data, before) {
    const kept = {};
    for (const kind of ["cards", "charts", "tables"]) {
        const waiting = new Set(data[kind].filter((one) => one.pending).map((one) => one.code));
        kept[kind] = before[kind].filter((block) => waiting.has(block.code));
    }
    return putIn(data, kept);
}

/** Cards, bars, charts and short lists that the server describes; everything opens its records. */
export class Dashboard extends Component {
    static template = "ar_collect.Dashboard";
    static components = { DashboardCard, DashboardChart, DashboardHelp, Layout, TargetBar };
    static props = { ...standardActionServiceProps };
    static page = "team";
    static refreshMs = SOON_MS;

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.display = { controlPanel: {} };
        const kept = this.props.state || router.current;
        this.state = useState({
            data: null,
            period: kept.period || false,
            team: Number(kept.team) || false,
            withLed: Boolean(kept.led),
            read: "",
        });
        useSetupAction({ getLocalState: () => this.inAddress });
        onWillStart(() => this.load());
        this.timer = browser.setInterval(() => this.refresh(), this.constructor.refreshMs);
        onWillUnmount(() => browser.clearInterval(this.timer));
    }

    get page() {
        return this.constructor.page;
    }

    get filters() {
        const { period, team, withLed } = this.state;
        return { period, team_id: team, with_led: withLed };
    }

    /** What the address keeps: it can be sent to somebody, and comes back. */
    get inAddress() {
        const { period, team, withLed } = this.state;
        return {
            period: period || undefined,
            team: team || undefined,
            led: withLed ? 1 : undefined,
        };
    }

    /** What stands above the page on paper, where the control panel is not. */
    get title() {
        const team = this.state.data.teams.find(({ id }) => id === this.state.team);
        return [this.constructor.displayName, team?.name].filter(Boolean).join(" · ");
    }

    get days() {
        const { first, last } = this.state.data;
        const format = (day) => deserializeDate(day).toLocaleString({ dateStyle: "medium" });
        return first === last ? format(first) : `${format(first)} – ${format(last)}`;
    }

    /** Three blocks share a row of a wide screen; four make two rows of two. */
    get blockClass() {
        const { bars, charts } = this.state.data;
        const isThree = (bars ? 1 : 0) + charts.length === 3;
        return `col-12 col-lg-6 ${isThree ? "col-xl-4" : "col-xxl-3"}`;
    }

    /** @param {boolean} [silent] without blocking the screen, when nobody asked for it */
    async load(silent = false) {
        const orm = silent ? this.orm.silent : this.orm;
        const request = orm.call(MODEL, "get_page", [this.page, this.filters, FIRST_PART]);
        const data = await this.keepLast.add(request);
        const isSame = JSON.stringify(data.filters) === this.shown;
        this.shown = JSON.stringify(data.filters);
        this.state.data = markRaw(isSame ? keepFound(data, this.state.data) : data);
        for (const part of data.parts) {
            this.loadPart(orm, part);
        }
        this.state.period = data.filters.period;
        this.state.team = data.filters.team_id;
        this.state.withLed = data.filters.with_led;
        this.state.read = luxon.DateTime.now().toLocaleString(luxon.DateTime.TIME_SIMPLE);
        this.props.updateActionState?.(this.inAddress);
    }

    /** What takes longer comes into its place when it is there; meanwhile the rest can be read. */
    async loadPart(orm, part) {
        const asked = this.shown;
        const blocks = await orm.call(MODEL, "get_page", [this.page, this.filters, part]);
        if (asked === this.shown && status(this) !== "destroyed") {
            this.state.data = markRaw(putIn(this.state.data, blocks));
        }
    }

    refresh() {
        return document.visibilityState === "visible" && this.load(true);
    }

    getCell(row, table, index) {
        const { unit } = table.columns[index];
        const currencyId = row.currency_id || this.state.data.currency_id;
        const value = row.cells[index];
        // key figures beside each other, each with a unit of its own, are read as on the cards
        return unit === "own"
            ? formatFigure(value, row.unit, currencyId)
            : formatCell(value, unit, currencyId);
    }

    isNumber(table, index) {
        return ["money", "number", "own", "percent"].includes(table.columns[index].unit);
    }

    // --- acts

    choosePeriod(ev) {
        this.state.period = ev.target.value;
        return this.load();
    }

    chooseTeam(ev) {
        this.state.team = Number(ev.target.value) || false;
        return this.load();
    }

    chooseWithLed(ev) {
        this.state.withLed = ev.target.checked;
        return this.load();
    }

    print() {
        window.print();
    }

    /** Open what is behind a figure, or behind a part of it. */
    async open(code, key = null) {
        const args = [this.page, code, this.filters, key];
        return this.action.doAction(await this.orm.call(MODEL, "action_open", args));
    }

    openRow(table, row) {
        if (!row.model) {
            return this.open(table.code, row.key);
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: row.model,
            res_id: row.id,
            views: [[false, "form"]],
        });
    }
}

export class TeamDashboard extends Dashboard {
    static displayName = _t("Team Today");
    static path = "collections-team";
    static page = "team";
}

export class ManagerDashboard extends Dashboard {
    static displayName = _t("Receivables");
    static path = "collections-manager";
    static page = "manager";
    // two years of months do not change by the minute, and take their time
    static refreshMs = LATER_MS;
}

export class SalesDashboard extends Dashboard {
    static displayName = _t("My Customers in Trouble");
    static path = "collections-my-customers";
    static page = "sales";
}

const actions = registry.category("actions");
actions.add("ar_collect.dashboard_team", TeamDashboard);
actions.add("ar_collect.dashboard_manager", ManagerDashboard);
actions.add("ar_collect.dashboard_sales", SalesDashboard);
