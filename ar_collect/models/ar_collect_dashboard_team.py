# Part of ar_collect. License LGPL-3.
"""*Team Today*: how far the worklist is, what was done, what came in, what must not wait."""

from datetime import datetime, time, timedelta, timezone

from odoo import api, models
from odoo.fields import Domain

from .ar_collect_dashboard import FIRST_PART, LISTED

#: Days after which a customer of high priority should have been tried again.
NOT_WORKED_DAYS = 7


class ArCollectDashboard(models.AbstractModel):
    _inherit = "ar.collect.dashboard"

    # === BUSINESS METHODS === #

    @api.model
    def _get_team_parts(self):
        return {FIRST_PART: self._get_team_page}

    @api.model
    def _get_team_page(self, request):
        """See :meth:`get_page`; the number of queries does not depend on what there is."""
        progress = self._get_team_progress(request)
        cash = self._read_team_cash(request)
        disputes = self._get_team_disputes(request)
        not_worked = self._get_team_not_worked(request)
        return {
            "cards": [
                self._get_worklist_card(progress),
                self._get_activity_card(request),
                self._get_cash_card(cash),
                *self._get_promise_cards(request),
                self._get_count_card(disputes),
                self._get_count_card(not_worked),
            ],
            "bars": self._get_team_bars(progress),
            "charts": [self._get_team_outcomes(request), self._get_team_cash(cash)],
            "tables": [self._get_team_promises(request), disputes, not_worked],
        }

    # --- the worklist

    @api.model
    def _get_team_progress(self, request):
        """Customers done and to do today, by collector.

        :return: dict of [done, to do] by user
        """
        accounts = self.env["ar.collect.account"]
        progress = {}
        for place, domain in enumerate(self._get_progress_domains(request)):
            for user, count in accounts._read_group(domain, ["acting_user_id"], ["__count"]):
                progress.setdefault(user, [0, 0])[place] = count
        return progress

    @api.model
    def _get_progress_domains(self, request):
        """Of the customers done today, and of those to do."""
        accounts = self.env["ar.collect.account"]
        contacted = accounts._get_today_domain(lambda day: Domain("last_contact_date", "=", day))
        due = accounts._get_today_domain(accounts._get_due_domain)
        here = self._get_shown_progress(request)
        return here & contacted, here & Domain("state", "=", "to_chase") & due & ~contacted

    @api.model
    def _get_shown_progress(self, request):
        """Customers of the team's people; of collectors one's own and nobody's: how far colleagues
        are is not for those who work on everybody's customers.

        :rtype: Domain
        """
        here = request.of_people("acting_user_id")
        if self.env["ar.collect.kpi"]._sees_colleagues():
            return here
        return here & Domain("acting_user_id", "in", (self.env.uid, False))

    @api.model
    def _get_elapsed(self):
        """The share of today's working hours that are over, by the company's calendar.

        :rtype: float
        """
        company = self.env.company
        calendar = company.resource_calendar_id
        zone = self.env["ar.collect.refresh.status"]._get_time_zone(company)
        now = datetime.now(timezone.utc).astimezone(zone)
        begin = datetime.combine(now.date(), time.min, zone)
        end = datetime.combine(now.date(), time.max, zone)
        if not calendar:
            return (now - begin) / (end - begin)
        whole = calendar.get_work_hours_count(begin, end, compute_leaves=True)
        # on a day off nothing is expected
        return calendar.get_work_hours_count(begin, now) / whole if whole else 0.0

    @api.model
    def _get_team_bars(self, progress):
        """Done of the worklist by collector, beside where one should be by now."""
        elapsed = self._get_elapsed()
        rows = []
        for user, (done, to_do) in sorted(
            progress.items(), key=lambda item: (not item[0], item[0].name or "")
        ):
            total = done + to_do
            pace = total * elapsed
            rows.append(
                {
                    "key": user.id,
                    "name": user.name or self.env._("Nobody's customers"),
                    "figures": {
                        "actual": done,
                        "value": total,
                        "pace": pace,
                        "unit": "number",
                        "accumulates": True,
                        "is_of_today": True,
                        "status": "reached"
                        if not to_do
                        else "on_track"
                        if done >= pace
                        else "behind",
                    },
                }
            )
        return {
            "code": "worklist",
            "name": self.env._("Worklist by Collector"),
            "help": self.env._(
                "Customers contacted today, of these and those still to be contacted today. The"
                " mark shows where one should be by now, by the hours of the working day."
            ),
            "rows": rows,
            "empty": self.env._("Nothing is to be chased today."),
        }

    @api.model
    def _open_team_worklist(self, request, key):
        done, to_do = self._get_progress_domains(request)
        domain = done | to_do
        if key is not None:
            domain &= Domain("acting_user_id", "=", self._as_id(key))
        return self._list_action("ar.collect.account", self.env._("Worklist"), domain)

    # --- cards

    @api.model
    def _get_worklist_card(self, progress):
        done = sum(counts[0] for counts in progress.values())
        to_do = sum(counts[1] for counts in progress.values())
        return self._card(
            "worklist",
            self.env._("Worklist Done"),
            100 * done / (done + to_do) if done + to_do else None,
            self.env._("Customers contacted today by customers on today's worklist."),
            "percent",
            detail=self.env._("%(done)s of %(all)s customers", done=done, all=done + to_do),
        )

    @api.model
    def _get_count_card(self, table):
        """A card that counts the rows of a list of what should not be there."""
        return self._card(
            table["code"],
            table["name"],
            table["count"],
            table["help"],
            tone="danger" if table["count"] else "success",
        )

    @api.model
    def _get_activity_card(self, request):
        [(attempts, reached)] = self.env["ar.collect.activity.report"]._read_group(
            self._get_attempts(request), [], ["attempt_count:sum", "right_party_count:sum"]
        )
        planned = self.env["mail.activity"].search_count(self._get_planned(request))
        return self._card(
            "attempts",
            self.env._("Attempts"),
            attempts or 0,
            self.env._(
                "Outgoing calls, visits, e-mails, text messages and letters by people. Below: how"
                " many reached who decides, and what is planned until today and not done."
            ),
            detail=self.env._(
                "%(reached)s right party · %(planned)s planned",
                reached=reached or 0,
                planned=planned,
            ),
        )

    @api.model
    def _get_attempts(self, request):
        return (
            request.of_people()
            & request.of_days()
            & Domain("kind", "=", "contact")
            & Domain("attempt_count", ">", 0)
        )

    @api.model
    def _get_planned(self, request):
        """Planned activities on customers that are due."""
        accounts = self.env["ar.collect.account"]._search(self._get_shown_progress(request))
        domain = Domain("res_model", "=", "ar.collect.account") & Domain("res_id", "in", accounts)
        return domain & Domain("date_deadline", "<=", self.env.company._get_collect_today())

    @api.model
    def _open_team_attempts(self, request, key):
        return self._list_action(
            "ar.collect.activity.report",
            self.env._("Attempts"),
            self._get_attempts(request),
            "list,pivot,graph",
        )

    @api.model
    def _read_team_cash(self, request):
        """The cash of the period, once for card and chart.

        :return: list of (collector, source, company, amount in its currency)
        """
        return self.env["ar.collect.cash.report"]._read_group(
            self._get_cash(request), ["collector_id", "source", "company_id"], ["amount:sum"]
        )

    @api.model
    def _get_cash_card(self, cash):
        by_source = self._group_money(row[1:] for row in cash)
        total = self._sum_money(row[2:] for row in cash)
        prompted = total - by_source.get("unprompted", 0)
        return self._card(
            "cash",
            self.env._("Cash In"),
            total,
            self.env._(
                "Money that was matched with receivables, by the day of the payment. Below: what"
                " came after a promise, a contact or a notice; that does not prove a cause."
            ),
            "money",
            detail=self.env._("%s prompted", self.env.company.currency_id.format(prompted)),
        )

    @api.model
    def _get_cash(self, request):
        return request.of_people("collector_id") & request.of_days()

    @api.model
    def _open_team_cash(self, request, key):
        domain = self._get_cash(request)
        if key is not None:
            user_id, source = self._as_pair(key)
            domain &= Domain("collector_id", "=", self._as_id(user_id))
            domain &= Domain("source", "=", self._as_text(source))
        return self._list_action(
            "ar.collect.cash.report", self.env._("Cash In"), domain, "list,pivot,graph"
        )

    @api.model
    def _get_promise_cards(self, request):
        due = self.env["ar.collect.promise"]._read_group(
            self._get_due_promises(request), ["company_id"], ["amount_company:sum", "__count"]
        )
        amount = self._sum_money((company, total) for company, total, _count in due)
        broken = self.env["ar.collect.activity.report"].search_count(self._get_broken(request))
        return [
            self._card(
                "promises",
                self.env._("Promises Due"),
                sum(count for _company, _total, count in due),
                self.env._("Open promises for today, or for an earlier day within the grace."),
                detail=self.env.company.currency_id.format(amount),
            ),
            self._card(
                "broken",
                self.env._("Promises Broken"),
                broken,
                self.env._("Promises of which nothing came in time, by the day that was seen."),
                tone="danger" if broken else "success",
            ),
        ]

    @api.model
    def _get_due_promises(self, request):
        today = self.env.company._get_collect_today()
        return (
            request.of_people()
            & Domain("state", "=", "open")
            & Domain("date_promised", "<=", today)
        )

    @api.model
    def _get_broken(self, request):
        return (
            request.of_people()
            & request.of_days()
            & Domain("kind", "=", "judged")
            & Domain("kept_count", "=", 0)
        )

    @api.model
    def _open_team_promises(self, request, key):
        domain = self._get_due_promises(request)
        return self._list_action("ar.collect.promise", self.env._("Promises Due"), domain)

    @api.model
    def _open_team_broken(self, request, key):
        rows = self.env["ar.collect.activity.report"].search(self._get_broken(request))
        domain = Domain("id", "in", rows.mapped("record_id"))
        return self._list_action("ar.collect.promise", self.env._("Promises Broken"), domain)

    # --- charts

    @api.model
    def _get_team_outcomes(self, request):
        """Attempts by collector and outcome."""
        rows = self.env["ar.collect.activity.report"]._read_group(
            self._get_attempts(request), ["user_id", "outcome_id"], ["attempt_count:sum"]
        )
        return {
            **self._stack(
                {
                    ((user.id, user.name), (outcome.id, outcome.name)): count
                    for user, outcome, count in rows
                }
            ),
            "code": "outcomes",
            "name": self.env._("Attempts by Outcome"),
            "help": self.env._("What the attempts of the period ended in, by who made them."),
            "unit": "number",
            "empty": self.env._("Nobody was called or written to in this period."),
        }

    @api.model
    def _open_team_outcomes(self, request, key):
        domain = self._get_attempts(request)
        if key is not None:
            user_id, outcome_id = map(self._as_id, self._as_pair(key))
            domain &= Domain("user_id", "=", user_id) & Domain("outcome_id", "=", outcome_id)
        return self._list_action("ar.collect.activity.report", self.env._("Attempts"), domain)

    @api.model
    def _get_team_cash(self, cash):
        """Cash by the customers' collector and what it is attributed to; it adds up to the card."""
        source_field = self.env["ar.collect.cash.report"]._fields["source"]
        labels = dict(source_field._description_selection(self.env))
        sums = self._group_money(
            (((user.id, user.name or self.env._("Nobody")), (source, labels[source])), *rest)
            for user, source, *rest in cash
        )
        return {
            **self._stack(sums, order=list(labels)),
            "code": "cash",
            "name": self.env._("Cash In by Cause"),
            "help": self.env._(
                "Cash of the period by the customers' collector: what a promise covers, else what"
                " came within days after a contact, else after a notice, else unprompted. The four"
                " add up to the cash received; none of them proves a cause."
            ),
            "unit": "money",
            "empty": self.env._("No money came in this period."),
        }

    @api.model
    def _stack(self, sums, order=None):
        """Labels and datasets of a stacked bar chart.

        :param dict sums: value by ((key, name) of a bar, (key, name) of a part)
        :param list|None order: keys of the parts
        :return: `labels`, `keys` of the bars, `datasets` with the key of their part
        :rtype: dict
        """
        bars = sorted({bar for bar, _part in sums}, key=lambda bar: (not bar[0], bar[1] or ""))
        parts = {part for _bar, part in sums}
        totals = {part: sum(sums.get((bar, part), 0) for bar in bars) for part in parts}
        rank = (
            (lambda part: order.index(part[0])) if order else (lambda part: (-totals[part], part))
        )
        return {
            "labels": [name or self.env._("Nobody") for _key, name in bars],
            "keys": [key for key, _name in bars],
            "datasets": [
                {
                    "key": key,
                    "label": name,
                    "data": [sums.get((bar, (key, name)), 0) for bar in bars],
                }
                for key, name in sorted(parts, key=rank)
            ],
        }

    # --- lists

    @api.model
    def _get_team_promises(self, request):
        domain = self._get_due_promises(request)
        promises = self.env["ar.collect.promise"]
        rows = promises.search_fetch(
            domain,
            ["customer_id", "amount_company", "company_currency_id", "user_id", "date_promised"],
            order="amount_company DESC, id",
            limit=LISTED,
        )
        return self._list(
            "promises",
            self.env._("Promises Due Today"),
            self.env._("Open promises for today, or for an earlier day within the grace."),
            [
                (self.env._("Customer"), ""),
                (self.env._("For"), "date"),
                (self.env._("Taken By"), ""),
                (self.env._("Promised"), "money"),
            ],
            [
                self._row(
                    promise,
                    promise.company_currency_id,
                    promise.customer_id.display_name,
                    promise.date_promised,
                    promise.user_id.name,
                    promise.amount_company,
                )
                for promise in rows
            ],
            promises.search_count(domain),
            self.env._("No promise is due today."),
        )

    @api.model
    def _get_late_disputes(self, request):
        today = self.env["ar.collect.account"]._get_today_domain(
            lambda day: Domain("date_deadline", "<", day)
        )
        return request.of_people("account_id.user_id") & Domain("state", "=", "open") & today

    @api.model
    def _open_team_disputes(self, request, key):
        domain = self._get_late_disputes(request)
        name = self.env._("Disputes Past Deadline")
        return self._list_action("ar.collect.dispute", name, domain, "list,kanban,form")

    @api.model
    def _get_team_disputes(self, request):
        domain = self._get_late_disputes(request)
        disputes = self.env["ar.collect.dispute"]
        rows = disputes.search(domain, order="date_deadline, id", limit=LISTED)
        return self._list(
            "disputes",
            self.env._("Disputes Past Deadline"),
            self.env._("Open disputes whose deadline has passed, the oldest first."),
            [
                (self.env._("Dispute"), ""),
                (self.env._("Customer"), ""),
                (self.env._("Resolver"), ""),
                (self.env._("Deadline"), "date"),
                (self.env._("Contested"), "money"),
            ],
            [
                self._row(
                    dispute,
                    dispute.currency_id,
                    dispute.name,
                    dispute.customer_id.display_name,
                    dispute.resolver_id.name,
                    dispute.date_deadline,
                    dispute.amount,
                )
                for dispute in rows
            ],
            disputes.search_count(domain),
            self.env._("Every dispute is within its deadline."),
        )

    @api.model
    def _get_not_worked(self, request):
        """Customers of high priority whom nobody has tried to contact lately."""
        accounts = self.env["ar.collect.account"]
        since = accounts._get_today_domain(
            lambda day: Domain("last_contact_date", "<", day - timedelta(NOT_WORKED_DAYS))
        )
        return (
            request.of_people("acting_user_id")
            & Domain("priority_band", "=", "3_high")
            & Domain("state", "=", "to_chase")
            & (Domain("last_contact_date", "=", False) | since)
        )

    @api.model
    def _open_team_not_worked(self, request, key):
        domain = self._get_not_worked(request)
        return self._list_action(
            "ar.collect.account", self.env._("High Priority, Not Contacted"), domain
        )

    @api.model
    def _get_team_not_worked(self, request):
        domain = self._get_not_worked(request)
        accounts = self.env["ar.collect.account"]
        rows = accounts.search(domain, limit=LISTED)
        return self._list(
            "not_worked",
            self.env._("High Priority, Not Contacted"),
            self.env._(
                "Customers of high priority with something to chase whom nobody has tried to"
                " contact for %s days.",
                NOT_WORKED_DAYS,
            ),
            [
                (self.env._("Customer"), ""),
                (self.env._("Collector"), ""),
                (self.env._("Last Contact"), "date"),
                (self.env._("To Chase"), "money"),
            ],
            [
                self._row(
                    account,
                    account.currency_id,
                    account.partner_id.display_name,
                    account.acting_user_id.name,
                    account.last_contact_date,
                    account.amount_chasable,
                )
                for account in rows
            ],
            accounts.search_count(domain),
            self.env._("Every customer of high priority was worked on this week."),
        )
