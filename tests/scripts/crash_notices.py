# Part of ar_collect. License LGPL-3.
# Run in Odoo's shell: processes that plan, carry out and send notices are killed at any moment, while
# customers pay, promise and dispute; then what has arrived is compared with what should have.
import json
import logging
import os
import random
import signal
import socket
import time
import traceback
from collections import Counter

from aiosmtpd.controller import Controller

import odoo
from odoo import SUPERUSER_ID, Command, api, fields
from odoo.modules.registry import Registry

from odoo.addons.ar_collect.models import ar_collect_notice_send, mail_mail

KILLS = int(os.environ.get("CRASH_KILLS") or 30)
CUSTOMERS = int(os.environ.get("CRASH_CUSTOMERS") or 60)
WORKERS = int(os.environ.get("CRASH_WORKERS") or 1)
SECONDS = float(os.environ.get("CRASH_SECONDS") or 240)
SEED = int(os.environ.get("CRASH_SEED") or 1)
#: Customers that settle while the processes are dead, of ten.
SETTLING = 3
#: Notices and mails between two commits: few, so that processes that live for moments get somewhere.
BATCH = 10
#: Longest life of a process, in seconds.
LIFE = float(os.environ.get("CRASH_LIFE") or 1.5)
#: A process that is not killed by then is done, or hangs.
PATIENCE = 120

database = env.cr.dbname
random.seed(SEED)
logging.getLogger("mail.log").setLevel(logging.WARNING)
# workers that meet start over; each time is a line in the log
logging.getLogger("odoo.sql_db").setLevel(logging.CRITICAL)
ar_collect_notice_send.BATCH = mail_mail.BATCH = BATCH


class Sink:
    """An SMTP server that writes down what it accepts."""

    def __init__(self):
        self.letters = []

    async def handle_DATA(self, _server, _session, envelope):
        self.letters.append((envelope.rcpt_tos[0], time.time()))
        return "250 OK"


sink = Sink()
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
controller = Controller(sink, hostname="127.0.0.1", port=port)
controller.start()


def transaction(work):
    """Do something in a transaction of its own, whatever else goes on; what it returns."""
    for _attempt in range(20):
        try:
            with Registry(database).cursor() as cr:
                return work(api.Environment(cr, SUPERUSER_ID, {}))
        except odoo.service.model.PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            time.sleep(0.05)
    raise RuntimeError("never got through")


def prepare(env):
    """A company that sends by way of the sink, and customers who are late."""
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create(
        {"name": "Sink", "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_encryption": "none"}
    )
    company = env.company
    company.write({"collect_notice_require_sent": False, "email": "us@example.com"})
    company.partner_id.country_id = env.ref("base.us")
    env.cr.flush()
    env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    env["ar.collect.strategy.step"].search([]).write({"automatic": True, "min_gap": 0})
    partners = env["res.partner"].create(
        [
            {"name": f"Customer {number}", "email": f"c{number}@example.com", "is_company": True}
            for number in range(CUSTOMERS)
        ]
    )
    addresses = owe(env, partners)
    accounts = env["ar.collect.account"].search([("partner_id", "in", partners.ids)])
    # round the clock: the test may run at night
    env["ar.collect.contact.window"].create(
        [
            {"account_id": account.id, "dayofweek": str(day), "hour_from": 0, "hour_to": 24}
            for account in accounts
            for day in range(7)
        ]
    )
    company.collect_notice_active = True
    return accounts.ids, addresses


def owe(env, partners):
    """Another invoice for each of these customers, five days late; their addresses."""
    today = fields.Date.today()
    line = {"name": "Goods", "price_unit": 100.0, "tax_ids": [Command.clear()]}
    invoices = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": fields.Date.subtract(today, days=40),
                "invoice_date_due": fields.Date.subtract(today, days=5),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [Command.create(line)],
            }
            for partner in partners
        ]
    )
    invoices.action_post()
    env.cr.flush()
    while env["ar.collect.account"]._process_dirty():
        env.cr.flush()
    return partners.mapped("email")


def owe_again(env):
    """Another invoice for all who have not settled; the day is planned once more."""
    partners = env["res.partner"].search([("email", "like", "c%@example.com")])
    env["ar.collect.refresh.status"].search([]).notice_planned_to = False
    return owe(env, partners.filtered(lambda partner: partner.email not in settled))


