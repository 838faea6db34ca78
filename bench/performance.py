# Part of ar_collect. License LGPL-3.
"""First screens of cash by cause and of activities, against plain statements; the dashboards."""

from pathlib import Path

from odoo.fields import Command, Date

from . import clock

FOLDER = Path(__file__).parent / "sql"
COLLECTORS = 12
PAGES = ("team", "manager", "sales")
#: Measures of the pivot of activities, as its view has them.
MEASURES = (
    *("attempt_count:sum", "right_party_count:sum", "right_party_rate:avg", "promise_count:sum"),
    *("kept_rate:avg", "attempts_per_day:avg", "cash_amount:sum", "__count"),
)
#: The filter that activities begin with.
BY_PEOPLE = [("user_id", "!=", False), ("kind", "!=", "notice")]
#: Tables that `performance.sql` fills.
TABLES = (
    *("account", "activity", "activity_line_rel", "notice", "notice_item", "promise"),
    *("promise_item", "payment_plan", "payment_plan_item"),
)


def measure(env, runs):
    """Seed half a year of work, then measure, by turns with the plain statements.

    :param Environment env: superuser environment of a database with filled rows, whose claims are
        not measured any more afterwards
    :param int runs: how often each is measured
    :return: by work, and by work with ``_reference``
    :rtype: dict
    """
    _seed(env)
    companies = env["ar.collect.account"]._read_group([], [], ["company_id:recordset"])[0][0]
    env = env(context={**env.context, "allowed_company_ids": companies.ids})
    works = _get_works(env)
    samples = {name: [] for name in works}
    for run in range(runs + 1):
        for name in sorted(works, reverse=bool(run % 2)):
            env.invalidate_all()
            sample = clock.measure(env.cr, works[name])
            if run:  # the first time is for the caches
                samples[name].append(sample)
    return {name: clock.summary(taken) for name, taken in samples.items()}


def _seed(env):
    """Give every customer a collector, and the collectors half a year of work; commits."""
    users = env["res.users"].with_context(no_reset_password=True)
    users = users.create(
        [
            {
                "name": f"Collector {number}",
                "login": f"bench.collector.{number}",
                "company_ids": [Command.set(env["res.company"].search([]).ids)],
            }
            for number in range(COLLECTORS)
        ]
    )
    env.flush_all()
    env.cr.execute(
        "UPDATE ar_collect_account SET user_id = (%(ids)s::int4[])[1 + id %% %(count)s],"
        " acting_user_id = (%(ids)s::int4[])[1 + id %% %(count)s]",
        {"ids": users.ids, "count": COLLECTORS},
    )
    env.cr.execute((FOLDER / "performance.sql").read_text(), {})
    env.cr.execute("ANALYZE " + ", ".join(f"ar_collect_{table}" for table in TABLES))
    env.cr.commit()
    env.invalidate_all()


def _get_works(env):
    """What is measured, by name: what the browser asks for first, of this month."""
    today = env.company._get_collect_today()
    first, last = Date.start_of(today, "month"), Date.end_of(today, "month")
    month = [("date", ">=", first), ("date", "<=", last)]
    cash, activities = env["ar.collect.cash.report"], env["ar.collect.activity.report"]
    dashboard = env["ar.collect.dashboard"]
    days = {"companies": env.companies.ids, "first": first, "last": last}
    return {
        "cash_graph": lambda: cash.formatted_read_group(
            month, ["date:week", "source"], ["amount:sum", "__count"]
        ),
        "cash_pivot": lambda: cash.formatted_read_grouping_sets(
            month,
            [[], ["collector_id"], ["source"], ["collector_id", "source"]],
            ["amount:sum", "__count"],
        ),
        "cash_reference": lambda: _run(env.cr, "cash_reference.sql", days),
        "activities": lambda: activities.formatted_read_grouping_sets(
            [*month, *BY_PEOPLE], [[], ["user_id"]], MEASURES
        ),
        "activities_reference": lambda: _run(env.cr, "activity_reference.sql", days),
        "contacts": lambda: activities.formatted_read_group(
            [*month, ("kind", "=", "contact")], ["user_id"], ["attempt_count:sum"]
        ),
        **{page: lambda page=page: dashboard.get_page(page) for page in PAGES},
    }


def _run(cr, name, values):
    cr.execute((FOLDER / name).read_text(), values)
    return cr.fetchall()
