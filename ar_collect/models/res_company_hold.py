# Part of ar_collect. License LGPL-3.
"""When the company stops new business on credit."""

from odoo import fields, models

from ..tools.credit_hold import LEVELS, Limits


class ResCompany(models.Model):
    _inherit = "res.company"

    collect_hold_active = fields.Boolean(
        string="Credit Hold by Rule",
        help="New orders of customers who are late, or beyond their credit limit, are told apart:"
        " some only get a warning, some need a release, some are stopped.",
    )
    collect_hold_by_hand = fields.Selection(
        [("approve", "needs a release"), ("block", "is stopped")],
        string="On Hold by Hand",
        default="approve",
        required=True,
        help="What becomes of an order of a customer whom a manager has put on credit hold.",
    )
    collect_hold_tolerance = fields.Monetary(
        string="Tolerated Overdue Amount",
        help="Less than this may be overdue, for however long: pennies hold nobody.",
    )
    collect_hold_promised = fields.Boolean(
        string="Promises Are Trusted",
        default=True,
        help="What is promised does not count as overdue while the promise holds.",
    )
    collect_hold_group = fields.Boolean(
        string="Groups of Companies",
        help="What all companies under the same parent company owe is compared with the credit"
        " limit of that parent, too.",
    )
    collect_hold_orders = fields.Boolean(
        string="Orders Count",
        default=True,
        help="What is confirmed and not invoiced yet uses the credit limit as well.",
    )
    collect_hold_release_days = fields.Integer(
        string="Releases Last", default=7, help="Days proposed for a release."
    )
    collect_hold_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Requests Go to",
        domain="[('share', '=', False)]",
        help="Who is asked to release orders. Nobody: all managers of collections.",
    )

    # --- by level: 0 is not used
    collect_hold_warn_days = fields.Integer(default=1)
    collect_hold_warn_amount = fields.Monetary()
    collect_hold_warn_use = fields.Integer(default=80)
    collect_hold_approve_days = fields.Integer(default=30)
    collect_hold_approve_amount = fields.Monetary()
    collect_hold_approve_use = fields.Integer(default=100)
    collect_hold_block_days = fields.Integer(default=60)
    collect_hold_block_amount = fields.Monetary()
    collect_hold_block_use = fields.Integer()

    _collect_hold_days_not_negative = models.Constraint(
        "CHECK (LEAST(collect_hold_warn_days, collect_hold_approve_days, collect_hold_block_days,"
        " collect_hold_release_days) >= 0)",
        "Days of the credit hold cannot be negative.",
    )
    _collect_hold_amounts_not_negative = models.Constraint(
        "CHECK (LEAST(collect_hold_tolerance, collect_hold_warn_amount,"
        " collect_hold_approve_amount, collect_hold_block_amount) >= 0)",
        "Amounts of the credit hold cannot be negative.",
    )
    _collect_hold_uses_not_negative = models.Constraint(
        "CHECK (LEAST(collect_hold_warn_use, collect_hold_approve_use, collect_hold_block_use)"
        " >= 0)",
        "Percentages of the credit hold cannot be negative.",
    )

    # === BUSINESS METHODS === #

    def _get_collect_hold_limits(self):
        """What the company allows.

        :rtype: Limits
        """
        self.ensure_one()
        company = self.sudo()  # sudo: settings, not shown
        uses = company.account_use_credit_limit

        def by_level(what):
            return {level: company[f"collect_hold_{level}_{what}"] for level in LEVELS[1:]}

        return Limits(
            active=company.collect_hold_active,
            tolerance=company.collect_hold_tolerance,
            by_hand=company.collect_hold_by_hand,
            days=by_level("days"),
            amounts=by_level("amount"),
            uses=by_level("use") if uses else {},
        )

    def _get_collect_hold_managers(self):
        """Who is asked to release: the one in the settings, else all managers of collections.

        :rtype: recordset of `res.users`
        """
        self.ensure_one()
        company = self.sudo()  # sudo: who asks need not see the users
        chosen = company.collect_hold_user_id
        manager = company.env.ref("ar_collect.group_manager")
        usable = chosen.active and company in chosen.company_ids and manager in chosen.all_group_ids
        if usable:
            return chosen
        return manager.all_user_ids.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )
