# Part of ar_collect. License LGPL-3.
"""The answer, and how it comes back to the collector: with it, or without."""

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError

from .working_days import DAY, WorkingDays

BACK = "ar_collect.mail_activity_type_escalation_back"


class ArCollectEscalation(models.Model):
    _inherit = "ar.collect.escalation"

    # === BUSINESS METHODS === #

    def _answer(self, outcome, text, address=""):
        """Take down the answer, and tell the collector; an answer may be changed.

        :param str outcome: see :data:`OUTCOMES`
        :param str text: in their words
        :param str address: that it came from by e-mail
        """
        self.ensure_one()
        self._check_may_answer()
        text = (text or "").strip()
        if not text and outcome in (False, "other"):
            raise UserError(self.env._("Say in a few words what comes of it."))
        escalation = self.sudo()  # sudo: whoever may answer has no other right on it
        company = escalation.company_id
        today = company._get_collect_today()
        former = escalation.outcome
        escalation.write(
            {
                "state": "answered",
                "outcome": outcome,
                "answer": text,
                "answered_by_id": self.env.uid,
                "answered_at": fields.Datetime.now(),
                "answer_days": escalation._get_answer_days(today),
                "is_late": escalation.state == "unanswered" or today > escalation.date_deadline,
                "date_closed": today,
            }
        )
        escalation._take_back_tasks(escalation._get_answer_text())
        escalation._log_on_accounts(
            {escalation: escalation._get_answer_body(address)}, self.env.user.partner_id
        )
        if self.env.user != escalation._get_collector():
            escalation._come_back(address)
        self._follow_hold(former)

    def _get_answer_days(self, today):
        """Working days of the person from the question, as it was last asked, to today.

        :rtype: float
        """
        company, user = self.company_id, self.user_id
        asked = self.date_resumed or self.date_asked
        if today <= asked:
            return 0.0
        calendar = WorkingDays(company, user, asked + DAY, today)
        return calendar.count(company, user, asked + DAY, today)

    def _get_answer_text(self):
        """The answer in one line.

        :rtype: str
        """
        outcomes = dict(self._fields["outcome"]._description_selection(self.env))
        parts = [outcomes.get(self.outcome), self.answer]
        return ". ".join(part for part in parts if part)

    def _get_answer_body(self, address=""):
        """What the log of the customer says of the answer; what was typed is escaped.

        :param str address: that it came from by e-mail
        :rtype: Markup
        """
        title = self.env._("Answer to the escalation (%s)", self.reason or "")
        if address:
            title = self.env._(
                "Answer to the escalation (%(reason)s), by e-mail, from %(address)s",
                reason=self.reason or "",
                address=address,
            )
        outcomes = dict(self._fields["outcome"]._description_selection(self.env))
        lines = [Markup("<b>%s</b>") % title, outcomes.get(self.outcome) or ""]
        if self.answer:
            lines.append(Markup('<span style="white-space: pre-line">%s</span>') % self.answer)
        return Markup("<br/>").join(lines)

    def _come_back(self, address=""):
        """Give the collectors a task for today: with the answer, or to go on without.

        :param str address: that the last words came from by e-mail
        """
        activities = self.env["mail.activity"].sudo()  # sudo: planned for somebody else
        kind = self._get_back_kind(activities)
        self._withdraw_back(activities, kind)
        self._plan_back(
            activities,
            kind,
            lambda reader: {
                "summary": reader._get_back_summary(),
                "note": reader._get_back_note(address),
            },
        )

    def _get_back_kind(self, activities):
        kind = self.env.ref(BACK, raise_if_not_found=False)
        return kind or activities._default_activity_type_for_model("ar.collect.account")

    def _plan_back(self, activities, kind, get_texts):
        """Give the collectors a task for today.

        :param recordset activities: `mail.activity`, as superuser
        :param recordset kind: `mail.activity.type`
        :param function get_texts: the values that say why, of an escalation in their language
        """
        today = self.env["ar.collect.refresh.status"]._get_today(self.company_id)
        model_id = self.env["ir.model"]._get_id("ar.collect.account")
        self.account_id.mapped("display_name")  # read together; each activity asks for its own
        managers = {company: company._get_collect_manager() for company in self.company_id}
        values = []
        for escalation in self:
            user = escalation._get_collector(managers[escalation.company_id])
            reader = escalation.with_context(lang=user.lang or self.env.lang)
            values.append(
                {
                    "res_model_id": model_id,
                    "res_id": escalation.account_id.id,
                    "activity_type_id": kind.id,
                    "automated": True,
                    "collect_escalation_id": escalation.id,
                    "user_id": user.id,
                    "date_deadline": today[escalation.company_id.id],
                    **get_texts(reader),
                }
            )
        # the worklist tells the collector, no e-mail a task
        activities.with_context(mail_activity_quick_update=True).create(values)

    def _withdraw_back(self, activities, kind):
        """An answer that comes later, or is changed, takes the place of what came back before.

        What somebody else has written stays.
        """
        activities.search(
            [
                ("collect_escalation_id", "in", self.ids),
                ("activity_type_id", "=", kind.id),
                ("collect_is_aside", "=", False),
            ]
        ).unlink()

    def _get_back_summary(self):
        if self.state == "answered":
            outcomes = dict(self._fields["outcome"]._description_selection(self.env))
            return self.env._(
                "%(person)s answered: %(outcome)s",
                person=self.answered_by_id.name,
                outcome=outcomes.get(self.outcome) or self.answer,
            )
        return self.env._("%s did not answer in time: go on without", self.user_id.name)

    def _get_back_note(self, address=""):
        """What was asked, and what was answered.

        :param str address: that the last words came from by e-mail
        :rtype: Markup
        """
        note = Markup("<p><i>%s</i></p>") % (self.question or self.reason or "")
        if address:
            note += Markup("<p>%s</p>") % self.env._("Answered by e-mail, from %s", address)
        if self.answer:
            note += Markup('<p style="white-space: pre-line">%s</p>') % self.answer
        return note
