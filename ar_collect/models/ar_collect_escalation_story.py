# Part of ar_collect. License LGPL-3.
"""The whole story of a customer for somebody who knows nothing of it, and has little time."""

from markupsafe import Markup

from odoo import api, models
from odoo.tools import SQL, format_date

from .account_move_line import in_ledger

TASK = "ar_collect.mail_activity_type_escalation"
#: Of each kind so many are told, the last ones.
TOLD = 3
#: Invoices that are named, the oldest ones.
NAMED = 5


class ArCollectEscalation(models.Model):
    _inherit = "ar.collect.escalation"

    # === BUSINESS METHODS === #

    # --- the story

    def _tell_stories(self):
        """Write down how it stands now, for each in the language of the person asked."""
        facts = self._get_facts()
        for escalation in self:
            reader = escalation.with_context(lang=escalation.user_id.lang or self.env.lang)
            escalation.story = reader.env["ir.qweb"]._render(
                "ar_collect.escalation_story", reader._get_story_values(facts)
            )

    def _get_facts(self):
        """What is known of the customers, in a constant number of queries.

        :return: records, or rows, by account id, by kind
        :rtype: dict
        """
        accounts = self.account_id
        return {
            "items": self._get_story_items(accounts),
            "promises": self._get_last(accounts, "ar.collect.promise", "promised_on"),
            "disputes": self._get_last(
                accounts, "ar.collect.dispute", "date_opened", SQL("state = 'open'")
            ),
            "logs": self._get_last(accounts, "ar.collect.activity", "date"),
            "notices": self._get_last(
                accounts, "ar.collect.notice", "sent_at", SQL("state = 'sent'")
            ),
        }

    @api.model
    def _get_last(self, accounts, model, date, condition=None):
        """The last records of each of the accounts, newest first.

        :param recordset accounts: `ar.collect.account`
        :param str model: whose records have an `account_id`
        :param str date: the column by which they are in order
        :param SQL|None condition: on the records
        :return: recordset by account id
        :rtype: dict
        """
        records = self.env[model]
        records.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account_id, ARRAY_AGG(id ORDER BY turn)
                  FROM (SELECT account_id, id, ROW_NUMBER() OVER (
                               PARTITION BY account_id ORDER BY %(date)s DESC, id DESC) AS turn
                          FROM %(table)s
                         WHERE account_id = ANY(%(ids)s) AND %(condition)s) AS numbered
                 WHERE turn <= %(most)s
                 GROUP BY account_id
                """,
                date=SQL.identifier(date),
                table=SQL.identifier(records._table),
                ids=accounts.ids,
                condition=condition or SQL("TRUE"),
                most=TOLD,
            )
        )
        everything = records.browse([record_id for _account, ids in rows for record_id in ids])
        return {
            account_id: everything.browse(ids).with_prefetch(everything.ids)
            for account_id, ids in rows
        }

    @api.model
    def _get_story_items(self, accounts):
        """The oldest overdue items of the customers; those nobody is asked for left out.

        :return: list of dict of name, due, amount (company currency), by account id
        :rtype: dict
        """
        self.env.flush_all()
        today = self.env["ar.collect.refresh.status"]._get_today(accounts.company_id)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account_id, name, due, amount
                  FROM (SELECT owner.id AS account_id, line.move_name AS name, dated.due,
                               line.amount_residual AS amount,
                               ROW_NUMBER() OVER (PARTITION BY owner.id
                                                  ORDER BY dated.due, line.id) AS turn
                          FROM ar_collect_account owner
                          JOIN res_partner partner
                            ON partner.commercial_partner_id = owner.partner_id
                          JOIN account_move_line line ON line.partner_id = partner.id
                                                     AND line.company_id = owner.company_id
                          JOIN account_account ledger ON ledger.id = line.account_id
                           AND ledger.account_type = 'asset_receivable'
                           AND ledger.non_trade IS NOT TRUE
                         CROSS JOIN LATERAL (
                               SELECT COALESCE(line.date_maturity, line.date) AS due) AS dated
                          JOIN (VALUES %(today)s) AS now (company_id, day)
                            ON now.company_id = owner.company_id
                         WHERE owner.id = ANY(%(ids)s) AND %(ledger)s AND line.amount_residual > 0
                           AND line.no_followup IS NOT TRUE AND dated.due < now.day) AS numbered
                 WHERE turn <= %(most)s
                 ORDER BY account_id, turn
                """,
                today=SQL(", ").join(
                    SQL("(%s, %s::date)", company_id, day) for company_id, day in today.items()
                )
                or SQL("(0, NULL::date)"),
                ids=accounts.ids,
                ledger=in_ledger("line"),
                most=NAMED,
            )
        )
        items = {}
        for account_id, name, due, amount in rows:
            items.setdefault(account_id, []).append({"name": name, "due": due, "amount": amount})
        return items

    def _get_story_values(self, facts):
        """What the template tells.

        :param dict facts: see :meth:`_get_facts`
        :rtype: dict
        """
        self.ensure_one()
        account = self.account_id
        of_account = {kind: found.get(account.id) for kind, found in facts.items()}
        return {
            "escalation": self,
            "account": account,
            "format_money": self.currency_id.with_env(self.env).format,
            "format_date": lambda day: format_date(self.env, day),
            "items": of_account["items"] or [],
            "promises": [promise.with_env(self.env) for promise in of_account["promises"] or []],
            "disputes": [dispute.with_env(self.env) for dispute in of_account["disputes"] or []],
            "logs": [log.with_env(self.env) for log in of_account["logs"] or []],
            "notices": [notice.with_env(self.env) for notice in of_account["notices"] or []],
            "label": self._get_label,
        }

    @api.model
    def _get_label(self, record, name):
        """The text of a choice, in the language of the story."""
        labels = dict(record._fields[name]._description_selection(self.env))
        return labels.get(record[name], "")

    # --- the task

    def _hand_out(self):
        """Give each person a task with the deadline, and a mail with the story."""
        if not self:
            return
        kind = self.env.ref(TASK, raise_if_not_found=False)
        activities = self.env["mail.activity"]
        kind = kind or activities._default_activity_type_for_model(self._name)
        self.mapped("display_name")  # read together; each activity asks for its own
        # the mail tells the story; core's would only say that there is a task
        activities.with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": escalation.id,
                    "activity_type_id": kind.id,
                    "automated": True,
                    "user_id": escalation.user_id.id,
                    "date_deadline": escalation.date_deadline,
                    "summary": escalation.reason,
                    "note": escalation._get_task_note(),
                }
                for escalation in self
            ]
        )
        if not self.env.context.get("mail_activity_quick_update"):
            self._queue_mails()

    def _get_task_note(self):
        return Markup("<p>%s</p>%s") % (self.question or "", self.story or "")

    def _get_tasks(self):
        """What is planned for the people asked.

        :rtype: recordset of `mail.activity`
        """
        activities = self.env["mail.activity"].sudo()  # sudo: they end with it, whoever ends it
        return activities.search([("res_model", "=", self._name), ("res_id", "in", self.ids)])

    def _take_back_tasks(self, why):
        """There is nothing to do any more for the people asked.

        :param str why: in words
        """
        self._get_tasks().write({"active": False, "feedback": why})

    # --- the log of the customer

    def _log_on_accounts(self, texts, author=None):
        """Note in the log of each customer what has happened.

        :param dict texts: str or Markup by escalation
        :param recordset|None author: `res.partner`
        """
        if not texts:
            return
        bodies = {}
        for escalation, text in texts.items():
            account_id = escalation.account_id.id
            bodies[account_id] = (
                Markup("%s<br/>%s") % (bodies[account_id], text) if account_id in bodies else text
            )
        accounts = self.env["ar.collect.account"].sudo().browse(bodies)  # sudo: noted by the system
        values = {"author_id": author.id} if author else {}
        accounts._message_log_batch(bodies, **values)

    def _get_asked_text(self):
        text = self.env._(
            "Escalated to %(person)s, answer by %(day)s: %(reason)s",
            person=self.user_id.name,
            day=format_date(self.env, self.date_deadline),
            reason=self.reason or self.question or "",
        )
        if self.is_fallback:
            text = self.env._("%s (nobody else could be asked)", text)
        return text

    def _get_ended_text(self, why):
        return self.env._(
            "Escalation to %(person)s (%(reason)s): %(why)s",
            person=self.user_id.name,
            reason=self.reason or "",
            why=why,
        )
