# Part of ar_collect. License LGPL-3.
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..tools.interest import MissingRate, forgive, get_parts, open_on


class ArCollectFeeRule(models.Model):
    """What a customer owes for paying late: a fixed amount, interest, or both.

    The first rule that fits the customer decides, those of a country before the general ones.
    Nothing is ever booked by a rule: it makes proposals, of which a person decides.
    """

    _name = "ar.collect.fee.rule"
    _description = "Late Fee Rule"
    _order = "sequence, id"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    note = fields.Text(translate=True, help="On what it rests: the law, the terms of business.")

    # --- for whom
    company_id = fields.Many2one(
        comodel_name="res.company", index=True, help="Empty: for every company."
    )
    country_ids = fields.Many2many(
        comodel_name="res.country",
        string="Countries",
        help="Of the customer. Empty: every country that no other rule is meant for.",
    )
    business_only = fields.Boolean(
        string="Companies Only", help="Customers who are persons are not charged."
    )
    date_from = fields.Date(
        string="For Items Due From",
        required=True,
        default=lambda self: self._default_date_from(),
        help="What was due before this day is left alone.",
    )
    grace_days = fields.Integer(
        string="Days of Grace",
        help="Paid within so many days after the due date counts as paid in time. What is open"
        " after them bears interest from the due date on.",
    )

    # --- how much
    fixed_amount = fields.Monetary(
        help="Claimed once for an invoice, or with every fee step of the strategy that it reaches."
    )
    fixed_per = fields.Selection(
        [("invoice", "Invoice"), ("step", "Invoice and Step")],
        string="Once For Each",
        required=True,
        default="invoice",
        help="Invoice: the amount is due when it is late. Invoice and step: every fee step of the"
        " strategy adds it, as with reminders at a charge.",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="Of the fixed amount and the least interest. A company that keeps its books in another"
        " one claims them in its own, at the rate of the day.",
    )
    method = fields.Selection(
        [("none", "None"), ("fixed", "Percent a Year"), ("statutory", "Reference Rate and Margin")],
        string="Interest",
        required=True,
        default="none",
    )
    percent = fields.Float(string="Percent a Year", digits=(8, 4))
    reference_id = fields.Many2one(
        comodel_name="ar.collect.fee.reference", string="Reference Rate", ondelete="restrict"
    )
    margin = fields.Float(
        string="Percentage Points Above", digits=(8, 4), help="Added to the reference rate."
    )
    day_count = fields.Selection(
        [
            ("365", "Days / 365"),
            ("actual", "Days / Days of the Year (365 or 366)"),
            ("360", "Days / 360"),
        ],
        required=True,
        default="365",
    )
    min_amount = fields.Monetary(
        string="Interest From", help="Less interest than this on an item is not worth a claim."
    )

    # --- what becomes of it
    handling = fields.Selection(
        [("invoice", "Propose a Draft Invoice"), ("mention", "Only Mention It")],
        required=True,
        default="invoice",
        help="Mention: notices and statements say what has come together; it is claimed only if"
        " somebody decides so.",
    )
    product_id = fields.Many2one(
        comodel_name="product.product",
        check_company=True,
        domain="[('type', '=', 'service')]",
        default=lambda self: self._default_product(),
        ondelete="restrict",
        help="Its income account and taxes are those of the draft invoice, by the customer's fiscal"
        " position.",
    )
    journal_id = fields.Many2one(
        comodel_name="account.journal",
        check_company=True,
        domain="[('type', '=', 'sale')]",
        ondelete="restrict",
        help="Of the draft invoice. Empty: the usual one for sales.",
    )
    fee_count = fields.Integer(string="Late Fees", compute="_compute_fee_count")

    _amounts_not_negative = models.Constraint(
        "CHECK (fixed_amount >= 0 AND min_amount >= 0)",
        "The amounts of a late fee rule cannot be negative.",
    )
    _percent_range = models.Constraint(
        "CHECK (percent BETWEEN 0 AND 1000 AND margin BETWEEN 0 AND 1000)",
        "Percent a year and margin must lie between 0 and 1000.",
    )
    _grace_not_negative = models.Constraint(
        "CHECK (grace_days BETWEEN 0 AND 365)", "The days of grace must lie between 0 and 365."
    )

    # === DEFAULT METHODS === #

    @api.model
    def _default_date_from(self):
        """A year ago: all that was ever paid late is more than anybody wants to decide on."""
        return fields.Date.subtract(fields.Date.context_today(self), years=1)

    @api.model
    def _default_product(self):
        return self.env.ref("ar_collect.product_late_fee", raise_if_not_found=False)

    # === COMPUTE METHODS === #

    def _compute_fee_count(self):
        counts = dict(
            self.env["ar.collect.fee"]._read_group(
                [("rule_id", "in", self.ids)], ["rule_id"], ["__count"]
            )
        )
        for rule in self:
            rule.fee_count = counts.get(rule, 0)

    # === CONSTRAINT METHODS === #

    @api.constrains("active", "fixed_amount", "method", "percent", "reference_id")
    def _check_claims_something(self):
        for rule in self.filtered("active"):
            interest = {
                "none": True,
                "fixed": rule.percent > 0,
                "statutory": bool(rule.reference_id),
            }
            if not interest[rule.method]:
                raise ValidationError(
                    rule.env._("“%s”: say how much the interest is.", rule.display_name)
                )
            if rule.method == "none" and rule.currency_id.is_zero(rule.fixed_amount):
                raise ValidationError(
                    rule.env._(
                        "“%s” claims nothing: enter a fixed amount or interest.", rule.display_name
                    )
                )

    @api.constrains("active", "handling", "product_id")
    def _check_product(self):
        for rule in self.filtered("active"):
            if rule.handling == "invoice" and not rule.product_id:
                raise ValidationError(
                    rule.env._(
                        "“%s” is claimed by an invoice: choose the product whose account and taxes"
                        " it has.",
                        rule.display_name,
                    )
                )

    # === ACTION METHODS === #

    def action_open_fees(self):
        """Open what was proposed by this rule."""
        self.ensure_one()
        fees = self.env["ar.collect.fee"]
        return fees._get_action([("rule_id", "=", self.id)])

    # === BUSINESS METHODS === #

    # --- which rule

    @api.model
    def _get_for_accounts(self, accounts):
        """The rule that decides for each customer.

        :param recordset accounts: `ar.collect.account`
        :return: rule by account; an empty one where nothing is claimed
        :rtype: dict
        """
        # pylint: disable=no-search-all
        rules = self.search([])  # all are meant, and they are few
        rules = rules.sorted(lambda rule: (not rule.country_ids, rule.sequence, rule.id))
        return {
            account: next((rule for rule in rules if rule._fits(account)), rules.browse())
            for account in accounts
        }

    def _fits(self, account):
        """Whether this rule is meant for a customer.

        :rtype: bool
        """
        self.ensure_one()
        customer = account.partner_id
        countries = self.country_ids
        return (
            (not self.company_id or self.company_id in account.company_id.parent_ids)
            and (not countries or customer.country_id in countries)
            and (not self.business_only or customer.is_company)
        )

    # --- how much

    def _is_late(self, item):
        """Whether something of an item was still open after the days of grace.

        :param dict item: see `ar.collect.fee._get_items`
        :rtype: bool
        """
        self.ensure_one()
        first = item["due"] + timedelta(days=self.grace_days + 1)
        return first <= item["today"] and open_on(item["amount"], item["settlements"], first) > 0

    def _get_interest(self, item, start, end):
        """The interest on an item.

        :param dict item: see `ar.collect.fee._get_items`
        :param date start: first day
        :param date end: last day
        :return: see :func:`tools.interest.get_parts`
        :rtype: list
        :raise UserError: naming the day on which no reference rate is known
        """
        self.ensure_one()
        currency = self.env["res.currency"].browse(item["currency_id"])
        settlements = forgive(item["settlements"], item["due"], self.grace_days)
        try:
            return get_parts(
                item["amount"],
                settlements,
                start,
                end,
                self._get_rates(),
                self.day_count,
                currency.rounding,
            )
        except MissingRate as error:
            raise UserError(
                self.env._(
                    "The late fee rule “%(rule)s” needs the reference rate “%(reference)s” of"
                    " %(day)s for %(item)s, and none is entered that holds on that day. Enter it"
                    " under Configuration, Reference Rates.",
                    rule=self.name,
                    reference=self.reference_id.name,
                    day=format_date(self.env, error.day),
                    item=item["name"],
                )
            ) from error

    def _get_rates(self):
        """The yearly rates of this rule: (first day, percent), in order; none below zero.

        :rtype: list
        """
        self.ensure_one()
        if self.method == "fixed":
            return [(None, self.percent)]
        steps = self.reference_id._get_steps()
        return [(day, max(percent + self.margin, 0)) for day, percent in steps]
