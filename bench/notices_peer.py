# Part of ar_collect. License LGPL-3.
"""The reminders of the addon that `peer.py` fetched, on the same ledger: its own steps, one by one.

Nothing of ours is installed here, and nothing of it is copied: its methods are called as its
buttons call them.
"""

from odoo import Command, fields

from . import addresses, clock

POLICY = "account_credit_control.credit_control_3_time"
#: How many e-mails are queued, if there are so many.
SAMPLE = 100


def measure(env, seconds):
    """Make the reminders of all companies with the policy that the addon brings along.

    :param Environment env: superuser environment
    :param int seconds: after which a step is given up, and with it those behind it
    :return: figures by step: `generate`, `ready`, `communicate`, `queued` (per e-mail), `again`;
        `lines`, `reminders`, `again_lines`: counts; `unfinished`: the step that was
        given up after `seconds`
    :rtype: dict
    """
    # queued, as ours are: without this every message is sent when it is committed
    work = _Work(env(context={**env.context, "mail_notify_force_send": False}))
    figures = {}
    for step in (work.generate, work.ready, work.communicate, work.queue, work.again):
        try:
            with clock.limit(seconds):
                figures.update(step())
        except clock.TooLong:
            env.cr.rollback()
            return {**figures, "unfinished": step.__name__, "seconds": seconds}
    return figures


class _Work:
    """The steps, in their order; each returns its figures."""

    def __init__(self, env):
        self.env = env
        self.companies = env["res.company"].search([])
        addresses.give(env)
        policy = env.ref(POLICY)
        policy.account_ids = env["account.account"].search(
            [("account_type", "=", "asset_receivable")]
        )
        # no PDF: ours go without too
        policy.level_ids.email_template_id.report_template_ids = [Command.clear()]
        self.companies.credit_policy_id = policy
        self.runs = self._new_runs()
        self.communications = env["credit.control.communication"]
        env.cr.commit()

    def _new_runs(self):
        """A run of today for each company."""
        return self.env["credit.control.run"].create(
            [{"company_id": company.id, "date": fields.Date.today()} for company in self.companies]
        )

    def _timed(self, work):
        """Run something with nothing in the cache, and with its tables counted."""
        self.env.flush_all()
        self.env.invalidate_all()
        # the server does this by itself a minute later; without it the plans are bad by chance
        self.env.cr.execute("ANALYZE credit_control_line, credit_control_communication")
        return clock.measure(self.env.cr, work)

    def _generate(self, runs):
        for run in runs:
            run.with_company(run.company_id).generate_credit_lines()

    def generate(self):
        """Find what is due and at which level."""
        sample = self._timed(lambda: self._generate(self.runs))
        return {"generate": clock.summary([sample]), "lines": len(self.runs.line_ids)}

    def ready(self):
        """Set the lines to be sent."""

        def work():
            for run in self.runs:
                run.set_to_ready_lines()

        return {"ready": clock.summary([self._timed(work)])}

    def communicate(self):
        """Put the lines for e-mail together, one communication for each mail."""

        def work():
            for run in self.runs:
                chosen = run.line_ids.filtered(lambda line: line.channel == "email")
                self.communications += self.communications._generate_comm_from_credit_lines(chosen)

        sample = self._timed(work)
        return {"communicate": clock.summary([sample]), "reminders": len(self.communications)}

    def queue(self):
        """Queue a sample of the e-mails."""
        chosen = self.communications[:SAMPLE]
        sample = self._timed(chosen._generate_emails)
        return {"queued": clock.per_piece(sample, len(chosen))}

    def again(self):
        """Run once more on the same day, when everything counts as sent."""
        self.communications.with_context(tracking_disable=True)._mark_credit_line_as_sent()
        runs = self._new_runs()
        sample = self._timed(lambda: self._generate(runs))
        return {"again": clock.summary([sample]), "again_lines": len(runs.line_ids)}
