# Part of ar_collect. License LGPL-3.
"""Planning and queuing reminders, against the plain statement that finds the same customers."""

from pathlib import Path

from odoo import Command, fields
from odoo.tools import SQL

from odoo.addons.ar_collect.models.notice_query import NoticeQuery

from . import addresses, clock, notices_core

FOLDER = Path(__file__).parent / "sql"
#: Days after the due date of the steps; all are e-mails.
DAYS = (3, 10, 20, 45)
#: How many reminders are queued, as far as there are so many.
COUNTS = (100, 1_000, 20_000)
BATCH = 100


def measure(env, runs):
    """Plan the reminders of all customers, plan again, and queue them.

    :param Environment env: superuser environment of a database with filled rows, whose ledger is
        not measured any more afterwards
    :param int runs: how often the planning is measured
    :return: `find`, `plan`, `reference`, `again`: figures; `notices`, `differences`, `repeated`
        (reminders more when planned again after queuing): counts; `queued`: list of figures by
        number; `core`: figures of the same by Odoo's own means
    :rtype: dict
    """
    companies = _prepare(env)
    notices = env["ar.collect.notice"]
    samples = {name: [] for name in ("find", "plan", "reference", "again")}
    found = set()

    def refer():
        env.cr.execute(
            (FOLDER / "notices_reference.sql").read_text(),
            {"today": fields.Date.today(), "days": DAYS[0]},
        )
        found.update(env.cr.fetchall())

    for _run in range(runs):
        env.cr.execute("DELETE FROM ar_collect_notice")
        env.cr.commit()
        env.invalidate_all()
        samples["reference"].append(clock.measure(env.cr, refer))
        samples["find"].append(clock.measure(env.cr, lambda: _find(notices, companies)))
        samples["plan"].append(clock.measure(env.cr, lambda: notices._process_plan(companies)))
        samples["again"].append(clock.measure(env.cr, lambda: notices._process_plan(companies)))
    planned = set(env.execute_query(SQL("SELECT customer_id, company_id FROM ar_collect_notice")))
    queued = list(_queue(env))
    notices._process_plan(companies)
    return {
        **{name: clock.summary(taken) for name, taken in samples.items()},
        "notices": len(planned),
        "differences": len(planned ^ found),
        "repeated": notices.search_count([]) - len(planned),
        "queued": queued,
        "core": notices_core.measure(env, sorted({key[0] for key in planned})[: COUNTS[1]]),
    }


def _find(notices, companies):
    """Work out which step each customer reaches, without writing it down."""
    for company in companies:
        query = NoticeQuery(notices.env, notices._get_scope(company))
        with query.tuned():
            notices.env.cr.execute(query.get_decisions())
            notices.env.cr.fetchall()


def _prepare(env):
    """One strategy of e-mails for all, and an address for every customer."""
    env["ar.collect.strategy"].search([]).active = False
    text = env["ar.collect.notice.template"].search([], limit=1)
    steps = [
        Command.create({"name": str(days), "days": days, "template_id": text.id}) for days in DAYS
    ]
    env["ar.collect.strategy"].create({"name": "Bench", "is_default": True, "step_ids": steps})
    env["res.company"].search([]).write(
        {
            "collect_notice_require_sent": False,
            "collect_notice_per_hour": 0,
            "collect_notice_active": True,
        }
    )
    addresses.give(env)
    return env["res.company"].search([])


def _queue(env):
    """Queue more and more reminders; the figures of each number, per reminder."""
    notices = env["ar.collect.notice"]
    ids = notices.search([], order="id").ids
    start = 0
    for count in COUNTS:
        chosen = ids[start : start + count]
        start += count
        if len(chosen) < count:
            break

        def work(chosen=chosen):
            for first in range(0, len(chosen), BATCH):
                notices._process_notices(chosen[first : first + BATCH])
                env.cr.commit()
                env.invalidate_all()

        yield clock.per_piece(clock.measure(env.cr, work), count)
