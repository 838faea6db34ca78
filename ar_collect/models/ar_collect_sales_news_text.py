# Part of ar_collect. License LGPL-3.
"""News for salespeople in words: a sentence each, under the name of the customer."""

from odoo import models
from odoo.tools import OrderedSet, format_date

from .ar_collect_account_hold import ON_HOLD

#: What must still be so when it is told: state of what is behind it by kind.
STILL = {
    "promise_made": ("open", "kept", "partial", "broken"),
    "promise_kept": ("kept",),
    "promise_partial": ("partial",),
    "promise_broken": ("broken",),
    "promise_withdrawn": ("cancelled",),
    "plan_agreed": ("active", "paused", "broken", "done"),
    "plan_broken": ("broken",),
    "dispute_opened": ("open", "closed"),
    "dispute_closed": ("closed", "cancelled"),
    "released": ("released", "ended"),
    "escalated": ("open", "answered", "unanswered"),
}
#: What undoes each other: of both only what is left is told.
PAIRS = (
    {"hold", "hold_ended"},
    {"rule_hold", "rule_hold_ended"},
    {"collection", "settled"},
)


class ArCollectSalesNews(models.Model):
    _inherit = "ar.collect.sales.news"

    # === BUSINESS METHODS === #

    def _get_behind(self):
        """What is behind each: read together, gone if it was deleted.

        :return: dict of records by id of the news
        """
        found = {}
        for model, news in self.filtered("res_model").grouped("res_model").items():
            records = self.env[model].sudo()  # sudo: of customers of whoever is told; state, reason
            records = records.browse(set(news.mapped("res_id"))).exists()
            by_id = {record.id: record for record in records}
            found |= {one.id: by_id[one.res_id] for one in news if one.res_id in by_id}
        return found

    def _filter_net(self):
        """Of what went to and fro the last change alone; none if all is as it was before."""
        undone = OrderedSet()
        for pair in PAIRS:
            changes = self.filtered(lambda news, pair=pair: news.kind in pair)
            changes = changes.sorted(lambda news: (news.happened_at, news.id))
            for news in changes.grouped("account_id").values():
                is_as_before = news[:1].kind != news[-1:].kind
                undone.update((news if is_as_before else news[:-1]).ids)
        return self - self.browse(undone)

    def _filter_true(self):
        """Those that are still so: not what was undone since, or said by mistake."""
        behind = self._get_behind()
        return self.filtered(lambda news: news._is_true(behind.get(news.id)))

    def _is_true(self, record):
        """Whether it is still so.

        :param record: what is behind it, or None
        :rtype: bool
        """
        account = self.account_id
        match self.kind:
            case "collection" | "settled":
                return account.sales_in_collection == (self.kind == "collection")
            case "hold" | "hold_ended":
                return account.hold == (self.kind == "hold")
            case "rule_hold" | "rule_hold_ended":
                return (account.hold_level in ON_HOLD) == (self.kind == "rule_hold")
            case "released" if self.date and self.date < self.company_id._get_collect_today():
                return False
        return self.kind not in STILL or bool(record and record.state in STILL[self.kind])

    def _get_subject(self):
        """What the mail is about, in one line: the customer, or how many.

        :rtype: str
        """
        customers = self.customer_id
        if len(customers) > 1:
            return self.env._("News of %s of your customers who pay late", len(customers))
        if len(self) > 1:
            return self.env._("News of %s", customers.display_name)
        label = dict(self._fields["kind"]._description_selection(self.env))[self.kind]
        return f"{customers.display_name}: {label}"

    def _get_blocks(self, user, limit):
        """The customers, most overdue first, each with its sentences.

        :param recordset user: `res.users` who reads it
        :param int limit: so many of them
        :return: list of dicts: `name`, `link`, `company` (where there are several), `seller` (of
            a customer of somebody else), `state` (how it stands now) and `sentences`
        """
        behind = self._get_behind()
        several = len(self.company_id) > 1
        base = self.browse().get_base_url()
        by_account = self.grouped("account_id")
        accounts = self.account_id.sorted(lambda a: (-a.amount_overdue, a.id))[:limit]
        return [
            {
                "name": account.partner_id.display_name,
                "link": f"{base}/odoo/res.partner/{account.partner_id.id}"
                f"?cids={account.company_id.id}",
                "company": several and account.company_id.name,
                "seller": (account.partner_id.user_id - user).name,
                "state": account._get_news_state(),
                "sentences": [
                    (format_date(self.env, news._get_day()), news._get_text(behind.get(news.id)))
                    for news in by_account[account]
                ],
            }
            for account in accounts
        ]

    def _get_day(self):
        """The day it happened, where the company is."""
        zone = self.env["ar.collect.refresh.status"]._get_time_zone(self.company_id)
        return self.happened_at.astimezone(zone).date()

    def _get_text(self, record):
        """One sentence on what has happened.

        :param record: what is behind it, or None
        :rtype: str
        """
        self.ensure_one()
        said = {
            "amount": self.currency_id.format(self.amount),
            "day": self.date and format_date(self.env, self.date),
            "reason": "",
            "outcome": "",
        }
        if record and self.kind in ("dispute_opened", "dispute_closed"):
            said["reason"] = record.reason_id.name
            said["outcome"] = record._get_outcome_name()
        kind = self.kind
        if kind in ("hold_ended", "rule_hold"):
            said["reason"] = " ".join((self.account_id.hold_text or "").split("\n"))
            if kind == "hold_ended" and self.account_id.hold_level in ON_HOLD:
                kind = "hold_ended_in_part"
        return self._get_sentences()[kind] % said

    def _get_sentences(self):
        """The sentences by kind, with places for `amount`, `day`, `reason` and `outcome`."""
        return {
            "collection": self.env._(
                "In collection: %(amount)s overdue, the oldest since %(day)s."
            ),
            "settled": self.env._("All settled: nothing is overdue any more."),
            "promise_made": self.env._("Promised to pay %(amount)s by %(day)s."),
            "promise_kept": self.env._("Kept the promise: %(amount)s paid."),
            "promise_partial": self.env._(
                "Kept the promise of %(amount)s for %(day)s in part only."
            ),
            "promise_broken": self.env._("Did not keep the promise: %(amount)s by %(day)s."),
            "promise_withdrawn": self.env._("The promise of %(amount)s for %(day)s was withdrawn."),
            "plan_agreed": self.env._("Agreed to pay %(amount)s in instalments."),
            "plan_broken": self.env._("Did not keep to the payment plan of %(amount)s."),
            "dispute_opened": self.env._("Contests %(amount)s: %(reason)s."),
            "dispute_closed": self.env._("The dispute about %(amount)s is over: %(outcome)s."),
            "hold": self.env._("On credit hold: new business on credit is stopped."),
            "hold_ended": self.env._("No longer on credit hold."),
            "hold_ended_in_part": self.env._(
                "No longer on credit hold by hand, but orders on credit are still held. %(reason)s"
            ),
            "rule_hold": self.env._("New orders on credit are held. %(reason)s"),
            "rule_hold_ended": self.env._("New orders on credit pass again."),
            "released": self.env._("Released for new business on credit until %(day)s."),
            "escalated": self.env._("Collections asks a colleague for help: %(amount)s overdue."),
        }
