# Part of ar_collect. License LGPL-3.
"""Drafts of strategies: a change is made on a copy, tried out against the ledger, put in force."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: What of a step changes what a customer gets, or who hears of it.
ESSENCE = (
    "channel",
    "days",
    "name",
    "tone",
    "template_id",
    "level",
    "attachments",
    "sender",
    "role_id",
    "cc_role_id",
    "automatic",
    "user_id",
    "summary",
    "recipient",
    "question",
    "deadline_days",
)


class ArCollectStrategy(models.Model):
    _inherit = "ar.collect.strategy"

    origin_id = fields.Many2one(
        comodel_name="ar.collect.strategy",
        string="Draft Of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
    )
    origin_version = fields.Integer(readonly=True, copy=False)
    is_outdated = fields.Boolean(
        compute="_compute_is_outdated", help="The strategy was changed since this draft was made."
    )
    draft_ids = fields.One2many(
        comodel_name="ar.collect.strategy",
        inverse_name="origin_id",
        string="Drafts",
        context={"active_test": False},
    )

    # === COMPUTE METHODS === #

    @api.depends("origin_version", "origin_id.version")
    def _compute_is_outdated(self):
        for strategy in self:
            strategy.is_outdated = (
                strategy.origin_id and strategy.origin_version != strategy.origin_id.version
            )

    # === CONSTRAINT METHODS === #

    @api.constrains("origin_id", "active", "is_default")
    def _check_draft(self):
        for strategy in self.filtered("origin_id"):
            if strategy.active or strategy.is_default:
                raise ValidationError(
                    strategy.env._(
                        "“%s” is a draft: put it in force instead of using it beside the strategy.",
                        strategy.name,
                    )
                )

    # === ACTION METHODS === #

    def action_make_draft(self):
        """Open a copy on which the strategy can be changed and tried out; there is one at a time."""
        self.ensure_one()
        self.check_access("write")
        draft = self.draft_ids[:1] or self.copy(
            {
                "name": self.env._("%s (draft)", self.name),
                "active": False,
                "origin_id": self.id,
                "origin_version": self.version,
            }
        )
        return draft._open()

    def action_try_out(self):
        """Show who would get something else in the days to come."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "ar_collect.notice_calendar",
            "name": self.env._("Trying Out %s", self.name),
            "params": {"draft_id": self.id},
        }

    def action_put_in_force(self):
        """Let the strategy be what the draft says, as a new version; the draft goes.

        :raise UserError: for what is no draft
        """
        self.ensure_one()
        origin = self.origin_id
        if not origin:
            raise UserError(self.env._("“%s” is in force already: it is no draft.", self.name))
        origin._take_over(self)
        self.unlink()
        return origin._open()

    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    def _take_over(self, draft):
        """Become what a draft says; steps that stay keep the notices made from them.

        :param recordset draft:
        """
        mine = {(step.channel, step.days): step for step in self.step_ids}
        kept = self.step_ids.browse()
        for step in draft.step_ids:
            if same := mine.get((step.channel, step.days)):
                same.write(step._get_definition())
                kept += same
        (self.step_ids - kept).unlink()
        for step in draft.step_ids:
            if (step.channel, step.days) not in mine:
                step.copy({"strategy_id": self.id})
        self.write({"domain": draft.domain, "include_hold": draft.include_hold})


class ArCollectStrategyStep(models.Model):
    _inherit = "ar.collect.strategy.step"

    # === BUSINESS METHODS === #

    def _get_definition(self):
        """What this step says, as another one takes it over.

        :rtype: dict
        """
        [values] = self.copy_data()
        del values["strategy_id"]
        return values

    def _get_essence(self):
        """What two steps have to have in common to bring a customer the same.

        :rtype: tuple
        """
        self.ensure_one()
        return tuple(self[name] for name in ESSENCE)
