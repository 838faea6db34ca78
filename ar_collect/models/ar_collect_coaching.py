# Part of ar_collect. License LGPL-3.
"""The coaching page: how one person did month by month, against targets and the team's median."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date

from ..tools.pace import get_median, get_months, get_period
from .collect_metrics import METRICS
from .metric_query import MetricQuery

#: Full months before the present one that are shown by default, and that may be asked for.
MONTHS = 6
MOST_MONTHS = 24
#: So many coaching notes are shown, the latest first.
NOTES = 5


class ArCollectCoaching(models.AbstractModel):
    """What the page *Coaching* of a manager and *My Performance* of a collector show.

    A collector gets the own figures alone. Of colleagues, here nobody gets more than the median of
    three or more; it is worked out past the rules, and nothing that it is made of leaves this file.
    """

    _name = "ar.collect.coaching"
    _description = "Coaching Page"

    # === FOR THE BROWSER === #

    @api.model
    def get_page(self, user_id=False, months=MONTHS, mine=False):
        """All of the page in one request.

        :param int user_id: whom it is about; by default whomever there is to coach, else oneself
        :param int months: full months before the present one
        :param bool mine: the page is one's own, whoever else one may look at
        :rtype: dict
        """
        self.env["ar.collect.target"].check_access("read")  # whoever has no part in collections
        people = self.env.user if mine else self._get_people()
        person = self._get_person(people, user_id)
        page = {
            "people": [{"id": one.id, "name": one.name} for one in people],
            "person": False,
            "months": [],
            "month_count": self._clean_months(months),
        }
        if not person:
            return page
        team = self._get_team(person)
        first_days = self._get_first_days(months)
        done = self._read_months(person, team, first_days)
        return {
            **page,
            "person": {"id": person.id, "name": person.name, "is_me": person == self.env.user},
            "team": team.name or False,
            "company": self.env.company.name,
            "currency_id": self.env.company.currency_id.id,
            "months": [self._describe_month(day) for day in first_days],
            "metrics": self._get_metrics(person, team, first_days, done),
            "targets": self._get_running_targets(person),
            "gaps": self._get_gaps(person, team, first_days),
            "samples": self._get_samples(person),
            "notes": self._get_notes(person),
            "can_write_note": self.env["ar.collect.coaching.note"].has_access("create"),
        }

    @api.model
    def action_open_metric(self, user_id, code, date_from, date_to):
        """Open the rows of the activity report that a figure is made of.

        :return: window action
        :rtype: dict
        """
        person = self._get_person(self._get_people(), user_id)
        labels = dict(
            self.env["ar.collect.target"]._fields["metric"]._description_selection(self.env)
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("%(metric)s: %(who)s", metric=labels[code], who=person.name),
            "res_model": "ar.collect.activity.report",
            "views": [[False, "list"], [False, "pivot"], [False, "graph"]],
            "domain": [
                ("company_id", "=", self.env.company.id),
                ("user_id", "=", person.id),
                ("date", ">=", date_from),
                ("date", "<=", date_to),
                *METRICS[code].get_domain(),
            ],
        }

    # === BUSINESS METHODS === #

    @api.model
    def _get_people(self):
        """Whose page the user may look at: everybody's who collects, or one's own alone.

        :rtype: recordset of `res.users`
        """
        user = self.env.user
        if not user._sees_all_figures():
            return user
        return self.env["res.users"].search(
            [
                ("all_group_ids", "in", self.env.ref("ar_collect.group_collector").ids),
                ("company_ids", "in", self.env.company.ids),
                ("share", "=", False),
            ],
            order="name, id",
        )

    @api.model
    def _get_person(self, people, user_id):
        """The one whom the page is about.

        :raise AccessError: for somebody whose figures the user must not see
        """
        if user_id:
            person = people.filtered(lambda one: one.id == user_id)
            if not person:
                raise AccessError(
                    self.env._("You can look at your own figures, not at those of a colleague.")
                )
            return person
        return (people - self.env.user)[:1] or people[:1]

    @api.model
    def _get_team(self, person):
        # sudo: a collector compares with the team whatever company it was made for
        teams = self.env["ar.collect.team"].sudo()  # sudo: see above
        return teams.search([("member_ids", "in", person.ids)], limit=1)

    @api.model
    def _clean_months(self, months):
        return min(max(int(months or MONTHS), 1), MOST_MONTHS)

    @api.model
    def _get_first_days(self, months):
        """The first days of the months shown, the present one last."""
        today = self.env.company._get_collect_today()
        return get_months(today, self._clean_months(months) + 1)

    @api.model
    def _describe_month(self, day):
        first, last = get_period("month", day)
        return {
            "date_from": fields.Date.to_string(first),
            "date_to": fields.Date.to_string(last),
            "label": format_date(self.env, day, date_format="MMM yyyy"),
            "is_running": first <= self.env.company._get_collect_today() <= last,
        }

    @api.model
    def _read_months(self, person, team, first_days):
        """What the members of a team did month by month, and the person, who may be in none."""
        last = get_period("month", first_days[-1])[1]
        return MetricQuery(self.env).by_month(
            self.env.company, person | team.member_ids, first_days[0], last
        )

    @api.model
    def _get_metrics(self, person, team, first_days, done):
        """Each metric of the person by month, with the targets and the medians of the team.

        :param dict done: see :meth:`_read_months`
        :rtype: list[dict]
        """
        labels = dict(
            self.env["ar.collect.target"]._fields["metric"]._description_selection(self.env)
        )
        targets = self._read_month_targets(person, first_days)
        rows = []
        for code, metric in METRICS.items():
            rows.append(
                {
                    "code": code,
                    "label": labels[code],
                    "help": self.env._(metric.help),
                    "unit": metric.unit,
                    "values": [metric.get(done[person.id].get(day, {})) for day in first_days],
                    "targets": [targets.get((code, day)) for day in first_days],
                    "medians": [
                        get_median(
                            metric.get(done[one.id][day])
                            for one in team.member_ids
                            if day in done[one.id]
                        )
                        for day in first_days
                    ],
                }
            )
        return rows

    @api.model
    def _read_month_targets(self, person, first_days):
        """The monthly targets of the person: value by metric and first day."""
        found = self.env["ar.collect.target"].search_fetch(
            [
                ("company_id", "=", self.env.company.id),
                ("user_id", "=", person.id),
                ("period", "=", "month"),
                ("date_from", "in", first_days),
            ],
            ["metric", "date_from", "value"],
        )
        return {(target.metric, target.date_from): target.value for target in found}

    @api.model
    def _get_running_targets(self, person):
        """The targets whose period is not over, as their bars show them."""
        today = self.env.company._get_collect_today()
        found = self.env["ar.collect.target"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("user_id", "=", person.id),
                ("date_from", "<=", today),
                ("date_to", ">=", today),
            ]
        )
        labels = dict(found._fields["metric"]._description_selection(self.env))
        periods = dict(found._fields["period"]._description_selection(self.env))
        return [
            {
                "id": target.id,
                "label": labels[target.metric],
                "period": periods[target.period],
                "days_left": target.days_left,
                "bar": target.bar,
            }
            for target in found
        ]

    @api.model
    def _get_notes(self, person):
        """The latest coaching notes about the person that the user may read."""
        found = self.env["ar.collect.coaching.note"].search(
            [("user_id", "=", person.id), ("company_id", "=", self.env.company.id)], limit=NOTES
        )
        return [
            {
                "id": note.id,
                "date": format_date(self.env, note.date),
                "coach": note.coach_id.name,
                "note": note.note,
                "agreed": note.agreed or "",
                "follow_up": note.date_follow_up and format_date(self.env, note.date_follow_up),
                "state": note.state,
            }
            for note in found
        ]
