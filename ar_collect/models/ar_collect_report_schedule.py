# Part of ar_collect. License LGPL-3.
"""Reports that are sent by themselves: each recipient gets what that person may see."""

from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

KINDS = [
    ("manager", "Receivables: figures by mail"),
    ("sales", "Salespeople: their customers in trouble"),
    ("aged", "Aged receivables as spreadsheet"),
    ("activity", "Activities as spreadsheet"),
]
INTERVALS = [("day", "Every Working Day"), ("week", "Every Week"), ("month", "Every Month")]
#: The period a report is about, by how often it is sent: the last one that is complete.
PERIODS = {"day": "yesterday", "week": "last_week", "month": "last_month"}
#: The role a recipient needs, by kind.
GROUPS = {
    "manager": "ar_collect.group_inquiry",
    "sales": "base.group_user",
    "aged": "ar_collect.group_inquiry",
    "activity": "ar_collect.group_inquiry",
}


class ArCollectReportSchedule(models.Model):
    """What is sent to whom how often."""

    _name = "ar.collect.report.schedule"
    _description = "Scheduled Report"
    _order = "next_date, id"
    _rec_name = "kind"

    active = fields.Boolean(default=True)
    kind = fields.Selection(KINDS, string="Report", required=True, default="manager")
    company_ids = fields.Many2many(
        comodel_name="res.company",
        relation="ar_collect_report_schedule_company_rel",
        column1="schedule_id",
        column2="company_id",
        string="Companies",
        required=True,
        default=lambda self: self.env.company,
    )
    user_ids = fields.Many2many(
        comodel_name="res.users",
        relation="ar_collect_report_schedule_user_rel",
        column1="schedule_id",
        column2="user_id",
        string="Recipients",
        domain="[('share', '=', False), ('company_ids', 'in', company_ids)]",
        help="Each gets what that person may see. Of the report for salespeople, nobody means every"
        " salesperson with a customer in trouble.",
    )
    interval = fields.Selection(
        INTERVALS,
        required=True,
        default="week",
        help="It is about the day, week or month before.",
    )
    next_date = fields.Date(
        string="Next On",
        required=True,
        default=lambda self: self._get_next(self.env.company._get_collect_today(), "week"),
        help="In the morning of the first of the companies.",
    )
    last_date = fields.Date(string="Last Sent", readonly=True, copy=False)
    problem = fields.Text(
        readonly=True, copy=False, help="What kept it, or a recipient of it, from being served."
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("kind", "user_ids")
    def _check_recipients(self):
        for schedule in self:
            if schedule.kind != "sales" and not schedule.user_ids:
                raise ValidationError(self.env._("Say who shall get the report: add a recipient."))

    # === CRON METHODS === #

    @api.model
    def _cron_send(self):
        """Send what is due. Only called by ir.cron: it commits."""
        progress = self.env["ir.cron"]._commit_progress
        due = self.search(self._get_due_domain())
        progress(remaining=len(due))
        for schedule in due:
            schedule._process_due()
            if not progress(1):
                return

    # === ACTION METHODS === #

    def action_send(self):
        """Send it to everybody now; the next one comes as planned.

        :return: notification
        :rtype: dict
        """
        self.ensure_one()
        mails = self._send()
        return self._notify(self.env._("%s mails are on their way.", len(mails)))

    def action_send_me(self):
        """Send it to oneself, to see what the others get.

        :return: notification
        :rtype: dict
        """
        self.ensure_one()
        if not self._send(self.env.user):
            raise UserError(self.problem or self.env._("There is nothing to report."))
        return self._notify(self.env._("It is on its way to %s.", self.env.user.email))

    def _notify(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": message},
        }

    # === BUSINESS METHODS === #

    @api.model
    def _get_due_domain(self):
        """What is due where its first company is."""
        days = self.env["ar.collect.refresh.status"]._get_today(
            self.env["res.company"].search([])  # pylint: disable=no-search-all
        )
        return Domain("next_date", "<=", max(days.values()))

    def _process_due(self):
        """Queue the mails of a report that is due and move it on, in one transaction.

        Another worker's reports are skipped; what fails is noted on it, and tried again next time
        it is due. Never commits.

        :return: the mails
        """
        self.ensure_one()
        today = self.company_ids[:1]._get_collect_today()
        if not self._lock() or self.next_date > today:
            return self.env["mail.mail"]
        self.write({"next_date": self._get_next(today, self.interval), "last_date": today})
        try:
            with self.env.cr.savepoint():
                return self._send()
        except Exception as error:  # noqa: BLE001 - one report must not keep the others
            self.problem = str(error)
            return self.env["mail.mail"]

    def _lock(self):
        """Whether nobody else is sending it."""
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM ar_collect_report_schedule WHERE id = %s FOR UPDATE SKIP LOCKED",
                self.id,
            )
        )
        self.invalidate_recordset(["next_date"])
        return bool(rows)

    @api.model
    def _get_next(self, day, interval):
        """When it comes next: the next working day, Monday, or first of the month.

        :rtype: date
        """
        if interval == "month":
            return fields.Date.add(day.replace(day=1), months=1)
        if interval == "week":
            return day + timedelta(days=7 - day.weekday())
        return day + timedelta(days=max(1, 7 - day.weekday()) if day.weekday() >= 4 else 1)

    def _send(self, users=None):
        """Queue a mail for each recipient; what keeps one of them does not keep the others.

        :param recordset|None users: who; None: the recipients
        :return: recordset of `mail.mail`
        """
        mails, problems = self.env["mail.mail"], []
        for user in self._get_recipients() if users is None else users:
            if reason := self._get_obstacle(user):
                problems.append(reason)
                continue
            try:
                with self.env.cr.savepoint():
                    mails |= self._send_one(user)
            except Exception as error:  # noqa: BLE001 - the others get theirs
                problems.append(f"{user.name}: {error}")
        self.problem = "\n".join(problems)
        return mails

    def _send_one(self, user):
        """Queue the mail of somebody, if there is anything to say."""
        content = self._get_content(user)
        return self._queue(user, content) if content else self.env["mail.mail"]

    def _get_recipients(self):
        """The recipients; of the report for salespeople, by default whoever has one to hear of.

        :rtype: recordset of `res.users`
        """
        if self.user_ids or self.kind != "sales":
            return self.user_ids
        # sudo: the scheduled action looks for everybody's customers, each is told of one's own
        accounts = self.env["ar.collect.account"].sudo()  # sudo: see above
        found = accounts.search(
            [("company_id", "in", self.company_ids.ids), ("amount_overdue", ">", 0)]
        )
        return found.partner_id.user_id.filtered(lambda user: user.active and not user.share)

    def _get_obstacle(self, user):
        """Why somebody cannot get it, in words; nothing when nothing is in the way."""
        if not user.active:
            return self.env._("%s is not a user any more.", user.name)
        if not user.email:
            return self.env._("%s has no e-mail address.", user.name)
        if not user.has_group(GROUPS[self.kind]):
            return self.env._("%s has no role in collections.", user.name)
        if not user.company_ids & self.company_ids:
            return self.env._("%s does not work in these companies.", user.name)
        return None

    def _as(self, user):
        """This report as somebody reads it: with that person's rights, companies and language."""
        companies = (self.company_ids & user.company_ids).ids
        return self.with_user(user).with_context(
            lang=user.lang, tz=user.tz, allowed_company_ids=companies
        )

    def _get_content(self, user):
        """What somebody gets.

        :return: dict of `subject`, `body` and `files` (name and bytes of each), or None
        """
        mine = self._as(user)
        return {
            "manager": mine._get_manager_mail,
            "sales": mine._get_sales_mail,
            "aged": mine._get_aged_mail,
            "activity": mine._get_activity_mail,
        }[self.kind](self.kind, self.interval)

    def _queue(self, user, content):
        """Put a mail into Odoo's queue."""
        company = self.company_ids[:1]
        files = [
            Command.create({"name": name, "raw": raw, "res_model": "mail.message"})
            for name, raw in content["files"]
        ]
        mails = self.env["mail.mail"].sudo()  # sudo: the mail is the system's
        return mails.create(
            {
                "subject": content["subject"],
                "body_html": content["body"],
                "email_from": company.email_formatted or self.env.user.email_formatted,
                "recipient_ids": [Command.link(user.partner_id.id)],
                "attachment_ids": files,
                "auto_delete": True,
            }
        )
