# Part of ar_collect. License LGPL-3.
"""What the call page shows of promises and disputes."""

from odoo import fields, models
from odoo.tools import format_date

#: Open promises and disputes that are shown; the lists have all of them.
SHOWN = 20


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === BUSINESS METHODS === #

    def _get_item_marks(self, items):
        """Override of `ar_collect`: promised until when, disputed how much."""
        marks = super()._get_item_marks(items)
        claims = items._get_collect_claims()
        for item_id in items.ids:
            said = claims.get(item_id, {})
            marks.setdefault(item_id, {}).update(
                promised=fields.Date.to_string(said.get("collect_promise_date")) or False,
                disputed=said.get("collect_disputed_amount", 0),
            )
        return marks

    def _get_call_open(self):
        """Override of `ar_collect` to show what is promised and disputed."""
        return {
            **super()._get_call_open(),
            "promises": [
                {
                    "id": promise.id,
                    "amount": promise.amount,
                    "currency_id": promise.currency_id.id,
                    "date": fields.Date.to_string(promise.date_promised),
                    "text": promise.partner_id.name or "",
                }
                for promise in self._search_open("ar.collect.promise", "date_promised, id")
            ],
            "disputes": [
                {
                    "id": dispute.id,
                    "amount": dispute.amount,
                    "currency_id": dispute.currency_id.id,
                    "reason": dispute.reason_id.name or "",
                    "text": format_date(self.env, dispute.date_opened),
                }
                for dispute in self._search_open("ar.collect.dispute", "date_opened, id")
            ],
        }

    def _search_open(self, model, order):
        domain = [("account_id", "=", self.id), ("state", "=", "open")]
        return self.env[model].search(domain, order=order, limit=SHOWN)

    def _get_opening_remarks(self, late):
        """Override of `ar_collect`: a promise whose day has passed is named first."""
        return [*self._get_promise_remarks(), *super()._get_opening_remarks(late)]

    def _get_promise_remarks(self):
        """The last promise that was due, unless it was kept, and the next one that will be."""
        today = self._get_today()
        due = self._find_promise(
            [
                ("state", "in", ("open", "kept", "partial", "broken")),
                ("date_promised", "<", today),
            ],
            "date_promised DESC, id DESC",
        )
        coming = self._find_promise(
            [("state", "=", "open"), ("date_promised", ">=", today)], "date_promised, id"
        )
        remarks = [due._get_opening_remark()] if due and not due._is_settled() else []
        return [*remarks, *([coming._get_opening_remark(is_coming=True)] if coming else [])]

    def _find_promise(self, domain, order):
        domain = [("account_id", "=", self.id), *domain]
        return self.env["ar.collect.promise"].search(domain, order=order, limit=1)


class ArCollectPromise(models.Model):
    _inherit = "ar.collect.promise"

    # === BUSINESS METHODS === #

    def _is_settled(self):
        """Whether nothing is left to say of a promise: it was kept, or paid after all."""
        self.ensure_one()
        if self.state == "kept":
            return True
        lines = self.item_ids.line_id
        return bool(lines) and not lines.filtered("amount_residual")

    def _get_opening_remark(self, is_coming=False):
        """What is said of a promise at the beginning of a call.

        :param bool is_coming: whether its day is still to come
        :rtype: str
        """
        self.ensure_one()
        texts = {
            "day": format_date(self.env, self.date_promised),
            "amount": self.currency_id.format(self.amount),
        }
        if is_coming:
            return self.env._("%(amount)s promised for %(day)s", **texts)
        if self.state == "partial":
            return self.env._("%(amount)s promised for %(day)s kept only in part", **texts)
        return self.env._("%(amount)s promised for %(day)s not kept", **texts)
