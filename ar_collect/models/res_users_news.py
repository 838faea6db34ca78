# Part of ar_collect. License LGPL-3.
"""How often a salesperson hears what happens with the own customers: everybody chooses."""

from datetime import datetime, time, timedelta, timezone

from odoo import api, fields, models

from ..tools.time_zones import get_zone
from .working_days import WorkingDays

FREQUENCIES = [
    ("never", "Never"),
    ("now", "Immediately"),
    ("day", "Every Working Day"),
    ("week", "Every Monday"),
]
CHOICES = {"collect_sales_news", "collect_sales_news_team"}
#: What the form of one's preferences shows besides.
SHOWN = {"collect_sales_news_hint", "collect_leads"}
#: When the mails of the day or the week are made, where the person is.
MORNING = time(7)


class ResUsers(models.Model):
    _inherit = "res.users"

    collect_sales_news = fields.Selection(
        FREQUENCIES,
        string="News of My Customers",
        help="A mail on what happens with customers you sell to who pay late: in collection,"
        " promises made, kept and broken, disputes, credit hold, escalations, all settled."
        " Immediately: a few minutes after it happened. Every working day, or every Monday: in the"
        " morning, all in one mail; where the report on your customers in trouble comes as often,"
        " the news are in it. Nothing has happened: no mail. Empty: as your company has chosen, and"
        " never for those who work in collections themselves.",
    )
    collect_sales_news_team = fields.Boolean(
        string="News of My Team's Customers",
        help="Hear of the customers of the salespeople whose team you lead as well.",
    )

    collect_sales_news_hint = fields.Char(
        string="Hears Otherwise",
        compute="_compute_collect_sales_news_hint",
        help="How often somebody hears who has not chosen.",
    )
    collect_leads = fields.Boolean(
        string="Leads Salespeople", compute="_compute_collect_leads", compute_sudo=True
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + sorted(CHOICES | SHOWN)

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return super().SELF_WRITEABLE_FIELDS + sorted(CHOICES)

    # === COMPUTE METHODS === #

    @api.depends("company_id", "group_ids")
    @api.depends_context("lang")
    def _compute_collect_sales_news_hint(self):
        labels = dict(self._fields["collect_sales_news"]._description_selection(self.env))
        for user in self:
            frequency = labels.get(user._get_collect_sales_news_default())
            user.collect_sales_news_hint = user.env._("Unless you choose: %s", frequency)

    @api.depends("company_ids")
    def _compute_collect_leads(self):
        for user in self:
            known = user._origin  # nobody works for who is not there yet
            user.collect_leads = bool(
                known and known._get_collect_led_by_company(user.company_ids._origin)
            )

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `base`: who begins to hear is not told what happened before."""
        silent = self.browse()
        if "collect_sales_news" in vals:
            silent = self.filtered(lambda user: user._get_collect_sales_news() == "never")
        result = super().write(vals)
        if begin := silent.filtered(lambda user: user._get_collect_sales_news() != "never"):
            # sudo: everybody chooses for oneself
            self.env["ar.collect.sales.reader"].sudo()._start_now(begin)  # sudo: see above
        return result

    # === BUSINESS METHODS === #

    def _get_collect_sales_news(self):
        """How often somebody hears: as chosen, else as the company has; see the field.

        :return: of :data:`FREQUENCIES`
        :rtype: str
        """
        self.ensure_one()
        # sudo: whoever writes somebody's preferences
        return self.sudo().collect_sales_news or self._get_collect_sales_news_default()  # sudo: ~

    def _get_collect_sales_news_default(self):
        """How often somebody hears who has not chosen.

        :rtype: str
        """
        self.ensure_one()
        if self.has_group("ar_collect.group_inquiry"):
            return "never"
        return self.sudo().company_id.collect_sales_news  # sudo: the setting of one's company

    def _get_collect_led_by_company(self, companies):
        """Whom somebody leads: teams belong to companies.

        :param recordset companies: `res.company`
        :return dict: `res.users` by company; those without anybody are left out
        """
        self.ensure_one()
        partners = self.env["res.partner"].with_user(self)
        found = {
            company: partners.with_company(company)._get_collect_led() for company in companies
        }
        return {company: users for company, users in found.items() if users}

    def _get_collect_sales_news_since(self):
        """What happened until then is not told to those who have not chosen.

        :rtype: datetime|bool
        """
        self.ensure_one()
        user = self.sudo()  # sudo: the setting of one's company
        return not user.collect_sales_news and user.company_id.collect_sales_news_since

    def _get_collect_sales_news_dues(self):
        """Until when what has happened is to be told by now.

        :return dict: moment (UTC) by user; those who are not told now are left out
        """
        now = fields.Datetime.now()
        result, mornings = {}, {}
        for user in self:
            frequency = user._get_collect_sales_news()
            if frequency == "now":
                result[user] = now
            elif frequency in ("day", "week"):
                morning = user._get_collect_morning(now, weekly=frequency == "week")
                if frequency == "week":
                    result[user] = morning
                elif morning <= now:
                    mornings[user] = morning
        return result | self._filter_collect_at_work(mornings)

    def _get_collect_morning(self, now, *, weekly):
        """This morning where somebody is, or the last Monday's that has come.

        :param datetime now: UTC
        :rtype: datetime
        """
        self.ensure_one()
        zone = self._get_collect_zone()
        day = now.replace(tzinfo=timezone.utc).astimezone(zone).date()
        if weekly:
            day -= timedelta(days=day.weekday())
        morning = self._to_utc(day, zone)
        if weekly and morning > now:  # before the morning of a Monday
            morning = self._to_utc(day - timedelta(days=7), zone)
        return morning

    @api.model
    def _to_utc(self, day, zone):
        at = datetime.combine(day, MORNING, tzinfo=zone).astimezone(timezone.utc)
        return at.replace(tzinfo=None)

    def _get_collect_zone(self):
        """The person's time zone, else the company's."""
        try:
            return get_zone(self.tz)
        except ValueError:
            return self.env["ar.collect.refresh.status"]._get_time_zone(self.company_id)

    @api.model
    def _filter_collect_at_work(self, mornings):
        """Those who work on the day of that morning: by their working hours, holidays, time off.

        :param dict mornings: moment (UTC) by user
        :rtype: dict
        """
        if not mornings:
            return {}
        days = {
            user: moment.replace(tzinfo=timezone.utc).astimezone(user._get_collect_zone()).date()
            for user, moment in mornings.items()
        }
        users = self.browse().concat(*mornings)
        first, last = min(days.values()), max(days.values())
        calendar = WorkingDays(users.company_id, users, first, last)
        return {
            user: moment
            for user, moment in mornings.items()
            if calendar.count(user.company_id, user, days[user], days[user])
        }
