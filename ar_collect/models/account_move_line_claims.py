# Part of ar_collect. License LGPL-3.
"""What a customer says of a journal item: promised, disputed."""

from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from .ar_collect_payment_plan import RUNNING


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    collect_promise_item_ids = fields.One2many(
        comodel_name="ar.collect.promise.item", inverse_name="line_id", string="Promises"
    )
    collect_dispute_item_ids = fields.One2many(
        comodel_name="ar.collect.dispute.item", inverse_name="line_id", string="Disputes"
    )
    collect_plan_item_ids = fields.One2many(
        comodel_name="ar.collect.payment.plan.item", inverse_name="line_id", string="In Plans"
    )
    collect_plan_id = fields.Many2one(
        comodel_name="ar.collect.payment.plan",
        string="Payment Plan",
        compute="_compute_collect_claims",
        help="The plan in force in which it is paid in instalments.",
    )
    collect_promise_date = fields.Date(
        string="Promised For",
        compute="_compute_collect_claims",
        help="Of the open promise on it, or the next instalment of its payment plan.",
    )
    collect_promised_amount = fields.Monetary(
        string="Promised",
        compute="_compute_collect_claims",
        help="What is promised of it and not paid yet, in the item's currency.",
    )
    collect_disputed_amount = fields.Monetary(
        string="Disputed", compute="_compute_collect_claims", help="In the item's currency."
    )

    collect_claims = fields.Char(
        string="Said",
        compute="_compute_collect_claims_text",
        help="What the customer says of this item: promised, disputed.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "collect_promise_item_ids.state",
        "collect_promise_item_ids.amount",
        "collect_promise_item_ids.amount_kept",
        "collect_promise_item_ids.promise_id.date_promised",
        "collect_plan_item_ids.state",
        "collect_plan_item_ids.amount_paid",
        "collect_plan_item_ids.plan_id.promise_ids.date_promised",
        "collect_plan_item_ids.plan_id.promise_ids.state",
        "collect_dispute_item_ids.state",
        "collect_dispute_item_ids.amount_open",
        "amount_residual_currency",
    )
    def _compute_collect_claims(self):
        claims = self._get_collect_claims()
        # of most nothing is said: these at once, and the few others one by one
        silent = self.filtered(lambda line: line.id not in claims)
        silent.update(
            {
                "collect_plan_id": False,
                "collect_promise_date": False,
                "collect_promised_amount": 0,
                "collect_disputed_amount": 0,
            }
        )
        for line in self - silent:
            line.update(claims[line.id])

    @api.depends(
        "collect_promise_date", "collect_disputed_amount", "collect_plan_id", "currency_id"
    )
    @api.depends_context("lang")
    def _compute_collect_claims_text(self):
        for line in self:
            parts = []
            if line.collect_promise_date:
                day = format_date(line.env, line.collect_promise_date)
                parts.append(line.env._("promised for %s", day))
            if line.collect_plan_id:
                # sudo: whoever looks at the item is told, as on the account's row
                name = line.collect_plan_id.sudo().name  # sudo: see above
                parts.append(line.env._("in payment plan %s", name))
            if line.collect_disputed_amount:
                amount = formatLang(
                    line.env, line.collect_disputed_amount, currency_obj=line.currency_id
                )
                parts.append(line.env._("%s disputed", amount))
            line.collect_claims = " · ".join(parts)

    # === BUSINESS METHODS === #

    def _sort_by_due(self):
        """These journal items, due first first."""
        return self.sorted(lambda line: (line.collect_due_date, line.id))

    def _get_collect_claims(self):
        """What is said of these journal items.

        :return dict: values of the computed fields by id of the item; those of which nothing is
            said are left out
        """
        # sudo: whoever looks at the item is told, as on the account's row
        env = self.sudo().env  # sudo: see above
        promises = self._get_open_items(env["ar.collect.promise.item"])
        disputes = self._get_open_items(env["ar.collect.dispute.item"])
        plans = self._get_open_items(env["ar.collect.payment.plan.item"], RUNNING)
        claims = {}
        said = promises.keys() | disputes.keys() | plans.keys()
        for line in self.filtered(lambda line: line.id in said):
            promised = promises.get(line.id, env["ar.collect.promise.item"])
            disputed = disputes.get(line.id, env["ar.collect.dispute.item"])
            planned = plans.get(line.id, env["ar.collect.payment.plan.item"])
            promises_left = [item._get_rest() for item in (*promised, *planned)]
            # a slice would be read by itself: one query for each item
            promise = next(iter(promised.promise_id), promised.promise_id)
            plan = next(iter(planned.plan_id), planned.plan_id)
            claims[line.id] = {
                "collect_plan_id": plan,
                "collect_promise_date": promise.date_promised or plan.date_next,
                "collect_promised_amount": max(
                    0, min(sum(promises_left), line.amount_residual_currency)
                ),
                "collect_disputed_amount": sum(disputed.mapped("amount_open")),
            }
        return claims

    def _get_open_items(self, items, states=("open",)):
        """The open claims on these journal items.

        :param recordset items: of the model to look in
        :param tuple states: of the claims that are open
        :return dict: items by id of the journal item
        """
        found = items.search([("line_id", "in", self.ids), ("state", "in", states)])
        return found.grouped(lambda item: item.line_id.id)
