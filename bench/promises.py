# Part of ar_collect. License LGPL-3.
"""The night's pass over open promises, against one plain statement for the money they got."""

from pathlib import Path

from . import clock

FOLDER = Path(__file__).parent / "sql"
#: Open promises, one of an item each; fewer where there are fewer open items.
PROMISES = 50_000


def measure(env, runs):
    """Judge open promises when nothing has happened, and when a day has passed for some.

    :param Environment env: superuser environment of a database with filled rows, whose ledger is
        not measured any more afterwards
    :param int runs: how often each is measured
    :return: `count`, `unchanged`, `reference`, `day` and how many were `broken` that day
    :rtype: dict
    """
    env.cr.execute((FOLDER / "promises.sql").read_text(), {"count": PROMISES})
    env.cr.execute("ANALYZE ar_collect_promise; ANALYZE ar_collect_promise_item")
    env.cr.commit()
    promises = env["ar.collect.promise"]
    broken = []
    works = {
        "unchanged": lambda: _judge(promises, []),
        "reference": lambda: _add_up(env.cr),
    }
    samples = {name: [] for name in works}
    for run in range(runs):
        for name in sorted(works, reverse=bool(run % 2)):
            env.invalidate_all()
            samples[name].append(clock.measure(env.cr, works[name]))
    results = {name: clock.summary(taken) for name, taken in samples.items()}
    # those of the first day have had their days of grace by then
    env.cr.execute("UPDATE ar_collect_promise SET date_promised = date_promised - 4")
    env.cr.execute("UPDATE ar_collect_promise_item SET date_promised = date_promised - 4")
    env.invalidate_all()
    results["day"] = clock.summary([clock.measure(env.cr, lambda: _judge(promises, broken))])
    return results | {"count": promises.search_count([]), "broken": len(broken)}


def _judge(promises, broken):
    """What the full refresh does before it adds up; without the rows of the customers."""
    scope = promises.env["ar.collect.account"]._get_refresh_scope(None, None)
    broken.extend(promises._judge_scope(scope).ids)


def _add_up(cr):
    cr.execute((FOLDER / "promises_reference.sql").read_text())
    cr.fetchall()
