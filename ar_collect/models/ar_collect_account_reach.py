# Part of ar_collect. License LGPL-3.
"""When a customer can be reached: the hours typed by a person, the time zone, the closed days."""

from datetime import time, timezone

from babel.dates import format_skeleton

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import babel_locale_parse, format_date, format_time, get_lang
from odoo.tools.misc import posix_to_ldml

from ..tools.best_time import learn_best_time, learn_payment_run
from ..tools.programme import MONTH_DAY, MONTH_WEEKDAY, WEEK, Programme
from ..tools.public_holidays import ClosedDays, is_installed, public_holidays, weekend
from ..tools.schedule import Hours, opening
from ..tools.time_zones import belongs_to, get_country_zone, get_zone
from .ar_collect_contact_window import WEEKDAYS
from .contact_reach import ContactReach, get_assumed_windows

PROGRAMME_FIELDS = (
    "programme_unit",
    "programme_interval",
    "programme_weekday",
    "programme_nth",
    "programme_day",
    "programme_hour",
    "programme_start",
)


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    window_ids = fields.One2many(
        comodel_name="ar.collect.contact.window",
        inverse_name="account_id",
        string="Contact Windows",
        help="Hours in which the customer can be reached, on the customer's clock.",
    )
    closed_ids = fields.One2many(
        comodel_name="ar.collect.closed.period",
        inverse_name="account_id",
        string="Closed Days",
        help="Days on which the customer is closed besides public holidays.",
    )

    # --- call programme; rows are made by SQL, so that none of these can count on its default
    programme_unit = fields.Selection(
        [
            (WEEK, "Every so many weeks"),
            (MONTH_WEEKDAY, "On a weekday of the month"),
            (MONTH_DAY, "On a day of the month"),
        ],
        string="Call Programme",
        help="Calls agreed with the customer to come again and again. They take the place of what"
        " is proposed otherwise.",
    )
    programme_interval = fields.Integer(
        string="Every", help="Every so many weeks or months; 1 for every one."
    )
    programme_weekday = fields.Selection(WEEKDAYS)
    programme_nth = fields.Selection(
        [("1", "First"), ("2", "Second"), ("3", "Third"), ("4", "Fourth"), ("-1", "Last")],
        string="Programme Week of the Month",
    )
    programme_day = fields.Integer(
        string="Programme Day of the Month", help="31 is the last day of every month."
    )
    programme_hour = fields.Float(string="At", help="On the customer's clock.")
    programme_start = fields.Date(
        string="Counted From", help="The first week, or month, with a call."
    )

    # --- seen, not stored
    contact_local_time = fields.Char(string="Time There", compute="_compute_contact_reach")
    contact_zone_source = fields.Char(
        string="Time Zone", compute="_compute_contact_reach", help="And where it comes from."
    )
    contact_is_open = fields.Boolean(string="Within Hours", compute="_compute_contact_reach")
    contact_opening = fields.Char(string="Hours Now", compute="_compute_contact_reach")
    contact_best_time = fields.Char(string="Best Time", compute="_compute_contact_reach")
    contact_payment_run = fields.Char(string="Usual Payment Day", compute="_compute_contact_reach")
    contact_holidays = fields.Char(string="Public Holidays", compute="_compute_contact_reach")
    contact_problem = fields.Char(string="To Mend", compute="_compute_contact_reach")

    _programme_interval_range = models.Constraint(
        "CHECK (programme_interval BETWEEN 0 AND 52)",
        "A call programme comes every 1 to 52 weeks or months.",
    )
    _programme_day_range = models.Constraint(
        "CHECK (programme_day BETWEEN 0 AND 31)", "The day of a month lies between 1 and 31."
    )
    _programme_hour_range = models.Constraint(
        "CHECK (programme_hour >= 0 AND programme_hour < 24)",
        "The time of a call programme lies between 0:00 and 24:00.",
    )

    # === COMPUTE METHODS === #

    @api.depends_context("lang", "contact_id")
    def _compute_contact_reach(self):
        contact = self.env["res.partner"].browse(self.env.context.get("contact_id") or ())
        facts = self._get_contact_reach_text(contact)
        for account in self:
            for name, value in facts[account.id].items():
                account[f"contact_{name}"] = value

    @api.onchange("programme_unit")
    def _onchange_programme_unit(self):
        if self.programme_unit:
            self.programme_interval = self.programme_interval or 1
            self.programme_weekday = self.programme_weekday or "0"
            self.programme_nth = self.programme_nth or "1"
            self.programme_day = self.programme_day or 1
            self.programme_hour = self.programme_hour or 10.0
            self.programme_start = self.programme_start or fields.Date.context_today(self)

    # === CONSTRAINT METHODS === #

    @api.constrains("programme_unit", "programme_start")
    def _check_programme_start(self):
        for account in self:
            if account.programme_unit and not account.programme_start:
                raise ValidationError(
                    account.env._(
                        "%s: the call programme needs a day from which it is counted.",
                        account.partner_id.display_name,
                    )
                )

    # === BUSINESS METHODS - REACH === #

    def _get_reach(self, contact=None):
        """When and how these customers are to be reached, in a constant number of queries.

        What was typed for the contact comes first, then what was typed for the account, then for
        the customer; only without any of these what was learned counts.

        :param recordset|None contact: `res.partner` who is called; none that is another customer's
        :return dict: :class:`ContactReach` by account id
        """
        accounts = self.sudo()  # sudo: a clock and hours are no secret, whoever may see the contact
        contact = contact.sudo() if contact else self.env["res.partner"]  # sudo: see above
        calls, payments = self._get_call_history(), self._get_payment_days()
        return {
            account.id: account._get_own_reach(
                contact,
                calls[account.id],
                payments[account.partner_id.id, account.company_id.id],
            )
            for account in accounts
        }

    def _get_own_reach(self, contact, calls, payment_days):
        """See :meth:`_get_reach`; for one customer, from what was fetched for all."""
        customer = self.partner_id
        # nobody learns here of other people's clocks and hours
        contact = contact.filtered(lambda person: person.commercial_partner_id == customer)
        zone, source, problems = self._get_contact_zone(contact)
        place = contact if contact.country_id else customer
        days_off = weekend(place.country_id.code)
        best_time = learn_best_time((moment.astimezone(zone), hit) for moment, hit in calls)
        typed = contact.collect_window_ids or self.window_ids or customer.collect_window_ids
        windows = typed._get_windows() or get_assumed_windows(days_off, best_time)
        return ContactReach(
            hours=Hours(windows, zone, self._get_closed_days(place)),
            zone_source=source,
            problems=problems,
            typed=bool(typed),
            best_time=best_time,
            payment_run=learn_payment_run(payment_days),
            weekend=days_off,
        )

    def _get_closed_days(self, place):
        """The days on which the customer is closed.

        :param recordset place: `res.partner` whose country and state count
        :rtype: ClosedDays
        """
        customer = self.partner_id
        # an address without a state is in the customer's, unless it is abroad
        near = not place.state_id and place.country_id == customer.country_id
        return ClosedDays(
            place.country_id.code or None,
            (customer if near else place).state_id.code or None,
            tuple((period.date_from, period.date_to, period.name) for period in self.closed_ids),
            self.env.lang or "en_US",
        )

    # === BUSINESS METHODS - TIME ZONE === #

    def _get_contact_zone(self, contact):
        """The time zone of who is called, and where it comes from.

        :param recordset contact: `res.partner`, may be empty
        :return tuple: (ZoneInfo, source in words, list of problems in words)
        """
        problems = []
        partners = dict.fromkeys((*contact, self.partner_id))  # no union: it would be read alone
        for partner in partners:
            if zone := self._get_own_zone(partner, problems):
                text = self.env._("%(zone)s, of %(contact)s", zone=zone.key, contact=partner.name)
                return zone, text, problems
        for country in dict.fromkeys(partner.country_id for partner in partners):
            if zone := get_country_zone(country.code):
                text = self.env._("%(zone)s, of %(country)s", zone=zone.key, country=country.name)
                return zone, text, problems
        zone = self.env["ar.collect.refresh.status"]._get_time_zone(self.company_id)
        text = self.env._("%s, our own: nothing is known of theirs", zone.key)
        return zone, text, problems

    def _get_own_zone(self, partner, problems):
        """The time zone set on a contact, as far as it is one.

        Odoo gives a new contact the time zone of who enters it. So that one does not count where
        the contact's country has a single time that is another.

        :param recordset partner: `res.partner`
        :param list problems: what is wrong is added, in words
        :rtype: ZoneInfo|None
        """
        if not partner.tz:
            return None
        try:
            zone = get_zone(partner.tz)
        except ValueError:
            problems.append(
                self.env._(
                    "%(contact)s: there is no time zone “%(zone)s”. Choose one on the contact.",
                    contact=partner.display_name,
                    zone=partner.tz,
                )
            )
            return None
        country = partner.country_id
        if belongs_to(zone, country.code):
            return zone
        if partner.tz == partner.create_uid.tz and get_country_zone(country.code):
            return None
        problems.append(
            self.env._(
                "%(contact)s: the time zone %(zone)s is none of %(country)s.",
                contact=partner.display_name,
                zone=zone.key,
                country=country.name,
            )
        )
        return zone

    # === BUSINESS METHODS - PROGRAMME === #

    def _get_programme(self):
        """The call programme agreed with the customer.

        :rtype: Programme|None
        """
        self.ensure_one()
        if not self.programme_unit:
            return None
        return Programme(
            self.programme_unit,
            self.programme_start or fields.Date.to_date(self.create_date),
            self.programme_hour or 9.0,
            interval=self.programme_interval or 1,
            weekday=int(self.programme_weekday or 0),
            nth=int(self.programme_nth or 1),
            day=self.programme_day or 1,
        )

    # === BUSINESS METHODS - IN WORDS === #

    def _get_contact_reach_text(self, contact=None, now=None):
        """What a page shows of how these customers are to be reached.

        :param recordset|None contact: `res.partner` who is called
        :param datetime|None now: naive, in UTC
        :return dict: by account id: ``local_time``, ``zone_source``, ``is_open``, ``opening``,
            ``best_time``, ``payment_run``, ``holidays``, ``problem``; False where there is nothing
            to say
        """
        moment = (now or fields.Datetime.now()).replace(tzinfo=timezone.utc)
        reach = self._get_reach(contact)
        return {account.id: account._describe_reach(reach[account.id], moment) for account in self}

    def _describe_reach(self, reach, now):
        """See :meth:`_get_contact_reach_text`."""
        is_open, change = opening(now, reach.hours)
        return {
            "local_time": self._format_moment(now.astimezone(reach.hours.zone)),
            "zone_source": reach.zone_source,
            "is_open": is_open,
            "opening": self._describe_opening(reach, now, is_open, change),
            "best_time": self._describe_best_time(reach),
            "payment_run": self._describe_payment_run(reach.payment_run),
            "holidays": self._describe_holidays(reach.hours.closed),
            "problem": " ".join(reach.problems) or False,
        }

    def _describe_opening(self, reach, now, is_open, change):
        if change is None:
            return self.env._("Never open: all of the hours lie on closed days or are empty.")
        if is_open:
            return self.env._("Open until %s", self._format_clock(change.time()))
        today = reach.hours.closed.get_name(now.astimezone(reach.hours.zone).date())
        when = self._format_moment(change)
        if today:
            return self.env._("Closed today: %(name)s. Opens %(when)s", name=today, when=when)
        return self.env._("Outside their hours. Opens %s", when)

    def _describe_best_time(self, reach):
        """The best time in words: the typed one, else the learned one with its number of calls."""
        if reach.typed:
            best = [window for window in reach.hours.windows if window.best]
            names = [
                self._format_hours(window.weekday, window.start, window.end) for window in best
            ]
            return names and self.env._("%s (typed)", ", ".join(names))
        best = reach.best_time
        return best and self.env._(
            "%(when)s (learned: %(answered)s of %(count)s calls answered)",
            when=self._format_hours(best.weekday, best.start, best.end),
            answered=best.answered,
            count=best.count,
        )

    def _describe_payment_run(self, run):
        if not run:
            return False
        if run.weekday is None:
            return self.env._(
                "About the %(day)s. of the month (%(hits)s of %(count)s days with payments)",
                day=run.day,
                hits=run.hits,
                count=run.count,
            )
        return self.env._(
            "%(weekday)s (%(hits)s of %(count)s days with payments)",
            weekday=self._get_weekday_name(run.weekday),
            hits=run.hits,
            count=run.count,
        )

    def _describe_holidays(self, closed):
        """Whose public holidays are avoided, or why none are."""
        if not is_installed():
            return self.env._(
                "Not avoided: the Python library “holidays” is not installed on this server."
            )
        if not closed.country:
            return self.env._("Not avoided: the customer has no country.")
        if not public_holidays(closed.country, closed.state, fields.Date.today().year):
            return self.env._("Not avoided: none are known of %s.", closed.country)
        return self.env._(
            "Avoided: %s", " ".join(code for code in (closed.country, closed.state) if code)
        )

    def _format_hours(self, weekday, start, end):
        """A weekday, or any day, with hours."""
        day = self.env._("any day") if weekday is None else self._get_weekday_name(weekday)
        minutes = (round(start * 60), round(end * 60))
        clocks = (time(minute // 60 % 24, minute % 60) for minute in minutes)
        return f"{day} {'-'.join(self._format_clock(clock) for clock in clocks)}"

    def _get_weekday_name(self, weekday):
        days = self.env["ar.collect.contact.window"]._fields["dayofweek"]
        return dict(days._description_selection(self.env))[str(weekday)]

    def _format_clock(self, clock):
        """A time of day as the user writes times, without seconds.

        :param datetime.time clock:
        """
        lang = get_lang(self.env)
        short = lang.time_format.replace(":%S", "").replace(".%S", "")
        pattern = posix_to_ldml(short, locale=babel_locale_parse(lang.code))
        return format_time(self.env, clock, time_format=pattern)

    def _format_day(self, day):
        """A day as the user writes days."""
        return format_date(self.env, day)

    def _format_moment(self, moment):
        """Weekday, day and time of a moment on its own clock.

        :param datetime moment: aware
        :rtype: str
        """
        locale = babel_locale_parse(get_lang(self.env).code)
        naive = moment.replace(tzinfo=None)
        return (
            f"{format_skeleton('MMMEd', naive, locale=locale)} {self._format_clock(naive.time())}"
        )

    # === BUSINESS METHODS - KEEPING === #

    @api.model
    def _get_hollow_domain(self):
        """Override of `ar_collect`: hours and programmes are typed by a person."""
        kept = ("window_ids", "closed_ids", "programme_unit")
        return [*super()._get_hollow_domain(), *((name, "=", False) for name in kept)]

    def _merge_into(self, target):
        """Override of `ar_collect` to hand over hours, closed days and programme as well."""
        if not target.window_ids:
            self.window_ids.write({"account_id": target.id})
        self.closed_ids.write({"account_id": target.id})
        if self.programme_unit and not target.programme_unit:
            # as a whole: half of one programme and half of another make none
            target.write({name: self[name] for name in PROGRAMME_FIELDS})
        return super()._merge_into(target)
