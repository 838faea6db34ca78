# Part of ar_collect. License LGPL-3.
"""Where the gap is: what a person does less of than the team or the target, in sentences."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_duration, formatLang

from ..tools.pace import get_median
from .collect_metrics import METRICS
from .metric_query import MetricQuery

#: What is looked at, and what there must be at least to say anything of it.
COMPARED = {"attempts_per_day": 1, "right_party_rate": 10, "kept_rate": 3}
#: Less than this share of what it is compared with is a gap.
GAP = 0.9
#: More than this share of the attempts on customers of low priority is a gap, when others wait.
LOW_SHARE = 0.25
#: Of so many days, today included: the priorities known are those of today.
PRIORITY_DAYS = 30
LOW_PRIORITY = ("0_none", "1_low")


class ArCollectCoaching(models.AbstractModel):
    _inherit = "ar.collect.coaching"

    @api.model
    def _get_gaps(self, person, team, first_days):
        """What a coach would talk about, over all months shown, the clearest first.

        :return: list of {code, text, is_gap, is_compared (with anything), size}
        :rtype: list[dict]
        """
        first, today = first_days[0], self.env.company._get_collect_today()
        people = person | team.member_ids
        done = MetricQuery(self.env).by_person(self.env.company, people, first, today)
        mine = done.get(person.id, {})
        span = {"date_from": fields.Date.to_string(first), "date_to": fields.Date.to_string(today)}
        found = []
        for code, least in COMPARED.items():
            metric = METRICS[code]
            if (mine.get(metric.per) or 0) < least:
                continue
            median = get_median(
                metric.get(done[one.id]) for one in team.member_ids & people if one.id in done
            )
            value = metric.get(mine)
            found.append(
                {
                    "code": code,
                    "text": self._say_gap(code, mine, value, median),
                    "is_gap": median is not None and value < GAP * median,
                    "is_compared": median is not None,
                    "size": 1 - value / median if median else 0.0,
                    **span,
                }
            )
        if priority := self._get_priority_gap(person, today):
            found.append(priority)
        return sorted(found, key=lambda gap: (not gap["is_gap"], -gap["size"]))

    @api.model
    def _say_gap(self, code, sums, value, median):
        """A sentence with the figures of a gap, or of none.

        :param dict sums: of the person
        :param float value: of the metric
        :param float|None median: of the team
        """

        def number(amount, digits=0):
            return formatLang(self.env, amount, digits=digits)

        figures = {
            "value": number(value, 1),
            "median": "" if median is None else number(median, 1),
            "above": number(sums.get(METRICS[code].column) or 0),
            "below": number(sums.get(METRICS[code].per) or 0),
        }
        said = {
            "attempts_per_day": self.env._(
                "%(value)s attempts per day worked: %(above)s attempts on %(below)s days.",
                **figures,
            ),
            "right_party_rate": self.env._(
                "%(value)s %% of the attempts reached who decides: %(above)s of %(below)s.",
                **figures,
            ),
            "kept_rate": self.env._(
                "%(value)s %% of the promises were kept: %(above)s of %(below)s judged.", **figures
            ),
        }[code]
        if median is None:
            return said
        unit = " %" if METRICS[code].unit == "percent" else ""
        return f"{said} " + self.env._(
            "The median of the team is %s.", f"{figures['median']}{unit}"
        )

    @api.model
    def _get_priority_gap(self, person, today):
        """How much work went to customers of low priority while higher ones were left.

        The priority is that of today: what it was on the day of a call is not kept. That is why
        only the last days are looked at.

        :rtype: dict|None
        """
        first = today - timedelta(days=PRIORITY_DAYS - 1)
        work = MetricQuery(self.env).low_priority(self.env.company, person, first, today)
        attempts, low = work["attempt_count"], work["low_count"]
        if not attempts:
            return None
        left = self.env["ar.collect.account"].search_count(self._get_left_domain(person, first))
        share = low / attempts
        text = self.env._(
            "%(share)s %% of the attempts of the last %(days)s days went to customers whose priority"
            " is low or none today: %(low)s of %(all)s (%(hours)s of %(total)s hours).",
            days=PRIORITY_DAYS,
            share=formatLang(self.env, 100 * share, digits=0),
            low=formatLang(self.env, low, digits=0),
            all=formatLang(self.env, attempts, digits=0),
            hours=format_duration(work["low_duration"]),
            total=format_duration(work["duration"]),
        )
        if left:
            waiting = self.env._(
                "Meanwhile, own customers of high priority without a contact: %s.", left
            )
        else:
            waiting = self.env._("No own customer of high priority was left without a contact.")
        text = f"{text} {waiting}"
        return {
            "code": "priorities",
            "text": text,
            "is_gap": bool(left) and share > LOW_SHARE,
            "is_compared": True,
            "size": share,
            "left": left,
            "date_from": fields.Date.to_string(first),
            "date_to": fields.Date.to_string(today),
        }

    @api.model
    def _get_left_domain(self, person, first):
        """The person's customers of high priority that nobody got hold of in that time."""
        return [
            ("company_id", "=", self.env.company.id),
            ("user_id", "=", person.id),
            ("state", "=", "to_chase"),
            ("priority_band", "=", "3_high"),
            "|",
            ("last_contact_date", "=", False),
            ("last_contact_date", "<", first),
        ]

    @api.model
    def action_open_gap(self, user_id, code, date_from, date_to, left=False):
        """Open what a sentence is about: rows of the report, or the customers that were left.

        :param bool left: of priorities: the customers that were left
        :return: window action
        :rtype: dict
        """
        if code != "priorities":
            return self.action_open_metric(user_id, code, date_from, date_to)
        if not left:
            action = self.action_open_metric(user_id, "attempts", date_from, date_to)
            action["domain"].append(("priority_band", "in", LOW_PRIORITY))
            return action
        person = self._get_person(self._get_people(), user_id)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("High Priority, No Contact: %s", person.name),
            "res_model": "ar.collect.account",
            "views": [[False, "list"], [False, "form"]],
            "domain": self._get_left_domain(person, fields.Date.to_date(date_from)),
        }
