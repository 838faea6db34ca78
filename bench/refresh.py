# Part of ar_collect. License LGPL-3.
"""The refresh engine against the reference; runs inside an Odoo process."""

from . import clock, reference
from .refresh_modes import MODES

# Every hundredth customer is dirty.
DIRTY_SHARE = 100
SINGLE_CUSTOMERS = 20


def measure(env, runs):
    """Time the full refresh and the reference in turns, then the incremental refreshes.

    :param Environment env: superuser environment of a database with the addon
    :param int runs: how often each is measured
    :rtype: dict
    """
    accounts = env["ar.collect.account"]
    reference.create(env.cr)
    todays = env["ar.collect.refresh.status"]._get_today(env["res.company"].search([]))
    values = reference.parameters(env.cr, todays)
    works = {
        "engine": accounts._refresh,
        "reference": lambda: reference.run(env.cr, values),
    }
    for work in works.values():  # warm-up
        clock.measure(env.cr, work)
    results = {"rows": accounts.search_count([])}
    found = []
    for mode in MODES:
        results |= _take_turns(env, works, mode, runs, found)
    clock.measure(env.cr, accounts._refresh)  # leaves the rows filled for what follows
    results["dirty"] = _measure_dirty(env, runs)
    results["single"] = _measure_single(env)
    found.append(reference.differences(env.cr))
    results["comparisons"] = len(found)
    results["differences"] = sum(count for count, _examples in found)
    results["different"] = [example for _count, examples in found for example in examples][:3]
    return results


def memory(env):
    """Memory that a full refresh takes in a fresh process, when all rows have to be written.

    :param Environment env: superuser environment of a database with filled rows
    :return: megabytes
    :rtype: float
    """
    accounts = env["ar.collect.account"]
    # one customer first: what Odoo loads once and keeps is not the refresh's
    accounts._refresh(accounts.search([], limit=1).partner_id)
    env.cr.execute("UPDATE ar_collect_account SET amount_balance = amount_balance + 1")
    env.cr.commit()
    env.invalidate_all()
    return clock.memory_growth(accounts._refresh)


def _take_turns(env, works, mode, runs, found):
    """Measure the works alternately, each time after the preparation of ``mode``.

    :param list found: gets the differences between the two tables after each run
    """
    samples = {name: [] for name in works}
    for run in range(runs):
        PREPARATIONS[mode](env.cr)
        _vacuum(env.cr)
        # the order changes: who comes second finds the ledger in the caches
        for name in sorted(works, reverse=bool(run % 2)):
            env.invalidate_all()
            samples[name].append(clock.measure(env.cr, works[name]))
        found.append(reference.differences(env.cr))
    return {f"{name}_{mode}": clock.summary(taken) for name, taken in samples.items()}


def _nothing(cr):
    """Leave the rows as they are: nothing will be written."""


def _change_all(cr):
    """Falsify every row, so that all of them have to be written again."""
    cr.execute("UPDATE ar_collect_account SET amount_balance = amount_balance + 1")
    cr.execute("UPDATE bench_reference SET amount_balance = amount_balance + 1")


def _empty(cr):
    """As on installation: no row is there yet."""
    # not truncated: by way of disputes the invoices refer to accounts, and would go with them
    cr.execute("DELETE FROM ar_collect_account")
    cr.execute("TRUNCATE bench_reference")


PREPARATIONS = {"nothing": _nothing, "change_all": _change_all, "empty": _empty}


def _vacuum(cr):
    """Clear away what the preparation left, outside of the measured time."""
    cr.commit()
    connection = cr._cnx
    connection.autocommit = True
    try:
        cr.execute("VACUUM (ANALYZE) ar_collect_account, bench_reference")
    finally:
        connection.autocommit = False


def _measure_dirty(env, runs):
    """Mark every hundredth customer and work off the marks as the cron does."""
    env.cr.execute(
        "SELECT partner_id, company_id FROM ar_collect_account WHERE mod(partner_id, %s) = 0",
        [DIRTY_SHARE],
    )
    pairs = env.cr.fetchall()
    samples = []
    for _run in range(runs + 1):
        _falsify(env, [partner for partner, _company in pairs])
        env["ar.collect.dirty"]._mark(set(pairs))
        env.cr.commit()
        samples.append(clock.measure(env.cr, lambda: _work_off(env)))
    return clock.summary(samples[1:]) | {"rows": len(pairs)}


def _work_off(env):
    while env["ar.collect.account"]._process_dirty():
        env.cr.commit()


def _falsify(env, partner_ids):
    """Make the rows of some customers wrong, so that a refresh has something to write."""
    env.cr.execute(
        "UPDATE ar_collect_account SET amount_balance = amount_balance + 1 WHERE partner_id = ANY(%s)",
        [partner_ids],
    )


def _measure_single(env):
    """Refresh one customer, as opening his page does; several customers, each after the other."""
    env.cr.execute("SELECT partner_id FROM ar_collect_account WHERE open_count > 0 ORDER BY id")
    partner_ids = [row[0] for row in env.cr.fetchall()]
    chosen = partner_ids[:: max(1, len(partner_ids) // SINGLE_CUSTOMERS)][:SINGLE_CUSTOMERS]
    samples = []
    for partner in env["res.partner"].browse(chosen):
        _falsify(env, partner.ids)
        env.cr.commit()
        env.invalidate_all()
        samples.append(
            clock.measure(
                env.cr, lambda partner=partner: env["ar.collect.account"]._refresh(partner)
            )
        )
    return clock.summary(samples) | {"worst_sql": max(sample.sql for sample in samples)}


def core_reference(env, runs):
    """Time the reference where the addon is not installed: with core's indexes alone.

    :param Environment env: superuser environment of a seeded database
    :param int runs: how often it is measured
    :rtype: dict
    """
    reference.create(env.cr)
    env.cr.execute("SELECT id, current_date FROM res_company")
    values = reference.parameters(env.cr, dict(env.cr.fetchall()))
    samples = []
    for _run in range(runs + 1):
        env.cr.execute("UPDATE bench_reference SET amount_balance = amount_balance + 1")
        env.cr.commit()
        samples.append(clock.measure(env.cr, lambda: reference.run(env.cr, values)))
    env.cr.execute("DROP TABLE bench_reference")
    env.cr.commit()
    return clock.summary(samples[1:])
