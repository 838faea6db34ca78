# Part of ar_collect. License LGPL-3.
"""Carrying out planned notices: locked, read again from the ledger, written down, then queued.

All of it happens in one transaction, so that whatever ends the process leaves either nothing or a
notice together with its mail in the queue. No mail leaves here: that is the mail queue's work.
"""

import logging
from datetime import timedelta, timezone

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..tools.schedule import next_slot, opening

_logger = logging.getLogger(__name__)

#: Notices between two commits.
BATCH = 100
#: Of those, with documents that have to be made.
AT_ONCE = 5
#: Reasons that a person has overruled who approved the notice.
OVERRULED = ("recent", "minimum", "condition", "hold", "paused")


class ArCollectNotice(models.Model):
    _inherit = "ar.collect.notice"

    # === CRON METHODS === #

    @api.model
    def _cron_send(self):
        """Carry out the planned notices whose time has come. Only called by ir.cron: it commits."""
        accounts = self.env["ar.collect.account"]
        progress = self.env["ir.cron"]._commit_progress
        self._follow_up_mails()
        self._follow_up_texts()
        progress()
        while done := accounts._retry(self._process_notices):
            if not progress(done):
                break

    # === BUSINESS METHODS === #

    @api.model
    def _process_notices(self, ids=None, limit=BATCH):
        """Carry out one batch of planned notices; never commits.

        Notices of customers that another worker is busy with are left to it.

        :param list|None ids: of the notices; None: those whose time has come
        :param int limit: at most so many
        :return int: how many were worked off
        """
        self = self.sudo()  # sudo: carried out from the ledger, whoever asks for it
        self.env.flush_all()
        notices = self._take(ids, limit)
        if not notices:
            return 0
        heavy = notices.filtered(lambda notice: notice._is_heavy())
        notices -= heavy[AT_ONCE:]  # the customers stay locked for as long as it takes
        ready = notices if ids is not None else notices._filter_office_hours()
        ready._execute_safely()
        return len(notices)

    @api.model
    def _take(self, ids, limit):
        """Lock the notices to carry out, with their customers.

        :rtype: recordset
        """
        companies = {
            company: (today, room)
            for company, (today, room) in self._get_capacities().items()
            if room > 0 or ids is not None
        }
        if not companies:
            return self.browse()
        wanted = SQL("notice.id = ANY(%s)", ids) if ids is not None else SQL("TRUE")
        rows = self.env.execute_query(
            SQL(
                """
                SELECT notice.id, notice.company_id
                  FROM ar_collect_notice notice
                  JOIN ar_collect_account account ON account.id = notice.account_id
                  JOIN (VALUES %(companies)s) AS company (id, today, active)
                    ON company.id = notice.company_id
                 WHERE notice.state = 'planned'
                   AND (notice.scheduled_date IS NULL OR notice.scheduled_date <= %(now)s)
                   AND notice.date_planned <= company.today
                   AND (company.active OR %(by_hand)s)
                   AND %(wanted)s
                 ORDER BY notice.id
                 LIMIT %(limit)s
                   FOR NO KEY UPDATE OF notice, account SKIP LOCKED
                """,
                companies=SQL(", ").join(
                    SQL("(%s, %s::date, %s)", company.id, today, company.collect_notice_active)
                    for company, (today, _room) in companies.items()
                ),
                now=fields.Datetime.now(),
                by_hand=ids is not None,
                wanted=wanted,
                limit=limit,
            )
        )
        taken = []
        for notice_id, company_id in rows:
            company = self.env["res.company"].browse(company_id)
            today, room = companies[company]
            if room > 0 or ids is not None:
                companies[company] = (today, room - 1)
                taken.append(notice_id)
        return self.browse(taken)

    @api.model
    def _get_capacities(self):
        """Of each company its date, and how many notices may still leave within the hour.

        :return dict: (date, int) by company
        """
        # pylint: disable=no-search-all
        companies = self.env["res.company"].search([])  # all are meant, and they are few
        today = self.env["ar.collect.refresh.status"]._get_today(companies)
        since = fields.Datetime.now() - timedelta(hours=1)
        counts = dict(
            self.env.execute_query(
                SQL(
                    "SELECT company_id, COUNT(*) FROM ar_collect_notice"
                    " WHERE queued_at > %s GROUP BY company_id",
                    since,
                )
            )
        )
        return {
            company: (
                today[company.id],
                company.collect_notice_per_hour - counts.get(company.id, 0)
                if company.collect_notice_per_hour
                else 10**9,
            )
            for company in companies
        }

    def _filter_office_hours(self):
        """Those whose customers are in their office now; the others wait until they are.

        Work for our own people waits for no customer.

        :rtype: recordset
        """
        now = fields.Datetime.now().replace(tzinfo=timezone.utc)
        reach = self.account_id._get_reach()
        ready = self.browse()
        for notice in self:
            hours = reach[notice.account_id.id].hours
            if not notice.step_id._is_sent() or opening(now, hours)[0]:
                ready += notice
                continue
            slot = next_slot(now, hours, patience=-1)
            # never open: typed wrong; it is not worth losing the notice
            later = slot.astimezone(timezone.utc).replace(tzinfo=None) if slot else None
            if later is None:
                ready += notice
            else:
                notice.scheduled_date = later
        return ready

    # --- one batch

    def _execute_safely(self):
        """Carry out these notices; if that fails, one by one, and who fails is told."""
        if not self:
            return
        try:
            with self.env.cr.savepoint():
                self._execute()
            return
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:  # noqa: BLE001 - whichever failed, the others go on
            self.env.invalidate_all(flush=False)
            if len(self) == 1:
                self._fail(error)
                return
            _logger.info("%s notices are carried out one by one: %s", len(self), error)
        for notice in self:
            notice._execute_safely()

    def _fail(self, error):
        """Move a notice out of the queue, with what went wrong."""
        _logger.info("Notice %s failed: %s", self.id, error)
        self._note_failure(str(error) or type(error).__name__)

    def _execute(self):
        """Read the ledger again and do what is still due; the rest is cancelled with its reason."""
        query = self._get_query()
        if query.is_empty():
            self._cancel("changed")
            return
        decisions = {
            (row["account_id"], row["channel"]): row for row in query.fetch(query.get_decisions)
        }
        items = self._read_items(query)
        due = self.browse()
        for notice in self:
            if notice._decide_again(decisions, items[notice.account_id.id]):
                due += notice
        texts = due._get_contents(items)
        due._hold_out(texts)
        due = due.filtered(lambda notice: notice.state == "planned")
        for channel, notices in due.grouped("channel").items():
            getattr(notices, f"_execute_{channel}")(texts)

    def _read_items(self, query):
        """The open items of the customers, by account.

        :rtype: dict
        """
        found = {account.id: [] for account in self.account_id}
        for row in query.fetch(query.get_items):
            # a customer of one of the companies may be one of another, too
            if row["account_id"] in found:
                found[row["account_id"]].append(row)
        return found

    def _decide_again(self, decisions, items):
        """Whether this notice is still due; if not, or not as planned, it says so.

        :param dict decisions: rows of the planning by account and channel
        :param list items: rows of the customer's items
        :rtype: bool
        """
        decision = decisions.get((self.account_id.id, self.channel))
        reason = decision["reason"] if decision else self._get_reason_gone(items)
        if self._is_overruled(reason):
            reason = None
        if reason:
            self._cancel(reason)
            return False
        if decision["step_id"] == self.step_id.id:
            return True
        return self._change_step(self.env["ar.collect.strategy.step"].browse(decision["step_id"]))

    def _is_overruled(self, reason):
        """Whether this notice goes out nevertheless."""
        if self.approver_id:
            return reason in OVERRULED
        return reason == "recent" and bool(self.bounced_at)  # it has reached nobody

    def _get_reason_gone(self, items):
        """Why no step is due any more: what is disputed or promised would be, with its reason.

        :param list items: rows of the customer's items
        :return: "paid", or "changed" when something is still asked for that reached the step since
        :rtype: str
        """
        if not items:
            return "changed" if self._is_owed_anything() else "paid"
        late = [row["line_id"] for row in items if self._is_late(row)]
        before = self.env["ar.collect.notice.item"].search(
            [
                ("line_id", "in", late),
                ("channel", "=", self.channel),
                ("days", ">=", self.step_id.days),
                "!",
                ("notice_id.queued_at", ">", self.create_date),
            ]
        )
        return "changed" if set(late) - set(before.line_id.ids) else "paid"

    def _is_owed_anything(self):
        """Whether the customer has open invoices, of which no strategy speaks any more."""
        lines = self.env["account.move.line"]
        domain = lines._get_collect_open_domain(self.customer_id, self.company_id)
        return bool(lines.search_count(domain & Domain("amount_residual", ">", 0), limit=1))

    def _is_late(self, row):
        """Whether an item is asked for and as late as this notice's step wants it."""
        return row["claim"] > 0 and row["days_late"] >= self.step_id.days

    def _change_step(self, step):
        """Go over to the step that the customer has reached by now.

        :return: whether it may be carried out at once
        :rtype: bool
        """
        [(cycle,)] = self.env.execute_query(
            SQL(
                """
                WITH wanted (account_id, step_id) AS (VALUES (%s, %s)), %s
                SELECT cycle FROM numbered
                """,
                self.account_id.id,
                step.id,
                self._get_cycles(),
            )
        )
        self.write(
            {
                "step_id": step.id,
                "strategy_id": step.strategy_id.id,
                "strategy_version": step.strategy_id.version,
                "tone": step.tone,
                "cycle": cycle,
                "approver_id": False,
                "state": "planned" if step.automatic else "to_approve",
            }
        )
        return step.automatic

    # --- what was named

    def _mark_items(self):
        """Let the steps count as done for the items that these notices would name now."""
        query = self._get_query()
        if not query.is_empty():
            self._write_contents(self._get_contents(self._read_items(query)))

    def _write_contents(self, contents):
        """Write down what these notices name, in two statements.

        :param dict contents: NoticeContents by notice id
        """
        rows = [row for notice in self for row in contents[notice.id].get_rows()]
        if rows:
            self.env["ar.collect.notice.item"]._insert(rows)
        self._write_each(
            {
                notice.id: {
                    "amount": contents[notice.id].amount,
                    "item_count": len(contents[notice.id].items),
                    "days_late": contents[notice.id].days_late,
                }
                for notice in self
            }
        )

    def _done(self, state):
        """Note on the notices and their customers that they went out."""
        now = fields.Datetime.now()
        values = {"state": state, "queued_at": now}
        if state == "sent":
            values["sent_at"] = now
        self.write(values)
        today = self.env["ar.collect.refresh.status"]._get_today(self.company_id)
        for company, notices in self.grouped("company_id").items():
            notices.account_id.write({"last_notice_date": today[company.id]})
