# Part of ar_collect. License LGPL-3.
"""Random work on a ledger, reproducible from its seed: what accountants do, in any order."""

import random

from odoo import Command
from odoo.exceptions import UserError, ValidationError

MOVE_REFUSED = (UserError, ValidationError)


class LedgerMonkey:
    """Does one random thing per step; keeps a trace that names every one of them.

    :param CollectCase case: whose companies, currencies and helpers are used
    :param list companies: `res.company` to book in
    :param dict currencies: list of `res.currency` by company
    """

    #: operation: how often, relative to the others
    WEIGHTS = {
        "invoice": 14,
        "pay": 12,
        "unapplied": 4,
        "credit_note": 5,
        "match": 8,
        "unmatch": 5,
        "reset_invoice": 4,
        "post_again": 5,
        "cancel": 2,
        "reset_payment": 3,
        "post_payment": 3,
        "cancel_payment": 2,
        "money_back": 2,
        "opening": 4,
        "exclude": 2,
        "block": 2,
        "due_date": 3,
        "item_to_contact": 2,
        "new_contact": 2,
        "under_another": 2,
        "on_its_own": 2,
        "merge": 2,
        "archive": 2,
        "settings": 3,
        "promise": 6,
        "promise_anything": 3,
        "end_promise": 3,
        "dispute": 5,
        "end_dispute": 3,
        "time": 3,
    }

    def __init__(self, case, companies, currencies, seed):
        self.case = case
        self.env = case.env
        self.seed = seed
        self.rng = random.Random(seed)
        self.companies = companies
        self.currencies = currencies
        self.trace = []
        self.partners = [case.customer(f"Customer {number}") for number in range(6)]
        self.moves = self.env["account.move"]
        self.payments = self.env["account.payment"]
        # sudo: the accountant who books here has no part in collections
        self.promises = self.env["ar.collect.promise"].sudo()
        self.disputes = self.env["ar.collect.dispute"].sudo()  # sudo: see above

    def step(self):
        """Do one thing; what Odoo refuses is undone and noted."""
        [name] = self.rng.choices(list(self.WEIGHTS), list(self.WEIGHTS.values()))
        try:
            with self.env.cr.savepoint():
                done = getattr(self, f"do_{name}")()
        except MOVE_REFUSED as refusal:
            done = f"refused: {str(refusal)[:80]}"
        self.trace.append(f"{len(self.trace) + 1}. {name}: {done or 'nothing to do'}")

    # --- choosing

    def pick(self, records):
        """One of the records at random, or nothing."""
        return self.rng.choice(list(records)) if records else None

    def amount(self):
        return self.rng.choice([0, 10, 99.99, round(self.rng.uniform(0.01, 5000), 2)])

    def place(self):
        """A company, and one of its currencies."""
        company = self.pick(self.companies)
        return {"company": company, "currency": self.pick(self.currencies[company])}

    def contact(self):
        """A customer or one of its contacts."""
        partner = self.pick(self.partners)
        return self.pick(partner | partner.child_ids)

    def open_items(self, sign):
        lines = self.env["account.move.line"].search(
            [
                ("company_id", "in", [company.id for company in self.companies]),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ],
            order="id",
        )
        return lines.filtered(lambda line: sign * line.amount_residual > 0)

    def chosen_moves(self, *states, kinds=("out_invoice", "out_refund", "entry")):
        moves = self.moves.exists()
        return moves.filtered(lambda move: move.state in states and move.move_type in kinds)

    # --- documents

    def do_invoice(self):
        due = self.rng.randint(-150, 40)
        terms = None
        if (count := self.rng.randint(1, 3)) > 1:
            part = 100 // count
            parts = [part] * (count - 1) + [100 - part * (count - 1)]
            terms = [(share, due + 20 * index) for index, share in enumerate(parts)]
        values = self.place()
        partner = self.contact()
        move = self.case.invoice(partner, self.amount(), due, terms=terms, **values)
        self.moves += move
        return f"{move.name} {move.amount_total} {partner.id} {values} {terms or due}"

    def do_credit_note(self):
        move = self.case.credit_note(self.contact(), self.amount(), **self.place())
        self.moves += move
        return f"{move.name} {move.amount_total}"

    def do_opening(self):
        amount = self.amount() * self.rng.choice([1, 1, -1])
        due = self.pick([None, self.rng.randint(-150, 40)])
        move = self.case.opening(self.contact(), amount, due)
        self.moves += move
        return f"{move.name} {amount} due {due}"

    def do_reset_invoice(self):
        if move := self.pick(self.chosen_moves("posted")):
            move.button_draft()
            return move.name
        return None

    def do_post_again(self):
        if move := self.pick(self.chosen_moves("draft")):
            if move.move_type == "out_invoice" and self.rng.random() < 0.5:
                move.invoice_line_ids.price_unit = self.amount()
            move.action_post()
            return f"{move.name} {move.amount_total}"
        return None

    def do_cancel(self):
        if move := self.pick(self.chosen_moves("posted", "draft")):
            move.button_cancel()
            return move.name
        return None

    def do_exclude(self):
        if move := self.pick(self.chosen_moves("posted", kinds=("out_invoice",))):
            move.no_followup = not move.no_followup
            return f"{move.name} {move.no_followup}"
        return None

    def do_block(self):
        if move := self.pick(self.chosen_moves("posted", kinds=("out_invoice",))):
            move.action_toggle_block_payment()
            return f"{move.name} {move.payment_state}"
        return None

    def do_due_date(self):
        if line := self.pick(self.open_items(1)):
            line.date_maturity = self.case.day(self.rng.randint(-150, 40))
            return f"{line.move_name} {line.date_maturity}"
        return None

    def do_item_to_contact(self):
        if line := self.pick(self.open_items(1) + self.open_items(-1)):
            line.partner_id = self.contact()
            return f"{line.move_name} item {line.id} to {line.partner_id.id}"
        return None

    # --- money

    def do_pay(self):
        if not (line := self.pick(self.open_items(1))):
            return None
        share = self.rng.choice([1, 1, 1, 0.5, 0.33, 1.2])
        amount = line.currency_id.round(line.amount_residual_currency * share)
        payment = self.case.payment(
            line.partner_id,
            amount,
            on=self.rng.randint(-20, 0),
            company=line.company_id,
            currency=line.currency_id,
        )
        self.payments += payment
        (self.case.items(payment.move_id) + line).reconcile()
        return f"{payment.name} {amount} {line.currency_id.name} for {line.move_name}"

    def do_unapplied(self):
        payment = self.case.payment(
            self.contact(), self.amount(), on=self.rng.randint(-20, 0), **self.place()
        )
        self.payments += payment
        return f"{payment.name} {payment.amount}"

    def do_money_back(self):
        if line := self.pick(self.open_items(-1)):
            amount = -line.amount_residual_currency
            payment = self.case.payment(
                line.partner_id,
                amount,
                company=line.company_id,
                currency=line.currency_id,
                payment_type="outbound",
            )
            self.payments += payment
            (self.case.items(payment.move_id) + line).reconcile()
            return f"{payment.name} {amount} for {line.move_name}"
        return None

    def do_match(self):
        if not (credit := self.pick(self.open_items(-1))):
            return None
        debits = self.open_items(1).filtered(
            lambda line: (
                line.account_id == credit.account_id
                and line.company_id.root_id == credit.company_id.root_id
            )
        )
        if debit := self.pick(debits):
            (credit + debit).reconcile()
            return f"{credit.move_name} with {debit.move_name}"
        return None

    def do_unmatch(self):
        partials = self.env["account.partial.reconcile"].search(
            [("company_id", "in", [company.id for company in self.companies])], order="id"
        )
        if partial := self.pick(partials):
            name = f"{partial.debit_move_id.move_name} from {partial.credit_move_id.move_name}"
            partial.unlink()
            return name
        return None

    def chosen_payment(self, *states):
        payments = self.payments.exists()
        return self.pick(payments.filtered(lambda payment: payment.state in states))

    def do_reset_payment(self):
        if payment := self.chosen_payment("in_process", "paid"):
            payment.action_draft()
            return payment.name
        return None

    def do_post_payment(self):
        if payment := self.chosen_payment("draft"):
            payment.action_post()
            return payment.name
        return None

    def do_cancel_payment(self):
        if payment := self.chosen_payment("draft", "in_process", "paid"):
            payment.action_cancel()
            return payment.name
        return None

    # --- customers

    def do_new_contact(self):
        parent = self.pick(self.partners)
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": parent.id})
        return f"{contact.id} of {parent.id}"

    def do_under_another(self):
        free = [partner for partner in self.partners if not partner.parent_id]
        if len(free) < 3:
            return None
        child, parent = self.rng.sample(free, 2)
        child.write({"parent_id": parent.id, "is_company": self.rng.random() < 0.3})
        return f"{child.id} under {parent.id}, is company: {child.is_company}"

    def do_on_its_own(self):
        contacts = [child for partner in self.partners for child in partner.child_ids]
        if child := self.pick(sorted(contacts, key=lambda contact: contact.id)):
            values = self.pick([{"parent_id": False}, {"is_company": True}])
            child.write(values)
            return f"{child.id} {values}"
        return None

    def do_merge(self):
        if len(self.partners) < 4:
            self.partners.append(self.case.customer("New customer"))
        target, source = self.rng.sample(self.partners, 2)
        names = f"{source.id} into {target.id}"
        # sudo: for administrators
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        wizard._merge([target.id, source.id], target)
        self.partners.remove(source)
        return names

    def do_archive(self):
        partner = self.pick(self.partners)
        partner.active = not partner.active
        return f"{partner.id} {partner.active}"

    def do_settings(self):
        accounts = self.case.accounts.search([], order="partner_id, company_id")
        if account := self.pick(accounts):
            values = self.pick(
                [
                    {"user_id": self.env.uid},
                    {"hold": True},
                    {"hold": False, "note": False, "next_action_date": False, "user_id": False},
                    {"next_action_date": self.case.day(self.rng.randint(-3, 3))},
                    {"note": "<p>Ask for Ann</p>"},
                ]
            )
            account.write(values)
            return f"{account.partner_id.id} {account.company_id.id} {values}"
        return None

    # --- what customers say

    def claimed_items(self):
        """Some open items of one customer, company and currency, with its account.

        Items can only be claimed by who knows the customer: the account of who owns them.
        """
        self.case.catch_up()
        if not (line := self.pick(self.open_items(1))):
            return None, None
        customer = line.partner_id.commercial_partner_id
        account = self.case.account(customer, line.company_id)
        same = self.open_items(1).filtered(
            lambda other: (
                other.partner_id.commercial_partner_id == customer
                and other.company_id == line.company_id
                and other.currency_id == line.currency_id
                and other.amount_residual_currency > 0
            )
        )
        count = self.rng.randint(1, max(1, min(3, len(same))))
        return account, self.rng.sample(list(same), min(count, len(same)))

    def some_items(self, lines):
        """Commands for items with all, a part, or more than is left of each."""
        shares = [self.rng.choice([1, 1, 0.5, 0.33, 0.01, 1.1]) for _line in lines]
        return [
            Command.create(
                {
                    "line_id": line.id,
                    "amount": line.currency_id.round(line.amount_residual_currency * share),
                }
            )
            for line, share in zip(lines, shares, strict=True)
        ]

    def do_promise(self):
        account, lines = self.claimed_items()
        if not lines:
            return None
        promise = self.promises.create(
            {
                "account_id": account.id,
                "date_promised": self.case.day(self.rng.randint(0, 15)),
                "item_ids": self.some_items(lines),
                "replace": self.rng.random() < 0.8,
            }
        )
        return f"{promise.display_name} {promise._get_item_names()} {promise.replaced_ids.ids}"

    def do_promise_anything(self):
        account, lines = self.claimed_items()
        if not lines:
            return None
        promise = self.promises.create(
            {
                "account_id": account.id,
                "date_promised": self.case.day(self.rng.randint(0, 15)),
                "amount": lines[0].currency_id.round(
                    lines[0].amount_residual_currency * self.rng.choice([1, 0.4, 1.7])
                ),
                "currency_id": lines[0].currency_id.id,
            }
        )
        return f"{promise.display_name} of {account.partner_id.id}"

    def do_dispute(self):
        account, lines = self.claimed_items()
        if not lines:
            return None
        dispute = self.disputes.create(
            {
                "account_id": account.id,
                "reason_id": self.env.ref("ar_collect.dispute_reason_price").id,
                "item_ids": self.some_items(lines),
            }
        )
        return f"{dispute.display_name} {dispute.amount}"

    def do_end_promise(self):
        if promise := self.pick(self.promises.search([("state", "=", "open")], order="id")):
            promise.action_cancel()
            return promise.display_name
        return None

    def end_dispute(self, dispute, outcome):
        """Resolve a dispute; if it was accepted, post the credit note more often than not."""
        share = self.rng.choice([0.3, 0.5, 1])
        parts = {item: round(item.amount_remaining * share, 2) for item in dispute.item_ids}
        dispute._resolve(outcome, parts if outcome == "accepted_part" else None)
        if dispute.amount_accepted and dispute.state == "open" and self.rng.random() < 0.7:
            dispute._make_credit_notes().filtered("amount_total").action_post()

    def do_end_dispute(self):
        if dispute := self.pick(self.disputes.search([("state", "=", "open")], order="id")):
            if dispute.outcome:
                return None
            end = self.rng.choice(["accepted", "accepted_part", "rejected", "withdrawn", "cancel"])
            if end == "cancel":
                dispute.action_cancel()
            else:
                self.end_dispute(dispute, end)
            return f"{dispute.display_name} {end}"
        return None

    def do_time(self):
        days = self.rng.randint(1, 20)
        self.case.advance(days)
        return f"{days} days later: {self.case.today}"
