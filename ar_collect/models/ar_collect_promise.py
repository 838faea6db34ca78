# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from .ar_collect_activity import CHANNELS
from .ar_collect_claim import LATER
from .inner_context import INNER

STATES = [
    ("open", "Open"),
    ("kept", "Kept"),
    ("partial", "Partially Kept"),
    ("broken", "Broken"),
    ("cancelled", "Cancelled"),
    ("replaced", "Replaced"),
]
#: Why a promise ended before its day; what people ended is not judged any more.
END_REASONS = [
    ("withdrawn", "Withdrawn"),
    ("replaced", "Another promise took its place"),
    ("settled", "Nothing is left to pay"),
]


class ArCollectPromise(models.Model):
    """A promise to pay: an amount by a date, on journal items or on whatever is owed."""

    _name = "ar.collect.promise"
    _description = "Promise to Pay"
    _inherit = ["ar.collect.claim"]
    _order = "date_promised DESC, id DESC"

    _state_fields = {
        *("state", "replaced_by_id", "end_reason", "level"),
        *("amount_kept", "date_kept", "promised_on", "ledger_mark"),
    }
    _said_fields = {"account_id", "currency_id", "amount", "date_promised", "item_ids"}

    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="In the promise's currency; the sum of the items where there are any.",
    )
    amount_company = fields.Monetary(
        string="Amount in Company Currency",
        compute="_compute_amount_company",
        store=True,
        currency_field="company_currency_id",
        help="At the rate of the day it was promised.",
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    date_promised = fields.Date(
        string="Promised For", required=True, index=True, help="The last day to pay."
    )
    item_ids = fields.One2many(
        comodel_name="ar.collect.promise.item",
        inverse_name="promise_id",
        string="Items",
        help="Empty: the amount is promised on whatever the customer owes.",
    )
    channel = fields.Selection(
        CHANNELS, compute="_compute_channel", store=True, precompute=True, readonly=False
    )
    note = fields.Text(help="Plain text.")
    promised_on = fields.Date(
        required=True,
        readonly=True,
        default=lambda self: self.env.company._get_collect_today(),
        help="In the company's time zone. Money that came before counts for no promise.",
    )
    ledger_mark = fields.Integer(
        readonly=True,
        help="Number of the newest journal item at that moment: tells what came earlier that day.",
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, default="open", index=True, group_expand=True
    )
    amount_kept = fields.Monetary(
        string="Paid in Time",
        readonly=True,
        help="Money received for it since, up to its date and the days of grace.",
    )
    date_kept = fields.Date(
        string="Paid On", readonly=True, help="Day of the last payment that counts for it."
    )
    level = fields.Integer(
        string="Not Kept Before",
        readonly=True,
        help="How many earlier promises of the same items were broken, kept in part, replaced or"
        " withdrawn.",
    )
    end_reason = fields.Selection(END_REASONS, string="Ended Because", readonly=True)
    replaced_by_id = fields.Many2one(
        comodel_name="ar.collect.promise",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    replaced_ids = fields.One2many(
        comodel_name="ar.collect.promise", inverse_name="replaced_by_id", string="Replaces"
    )
    conflict_ids = fields.Many2many(
        comodel_name="ar.collect.promise",
        string="Open Promises on These Items",
        compute="_compute_conflict_ids",
    )
    replace = fields.Boolean(
        string="Replace It",
        compute="_compute_replace",
        readonly=False,
        help="The open promise on these items ends; this one takes its place.",
    )
    warning = fields.Text(compute="_compute_warning", help="What to tell before it is saved.")

    # the few promises that count, by customer
    _counted_idx = models.Index("(customer_id) WHERE state IN ('open', 'broken')")
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The promised amount must be above zero."
    )

    # === COMPUTE METHODS === #

    @api.depends("amount", "currency_id", "date_promised", "customer_id")
    @api.depends_context("lang", "promise_of_customer")
    def _compute_display_name(self):
        # in a calendar the day is seen, the customer is not
        named = self.env.context.get("promise_of_customer")
        for promise in self:
            if named:
                promise.display_name = (
                    f"{promise._format_amount()} {promise.customer_id.display_name}"
                )
                continue
            promise.display_name = promise.env._(
                "%(amount)s by %(date)s",
                amount=promise._format_amount(),
                date=format_date(promise.env, promise.date_promised),
            )

    @api.depends("item_ids.amount")
    def _compute_amount(self):
        for promise in self:
            if promise.item_ids and not promise._origin:  # once said, it stays
                promise.amount = sum(promise.item_ids.mapped("amount"))
            else:
                promise.amount = promise.amount or 0

    @api.depends("amount", "currency_id", "company_id", "promised_on")
    def _compute_amount_company(self):
        for promise in self:
            company = promise.company_id or promise.env.company
            promise.amount_company = promise.currency_id._convert(
                promise.amount, company.currency_id, company, promise.promised_on
            )

    @api.depends("activity_id")
    def _compute_channel(self):
        for promise in self:
            promise.channel = promise.activity_id.channel or promise.channel or "call"

    @api.depends("item_ids.line_id", "state")
    def _compute_conflict_ids(self):
        for promise in self:
            promise.conflict_ids = promise.state == "open" and promise._get_conflicts()

    @api.depends("conflict_ids")
    def _compute_replace(self):
        for promise in self:
            promise.replace = bool(promise.conflict_ids)

    @api.depends("conflict_ids", "item_ids", "date_promised")
    @api.depends_context("lang", "default_line_ids")
    def _compute_warning(self):
        for promise in self:
            promise.warning = "\n".join(promise._get_warnings())

    # === CONSTRAINT METHODS === #

    @api.constrains("date_promised")
    def _check_date_promised(self):
        for promise in self:
            if promise.date_promised < promise.company_id._get_collect_today():
                raise ValidationError(
                    promise.env._(
                        "%s has passed: choose today or a later day.",
                        format_date(promise.env, promise.date_promised),
                    )
                )

    @api.constrains("amount", "item_ids")
    def _check_amount(self):
        for promise in self:
            if promise.item_ids:
                promise._check_sum()
            else:
                promise._check_debt()

    # === ONCHANGE METHODS === #

    @api.onchange("amount")
    def _onchange_amount(self):
        """Share a typed amount out among the items, due first first; no more than is owed."""
        total = sum(self.item_ids.mapped("amount"))
        if not self.item_ids or self.currency_id.compare_amounts(self.amount, total) == 0:
            return None
        typed = self.amount
        items = self.item_ids.sorted(lambda item: (item.due_date or fields.Date.today(), item.id))
        left = typed
        for item in items:
            item.amount = self.currency_id.round(max(min(item.residual, left), 0))
            left -= item.amount
        if self.currency_id.compare_amounts(left, 0) > 0:
            return {
                "warning": {
                    "title": self.env._("More than is owed"),
                    "message": self.env._(
                        "These items come to %s: no more can be promised on them.",
                        self.currency_id.format(typed - left),
                    ),
                }
            }
        return None

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `ar_collect`: told to `replace`, a promise ends the open ones on its items."""
        vals_list = [self._add_missing_default_values(vals) for vals in vals_list]
        accounts = self.env["ar.collect.account"]
        accounts.browse({vals.get("account_id") for vals in vals_list})._take_turns()
        mark = self._get_ledger_mark()
        for vals in vals_list:
            account = accounts.browse(vals.get("account_id"))
            company = account.company_id or self.env.company
            vals |= {"ledger_mark": mark, "promised_on": company._get_collect_today()}
        replaced = [self._end_replaced(vals) for vals in vals_list]
        promises = super().create(vals_list)
        for promise, old in zip(promises, replaced, strict=True):
            old.replaced_by_id = promise
            old._note_on_account("replaced")
        promises.flush_recordset()
        promises._update_levels()
        return promises

    # === ACTION METHODS === #

    def action_cancel(self):
        """End promises that do not hold any more; their items are chased again."""
        self._end({"state": "cancelled", "end_reason": "withdrawn"}, "cancelled")

    # === BUSINESS METHODS === #

    # --- one open promise per item

    def _get_conflicts(self):
        """The other open promises on the journal items of this one.

        :rtype: recordset of `ar.collect.promise`
        """
        self.ensure_one()
        return self._get_open_on(self.item_ids.line_id.ids) - self._origin

    @api.model
    def _get_open_on(self, line_ids):
        """The open promises on journal items.

        :param list line_ids: ids of `account.move.line`
        :rtype: recordset of `ar.collect.promise`
        """
        return self.search([("state", "=", "open"), ("item_ids.line_id", "in", line_ids)])

    def _is_same(self, shares, day):
        """Whether this promise says just that.

        :param dict shares: amount by id of the journal item
        :param date day: the last day to pay
        :rtype: bool
        """
        self.ensure_one()
        amounts = {item.line_id.id: item.amount for item in self.item_ids}
        return (
            self.date_promised == day
            and amounts.keys() == shares.keys()
            and not any(
                self.currency_id.compare_amounts(amounts[line_id], shares[line_id])
                for line_id in shares
            )
        )

    @api.model
    def _end_replaced(self, vals):
        """End the open promises whose place a new one takes, before its items are entered.

        :param dict vals: of the new promise, which says whether to `replace`
        :return: the promises that ended, as superuser
        :rtype: recordset of `ar.collect.promise`
        :raise ValidationError: when there are some and nobody said to replace them
        """
        line_ids = self._get_new_line_ids(vals)
        replace = vals.pop("replace", False)
        if old := self._get_open_on(line_ids):
            old._judge()
            old = self._get_open_on(line_ids)
        if not old:
            return old
        if not replace:
            raise ValidationError(
                self.env._(
                    "%(items)s: promised already, %(promise)s. Replace that promise, or take its"
                    " items out.",
                    items=old[0]._get_item_names(),
                    promise=old[0].display_name,
                )
            )
        old.check_access("write")
        # sudo: the state is changed by buttons only; counted together with the new promise
        old = old.sudo().with_context(**{LATER: INNER})  # sudo: see above
        old.write({"state": "replaced", "end_reason": "replaced"})
        old.flush_recordset()
        return old

    @api.model
    def _get_ledger_mark(self):
        """The id of the newest journal item: money with a lower one was there before.

        :rtype: int
        """
        [(mark,)] = self.env.execute_query(
            SQL("SELECT COALESCE(MAX(id), 0) FROM account_move_line")
        )
        return mark

    # --- what is said before and after

    def _check_sum(self):
        """Refuse a promise that is not the sum of its items."""
        total = sum(self.item_ids.mapped("amount"))
        if self.currency_id.compare_amounts(self.amount, total) != 0:
            raise ValidationError(
                self.env._(
                    "The promise is of %(amount)s, its items come to %(total)s.",
                    amount=self.currency_id.format(self.amount),
                    total=self.currency_id.format(total),
                )
            )

    def _check_debt(self):
        """Refuse a promise without items of more than the customer owes."""
        debt = self._get_debt()
        if self.currency_id.compare_amounts(self.amount, debt) > 0:
            raise ValidationError(
                self.env._(
                    "%(amount)s is more than the %(debt)s that %(customer)s owes.",
                    amount=self.currency_id.format(self.amount),
                    debt=self.currency_id.format(debt),
                    customer=self.customer_id.display_name,
                )
            )

    def _get_debt(self):
        """What a promise without items may come to: open debits, of its currency if foreign.

        :rtype: float
        """
        lines = self.env["account.move.line"].sudo()  # sudo: only the sum is told
        domain = lines._get_collect_open_domain(self.customer_id, self.company_id)
        domain &= Domain("amount_residual", ">", 0)
        if self.currency_id == self.company_id.currency_id:
            return lines._read_group(domain, [], ["amount_residual:sum"])[0][0]
        domain &= Domain("currency_id", "=", self.currency_id.id)
        return lines._read_group(domain, [], ["amount_residual_currency:sum"])[0][0]

    def _get_warnings(self):
        """What somebody should know before saving.

        :return: list of sentences
        """
        self.ensure_one()
        lines = self.item_ids.line_id
        warnings = [
            self.env._(
                "%(items)s: promised already, %(promise)s. Saving replaces that promise.",
                items=old._get_item_names(),
                promise=old.display_name,
            )
            for old in self.conflict_ids
        ]
        left_out = self._get_lines_said().currency_id - self.currency_id
        if left_out and not self._origin:
            names = ", ".join(left_out.mapped("name"))
            warnings.append(self.env._("Items in %s need a promise of their own.", names))
        if disputed := lines.filtered("collect_disputed_amount"):
            names = ", ".join(disputed.mapped("move_name"))
            warnings.append(self.env._("Disputed in part: %s.", names))
        return warnings

    def _get_note_body(self, event):
        """Override of `ar_collect`: the account's chatter need not name the customer."""
        return super(ArCollectPromise, self.with_context(promise_of_customer=False))._get_note_body(
            event
        )

    def _get_event_title(self, event):
        """Override of `ar_collect` for what happens to promises."""
        match event:
            case "created":
                return self.env._("Promise: %s", self.display_name)
            case "cancelled":
                return self.env._("Promise cancelled: %s", self.display_name)
            case "replaced":
                return self.env._(
                    "Promise replaced: %(old)s, now %(new)s",
                    old=self.display_name,
                    new=self.replaced_by_id.display_name,
                )
        return super()._get_event_title(event)

    def _get_typed_text(self):
        """Override of `ar_collect`."""
        return self.note or ""
