# Part of ar_collect. License LGPL-3.
"""Who else is in the loop of the demo company: people who were asked, credit, contacts."""

from dataclasses import dataclass

from odoo.fields import Domain

#: Customers of the collector, by what they owe: who has most to chase is still to be called.
FIRST = 2


@dataclass
class Question:
    """Asked of the salesperson; without an outcome it waits for an answer."""

    reason: str
    question: str
    outcome: str | None = None
    answer: str | None = None


QUESTIONS = (
    Question(
        "Three calls, nobody decides",
        "Whom do you know there who can release a payment? Please call and ask when we get it.",
    ),
    Question(
        "They say you promised a bonus",
        "Did we promise a bonus for last year? Their buyer holds back that part.",
        outcome="credit",
        answer="Yes, 2 % of what they bought. I ask for the credit note today.",
    ),
)
#: Reviews of credit, from the customer with most to chase on: whether it was decided.
REVIEWS = (False, True, True)


class Colleagues:
    """Works on the accounts and people of the demo; ``involve`` is the entry."""

    def __init__(self, data):
        self.data = data
        self.env = data.env
        self.company = data.companies["main"]
        self.collector = data.users["collector"]

    def involve(self):
        """Ask salespeople, review credit, and find contacts to fix."""
        accounts = self._get_accounts()
        self._ask(accounts[FIRST:])
        self._review(accounts)
        self._find(accounts[FIRST:])

    def _get_accounts(self):
        """The collector's customers of a salesperson, those first who owe the most."""
        return self.env["ar.collect.account"].search(
            Domain("company_id", "=", self.company.id)
            & Domain("user_id", "=", self.collector.id)
            & Domain("amount_chasable", ">", 0)
            & Domain("partner_id.user_id", "!=", False),
            order="amount_chasable DESC, id",
        )

    def _ask(self, accounts):
        for account, question in zip(accounts, QUESTIONS, strict=False):
            salesperson = account.partner_id.user_id
            asked = account.with_user(self.collector)._ask_for_help(
                salesperson,
                {
                    "recipient": "salesperson",
                    "reason": question.reason,
                    "question": question.question,
                    "deadline_days": 3,
                },
            )
            if question.outcome:
                asked.sudo(False).with_user(salesperson)._answer(question.outcome, question.answer)

    def _review(self, accounts):
        """Decide as proposed, but leave one for the manager."""
        self.env["ar.collect.account"]._refresh_trends(self.company)
        drafts = self.env["ar.collect.credit.review"].with_user(self.collector)
        drafts = drafts._make(accounts[: len(REVIEWS)].with_user(self.collector))
        manager = self.data.users["collections.manager"]
        for draft, is_decided in zip(drafts, REVIEWS, strict=False):
            if is_decided:
                draft.with_user(manager).action_decide()

    def _find(self, accounts):
        """An automatic answer says that somebody has left."""
        for account in accounts:
            contact = account.partner_id.child_ids.filtered("email")[:1]
            if contact:
                self.env["ar.collect.contact.hint"]._propose(
                    account, contact, "left", f"{contact.name} is no longer with the company."
                )
                return
