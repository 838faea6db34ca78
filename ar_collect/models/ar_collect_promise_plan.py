# Part of ar_collect. License LGPL-3.
"""Promises that are the instalments of a payment plan: the plan has the items and decides."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .ar_collect_promise import ArCollectPromise as Promise
from .ar_collect_promise_verdict import NOT_KEPT

ENDED = {"cancelled", "replaced"}


class ArCollectPromise(models.Model):
    _inherit = "ar.collect.promise"

    _state_fields = Promise._state_fields | {"plan_id"}

    plan_id = fields.Many2one(
        comodel_name="ar.collect.payment.plan",
        string="Payment Plan",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="This promise is one of its instalments.",
    )
    end_reason = fields.Selection(selection_add=[("plan", "The plan was broken")])

    # === CONSTRAINT METHODS === #

    @api.constrains("date_promised")
    def _check_date_promised(self):
        # what is left of a plan that was paused may be due in its days of grace
        return super(
            ArCollectPromise, self.filtered(lambda p: not p.plan_id)
        )._check_date_promised()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `ar_collect`: instalments are made by their plan."""
        if not self.env.su and any(vals.get("plan_id") for vals in vals_list):
            raise AccessError(self.env._("The instalments of a plan are made when it is agreed."))
        return super().create(vals_list)

    # === ACTION METHODS === #

    def action_cancel(self):
        """Override of `ar_collect`: an instalment ends with its plan."""
        if plan := self.plan_id[:1]:
            raise UserError(
                self.env._(
                    "This is an instalment of %s: renegotiate or cancel the plan.", plan.name
                )
            )
        return super().action_cancel()

    # === BUSINESS METHODS === #

    @api.model
    def _end_replaced(self, vals):
        """Override of `ar_collect`: what is in a payment plan is not promised beside it."""
        line_ids = self._get_new_line_ids(vals)
        for plan in self.env["ar.collect.payment.plan"]._get_running_on(line_ids)[:1]:
            plan.item_ids.filtered(lambda item: item.line_id.id in line_ids)[0]._refuse_taken(plan)
        return super()._end_replaced(vals)

    @api.model
    def _get_mail_domain(self, kind):
        """Override of `ar_collect`: nobody is reminded while the plan is paused."""
        domain = super()._get_mail_domain(kind)
        paused = Domain("plan_id.state", "=", "paused")
        return domain & ~paused if kind == "reminder" else domain

    def _check_debt(self):
        """Override of `ar_collect`: a plan is not of more than its items."""
        return None if self.plan_id else super()._check_debt()

    def _note_on_account(self, event):
        """Override of `ar_collect`: of instalments that are made or ended, their plan is told."""
        told = self
        if event in ("created", "replaced"):
            told = self.filtered(lambda promise: not promise.plan_id)
        return super(ArCollectPromise, told)._note_on_account(event)

    def _tell_verdict(self, former):
        """Override of `ar_collect`: instalments that end with their plan, or begin again, are not
        told one by one.
        """
        ended = self.filtered(
            lambda promise: (
                promise.plan_id
                and (
                    promise.state in ENDED
                    or (promise.state == "open" and former[promise.id] in ENDED)
                )
            )
        )
        missed = ended.filtered(lambda promise: former[promise.id] in NOT_KEPT)
        missed._get_tasks().action_archive()
        return super(ArCollectPromise, self - ended)._tell_verdict(former)

    def _get_event_title(self, event):
        """Override of `ar_collect` to name the plan of an instalment."""
        title = super()._get_event_title(event)
        if not self.plan_id:
            return title
        if event in NOT_KEPT and self.plan_id.state == "broken":
            return self.env._(
                "Payment plan %(plan)s is broken: %(what)s", plan=self.plan_id.name, what=title
            )
        return self.env._("Payment plan %(plan)s: %(what)s", plan=self.plan_id.name, what=title)
