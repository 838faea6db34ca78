# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.account_move_line import in_ledger
from ..tools import aging

#: Keys of the context: as of when (ISO date), and limits ("30-60-90"). The web client asks for views
#: with no other keys than those that end like the second one.
DAY, LIMITS = "aged_to", "aged_limits_view_ref"
#: Fields of what is past due, of which as many are shown as there are limits, and one.
BUCKETS = [f"bucket_{number}" for number in range(1, aging.MOST + 2)]
#: How an item stood, whatever the limits of the buckets are.
SITUATIONS = [
    ("not_due", "Not Due"),
    ("past_due", "Past Due"),
    ("at_risk", "More Than 90 Days Past Due"),
    ("credit", "Credit"),
]


class ArCollectAgedReport(models.Model):
    """What was open on a day, by how long it was past due: a row for each receivable item.

    As the ledger says now: an entry counts from its date on, a match from the later date of the two
    items. What was un-reconciled since was never matched; what was booked back was always there.
    Every receivable of a customer is in it, as in the collection account.
    """

    _name = "ar.collect.aged.report"
    _description = "Aged Receivables"
    _auto = False
    _order = "customer_id, due_date, id"
    _rec_name = "line_id"
    _depends = {
        "account.move.line": [
            *("account_id", "amount_currency", "amount_residual", "amount_residual_currency"),
            *("balance", "company_id", "currency_id", "date", "date_maturity", "move_id"),
            *("parent_state", "partner_id", "reconciled"),
        ],
        "account.partial.reconcile": [
            *("amount", "credit_amount_currency", "credit_move_id", "debit_amount_currency"),
            *("debit_move_id", "max_date"),
        ],
        "account.account": ["account_type", "non_trade"],
        "ar.collect.account": ["company_id", "partner_id", "user_id"],
        "res.partner": ["commercial_partner_id"],
    }

    line_id = fields.Many2one(comodel_name="account.move.line", string="Item", readonly=True)
    move_id = fields.Many2one(comodel_name="account.move", string="Document", readonly=True)
    customer_id = fields.Many2one(comodel_name="res.partner", readonly=True)
    account_id = fields.Many2one(
        comodel_name="ar.collect.account", string="Collection Account", readonly=True
    )
    user_id = fields.Many2one(comodel_name="res.users", string="Collector", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency", string="Document Currency", readonly=True
    )
    is_trade = fields.Boolean(
        string="Trade", readonly=True, help="Not on an account that is kept apart as non-trade."
    )
    date = fields.Date(string="Booked On", readonly=True)
    due_date = fields.Date(
        string="Due", readonly=True, help="That of the entry for an item without due date."
    )
    days_late = fields.Integer(
        string="Days Past Due",
        readonly=True,
        aggregator="max",
        help="Due that day is not past due. Of several items, the most; of credits none.",
    )
    situation = fields.Selection(SITUATIONS, readonly=True, help="As of the day of the report.")
    residual = fields.Monetary(
        string="Balance",
        currency_field="company_currency_id",
        readonly=True,
        help="What was open of the item, in company currency.",
    )
    residual_currency = fields.Monetary(
        string="Balance in Currency",
        currency_field="currency_id",
        readonly=True,
        aggregator=None,
        help="What was open of the item, in the currency of the document.",
    )
    bucket_0 = fields.Monetary(
        string="Not Due", currency_field="company_currency_id", readonly=True
    )
    bucket_1 = fields.Monetary(currency_field="company_currency_id", readonly=True)
    bucket_2 = fields.Monetary(currency_field="company_currency_id", readonly=True)
    bucket_3 = fields.Monetary(currency_field="company_currency_id", readonly=True)
    bucket_4 = fields.Monetary(currency_field="company_currency_id", readonly=True)
    bucket_5 = fields.Monetary(currency_field="company_currency_id", readonly=True)
    bucket_6 = fields.Monetary(currency_field="company_currency_id", readonly=True)
    bucket_7 = fields.Monetary(currency_field="company_currency_id", readonly=True)
    amount_credit = fields.Monetary(
        string="Credits",
        currency_field="company_currency_id",
        readonly=True,
        help="Payments and credit notes not matched with anything by then.",
    )

    # === SQL === #

    @property
    def _table_query(self):
        """A row for each item that was open; see the class.

        What is left of the items now, with what was matched later put back.

        :rtype: SQL
        """
        day = self._get_aged_to()
        return SQL(
            """
            SELECT line.id, line.id AS line_id, line.move_id,
                   partner.commercial_partner_id AS customer_id, account.id AS account_id,
                   account.user_id, line.company_id, line.currency_id,
                   ledger.non_trade IS NOT TRUE AS is_trade, line.date, item.due_date,
                   CASE WHEN item.residual > 0 THEN GREATEST(late.days, 0) ELSE 0 END AS days_late,
                   CASE WHEN item.residual < 0 THEN 'credit'
                        WHEN late.days > 90 THEN 'at_risk'
                        WHEN late.days > 0 THEN 'past_due' ELSE 'not_due' END AS situation,
                   item.residual,
                   line.amount_residual_currency + COALESCE(later.amount_currency, 0)
                       AS residual_currency,
                   CASE WHEN item.residual > 0 AND late.days <= 0
                        THEN item.residual ELSE 0 END AS bucket_0,
                   %(buckets)s,
                   LEAST(item.residual, 0) AS amount_credit
              FROM account_move_line line
              JOIN account_account ledger
                ON ledger.id = line.account_id AND ledger.account_type = 'asset_receivable'
              JOIN res_partner partner ON partner.id = line.partner_id
              LEFT JOIN (%(later)s) AS later ON later.line_id = line.id
              LEFT JOIN ar_collect_account account
                     ON account.partner_id = partner.commercial_partner_id
                    AND account.company_id = line.company_id
             CROSS JOIN LATERAL (
                   SELECT line.amount_residual + COALESCE(later.amount, 0) AS residual,
                          COALESCE(line.date_maturity, line.date) AS due_date) AS item
             CROSS JOIN LATERAL (SELECT %(day)s::date - item.due_date AS days) AS late
             WHERE %(in_ledger)s AND line.date <= %(day)s AND item.residual != 0
            """,
            buckets=self._get_bucket_columns(),
            later=self._get_later_query(day),
            in_ledger=in_ledger("line"),
            day=day,
        )

    @api.model
    def _get_later_query(self, day):
        """SELECT of what was matched after a day, by item, as its residual had it."""
        return SQL(
            """
            SELECT line_id, SUM(amount) AS amount, SUM(amount_currency) AS amount_currency
              FROM (SELECT debit_move_id AS line_id, amount,
                           debit_amount_currency AS amount_currency
                      FROM account_partial_reconcile WHERE max_date > %(day)s
                     UNION ALL
                    SELECT credit_move_id, -amount, -credit_amount_currency
                      FROM account_partial_reconcile WHERE max_date > %(day)s) AS side
             GROUP BY line_id
            """,
            day=day,
        )

    @api.model
    def _get_bucket_columns(self):
        """SQL of the amounts past due, by bucket; 0 in those that are not asked for."""
        found = dict(zip(BUCKETS, aging.ranges(self._get_aged_limits()), strict=False))
        columns = []
        for name in BUCKETS:
            condition = SQL("FALSE")
            if name in found:
                first, last = found[name]
                condition = SQL("item.residual > 0 AND late.days >= %s", first)
                if last:
                    condition = SQL("%s AND late.days <= %s", condition, last)
            columns.append(
                SQL(
                    "CASE WHEN %s THEN item.residual ELSE 0 END AS %s",
                    condition,
                    SQL.identifier(name),
                )
            )
        return SQL(", ").join(columns)

    # === VIEWS === #

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """Override of `base` to call the buckets by their limits."""
        result = super().fields_get(allfields, attributes)
        labels = self._get_bucket_labels()
        for name in BUCKETS:
            if name in result and (not attributes or "string" in attributes):
                result[name]["string"] = labels.get(name, self.env._("Not Used"))
            if name in result and name not in labels:
                # a measure that is always 0 is none
                result[name] |= {"sortable": False, "groupable": False, "store": False}
                result[name] |= {"searchable": False, "exportable": False}
        return result

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        """Override of `base`: the columns depend on the limits."""
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self._get_aged_limits())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Override of `base` to show as many buckets as there are limits, called by them."""
        arch, view = super()._get_view(view_id, view_type, **options)
        labels = self._get_bucket_labels()
        for node in arch.xpath("//field[starts-with(@name, 'bucket_')]"):
            name = node.get("name")
            if name in labels:
                node.set("string", labels[name])
                if node.get("sum"):
                    node.set("sum", labels[name])
            elif name in BUCKETS:
                node.getparent().remove(node)
        return arch, view

    # === ACTION METHODS === #

    def action_open_document(self):
        """Open the entry of this item.

        :return: window action
        :rtype: dict
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "views": [(False, "form")],
        }

    def action_ask(self):
        """Choose another day or other limits.

        :return: window action
        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_collect.ar_collect_aged_ask_action"
        )
        day, limits = self._get_aged_to(), self._get_aged_limits()
        limits = ", ".join(map(str, limits))
        return {**action, "context": {"default_date": day, "default_limits": limits}}

    # === BUSINESS METHODS === #

    @api.model
    def _get_aged_to(self):
        """As of when; today where the company is unless somebody asked.

        :rtype: date
        :raise UserError: no date
        """
        try:
            day = fields.Date.to_date(self.env.context.get(DAY))
        except (TypeError, ValueError) as error:
            raise UserError(self.env._("“%s” is not a date.", self.env.context[DAY])) from error
        return day or self.env.company._get_collect_today()

    @api.model
    def _get_aged_limits(self):
        """After how many days past due a bucket ends.

        :rtype: tuple
        :raise UserError: not some increasing numbers of days
        """
        text = self.env.context.get(LIMITS) or ""
        try:
            return aging.parse(text)
        except (TypeError, ValueError) as error:
            raise UserError(
                self.env._(
                    "“%(text)s”: give up to %(number)s numbers of days, each above the one before,"
                    " as in 30, 60, 90.",
                    text=text,
                    number=aging.MOST,
                )
            ) from error

    @api.model
    def _get_bucket_labels(self):
        """What each bucket past due that is in use is called.

        :return dict: by name of the field
        """
        labels = {}
        for name, (first, last) in zip(
            BUCKETS, aging.ranges(self._get_aged_limits()), strict=False
        ):
            labels[name] = (
                self.env._("%(first)s-%(last)s Days", first=first, last=last)
                if last
                else self.env._("%s+ Days", first)
            )
        return labels

    @api.model
    def _get_action(self, day, limits=None):
        """The report as of a day.

        :param date day:
        :param limits: see :func:`aging.parse`; None: the default
        :return: window action
        :rtype: dict
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_collect.ar_collect_aged_report_action"
        )
        day = fields.Date.to_string(day)
        text = "-".join(map(str, aging.parse(limits or "")))
        return {**action, "context": {DAY: day, LIMITS: text}}

    @api.model
    def _get_domain(self, companies, domain=None):
        """Rows of some companies.

        :rtype: Domain
        """
        return Domain("company_id", "in", companies.ids) & Domain(domain or Domain.TRUE)
