import { Component, markRaw, onWillStart, status, useState } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { NoticeList } from "@ar_collect/notice_calendar/notice_list";
import { NoticeShown } from "@ar_collect/notice_calendar/notice_shown";

const MODEL = "ar.collect.notice";
/** Channels that reach the customer by themselves. */
const SENT = ["email", "sms", "letter"];
/** Whether only one's own customers are shown, remembered in this browser. */
const MINE = "ar_collect.notice_calendar.mine";

/** Who gets what on which of the next days, and why; what waits for approval is decided here. */
export class NoticeCalendar extends Component {
    static template = "ar_collect.NoticeCalendar";
    static components = { Layout, NoticeList, NoticeShown };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Notices Day by Day");
    static path = "collections-notices";

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.keepLast = new KeepLast();
        this.keepLastShown = new KeepLast();
        this.display = { controlPanel: {} };
        this.draftId = this.props.action.params?.draft_id || false;
        this.state = useState({
            data: null,
            number: 0,
            key: "",
            chosen: new Set(),
            shown: null,
            mine: !this.draftId && browser.localStorage.getItem(MINE) === "1",
            limit: false,
            // on a phone either the list or one of its rows is seen
            isOpen: false,
        });
        onWillStart(() => this.start());
        this.useKeys();
    }

    useKeys() {
        const when = { isAvailable: () => Boolean(this.state.shown?.can_decide) };
        useHotkey("j", () => this.move(1), { allowRepeat: true });
        useHotkey("k", () => this.move(-1), { allowRepeat: true });
        useHotkey("x", () => this.toggle(this.row), when);
        useHotkey("a", () => this.approve(), when);
        useHotkey("s", () => this.skip(), when);
        useHotkey("e", () => this.edit(), when);
        useHotkey("z", () => this.postpone(), when);
    }

    // --- what is shown

    get options() {
        const { mine, limit } = this.state;
        return { mine, limit, draft_id: this.draftId };
    }

    get day() {
        return this.state.data.days[this.state.number];
    }

    get rows() {
        return this.day.rows;
    }

    get row() {
        return this.rows.find((row) => row.key === this.state.key);
    }

    get leftOut() {
        return this.day.left_out.reduce((sum, { count }) => sum + count, 0);
    }

    get chosen() {
        return this.rows.filter((row) => this.state.chosen.has(row.key));
    }

    get toApprove() {
        return this.chosen.filter((row) => row.state === "to_approve");
    }

    getDayName(day, number) {
        if (number < 2) {
            return number ? _t("Tomorrow") : _t("Today");
        }
        return deserializeDate(day.date).toFormat("ccc d");
    }

    getDayTitle(day) {
        return deserializeDate(day.date).toLocaleString({
            weekday: "long",
            day: "numeric",
            month: "long",
        });
    }

    /** Today at once, the other days when they are worked out; of a draft all that differs. */
    async start() {
        if (this.draftId) {
            await this.load();
            const first = this.state.data.days.findIndex((day) => day.count);
            return this.chooseDay(Math.max(first, 0));
        }
        await this.load(1);
        this.loadAhead();
    }

    /** @param {number} [days] only so many; the others stay as they are */
    async load(days = false) {
        const options = { ...this.options, days };
        const data = await this.keepLast.add(this.orm.call(MODEL, "get_calendar", [options]));
        const others = days ? this.state.data?.days.slice(days) || [] : [];
        // what is only shown is not watched: there may be thousands
        this.state.data = markRaw({ ...data, days: [...data.days, ...others] });
        this.chooseLetters();
        const row = this.row || this.rows[Math.min(this.position || 0, this.rows.length - 1)];
        await this.select(row);
    }

    async loadAhead() {
        const data = await this.orm.silent.call(MODEL, "get_calendar", [this.options]);
        if (status(this) !== "destroyed") {
            const [today] = this.state.data.days;
            this.state.data = markRaw({ ...data, days: [today, ...data.days.slice(1)] });
        }
    }

    /** What is sent and waits for approval is chosen at first; work for our people is not. */
    chooseLetters() {
        const letters = this.rows.filter(
            (row) => row.state === "to_approve" && SENT.includes(row.channel)
        );
        this.state.chosen = new Set(letters.map((row) => row.key));
    }

    async select(row) {
        this.state.key = row?.key || "";
        this.position = row ? this.rows.indexOf(row) : 0;
        if (!row) {
            this.state.shown = null;
            return;
        }
        const date = this.day.date;
        this.state.shown = await this.keepLastShown.add(
            this.orm.silent.call(MODEL, "get_shown", [{ ...row, date }])
        );
    }

    // --- acts

    chooseDay(number) {
        this.state.number = number;
        this.chooseLetters();
        this.state.isOpen = false;
        return this.select(this.rows[0]);
    }

    choose(row) {
        this.state.isOpen = true;
        return this.select(row);
    }

    move(step) {
        const next = this.rows[(this.position || 0) + step];
        return next && this.select(next);
    }

    toggle(row) {
        const { chosen } = this.state;
        chosen.has(row.key) ? chosen.delete(row.key) : chosen.add(row.key);
    }

    toggleAll() {
        const pending = this.rows.filter((row) => row.notice_id);
        const isAll = pending.every((row) => this.state.chosen.has(row.key));
        this.state.chosen = new Set(isAll ? [] : pending.map((row) => row.key));
    }

    toggleMine() {
        this.state.mine = !this.state.mine;
        browser.localStorage.setItem(MINE, this.state.mine ? "1" : "0");
        return this.load();
    }

    showAll() {
        this.state.limit = this.day.count;
        return this.load();
    }

    /** @param {Object[]} [rows] by default the one that is shown */
    approve(rows = [this.row]) {
        const waiting = rows.filter((row) => row.state === "to_approve");
        return this.decide("action_approve", waiting, _t("Approved"));
    }

    skip(rows = [this.row]) {
        return this.decide("action_skip", rows, _t("Skipped"));
    }

    postpone(rows = [this.row]) {
        return this.decide("action_postpone", rows, _t("Put off until tomorrow"));
    }

    /** Do something with notices, and let it be taken back. */
    async decide(method, rows, done) {
        const ids = rows.map((row) => row.notice_id);
        if (!ids.length) {
            return;
        }
        await this.orm.call(MODEL, method, [ids]);
        const who = rows.length > 1 ? _t("%s customers", rows.length) : rows[0].customer;
        const close = this.notification.add(`${done}: ${who}`, {
            type: "success",
            buttons: [
                {
                    name: _t("Undo"),
                    onClick: async () => {
                        close();
                        await this.orm.call(MODEL, "action_undo", [ids]);
                        await this.reload();
                    },
                },
            ],
        });
        this.state.isOpen = false;
        await this.reload();
    }

    /** After a decision: what is seen at once, the rest without anybody having to wait. */
    async reload() {
        await this.load(this.state.number ? false : 1);
        if (!this.state.number) {
            this.loadAhead();
        }
    }

    edit() {
        this.dialog.add(FormViewDialog, {
            resModel: MODEL,
            resId: this.row.notice_id,
            title: this.row.customer,
            onRecordSaved: () => this.reload(),
        });
    }

    openCustomer() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "ar.collect.account",
            res_id: this.row.account_id,
            views: [[false, "form"]],
        });
    }

    async openLeftOut(reason) {
        const action = await this.orm.call(MODEL, "action_open_left_out", [
            this.options,
            this.state.number,
            reason,
        ]);
        return this.action.doAction(action);
    }

    askToPutInForce() {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Put in Force"),
            body: _t("The strategy becomes what this draft says, as a new version."),
            confirmLabel: _t("Put in Force"),
            confirm: () => this.putInForce(),
            cancel: () => {},
        });
    }

    async putInForce() {
        const action = await this.orm.call("ar.collect.strategy", "action_put_in_force", [
            [this.draftId],
        ]);
        this.notification.add(_t("The strategy is what the draft said."), { type: "success" });
        return this.action.doAction(action, { clearBreadcrumbs: true });
    }
}

registry.category("actions").add("ar_collect.notice_calendar", NoticeCalendar);
