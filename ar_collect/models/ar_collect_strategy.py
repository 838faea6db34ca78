# Part of ar_collect. License LGPL-3.
import logging

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .account_condition import check_condition

_logger = logging.getLogger(__name__)


class ArCollectStrategy(models.Model):
    """How a group of customers is collected from: which step comes how long after the due date.

    A customer has the strategy chosen by hand, else the first one in whose condition the customer
    is, else the default of the company, else the default of all companies.
    """

    _name = "ar.collect.strategy"
    _description = "Collection Strategy"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        comodel_name="res.company", index=True, help="Empty: for every company."
    )
    description = fields.Text(translate=True, help="Whom it is for.")
    domain = fields.Char(
        string="Customers",
        tracking=True,
        help="Condition on the collection account. Customers in it get this strategy, unless one"
        " was chosen by hand. Empty: only by hand, or as the default.",
    )
    is_default = fields.Boolean(
        string="Default",
        tracking=True,
        copy=False,
        help="For the customers that no other strategy is meant for.",
    )
    include_hold = fields.Boolean(
        string="Also on Credit Hold",
        tracking=True,
        help="Customers on credit hold are left to people, unless this is set.",
    )
    step_ids = fields.One2many(
        comodel_name="ar.collect.strategy.step",
        inverse_name="strategy_id",
        string="Steps",
        copy=True,
    )
    version = fields.Integer(
        default=1,
        readonly=True,
        copy=False,
        help="Grows with every change of the steps; each notice keeps the version it came from.",
    )
    account_count = fields.Integer(
        string="Customers Chosen by Hand", compute="_compute_account_count"
    )
    problem = fields.Text(
        readonly=True, copy=False, help="Why the last planning had to leave something out."
    )

    _one_default = models.UniqueIndex(
        "(COALESCE(company_id, 0)) WHERE is_default AND active",
        "There is a default strategy for this company already.",
    )

    # === COMPUTE METHODS === #

    def _compute_account_count(self):
        counts = dict(
            self.env["ar.collect.account"]._read_group(
                [("strategy_id", "in", self.ids)], ["strategy_id"], ["__count"]
            )
        )
        for strategy in self:
            strategy.account_count = counts.get(strategy, 0)

    # === CONSTRAINT METHODS === #

    @api.constrains("domain")
    def _check_domain(self):
        for strategy in self.filtered("domain"):
            check_condition(strategy, strategy.env._("Customers"))

    @api.constrains("company_id")
    def _check_used_by(self):
        for strategy in self.filtered("company_id"):
            foreign = self.env["ar.collect.account"].search(
                [
                    ("strategy_id", "=", strategy.id),
                    "!",
                    ("company_id", "child_of", strategy.company_id.id),
                ],
                limit=1,
            )
            if foreign:
                raise ValidationError(
                    strategy.env._(
                        "The strategy “%(strategy)s” is chosen for %(customer)s in another company.",
                        strategy=strategy.name,
                        customer=foreign.partner_id.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: a new default takes the place of the former one."""
        for vals in vals_list:
            if vals.get("is_default"):
                self._end_default(vals.get("company_id") or False)
        return super().create(vals_list)

    def write(self, vals):
        """Override of `base` to number the versions; a new default replaces the former one."""
        if vals.get("is_default"):
            for company_id in {vals.get("company_id", item.company_id.id) for item in self}:
                self._end_default(company_id)
        result = super().write(vals)
        if "step_ids" in vals or "include_hold" in vals:
            self._raise_version()
        if not vals.keys() <= {"problem", "version"} and any(self.mapped("problem")):
            self.problem = False
        return result

    # === ACTION METHODS === #

    def action_open_accounts(self):
        """Open the customers for whom this strategy was chosen by hand."""
        self.ensure_one()
        actions = self.env["ir.actions.act_window"].sudo()  # sudo: a definition, no data
        action = actions._for_xml_id("ar_collect.ar_collect_account_action_customers")
        return {**action, "domain": [("strategy_id", "=", self.id)], "context": {}}

    # === BUSINESS METHODS === #

    @api.model
    def _end_default(self, company_id):
        """Let the default of a company be none any more.

        :param int|bool company_id: False for that of all companies
        """
        former = self.search([("is_default", "=", True), ("company_id", "=", company_id)])
        former.is_default = False
        former.flush_recordset(["is_default"])

    def _raise_version(self):
        for strategy in self:
            strategy.version += 1

    @api.model
    def _get_usable(self, company):
        """The strategies of a company, in the order in which their conditions are tried.

        :param recordset company: `res.company`
        """
        strategies = self.search([("company_id", "in", [False, *company.parent_ids.ids])])
        return strategies.filtered("step_ids")

    def _get_default(self, company):
        """Of these, the default of a company: the nearest one of its own, else that of all.

        :param recordset company: `res.company`
        """
        defaults = self.filtered("is_default")
        near = [False, *company.parent_ids.ids]
        return max(
            defaults,
            key=lambda strategy: near.index(strategy.company_id.id),
            default=self.browse(),
        )

    def _get_first_days(self):
        """The days after due of the first reminder of what is late.

        :rtype: int
        """
        self.ensure_one()
        days = self.step_ids.mapped("days")
        return min((number for number in days if number > 0), default=max(days, default=0))

    def _put_aside(self, record, error):
        """Note what cannot be used, a line for each; the same is told once.

        :param recordset record: the strategy or the step whose condition it is
        :param error: what is wrong with it
        """
        if record._name == self._name:
            line = self.env._(
                "The condition of the strategy “%(name)s” cannot be used: %(error)s Correct it.",
                name=record.name,
                error=error,
            )
        else:
            line = self.env._(
                "The condition of the step “%(name)s” cannot be used: %(error)s Correct it.",
                name=record.name,
                error=error,
            )
        lines = self.problem.split("\n\n") if self.problem else []
        if line not in lines:
            _logger.warning("Strategy %s (%s): %s", self.name, self.id, line)
            self.problem = "\n\n".join([*lines, line])
