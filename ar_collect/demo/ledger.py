# Part of ar_collect. License LGPL-3.
"""Posts a company's plan the way people do: invoices, registered payments, credit notes."""

from odoo.fields import Command
from odoo.tools import SQL

from .plan import SEED, Credit, OnAccount, Payment
from .tables import COMPANIES

#: Documents created or posted in one call: enough to share the work, little enough for the cache.
INVOICE_BATCH = 150
PAYMENT_BATCH = 60

#: Tables that the documents fill.
GROWING_TABLES = (
    "account_move",
    "account_move_line",
    "account_partial_reconcile",
    "account_payment",
)


class Ledger:
    """Turns the plan of one company into entries; ``post_all`` is the entry."""

    def __init__(self, data, company_key, plan):
        self.data = data
        self.plan = plan
        self.company_key = company_key
        self.company = data.companies[company_key]
        self.env = data.env(
            context={
                **data.env.context,
                "allowed_company_ids": self.company.ids,
                # "today" of every default and check is the company's
                "tz": COMPANIES[company_key].tz,
            }
        )
        self.customers = {customer.key: customer for customer in data.customers}
        self.moves = {}
        domain = [("company_id", "=", self.company.id), ("type", "=", "bank")]
        self.bank = self.env["account.journal"].search(domain, limit=1)

    def post_all(self):
        """Post every document of the plan; credit notes and payments by date."""
        self._post_invoices()
        self._post_openings()
        self._analyze()
        waiting = []
        documents = self.plan.credits + self.plan.payments + self.plan.on_account
        for document in sorted(documents, key=lambda document: document.date):
            if self._is_plain_payment(document) and len(waiting) < PAYMENT_BATCH:
                waiting.append(document)
                continue
            self._pay_in_full(waiting)
            waiting = []
            self._post_one(document)
        self._pay_in_full(waiting)

    def _analyze(self):
        """Tell the planner what this transaction has written so far.

        Odoo looks up the invoices of payments by joins that take minutes when PostgreSQL still
        believes these tables to be as small as they were before.
        """
        self.env.flush_all()
        for table in GROWING_TABLES:
            self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))

    def _is_plain_payment(self, document):
        return isinstance(document, Payment) and document.share == 1 and not document.bounced

    def _post_one(self, document):
        if isinstance(document, Credit):
            self._credit(document)
        elif isinstance(document, OnAccount):
            self._pay_on_account(document)
        elif self._is_plain_payment(document):
            self._pay_in_full([document])
        else:
            self._pay_share(document)

    # --- invoices

    def _post_invoices(self):
        Move = self.env["account.move"]
        for start in range(0, len(self.plan.invoices), INVOICE_BATCH):
            invoices = self.plan.invoices[start : start + INVOICE_BATCH]
            moves = Move.create([self._invoice_vals(invoice) for invoice in invoices])
            for invoice, move in zip(invoices, moves, strict=True):
                self.moves[invoice.key] = move
            drafts = [self.moves[invoice.key].id for invoice in invoices if invoice.draft]
            (moves - Move.browse(drafts)).action_post()

    def _invoice_vals(self, invoice):
        customer = self.customers[invoice.customer]
        partner = self.data.children.get(invoice.child) or self.data.partners[invoice.customer]
        domestic = customer.country == COMPANIES[self.company_key].country
        tax = domestic and COMPANIES[self.company_key].domestic_tax
        taxes = self.company.account_sale_tax_id.ids if tax else []
        return {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": invoice.date,
            "invoice_payment_term_id": self.data.terms[invoice.terms].id,
            "currency_id": self.data.currencies[invoice.currency].id,
            "invoice_user_id": self.data.users[customer.salesperson].id,
            "ref": f"PO {4000 + sum(map(ord, invoice.key + SEED)) % 5000}",
            "invoice_line_ids": [
                Command.create(
                    {
                        "product_id": self.data.products[line.product].id,
                        "quantity": line.quantity,
                        "price_unit": line.price,
                        "discount": line.discount,
                        "tax_ids": [Command.set(taxes)],
                    }
                )
                for line in invoice.lines
            ],
        }

    def _post_openings(self):
        for opening in self.plan.openings:
            partner = self.data.partners[opening.customer].with_company(self.company)
            journal, equity = self._opening_accounts()
            entry = self.env["account.move"].create(
                {
                    "move_type": "entry",
                    "journal_id": journal.id,
                    "date": opening.date,
                    "ref": "Opening balance",
                    "line_ids": [
                        Command.create(
                            {
                                "name": "Opening balance",
                                "account_id": partner.property_account_receivable_id.id,
                                "partner_id": partner.id,
                                "debit": opening.amount,
                                "date_maturity": opening.date,
                            }
                        ),
                        Command.create(
                            {
                                "name": "Opening balance",
                                "account_id": equity.id,
                                "credit": opening.amount,
                            }
                        ),
                    ],
                }
            )
            entry.action_post()

    def _opening_accounts(self):
        domain = [("company_id", "=", self.company.id), ("type", "=", "general")]
        journal = self.env["account.journal"].search(domain, limit=1)
        equity = self.env["account.account"].search(
            [("company_ids", "in", self.company.ids), ("account_type", "=", "equity")], limit=1
        )
        return journal, equity

    # --- payments

    def _items(self, payment):
        """The receivable lines a payment is for.

        :rtype: account.move.line
        """
        lines = self.env["account.move.line"]
        for key, part in payment.items:
            # instalments have no number of their own: the order of their due dates is it
            terms = self.moves[key].line_ids.filtered(lambda x: x.display_type == "payment_term")
            lines |= terms.sorted(lambda x: (x.date_maturity, x.id))[part]
        return lines.filtered(lambda line: not line.reconciled)

    def _pay_in_full(self, payments):
        """Book many payments of whole items at once, the way payment providers book theirs.

        The wizard reconciles payment by payment, which takes twice the time.
        """
        items = [self._items(payment) for payment in payments]
        records = (
            self.env["account.payment"]
            .with_context(skip_invoice_sync=True)
            .create(
                [
                    self._payment_vals(payment, lines)
                    for payment, lines in zip(payments, items, strict=True)
                ]
            )
        )
        records.action_post()
        self._analyze()
        self.env["account.move.line"]._reconcile_plan(
            [
                record.move_id.line_ids.filtered_domain(
                    [("account_id", "in", lines.account_id.ids)]
                )
                + lines
                for record, lines in zip(records, items, strict=True)
            ]
        )

    def _payment_vals(self, payment, lines):
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": lines.partner_id.id,
            "amount": sum(lines.mapped("amount_residual_currency")),
            "currency_id": lines.currency_id.id,
            "date": payment.date,
            "journal_id": self.bank.id,
            "destination_account_id": lines.account_id.id,
            "memo": ", ".join(sorted(lines.move_id.mapped("name"))),
            "invoice_ids": [Command.set(lines.move_id.ids)],
        }

    def _pay_share(self, payment):
        """A part payment, an overpayment, or a payment that the bank takes back."""
        lines = self._items(payment)
        open_amount = sum(lines.mapped("amount_residual_currency"))
        amount = lines.currency_id.round(open_amount * payment.share)
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move.line", active_ids=lines.ids)
            .create(
                {
                    "payment_date": payment.date,
                    "journal_id": self.bank.id,
                    "group_payment": True,
                    "amount": amount,
                }
            )
        )
        record = wizard._create_payments()
        if payment.bounced:
            record.action_cancel()

    def _pay_on_account(self, document):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.data.partners[document.customer].id,
                "amount": document.amount,
                "currency_id": self.company.currency_id.id,
                "date": document.date,
                "journal_id": self.bank.id,
                "memo": "Payment without reference",
            }
        )
        payment.action_post()

    # --- credit notes

    def _credit(self, document):
        move = self.moves[document.invoice]
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create(
                {
                    "reason": document.reason,
                    "date": document.date,
                    "journal_id": move.journal_id.id,
                }
            )
        )
        wizard.refund_moves()
        credit_note = wizard.new_move_ids
        for line in credit_note.invoice_line_ids:
            line.price_unit = round(line.price_unit * document.share, 2)
        credit_note.action_post()
