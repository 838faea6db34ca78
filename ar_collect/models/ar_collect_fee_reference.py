# Part of ar_collect. License LGPL-3.
from odoo import fields, models


class ArCollectFeeReference(models.Model):
    """A rate that statutory interest refers to, such as the base rate of a central bank.

    What it is on which day is entered by a person: no rate is guessed.
    """

    _name = "ar.collect.fee.reference"
    _description = "Reference Rate"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    note = fields.Char(translate=True, help="Where it is published, and when it changes.")
    rate_ids = fields.One2many(
        comodel_name="ar.collect.fee.rate",
        inverse_name="reference_id",
        string="Rates",
        copy=True,
    )

    # === BUSINESS METHODS === #

    def _get_steps(self):
        """What the rate was from which day on.

        :return: (first day, percent) in order, see :mod:`tools.interest`
        :rtype: list
        """
        self.ensure_one()
        return [(rate.date_from, rate.percent) for rate in self.rate_ids.sorted("date_from")]


class ArCollectFeeRate(models.Model):
    """A reference rate from a day on, until the next one."""

    _name = "ar.collect.fee.rate"
    _description = "Value of a Reference Rate"
    _order = "reference_id, date_from DESC"
    _rec_name = "date_from"

    reference_id = fields.Many2one(
        comodel_name="ar.collect.fee.reference", required=True, index=True, ondelete="cascade"
    )
    date_from = fields.Date(string="From", required=True, help="The first day on which it holds.")
    percent = fields.Float(
        string="Percent a Year", digits=(8, 4), required=True, help="Below zero if it is negative."
    )

    _one_per_day = models.Constraint(
        "UNIQUE (reference_id, date_from)", "A reference rate has one value from a day on."
    )
    _percent_range = models.Constraint(
        "CHECK (percent BETWEEN -100 AND 1000)",
        "The percent a year must lie between -100 and 1000.",
    )
