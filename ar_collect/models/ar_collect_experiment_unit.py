# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import UserError


class ArCollectExperimentUnit(models.Model):
    """A customer who was drawn for a step, in one cycle: to get it, or to be left out of it.

    Written when the lot falls and never changed: who was to get the step and did not, because the
    mail failed or something came in between, is still counted with those who got it.
    """

    _name = "ar.collect.experiment.unit"
    _description = "Customer in an Experiment"
    _order = "date DESC, id DESC"
    _rec_name = "account_id"

    account_id = fields.Many2one(
        comodel_name="ar.collect.account", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="cascade"
    )
    step_id = fields.Many2one(
        comodel_name="ar.collect.strategy.step", required=True, readonly=True, ondelete="restrict"
    )
    cycle = fields.Integer(required=True, readonly=True)
    percent = fields.Integer(
        string="Left Out at Random (%)", required=True, readonly=True, help="At that time."
    )
    is_left_out = fields.Boolean(readonly=True)
    date = fields.Date(
        string="Drawn", required=True, readonly=True, help="In the company's time zone."
    )
    notice_id = fields.Many2one(
        comodel_name="ar.collect.notice",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    line_ids = fields.Many2many(
        comodel_name="account.move.line",
        relation="ar_collect_experiment_unit_line_rel",
        column1="unit_id",
        column2="line_id",
        string="Items",
        readonly=True,
        help="What the step was about.",
    )

    # a customer who is left out comes again for other items, and is left out again
    _once = models.UniqueIndex(
        "(step_id, account_id, cycle)",
        "The lot has fallen for this customer in this cycle already.",
    )

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Who was drawn stays drawn: the experiment says nothing else."))


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    def _move_talk(self, target):
        """Override of `ar_collect`: who was drawn stays drawn, in the cycles of the notices."""
        result = super()._move_talk(target)
        drawn = self.env["ar.collect.experiment.unit"]
        units = drawn.search([("account_id", "in", self.ids)])
        others = drawn.search([("account_id", "=", target.id)])
        # the notices have moved on by that many; never fewer than it takes for nothing to collide
        shift = min((unit.notice_id.cycle - unit.cycle for unit in units), default=0)
        shift = max(shift, *others.mapped("cycle"), 0)
        for unit in units:
            unit.write({"account_id": target.id, "cycle": unit.cycle + shift})
        return result
