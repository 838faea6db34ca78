# Part of ar_collect. License LGPL-3.
"""Builds the demo company: master data, a year of documents, the collectors' own work."""

from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from .colleagues import Colleagues
from .contacts import Contacts
from .disputes import Disputes
from .ledger import Ledger
from .masterdata import MasterData
from .notices import Notices
from .performance import Performance
from .plan import make_plan
from .promises import Promises
from .tables import COMPANIES
from .worklist import Worklist

#: Nobody is mailed, followed or logged about records that never had a past.
QUIET = {
    "tracking_disable": True,
    "mail_notrack": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_auto_subscribe_no_notify": True,
    "mail_activity_quick_update": True,
    "no_reset_password": True,
}


def company_days(now=None):
    """Today in each company of the demo.

    :param datetime now: instant to take instead of the clock, with a time zone
    :rtype: dict[str, date]
    """
    now = now or datetime.now(timezone.utc)
    return {key: now.astimezone(ZoneInfo(spec.tz)).date() for key, spec in COMPANIES.items()}


def build(env, customer_keys=None):
    """Build everything; the caller sees to it that this happens once.

    :param env: environment of the superuser
    :param customer_keys: only these customers (tests do not need all), all by default
    :type customer_keys: collections.abc.Container[str] | None
    :return: the master data, by key
    :rtype: MasterData
    """
    env = env(context={**env.context, **QUIET})
    data = MasterData(env, company_days(), customer_keys)
    data.create_all()
    for key in data.companies:
        plan = make_plan(key, data.today_by_company[key], data.customers)
        Ledger(data, key, plan).post_all()
    archived = [line.key for line in data.customers if "archived" in line.specials]
    env["res.partner"].union(*(data.partners[key] for key in archived)).action_archive()
    env["ar.collect.account"]._refresh()
    Worklist(data).fill()
    Contacts(data).log()
    Promises(data).take()
    Disputes(data).take()
    Performance(data).fill()
    Colleagues(data).involve()
    # the days planned by the collectors count for the rank
    env["ar.collect.account"]._refresh()
    env["ar.collect.forecast.item"]._refresh()
    Notices(data).plan()
    return data
