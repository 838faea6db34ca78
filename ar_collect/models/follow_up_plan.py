# Part of ar_collect. License LGPL-3.
from dataclasses import replace
from datetime import timedelta, timezone

from ..tools.schedule import (
    OFFICE_HOURS,
    PATIENCE_DAYS,
    Hours,
    from_wall,
    next_slot,
    round_up,
    shift_working_days,
)

#: Days by which a follow-up may wait for the usual payment day, and the working days before it.
RUN_PATIENCE_DAYS, RUN_WORKING_DAYS = 7, 2
#: Effects of outcomes after which the payment run says nothing: something else was agreed.
AGREED = {"promise", "dispute", "call_back", "wrong_number"}


class FollowUpPlan:
    """When and by whom one customer is contacted next, and why then.

    In this order: the time the customer asked for; the call programme; after a promise, or when
    all there is to chase is promised, the working day after it is due; two working days before
    the usual payment day; the outcome's delay. All but the first are moved into the customer's
    hours, the working hours of the collector, and off everybody's holidays.

    :param recordset account: `ar.collect.account`
    :param ContactReach reach: of the customer
    :param FollowUpCallers callers:
    :param datetime now: aware
    :param options: see :meth:`ar.collect.account._propose_follow_ups`
    """

    def __init__(self, account, reach, callers, now, **options):
        self.account = account
        self.env = account.env
        self.reach = reach
        self.callers = callers
        self.now = now
        self.outcome = options["outcome"]
        self.activity_type = options["activity_type"]
        self.contact = options["contact"]
        self.at = options["at"]
        self.user = options["user"]
        self.promise_date = options["promise_date"] or account.next_promise_date
        #: why then, and what to look at, in words
        self.reasons = []
        self.warnings = list(reach.problems)

    # --- the result

    def get_values(self):
        """The follow-up.

        :return dict: see :meth:`ar.collect.account._propose_follow_up`; empty when the outcome
            asks for none
        """
        programme = self.account._get_programme()
        if not (self.at or programme) and self.outcome and not self._get_delay():
            return {}
        if self.at:
            moment, user = self._as_asked()
        elif programme:
            moment, user = self._by_programme(programme)
        else:
            moment, user = self._by_delay()
        if user != self.user:
            self.reasons.append(
                self.env._(
                    "%(substitute)s stands in for %(collector)s",
                    substitute=user.name,
                    collector=self.user.name,
                )
            )
        return self._get_activity_values(moment, user)

    def _get_activity_values(self, moment, user):
        zone = self.callers.get_zone(user, self.account.company_id)
        return {
            "activity_type_id": self.activity_type.id,
            "summary": self._get_summary(),
            "collect_datetime": moment.astimezone(timezone.utc).replace(tzinfo=None),
            "date_deadline": moment.astimezone(zone).date(),
            "user_id": user.id,
            "reason": self._get_reason(moment),
            "warnings": self.warnings,
        }

    def _get_summary(self):
        who = self.contact.name or self.account.partner_id.name
        parts = [self.activity_type.name, who, self.outcome.name]
        return " · ".join(part for part in parts if part)

    def _get_reason(self, moment):
        when = self.env._(
            "%s their time", self.account._format_moment(moment.astimezone(self.reach.hours.zone))
        )
        if not self.reasons:
            return when
        return self.env._("%(when)s (%(why)s)", when=when, why=", ".join(self.reasons))

    # --- ways to find a time

    def _as_asked(self):
        """The time the customer asked for; never moved, but with what speaks against it."""
        self.reasons.append(self.env._("as they asked for"))
        theirs = self.at.astimezone(self.reach.hours.zone)
        if self.at < self.now:
            self.warnings.append(self.env._("This time has passed."))
        if name := self.reach.hours.closed.get_name(theirs.date()):
            self.warnings.append(self.env._("They are closed on that day: %s.", name))
        elif not self.reach.get_window(theirs):
            self.warnings.append(self.env._("This is outside their hours."))
        user = self._get_acting(self.at)
        if not self._works_at(user, self.at):
            self.warnings.append(self.env._("%s does not work on that day.", user.name))
        return self.at, user

    def _by_programme(self, programme):
        """The next call of the programme; on a closed day, the same time of the next open one."""
        zone = self.reach.hours.zone
        earliest = self.now
        if self._is_promise():
            earliest = self._get_day_after_promise()
        elif self.outcome.is_contact:
            # today's call has been made, perhaps some minutes early
            earliest = self._get_start(self._today() + timedelta(days=1))
        moment = programme.get_slots(earliest, zone, count=1)[0]
        user = self._get_acting(moment)
        closed = self.reach.hours.closed.get_name(moment.date())
        if not closed and self._works_at(user, moment):
            self.reasons.append(self.env._("call programme"))
            return moment, user
        self.reasons.append(
            self.env._(
                "call programme of %(day)s, moved: %(why)s",
                day=self.account._format_day(moment.date()),
                why=closed or self.env._("we are closed or away"),
            )
        )
        slot, user = self._find(moment, patience=0)
        same_clock = from_wall(slot.date(), programme.hour, zone)
        later, later_user = self._find(max(slot, same_clock), patience=0)
        return (later, later_user) if later.date() == slot.date() else (slot, user)

    def _by_delay(self):
        """After the outcome's delay, or what is known better."""
        earliest, patience = self._get_earliest()
        moment, user = self._find(earliest, patience)
        self._explain_slot(moment, earliest)
        return moment, user

    # --- the earliest moment

    def _get_earliest(self):
        """The first moment that makes sense, and the days that a better time is waited for."""
        if self._is_promise():
            self.reasons.append(
                self.env._(
                    "the working day after the promise of %s",
                    self.account._format_day(self.promise_date),
                )
            )
            return self._get_day_after_promise(), 0
        delay = self._get_delay()
        if not delay:
            return self.now, PATIENCE_DAYS
        day = self._today() + timedelta(days=delay)
        if found := self._get_day_before_run(day):
            return self._get_start(found), min(PATIENCE_DAYS, RUN_WORKING_DAYS - 1)
        self.reasons.append(self._get_delay_text(delay))
        return self._get_start(day), PATIENCE_DAYS

    def _get_delay_text(self, days):
        if days == 1:
            return self.env._("1 day after: %s", self.outcome.name)
        return self.env._("%(days)s days after: %(outcome)s", days=days, outcome=self.outcome.name)

    def _get_delay(self):
        return self.outcome.delay_days

    def _is_promise(self):
        """Whether nothing is to be done before a promise is due."""
        if not self.promise_date or self.promise_date < self._today():
            return False
        return self.outcome.effect == "promise" or not self.account.amount_chasable

    def _get_day_after_promise(self):
        day = shift_working_days(self.promise_date, 1, self.reach.hours.closed, self.reach.weekend)
        return self._get_start(day)

    def _get_day_before_run(self, day):
        """Two working days before the usual payment day, if that is soon after a day.

        :rtype: date|None
        """
        run = self.reach.payment_run
        if not run or self.outcome.effect in AGREED or self.reach.has_typed_best:
            return None
        found = self._shift_to_before(run.get_next(day))
        if found < day:
            # too late for this one
            found = self._shift_to_before(run.get_next(run.get_next(day) + timedelta(days=1)))
        if not day <= found <= day + timedelta(days=RUN_PATIENCE_DAYS):
            return None
        self.reasons.append(
            self.env._(
                "two working days before their usual payment day: %s",
                self.account._describe_payment_run(run),
            )
        )
        return found

    def _shift_to_before(self, payday):
        """So many working days before a payment day."""
        closed, weekend = self.reach.hours.closed, self.reach.weekend
        return shift_working_days(payday, -RUN_WORKING_DAYS, closed, weekend)

    # --- the slot

    def _find(self, earliest, patience=PATIENCE_DAYS):
        """The first moment at which they and a collector can talk, and who that collector is.

        :return tuple: (aware datetime, recordset of `res.users`)
        """
        user = self.user
        moment = self._get_slot(earliest, user, patience)
        if (acting := self._get_acting(moment)) != user:
            moved = self._get_slot(earliest, acting, patience)
            if self._get_acting(moved) == acting:
                return moved, acting
        return moment, self._get_acting(moment)

    def _get_slot(self, earliest, user, patience):
        """The first moment for this collector; else for them alone; else in office hours."""
        theirs, ours = self.reach.hours, self._get_ours(user)
        days = self.callers.get_working_days(ours)
        for hours in (ours, days, None):
            if slot := next_slot(earliest, theirs, hours, patience=patience):
                self._warn_about(hours, ours, user)
                return self._spread(slot, theirs, hours, user, patience)
        self._warn(
            self.env._(
                "%s can never be reached: all of their hours lie on closed days or are empty."
                " Proposed in office hours instead.",
                self.account.partner_id.display_name,
            )
        )
        office = Hours(OFFICE_HOURS, theirs.zone)
        return next_slot(earliest, office, days) or round_up(earliest)

    def _spread(self, slot, theirs, hours, user, patience):
        """A quarter of an hour of the same day that the collector has no other customer in.

        A day that is full takes more than one customer at a time: none is put off for that.
        """
        taken = self.callers.get_taken(user, self.account)
        if not taken:
            return slot
        free = next_slot(
            slot, replace(theirs, busy=(*theirs.busy, *taken)), hours, patience=-1, horizon=0
        )
        window = self.reach.get_window(slot)
        is_as_good = free and self.reach.get_window(free).best == window.best
        return free if is_as_good else slot

    def _warn_about(self, hours, ours, user):
        if hours is None:
            self._warn(self.env._("%s is away for months, without a substitute.", user.name))
        elif hours is not ours:
            self._warn(self.env._("Their hours and those of %s never meet.", user.name))

    def _warn(self, text):
        if text not in self.warnings:
            self.warnings.append(text)

    def _explain_slot(self, moment, earliest):
        """Add why this time of the day, and why not earlier."""
        hours = self.reach.hours
        theirs = moment.astimezone(hours.zone)
        window = self.reach.get_window(theirs)
        if window and window.best:
            self.reasons.insert(0, self._explain_best_time())
        first = earliest.astimezone(hours.zone).date()
        days = (first + timedelta(days=number) for number in range((theirs.date() - first).days))
        weekdays = {window.weekday for window in hours.windows}
        names = dict.fromkeys(hours.closed.get_name(d) for d in days if d.weekday() in weekdays)
        if names := [name for name in names if name][:2]:
            self.reasons.append(self.env._("not on %s", ", ".join(names)))

    def _explain_best_time(self):
        if self.reach.typed:
            return self.env._("their best time")
        best = self.reach.best_time
        return self.env._(
            "best time, %(answered)s of %(count)s answered",
            answered=best.answered,
            count=best.count,
        )

    # --- helpers

    def _today(self):
        """Today's date where the customer is."""
        return self.now.astimezone(self.reach.hours.zone).date()

    def _get_start(self, day):
        """The beginning of a day where the customer is, and never before now."""
        return max(from_wall(day, 0, self.reach.hours.zone), self.now)

    def _get_acting(self, moment):
        zone = self.callers.get_zone(self.user, self.account.company_id)
        return self.callers.get_acting(self.user, moment.astimezone(zone).date())

    def _get_ours(self, user):
        return self.callers.get_hours(user, self.account.company_id)

    def _works_at(self, user, moment):
        """Whether a collector works on that day, and is not off at that time."""
        days = self.callers.get_working_days(self._get_ours(user))
        spans = days.spans(moment.astimezone(days.zone).date())
        return any(start <= moment < end for start, end in spans)


def to_aware(moment):
    """A moment with a time zone; one without is in UTC, as Odoo stores it.

    :param datetime moment:
    """
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
