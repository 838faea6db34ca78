# Part of ar_collect. License LGPL-3.
"""What the strategies ask for in the demo company: planned, for somebody to approve."""

#: Of so many invoices one was never sent: nobody is reminded of it.
UNSENT = 17
#: Customers of whom late fees are proposed.
CHARGED = 5


class Notices:
    """Plans notices for the accounts that the refresh has made; ``plan`` is the entry."""

    def __init__(self, data):
        self.data = data
        self.env = data.env
        self.companies = self.env["res.company"].union(*data.companies.values())

    def plan(self):
        """Plan today's notices; none goes out by itself from a demo."""
        self._send_invoices()
        # each change is a version of the strategy: only those that change
        steps = self.env["ar.collect.strategy.step"].search([("automatic", "=", True)])
        steps.automatic = False
        self.companies.collect_notice_active = True
        self.env["ar.collect.notice"]._process_plan(self.companies)
        self._propose_fees()

    def _propose_fees(self):
        """Interest for some who pay late, to be decided on."""
        self.env["ar.collect.fee.rule"].create(
            {
                "name": "Terms of business: 12 % a year",
                "method": "fixed",
                "percent": 12,
                "grace_days": 10,
                "sequence": 90,
            }
        )
        accounts = self.env["ar.collect.account"].search(
            [("company_id", "=", self.companies[0].id), ("amount_overdue", ">", 0)],
            order="amount_overdue DESC",
            limit=CHARGED,
        )
        self.env["ar.collect.fee"]._propose(accounts)

    def _send_invoices(self):
        """Most invoices were sent when they were posted."""
        invoices = self.env["account.move"].search(
            [
                ("company_id", "in", self.companies.ids),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
            ],
            order="id",
        )
        sent = invoices.browse(
            invoice.id for number, invoice in enumerate(invoices, 1) if number % UNSENT
        )
        sent.is_move_sent = True
