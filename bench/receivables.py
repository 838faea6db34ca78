# Part of ar_collect. License LGPL-3.
"""The 24-month trend of all key figures, and aged receivables, against plain statements."""

from pathlib import Path

from . import clock

FOLDER = Path(__file__).parent / "sql"
MONTHS = 24
#: What the list asks for when it is grouped by customer.
GROUPS_SHOWN = 80
AGGREGATES = (
    *(f"bucket_{number}:sum" for number in range(5)),
    *("amount_credit:sum", "residual:sum", "days_late:max"),
)
#: Days back of the aged receivables, today and a year ago.
AGED = {"aged": 0, "aged_past": 365}


def measure(env, runs):
    """Measure both, by turns with the plain statements for the same figures.

    :param Environment env: superuser environment of a database with filled rows
    :param int runs: how often each is measured
    :return: by work, and by work with ``_reference``
    :rtype: dict
    """
    companies = env["res.company"].search([("id", "in", _companies(env.cr))])
    env = env(context={**env.context, "allowed_company_ids": companies.ids})
    today = companies[:1]._get_collect_today()
    works = {
        "trend": lambda: env["ar.collect.kpi"].get_trend(today, MONTHS),
        "trend_by_collector": lambda: env["ar.collect.kpi"].get_trend(
            today, MONTHS, group_by="collector"
        ),
        "trend_reference": lambda: _run(env.cr, "kpi_reference.sql", companies, today),
    }
    for name, back in AGED.items():
        day = today.fromordinal(today.toordinal() - back)
        works[name] = lambda day=day: _show(env, day)
        works[f"{name}_reference"] = lambda day=day: _run(
            env.cr, "aged_reference.sql", companies, day
        )
    samples = {name: [] for name in works}
    for run in range(runs + 1):
        for name in sorted(works, reverse=bool(run % 2)):
            env.invalidate_all()
            sample = clock.measure(env.cr, works[name])
            if run:  # the first time is for the caches
                samples[name].append(sample)
    return {name: clock.summary(taken) for name, taken in samples.items()}


def _companies(cr):
    cr.execute("SELECT DISTINCT company_id FROM ar_collect_account")
    return [company_id for (company_id,) in cr.fetchall()]


def _show(env, day):
    """What the browser asks for first."""
    report = env["ar.collect.aged.report"]._with_day(day, None)
    return report.web_read_group(
        [("company_id", "in", env.companies.ids)],
        ["customer_id"],
        AGGREGATES,
        limit=GROUPS_SHOWN,
        auto_unfold=False,
    )


def _run(cr, name, companies, day):
    # as for ours: no compiling of what runs once, and room to sort
    cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '256MB'")
    values = {"companies": companies.ids, "day": day, "months": MONTHS, "limit": GROUPS_SHOWN}
    cr.execute((FOLDER / name).read_text(), values)
    return cr.fetchall()
