# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ArCollectClaimItem(models.AbstractModel):
    """A journal item and how much of it a claim is about; common to promises and disputes.

    An item whose journal item is gone (its entry was reset to draft and changed) stays as a memory
    of the document and counts no more.
    """

    _name = "ar.collect.claim.item"
    _description = "Item of a Claim"
    _order = "id"
    _rec_name = "name"

    line_id = fields.Many2one(
        comodel_name="account.move.line",
        string="Item",
        index="btree_not_null",
        ondelete="set null",
    )
    name = fields.Char(
        string="Document", compute="_compute_name", store=True, precompute=True, readonly=True
    )
    company_id = fields.Many2one(comodel_name="res.company")
    currency_id = fields.Many2one(comodel_name="res.currency")
    amount = fields.Monetary(
        compute="_compute_amount", store=True, precompute=True, readonly=False, required=True
    )
    due_date = fields.Date(related="line_id.collect_due_date")
    days_late = fields.Integer(related="line_id.collect_days_late")
    residual = fields.Monetary(
        string="Open",
        related="line_id.amount_residual_currency",
        help="What is left of the item, in its currency.",
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The amount of each item must be above zero."
    )

    # === COMPUTE METHODS === #

    @api.depends("line_id")
    def _compute_name(self):
        for item in self:
            item.name = item.line_id.move_name or item.name

    @api.depends("line_id")
    def _compute_amount(self):
        for item in self:
            claim = item._get_claim()
            item.amount = claim._get_claimable(item.line_id) if item.line_id else item.amount

    # === CONSTRAINT METHODS === #

    @api.constrains("line_id", "amount")
    def _check_line(self):
        for item in self:
            item._check_owner()
            item._check_amount_left()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to count the items at once."""
        items = super().create(vals_list)
        items._get_claim()._apply()
        return items

    def write(self, vals):
        """Override of `base` to count the items at once."""
        before = self._get_claim()._get_refresh_arguments()
        result = super().write(vals)
        if not vals.keys().isdisjoint({"line_id", "amount"}):
            claims = self._get_claim()
            claims._refresh_customers(*before)
            claims._apply()
        return result

    def unlink(self):
        """Override of `base` to count what is left."""
        claims = self._get_claim()
        before = claims._get_refresh_arguments()
        result = super().unlink()
        claims._refresh_customers(*before)
        return result

    # === BUSINESS METHODS === #

    def _get_claim(self):
        """The claims these items belong to.

        :rtype: recordset
        """
        raise NotImplementedError

    def _get_rest(self):
        """How much of the journal item is still claimed, in its currency.

        :rtype: float
        """
        self.ensure_one()
        return self.amount

    def _check_owner(self):
        """Refuse what is not an open receivable item of the customer, in the claim's currency."""
        claim = self._get_claim()
        line = self.line_id.sudo()  # sudo: a contact of an invoice may be out of reach
        if (
            line.partner_id.commercial_partner_id != claim.customer_id
            or line.company_id != claim.company_id
            or line.account_type != "asset_receivable"
        ):
            raise ValidationError(
                self.env._(
                    "%(item)s is not a receivable of %(customer)s.",
                    item=line.display_name or self.env._("Nothing"),
                    customer=claim.customer_id.display_name,
                )
            )
        if line.parent_state != "posted":
            raise ValidationError(self.env._("%s is not posted.", line.display_name))
        if line.currency_id != claim.currency_id:
            raise ValidationError(
                self.env._(
                    "%(item)s is in %(currency)s: record it separately from what is in %(other)s.",
                    item=line.move_name,
                    currency=line.currency_id.name,
                    other=claim.currency_id.name,
                )
            )

    def _check_amount_left(self):
        """Refuse more than is left of the journal item.

        :raise ValidationError: naming the amount left
        """
        left = self._get_amount_left()
        if self.currency_id.compare_amounts(self.amount, left) > 0:
            raise ValidationError(
                self.env._(
                    "%(amount)s is more than the %(left)s left of %(item)s.",
                    amount=self.currency_id.format(self.amount),
                    left=self.currency_id.format(left),
                    item=self.name or self.line_id.display_name,
                )
            )

    def _get_amount_left(self):
        """How much of the journal item this item may be about, in its currency.

        :rtype: float
        """
        return max(self.line_id.amount_residual_currency, 0)
