import { Component, markRaw, markup, onWillStart, onWillUnmount, useState } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { deserializeDate, serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { formatDate, formatMonetary } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { readDraft, getEmptyDraft, getSeconds, writeDraft } from "@ar_collect/call_page/call_draft";
import { ContactPanel } from "@ar_collect/call_page/contact_panel";
import { ItemPanel } from "@ar_collect/call_page/item_panel";
import { LogBar } from "@ar_collect/call_page/log_bar";
import { SuggestionPanel } from "@ar_collect/call_page/suggestion_panel";
import { TalkPanel } from "@ar_collect/call_page/talk_panel";
import { CLAIMS, notifyClaimed, notifyLogged } from "@ar_collect/call_page/logged";
import { AgingBarField } from "@ar_collect/fields/aging_bar_field";
import { Recorder } from "@ar_collect/recorder/recorder";
import { TranscriptPlayer } from "@ar_collect/transcript/transcript_player";

const MODEL = "ar.collect.account";
/** Milliseconds between two words to the server that the page is still open. */
const HEARTBEAT = 30000;

/** Everything for the call with one customer on one page, and the way to the next. */
export class CallPage extends Component {
    static template = "ar_collect.CallPage";
    static components = {
        Layout,
        AgingBarField,
        ContactPanel,
        ItemPanel,
        LogBar,
        Recorder,
        SuggestionPanel,
        TalkPanel,
        TranscriptPlayer,
    };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Call");
    // that of the action: a reloaded page then knows that there is no list behind it
    static path = "collections-call";

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.keepLast = new KeepLast();
        this.keepLastProposal = new KeepLast();
        this.display = { controlPanel: {} };
        this.state = useState({
            data: null,
            error: "",
            contactId: false,
            reach: {},
            selected: new Set(),
            draft: getEmptyDraft(),
            proposal: false,
            isPlanned: true,
            isSaving: false,
            isDone: false,
            elsewhere: 0,
            focus: 0,
        });
        const { action, resId } = this.props;
        this.accountId = resId || action.params?.account_id || action.context?.active_id;
        this.domain = action.params?.domain || null;
        onWillStart(() => this.load(this.accountId));
        this.heartbeat = browser.setInterval(() => this.keep(), HEARTBEAT);
        onWillUnmount(() => this.leave());
        this.useKeys();
    }

    useKeys() {
        const when = { isAvailable: () => Boolean(this.canWrite) };
        useHotkey("c", () => this.startCall(), when);
        useHotkey("l", () => this.focusLog(), when);
        useHotkey("p", () => this.openPromise(), when);
        useHotkey("d", () => this.openDispute(), when);
        useHotkey("n", () => this.goNext());
    }

    // --- loading

    get account() {
        return this.state.data.account;
    }

    get canWrite() {
        return this.state.data?.account.can_write;
    }

    get agingRecord() {
        return {
            data: { aging: this.account.aging },
            resId: this.account.id,
            resModel: MODEL,
        };
    }

    get note() {
        return this.account.note && markup(this.account.note);
    }

    formatDay(date) {
        return formatDate(deserializeDate(date));
    }

    formatAmount(amount) {
        return formatMonetary(amount, { currencyId: this.account.currency_id });
    }

    async load(accountId) {
        if (!accountId) {
            return this.goNext();
        }
        const data = await this.keepLast.add(
            this.orm.call(MODEL, "get_call_page", [[accountId]])
        );
        const isSame = accountId === this.state.data?.account.id;
        this.accountId = accountId;
        if (!isSame) {
            // where it stood when it was opened: a logged contact makes it sink
            this.rank = [data.account.priority, data.account.amounts.chasable];
        }
        // what is only shown is not watched: there may be hundreds
        markRaw(data.items);
        this.state.data = data;
        this.state.isDone = false;
        if (!isSame) {
            this.state.draft = readDraft(accountId);
            this.state.selected = new Set();
            this.state.contactId = data.contacts[0]?.id || false;
            this.state.reach = data.reach;
            this.state.proposal = false;
            this.state.isPlanned = true;
            if (this.state.draft.outcomeId) {
                void this.propose();
            }
        }
        this.env.config.setDisplayName(data.account.name);
        this.props.updateActionState?.({ resId: accountId });
    }

    reload() {
        return this.load(this.accountId);
    }

    async keep() {
        if (!this.canWrite || this.state.isDone) {
            return;
        }
        const { accountId } = this;
        try {
            const holder = await this.orm.silent.call(MODEL, "keep_call_page", [[accountId]]);
            if (accountId === this.accountId) {
                this.state.data.holder = holder;
            }
        } catch {
            // no server for a moment, or the customer was handed over: what is saved says so
        }
    }

    leave() {
        browser.clearInterval(this.heartbeat);
        this.release();
    }

    release() {
        if (this.canWrite && this.accountId) {
            void this.orm.silent.call(MODEL, "leave_call_page", [[this.accountId]]);
        }
    }

    // --- contacts

    async selectContact(contactId) {
        this.state.contactId = contactId;
        const args = [[this.accountId], contactId];
        this.state.reach = await this.orm.silent.call(MODEL, "get_contact_reach", args);
        if (this.state.draft.outcomeId) {
            void this.propose();
        }
    }

    startCall() {
        const { started, stopped } = this.state.draft;
        if (!started || stopped) {
            const draft = { started: Date.now(), stopped: 0, minutes: "", when: 0, channel: "call" };
            this.changeDraft(draft);
        }
    }

    stopCall() {
        this.changeDraft({ stopped: Date.now() });
        this.focusLog();
    }

    openContact(contactId) {
        return this.openRecord("res.partner", contactId);
    }

    writeMail() {
        return this.openDialog("action_write", [this.state.contactId]);
    }

    writeText() {
        return this.openDialog("action_text", [this.state.contactId]);
    }

    // --- items

    toggleItem(id) {
        const { selected } = this.state;
        if (!selected.delete(id)) {
            selected.add(id);
        }
        this.state.selected = new Set(selected);
    }

    toggleAll() {
        const ids = this.state.data.items.filter((item) => !item.excluded).map(({ id }) => id);
        const isAll = ids.every((id) => this.state.selected.has(id));
        this.state.selected = new Set(isAll ? [] : ids);
    }

    get selectedIds() {
        return [...this.state.selected];
    }

    openItem(item) {
        return this.openRecord("account.move", item.move_id);
    }

    openFigure(figure) {
        return this.action.doActionButton({
            type: "object",
            name: "action_open_items",
            args: JSON.stringify([figure]),
            resId: this.accountId,
            resModel: MODEL,
        });
    }

    sendCopies() {
        return this.openDialog("action_send_copies", [this.selectedIds, this.state.contactId]);
    }

    openStatement() {
        return this.openDialog("action_statement");
    }

    openEscalation() {
        return this.openDialog("action_escalate");
    }

    openPromise(activityId = false) {
        return this.openDialog("action_promise", [this.selectedIds, activityId]);
    }

    openDispute(activityId = false) {
        return this.openDialog("action_dispute", [this.selectedIds, activityId]);
    }

    async openPlan() {
        const action = await this.orm.call(MODEL, "action_payment_plan", [
            [this.accountId],
            this.selectedIds,
        ]);
        return this.action.doAction(action);
    }

    // --- forms over the page

    async openDialog(method, args = []) {
        const action = await this.orm.call(MODEL, method, [[this.accountId], ...args]);
        if (this.state.contactId && action.res_model?.startsWith("ar.collect.")) {
            action.context = { default_partner_id: this.state.contactId, ...action.context };
        }
        return this.openForm(action);
    }

    /** Open a form over the page; resolved when it is closed and the page shows what came of it. */
    openForm(action) {
        return new Promise((resolve) => {
            void this.action.doAction(action, {
                onClose: async () => {
                    await this.reload();
                    resolve();
                },
            });
        });
    }

    openRecord(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    openAccount() {
        return this.openRecord(MODEL, this.accountId);
    }

    // --- what was heard

    async accept(suggestionId) {
        const action = await this.orm.call("ar.collect.suggestion", "action_accept", [
            [suggestionId],
        ]);
        return this.openForm(action);
    }

    async dismiss(suggestionId) {
        await this.orm.call("ar.collect.suggestion", "action_dismiss", [[suggestionId]]);
        await this.reload();
        const close = this.notification.add(_t("Suggestion dismissed."), {
            type: "info",
            buttons: [
                {
                    name: _t("Undo"),
                    onClick: async () => {
                        close();
                        await this.orm.call("ar.collect.suggestion", "action_reopen", [
                            [suggestionId],
                        ]);
                        await this.reload();
                    },
                },
            ],
        });
    }

    async markDone(activityId) {
        await this.orm.call("mail.activity", "action_done", [[activityId]]);
        await this.reload();
    }

    // --- the log

    focusLog() {
        this.state.focus++;
    }

    changeDraft(values) {
        Object.assign(this.state.draft, values);
        writeDraft(this.accountId, this.state.draft);
        if ("outcomeId" in values) {
            this.state.isPlanned = true;
            void this.propose();
        }
    }

    get outcome() {
        const { outcomeId } = this.state.draft;
        return this.state.data?.outcomes.find(({ id }) => id === outcomeId);
    }

    async propose(at = false) {
        const { outcomeId } = this.state.draft;
        if (!outcomeId) {
            this.state.proposal = false;
            return;
        }
        const args = [[this.accountId], outcomeId, this.state.contactId, at];
        this.state.proposal = await this.keepLastProposal.add(
            this.orm.silent.call(MODEL, "propose_follow_up", args)
        );
    }

    changeTime(time) {
        if (time) {
            void this.propose(serializeDateTime(time));
        }
    }

    toggleFollowUp() {
        this.state.isPlanned = !this.state.isPlanned;
    }

    getLogValues() {
        const { draft, contactId } = this.state;
        const seconds = getSeconds(draft, Date.now());
        const minutes = parseFloat(String(draft.minutes).replace(",", "."));
        const values = {
            outcome_id: draft.outcomeId,
            channel: draft.channel,
            partner_id: contactId,
            note: draft.note.trim(),
            line_ids: this.selectedIds,
            duration: minutes > 0 ? minutes / 60 : seconds / 3600,
        };
        const start =
            draft.started || draft.when || (minutes > 0 && Date.now() - minutes * 60000);
        if (start) {
            values.date = serializeDateTime(luxon.DateTime.fromMillis(start));
        }
        return values;
    }

    async save() {
        if (this.state.isSaving) {
            return;
        }
        if (!this.state.draft.outcomeId) {
            this.notification.add(_t("Choose what came of the contact."), { type: "warning" });
            this.focusLog();
            return;
        }
        this.state.isSaving = true;
        try {
            await this.saveLog();
        } finally {
            this.state.isSaving = false;
        }
    }

    async saveLog() {
        const followUp = this.state.isPlanned ? this.state.proposal || null : {};
        const args = [[this.accountId], this.getLogValues(), followUp];
        const logged = await this.orm.call(MODEL, "log_contact", args);
        const accountId = this.accountId;
        const undo = async () => {
            await this.orm.call(MODEL, "undo_log", [[accountId], logged.log_id]);
            await this.load(accountId);
        };
        const { name } = this.account;
        const hasForm = CLAIMS.has(logged.effect);
        if (!hasForm) {
            notifyLogged(this.notification, name, logged, undo);
        }
        this.state.draft = getEmptyDraft();
        writeDraft(accountId, this.state.draft);
        this.state.proposal = false;
        await this.followEffect(logged);
        if (hasForm) {
            const customer = { id: accountId, name };
            await notifyClaimed(this.orm, this.notification, customer, logged.log_id, undo);
        }
        await this.goNext();
    }

    /** What the outcome asks for besides the next step, before the page moves on. */
    async followEffect({ effect, log_id: logId }) {
        if (effect === "promise") {
            await this.openPromise(logId);
        } else if (effect === "dispute") {
            await this.openDispute(logId);
        } else if (effect === "documents" && this.selectedIds.length) {
            await this.sendCopies();
        }
    }

    // --- the next one

    async goNext() {
        const args = [this.accountId || false, this.domain, this.rank];
        const { account_id: accountId, skipped } = await this.orm.call(
            MODEL,
            "get_next_call",
            args
        );
        for (const { name, colleague } of skipped) {
            this.notification.add(_t("%(name)s is open at %(colleague)s", { name, colleague }), {
                type: "info",
                title: _t("Passed over"),
            });
        }
        this.release();
        if (accountId) {
            await this.load(accountId);
        } else {
            this.state.isDone = true;
            this.state.elsewhere = skipped.length;
        }
    }

    goToWorklist() {
        return this.action.doAction("ar_collect.ar_collect_account_action_worklist", {
            clearBreadcrumbs: true,
        });
    }
}

registry.category("actions").add("ar_collect.call_page", CallPage);
