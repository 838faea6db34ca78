# Part of ar_collect. License LGPL-3.
"""Escalations that begin, pause and end by themselves: once a day, set-based, from the ledger."""

from odoo import api, models
from odoo.tools import SQL, split_every

from .ar_collect_escalation import OPEN
from .ar_collect_escalation_condition import PROMISE_HOLDS
from .working_days import DAY, WorkingDays

#: Rules ask no more than this in a company and a day, most overdue first; the rest comes the next
#: days. A new rule that holds for thousands is no reason to bury the salespeople.
MOST = 200
#: Customers for whom a rule holds that are looked at together.
LOOKED_AT = 1000
#: Calendar days that are looked at for each working day, and at least: nobody is off for longer.
LOOK_AHEAD, LEAST_AHEAD = 4, 60


class ArCollectEscalation(models.Model):
    _inherit = "ar.collect.escalation"

    # === CRON METHODS === #

    @api.model
    def _cron_escalate(self):
        """Follow what is open, and ask what is new once a day. Only called by ir.cron: commits."""
        accounts = self.env["ar.collect.account"]
        accounts._work_through(
            self._get_companies_to_run(), self._process_company, self._note_failure
        )

    # === BUSINESS METHODS === #

    @api.model
    def _get_companies_to_run(self):
        """The companies whose customers are aged to their today; the others come in an hour.

        :rtype: recordset of `res.company`
        """
        statuses = self.env["ar.collect.refresh.status"].search([("aged_to", "!=", False)])
        today = statuses._get_today(statuses.company_id)
        return statuses.filtered(
            lambda status: status.aged_to == today[status.company_id.id]
        ).company_id

    @api.model
    def _process_company(self, company):
        """Follow what is open; once a day, ask what the rules ask. Never commits.

        :param recordset company: `res.company`
        :return: the new escalations
        :rtype: recordset
        """
        self = self.sudo()  # sudo: worked out from the ledger, whoever lets it run
        self.env.flush_all()
        today = company._get_collect_today()
        self._follow(company, today)
        if not self._begin_day(company, today):
            return self.browse()
        return self._ask_by_rules(company, today)

    @api.model
    def _begin_day(self, company, today):
        """Whether the rules have not asked yet today, and nobody else lets them.

        :rtype: bool
        """
        status = self.env["ar.collect.refresh.status"]._for_companies(company)
        status.flush_recordset()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM ar_collect_refresh_status
                 WHERE id = %s AND COALESCE(escalated_to < %s, TRUE)
                   FOR UPDATE SKIP LOCKED
                """,
                status.id,
                today,
            )
        )
        if rows:
            status.escalated_to = today
        return bool(rows)

    @api.model
    def _note_failure(self, company, error):
        """Say on the status of a company why nobody was asked; tried again within the hour."""
        self.env["ar.collect.refresh.status"]._note_failure(company, error)

    # --- new ones

    @api.model
    def _ask_by_rules(self, company, today):
        """Ask what the rules ask, by the ledger as it is now.

        :rtype: recordset
        """
        rules = self.env["ar.collect.escalation.rule"]
        values, asked = [], set()
        for found in split_every(LOOKED_AT, rules._find(company, today), list):
            values += self._prepare_asked(company, found, asked)
            if len(values) >= MOST:
                break
        if not values:
            return self.browse()
        accounts = self.env["ar.collect.account"].browse({vals["account_id"] for vals in values})
        accounts._refresh(accounts.partner_id, company)  # somebody may have paid since the morning
        still = {row[:2] for row in rules._find(company, today, accounts.ids)}
        values = [vals for vals in values if (vals["account_id"], vals["rule_id"]) in still]
        return self._create_asked(company, today, values[:MOST])

    @api.model
    def _prepare_asked(self, company, found, asked):
        """What is asked of whom; of a person once about a customer.

        :param list found: (account id, rule id, cycle)
        :param set asked: pairs of the ids of account and user that are in what was prepared before,
            as the rules of an account may be apart; added to
        :return: list of values of escalations
        """
        accounts = self.env["ar.collect.account"].browse([row[0] for row in found])
        rules = self.env["ar.collect.escalation.rule"].browse([row[1] for row in found])
        wanted = [
            (account, rule.recipient, rule.user_id)
            for account, rule in zip(accounts, rules, strict=True)
        ]
        asked |= self._get_asked_pairs(accounts)
        result = []
        for row, rule, (user, is_fallback) in zip(
            found, rules, self._choose_people(company, wanted), strict=True
        ):
            if (row[0], user.id) in asked:
                continue
            asked.add((row[0], user.id))
            translated = rule.with_context(lang=user.lang)
            result.append(
                {
                    "account_id": row[0],
                    "rule_id": rule.id,
                    "cycle": row[2],
                    "recipient": rule.recipient,
                    "is_fallback": is_fallback,
                    "user_id": user.id,
                    "reason": translated.name,
                    "question": translated.question,
                    "deadline_days": rule.deadline_days,
                }
            )
        return result

    @api.model
    def _get_asked_pairs(self, accounts):
        """Who is asked about which customers already.

        :return: pairs of the ids of account and user
        :rtype: set
        """
        return set(self._get_asked(accounts))

    @api.model
    def _get_asked(self, accounts):
        """What is asked about customers already.

        :return: the escalation by the ids of account and user
        :rtype: dict
        """
        domain = [("account_id", "in", accounts.ids), ("state", "in", OPEN)]
        return {
            (escalation.account_id.id, escalation.user_id.id): escalation
            for escalation in self.search(domain, order="id")
        }

    @api.model
    def _create_asked(self, company, today, values):
        """Ask: with the story, the deadline, a task and a mail for each, and a word in the log.

        Of what begins paused the people hear when it goes on.

        :param recordset company: `res.company`
        :param date today: of the company
        :param list values: of escalations
        :rtype: recordset
        """
        accounts = self.env["ar.collect.account"].browse([vals["account_id"] for vals in values])
        accounts._take_turns()  # who asks about them at the same time looks again, and sees it
        for account, vals in zip(accounts, values, strict=True):
            rule = self.env["ar.collect.escalation.rule"].browse(vals.get("rule_id"))
            is_step = bool(vals.get("step_id"))
            due = account["chase_due_date" if is_step else rule._get_due_column()]
            vals |= {
                "amount": account.amount_overdue,
                "days_late": max(0, (today - due).days) if due else 0,
                "date_due": due,
                "date_asked": today,
            }
        self._add_deadlines(company, today, values)
        quiet = self.with_context(mail_create_nolog=True, tracking_disable=True)
        escalations = quiet.create(values).with_env(self.env)
        manager = company._get_collect_manager()
        for escalation in escalations:
            escalation.collector_id = escalation._get_collector(manager)
        escalations._tell_stories()
        asked = escalations.filtered(lambda escalation: escalation.state == "open")
        asked._hand_out()
        asked._log_on_accounts({e: e._get_asked_text() for e in asked})
        (escalations - asked)._pause()
        return escalations

    @api.model
    def _add_deadlines(self, company, today, values):
        """Fill in until when each person answers: the working days of that person."""
        users = self.env["res.users"].browse({vals["user_id"] for vals in values})
        longest = max((vals["deadline_days"] for vals in values), default=1)
        last = today + DAY * max(LOOK_AHEAD * longest, LEAST_AHEAD)
        calendar = WorkingDays(company, users, today + DAY, last)
        for vals in values:
            user = users.browse(vals["user_id"])
            days = calendar.get_days(company, user, today + DAY, last)
            worked = [day.day for day in days if day.share]
            # who works on none of these days has the calendar's
            number = vals["deadline_days"]
            vals["date_deadline"] = (
                worked[number - 1] if len(worked) >= number else today + DAY * number
            )

    # --- those that are open

    @api.model
    def _follow(self, company, today):
        """Let open escalations end, pause, go on, or come back without an answer.

        :param recordset company: `res.company`
        :param date today: of the company
        """
        by_verdict = {}
        for escalation_id, verdict in self.env.execute_query(self._get_follow_query(company)):
            by_verdict.setdefault(verdict, []).append(escalation_id)
        self.invalidate_model(flush=False)
        at = {verdict: self.browse(ids) for verdict, ids in by_verdict.items()}
        none = self.browse()
        at.get("settled", none)._end("settled", self.env._("nothing is overdue any more"))
        at.get("paused", none)._pause()
        resumed, still = at.get("resumed", none), at.get("open", none)
        manager = company._get_collect_manager()
        # whoever has left during a pause is not told again either
        lost = (still | resumed).filtered(
            lambda e: e.user_id != manager and not self._is_fit(e.user_id, company)
        )
        lost._replace_person(manager, company, today)
        (resumed - lost)._resume(company, today)
        late = (still - lost).filtered(lambda escalation: escalation.date_deadline < today)
        late._end("unanswered", self.env._("the deadline has passed without an answer"))

    @api.model
    def _get_follow_query(self, company):
        """SELECT of what becomes of the open escalations of a company; locks them.

        What a person has asked pauses for promises made since alone; what a rule or a step has
        asked for any.
        """
        return SQL(
            """
            SELECT escalation.id,
                   CASE WHEN account.amount_overdue <= 0
                             AND (escalation.amount > 0 OR account.amount_balance <= 0)
                        THEN 'settled'
                        WHEN verdict.waits AND escalation.state = 'open' THEN 'paused'
                        WHEN NOT verdict.waits AND escalation.state = 'paused' THEN 'resumed'
                        ELSE escalation.state END
              FROM ar_collect_escalation escalation
              JOIN ar_collect_account account ON account.id = escalation.account_id
              LEFT JOIN ar_collect_escalation_rule rule ON rule.id = escalation.rule_id
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN COALESCE(rule.id, escalation.step_id) IS NOT NULL
                               THEN %(promise)s
                                    OR rule.dispute_late IS NOT TRUE
                                       AND account.amount_chasable <= 0
                               ELSE EXISTS (SELECT FROM ar_collect_promise promise
                                             WHERE promise.account_id = account.id
                                               AND promise.state = 'open'
                                               AND promise.create_date > escalation.create_date)
                               END AS waits
                   ) AS verdict
             WHERE escalation.company_id = %(company)s AND escalation.state IN %(open)s
             ORDER BY escalation.id
               FOR NO KEY UPDATE OF escalation SKIP LOCKED
            """,
            promise=PROMISE_HOLDS,
            company=company.id,
            open=OPEN,
        )

    def _end(self, state, why):
        """Close these without an answer of the person.

        :param str state: see :data:`STATES`
        :param str why: in words, for the log
        """
        if not self:
            return
        escalations = self.sudo()  # sudo: closed by the ledger, or by who was checked
        today = self.env["ar.collect.refresh.status"]._get_today(escalations.company_id)
        for company, group in escalations.grouped("company_id").items():
            group.write({"state": state, "date_closed": today[company.id]})
        escalations._take_back_tasks(why)
        escalations._log_on_accounts({e: e._get_ended_text(why) for e in escalations})
        if state == "unanswered":
            escalations._come_back()

    def _pause(self):
        """Leave the person alone while the customer has promised, or there is nothing to chase."""
        if not self:
            return
        self.write({"state": "paused"})
        why = self.env._("paused: the customer has promised, or all of it is disputed")
        self._take_back_tasks(why)
        self._log_on_accounts({e: e._get_ended_text(why) for e in self})

    def _resume(self, company, today):
        """Ask again, with all the time there was: the promise was not kept."""
        if not self:
            return
        values = [{"user_id": e.user_id.id, "deadline_days": e.deadline_days} for e in self]
        self._add_deadlines(company, today, values)
        for escalation, vals in zip(self, values, strict=True):
            escalation.write(
                {
                    "state": "open",
                    "date_resumed": today,
                    "date_deadline": vals["date_deadline"],
                }
            )
        self._tell_stories()
        self._hand_out()
        self._log_on_accounts({e: e._get_asked_text() for e in self})

    def _replace_person(self, manager, company, today):
        """Ask the collections manager in place of somebody who has left."""
        if not self:
            return
        self._take_back_tasks(self.env._("asked of somebody else"))
        asked = set(self._get_asked_pairs(self.account_id))
        double = self.browse()
        for escalation in self:
            pair = (escalation.account_id.id, manager.id)
            if pair in asked:
                double |= escalation
            asked.add(pair)
        double._end("withdrawn", self.env._("the collections manager is asked already"))
        left = self - double
        left.write({"user_id": manager.id, "is_fallback": True})
        left._resume(company, today)