def work():
    """What the scheduler does, until nothing is left to do."""
    for _round in range(200):
        transaction(lambda env: env["ar.collect.notice"]._cron_plan())
        transaction(lambda env: env["ar.collect.notice"]._cron_send())
        transaction(lambda env: env["mail.mail"].process_email_queue())
        if not transaction(left):
            return


def left(env):
    """How much is still to be done."""
    return (
        len(env["ar.collect.notice"]._get_companies_to_plan())
        + env["ar.collect.notice"].search_count([("state", "=", "planned")])
        + env["mail.mail"].search_count(
            [("state", "=", "outgoing"), ("collect_notice_ids", "!=", False)]
        )
    )


def spawn():
    """A process that works; it starts without a connection of its own."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        random.seed()
        work()
        status = 0
    except BaseException:  # noqa: BLE001 - the parent is told by the status
        traceback.print_exc()
    finally:
        os._exit(status)


def settle(env, account_id):
    """The customer pays, disputes or promises; None when a notice has left already."""
    account = env["ar.collect.account"].browse(account_id)
    lines = env["account.move.line"].search(
        env["account.move.line"]._get_collect_open_domain(account.partner_id, account.company_id)
    )
    kind = random.choice(("paid", "disputed", "promised"))
    if kind == "paid":
        env["account.payment.register"].with_context(
            active_model="account.move", active_ids=lines.move_id.ids
        ).create({})._create_payments()
    elif kind == "disputed":
        env["ar.collect.dispute"].create(
            {
                "account_id": account.id,
                "reason_id": env.ref("ar_collect.dispute_reason_price").id,
                "item_ids": [Command.create({"line_id": line.id}) for line in lines],
            }
        )
    else:
        env["ar.collect.promise"].create(
            {
                "account_id": account.id,
                "amount": sum(lines.mapped("amount_residual")),
                "date_promised": fields.Date.add(fields.Date.today(), days=3),
            }
        )
    return account.partner_id.email


settled = {}
account_ids, addresses = transaction(prepare)
owed = Counter(addresses)
env.cr.rollback()
undecided = random.sample(account_ids, len(account_ids) * SETTLING // 10)
killed = 0
started = time.time()
while killed < KILLS and time.time() - started < SECONDS:
    odoo.sql_db.close_all()
    children = [spawn() for _worker in range(WORKERS)]
    time.sleep(random.uniform(0.02, LIFE))
    for child in children:
        if not os.waitpid(child, os.WNOHANG)[0]:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            killed += 1
    time.sleep(0.1)  # the server reads what was on its way
    if undecided and random.random() < 0.5:
        address = transaction(lambda env: settle(env, undecided.pop()))
        settled[address] = time.time()
    if not transaction(left):
        owed.update(transaction(owe_again))

odoo.sql_db.close_all()
child = spawn()
deadline = time.time() + PATIENCE
while not os.waitpid(child, os.WNOHANG)[0]:
    if time.time() > deadline:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise SystemExit("the last process did not come to an end")
    time.sleep(0.1)


def count(env):
    """What the notices say; those that were interrupted on their way are told by now."""
    env.cr.execute("UPDATE mail_mail SET write_date = write_date - INTERVAL '1 hour'")
    env.cr.execute("UPDATE ar_collect_notice SET queued_at = queued_at - INTERVAL '1 hour'")
    env["ar.collect.notice"]._follow_up_mails()
    notices = env["ar.collect.notice"].search([("channel", "=", "email")])
    return {
        "states": Counter(notices.mapped("state")),
        "unclear": Counter(
            notice.customer_id.email for notice in notices if notice.state == "failed"
        ),
        "failures": Counter(notices.mapped("failure")),
    }


result = transaction(count)
controller.stop()
arrived = Counter(address for address, _moment in sink.letters)
unclear = result["unclear"]
figures = {
    "kills": killed,
    "workers": WORKERS,
    "notices": sum(result["states"].values()),
    "states": result["states"],
    "failures": result["failures"],
    "debts": sum(owed.values()),
    "settled": len(settled),
    "mails": len(sink.letters),
    "unclear": sum(unclear.values()),
    "twice": sorted(a for a, times in arrived.items() if times > owed[a]),
    "lost": sorted(
        a for a in owed if a not in settled and arrived[a] + unclear.get(a, 0) < owed[a]
    ),
    "after_settling": sorted(
        a for a, moment in sink.letters if a in settled and moment > settled[a]
    ),
}
print("RESULT " + json.dumps(figures), flush=True)
os._exit(0)  # the shell's own connection was closed for the processes
