# Part of ar_collect. License LGPL-3.
"""What the collectors of the demo company have done so far: assignments, plans, notes."""

from datetime import timedelta

from odoo.fields import Domain

from .plan import weekday_after, weekday_before

#: What a collector plans for the accounts with most to chase, in that order: days from today.
NEXT_ACTIONS = (
    (0, "Call accounts payable about the oldest invoice"),
    (-1, "Ask for the payment date promised by phone"),
    (3, "Check whether the bank transfer has arrived"),
    (0, "Send copies of the open invoices"),
    (-4, "Call back, the contact was in a meeting"),
    (7, "Review the account with sales"),
    (1, "Call the finance manager"),
    (12, "Wait for the credit note from our side"),
)
#: Which of these also are planned calls, by place in NEXT_ACTIONS.
CALLS = (0, 1, 4, 6)

#: What was written down about customers with a special.
NOTES = {
    "disputed": "Paid the oldest invoice short: says a part of it was delivered damaged.",
    "bounced": "The bank returned the payment for the oldest invoice. Asked for a new transfer.",
}
#: What every collector must know first about customers with a special.
STANDING_NOTES = {
    "children": "Each hotel gets its own invoices; head office in Boston pays for all of them.",
    "portal": "Pays by cheque run on the 10th and 25th. Dana Whitfield is in on weekday mornings.",
}


class Worklist:
    """Works on the collection accounts that the refresh has made; ``fill`` is the entry."""

    def __init__(self, data):
        self.data = data
        self.env = data.env
        self.Account = self.env["ar.collect.account"]

    def fill(self):
        """Assign collectors, then plan their next days and write down some talk."""
        self._assign()
        for key in self.data.companies:
            for login in ("collector", "collector2"):
                self._plan(self._accounts_of(key, login), key, self.data.users[login])
        for special, text in NOTES.items():
            account = self._account_with(special)
            author = account.user_id.partner_id
            account.message_post(
                body=text,
                author_id=author.id,
                message_type="comment",
                subtype_xmlid="mail.mt_note",
            )
        for special, text in STANDING_NOTES.items():
            self._account_with(special).note = text

    def _assign(self):
        for login in ("collector", "collector2"):
            user = self.data.users[login]
            partners = [
                self.data.partners[customer.key].id
                for customer in self.data.customers
                if customer.collector == login
            ]
            domain = Domain("partner_id", "in", partners)
            self.Account.search(domain & Domain("company_id", "in", user.company_ids.ids)).write(
                {"user_id": user.id}
            )

    def _accounts_of(self, company_key, login):
        company = self.data.companies[company_key]
        return self.Account.search(
            [
                ("company_id", "=", company.id),
                ("user_id", "=", self.data.users[login].id),
                ("amount_chasable", ">", 0),
            ],
            order="amount_chasable DESC, id",
            limit=len(NEXT_ACTIONS),
        )

    def _plan(self, accounts, company_key, user):
        today = self.data.today_by_company[company_key]
        for place, (account, (days, text)) in enumerate(zip(accounts, NEXT_ACTIONS, strict=False)):
            day = today + timedelta(days=days)
            if days:
                day = weekday_before(day) if days < 0 else weekday_after(day)
            account.write({"next_action_date": day, "next_action": text})
            if place in CALLS:
                account.activity_schedule(
                    "mail.mail_activity_data_call",
                    date_deadline=day,
                    summary=text,
                    user_id=user.id,
                )

    def _account_with(self, special):
        customer = next(line for line in self.data.customers if special in line.specials)
        partner = self.data.partners[customer.key]
        company = self.data.companies[customer.companies()[0]]
        return self.Account.search(
            [("partner_id", "=", partner.id), ("company_id", "=", company.id)]
        ).ensure_one()
