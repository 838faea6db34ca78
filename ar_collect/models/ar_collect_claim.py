# Part of ar_collect. License LGPL-3.
import math
from collections import defaultdict

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import clean_context, formatLang

from .inner_context import INNER, is_inner

#: Context key: the customers are marked for the next refresh, but not refreshed at once.
LATER = "ar_collect_claims_later"


class ArCollectClaim(models.AbstractModel):
    """What a customer says of what is owed: common to promises and disputes.

    Amounts are in the currency of the items. What is claimed leaves the amount to chase, see
    ``ar.collect.account._get_claim_query``.
    """

    _name = "ar.collect.claim"
    _description = "Claim of a Customer"
    _check_company_auto = True

    #: the state in which it begins
    _first_state = "open"
    #: changed by buttons only
    _state_fields = {"state"}
    #: once said, these stay
    _said_fields = {"account_id", "currency_id"}

    account_id = fields.Many2one(
        comodel_name="ar.collect.account",
        string="Collection Account",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    customer_id = fields.Many2one(
        related="account_id.partner_id", string="Customer", store=True, index=True
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        compute="_compute_currency_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="That of the items; the company's for a claim without any.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact Person",
        index="btree_not_null",
        domain="[('commercial_partner_id', '=', customer_id)]",
        ondelete="set null",
        help="Who said so.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Taken By",
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    activity_id = fields.Many2one(
        comodel_name="ar.collect.activity",
        string="Said In",
        index="btree_not_null",
        ondelete="set null",
        domain="[('account_id', '=', account_id)]",
        help="The contact in which it was said.",
    )

    # === DEFAULT METHODS === #

    @api.model
    def default_get(self, fields_list):
        """Override of `base` to make items of the journal items in `default_line_ids`.

        As far as they are open and in one currency: that of the item due first. An amount in the
        context is shared out among them.
        """
        values = super().default_get(fields_list)
        if "partner_id" in fields_list and not values.get("partner_id"):
            activity_id = self.env.context.get("default_activity_id")
            activity = self.env["ar.collect.activity"].browse(activity_id)
            values["partner_id"] = activity.partner_id.id
        lines = self._get_lines_said()
        if lines and "item_ids" in fields_list and "item_ids" not in values:
            lines = lines.filtered(lambda line: line.currency_id == lines[0].currency_id)
            values["currency_id"] = lines[0].currency_id.id
            shares = self._share_out(lines, self.env.context.get("default_amount"))
            values["item_ids"] = [
                Command.create({"line_id": line.id, "amount": amount})
                for line, amount in shares.items()
            ]
        return values

    # === COMPUTE METHODS === #

    @api.depends("account_id", "item_ids.line_id")
    def _compute_currency_id(self):
        for claim in self:
            of_items = claim.item_ids.line_id[:1].currency_id
            claim.currency_id = of_items or claim.currency_id or claim.account_id.currency_id

    # === CONSTRAINT METHODS === #

    @api.constrains("partner_id")  # not the account: a merge moves it before the contact
    def _check_partner(self):
        for claim in self.filtered("partner_id"):
            if claim.partner_id.commercial_partner_id != claim.customer_id:
                raise ValidationError(
                    claim.env._(
                        "%(contact)s is not a contact of %(customer)s.",
                        contact=claim.partner_id.display_name,
                        customer=claim.customer_id.display_name,
                    )
                )

    @api.constrains("activity_id")  # not the account: see above
    def _check_activity(self):
        for claim in self.filtered("activity_id"):
            if claim.activity_id.account_id != claim.account_id:
                raise ValidationError(
                    claim.env._("The contact in which it was said was with another customer.")
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to note each claim in the account's chatter and count it at once."""
        # defaults in the context are meant for the claim, not for its items or messages
        vals_list = [self._add_missing_default_values(vals) for vals in vals_list]
        self = self.with_context(clean_context(self.env.context))
        for vals in vals_list:
            self._prepare_items(vals)
        first = self._first_state
        if not self.env.su and any(vals.get("state", first) != first for vals in vals_list):
            raise AccessError(self.env._("What a customer says begins as open."))
        claims = super(ArCollectClaim, self.with_context(**{LATER: INNER})).create(vals_list)
        claims = claims.with_env(self.env)
        claims._note_on_account("created")
        claims._apply()
        return claims

    def write(self, vals):
        """Override of `base` to keep what was said as it was said, and to count a change at once."""
        self._check_change(vals)
        result = super().write(vals)
        if not vals.keys().isdisjoint(self._state_fields | self._said_fields):
            self._apply()
        return result

    def unlink(self):
        """Override of `base` to count what is left."""
        refresh = self._get_refresh_arguments()
        result = super().unlink()
        self._refresh_customers(*refresh)
        return result

    # === BUSINESS METHODS === #

    # --- before it is made

    @api.model
    def _get_lines_said(self):
        """The open debits among the journal items in the context, due first first.

        :rtype: recordset of `account.move.line`
        """
        lines = self.env["account.move.line"].browse(self.env.context.get("default_line_ids"))
        lines = lines.exists().filtered(lambda line: line.amount_residual_currency > 0)
        return lines._sort_by_due()

    @api.model
    def _share_out(self, lines, amount=None):
        """Spread an amount over journal items, due first served first.

        :param float|None amount: in the currency of the items; None: all that is left of each
        :return dict: amount by journal item that gets a part
        """
        shares = {}
        for line in lines._sort_by_due():
            share = self._get_claimable(line)
            if amount is not None:
                share = line.currency_id.round(min(share, amount))
                amount -= share
            if share > 0:
                shares[line] = share
        return shares

    @api.model
    def _get_claimable(self, line):
        """How much of a journal item a new claim is about, unless somebody says otherwise.

        :rtype: float
        """
        return max(line.amount_residual_currency, 0)

    @api.model
    def _prepare_items(self, vals):
        """Let the items without amount share what the others leave of the claim's amount.

        Items that get nothing of it are left out.

        :param dict vals: of one claim, changed in place
        """
        items = self._get_new_items(vals)
        silent = [item for item in items if item.get("line_id") and item.get("amount") is None]
        if silent:
            said = sum(item.get("amount") or 0 for item in items)
            rest = None if vals.get("amount") is None else vals["amount"] - said
            lines = self.env["account.move.line"].browse(item["line_id"] for item in silent)
            shares = self._share_out(lines.exists(), rest)
            for item, line in zip(silent, lines, strict=True):
                item["amount"] = shares.get(line, 0)
        if items:
            some = [item for item in items if item.get("amount")]
            if not some:
                raise ValidationError(self.env._("Nothing is left of these items."))
            vals["item_ids"] = [Command.create(item) for item in some]
        for said in [vals, *items]:
            self._check_is_amount(said.get("amount"))

    @api.model
    def _get_new_items(self, vals):
        """Values of the items that a new claim is given.

        :param dict vals: of the claim
        :return: list of dicts, copies
        """
        commands = vals.get("item_ids") or []
        return [dict(command[2]) for command in commands if command[0] == Command.CREATE]

    @api.model
    def _get_new_line_ids(self, vals):
        """What a new claim is about.

        :param dict vals: of the claim
        :return: list of ids of `account.move.line`
        """
        return [item.get("line_id") for item in self._get_new_items(vals)]

    @api.model
    def _check_is_amount(self, value):
        """Refuse what is no amount of money above zero; without any, the items decide.

        :raise ValidationError: quoting it
        """
        try:
            valid = value is None or (math.isfinite(value) and value >= 0)
        except TypeError:
            valid = False
        if not valid:
            raise ValidationError(self.env._("“%s” is not an amount above zero.", value))

    # --- who may change what

    def _check_change(self, vals):
        """Refuse what would rewrite the history of a claim.

        :raise AccessError: for a state, which only buttons change
        :raise UserError: for what was said
        """
        if self.env.su:
            return
        if not self._state_fields.isdisjoint(vals):
            raise AccessError(self.env._("The state is changed by the buttons, not by hand."))
        if not self._said_fields.isdisjoint(vals):
            raise UserError(
                self.env._(
                    "What a customer said stays as it was said. Record what they say now: it"
                    " takes the place of this."
                )
            )

    def _end(self, vals, event):
        """Let open claims end, with a note in the chatter of their accounts.

        :param dict vals: the new state and what goes with it
        :param str event: see :meth:`_get_event_title`
        """
        self.check_access("write")
        if ended := self.filtered(lambda claim: claim.state != "open"):
            raise UserError(self.env._("“%s” is not open any more.", ended[0].display_name))
        self.sudo().write(vals)  # sudo: the state is changed by buttons only, see _check_change
        self._note_on_account(event)

    # --- effect on the account

    def _apply(self):
        """Count these claims on the rows of their customers at once."""
        self._refresh_customers(*self._get_refresh_arguments())

    def _get_refresh_arguments(self):
        """Whose rows these claims change: of their accounts, and of who owns the items by now.

        :return tuple: `res.partner`, `res.company`
        """
        claims = self.sudo()  # sudo: the rows may be out of reach, see ar.collect.account._refresh
        return claims.account_id.partner_id | claims.item_ids.line_id.partner_id, claims.company_id

    @api.model
    def _refresh_customers(self, partners, companies):
        if not partners:
            return
        self.env["ar.collect.dirty"]._mark(
            (partner.id, company.id) for partner in partners for company in companies
        )
        if not is_inner(self.env, LATER):
            self.env["ar.collect.account"]._refresh(partners, companies)

    # --- the account's chatter

    def _note_on_account(self, event):
        """Write a note on each claim into the chatter of its account.

        :param str event: see :meth:`_get_event_title`
        """
        bodies = defaultdict(list)
        for claim in self:
            # sudo: who resolves a dispute need not see the customer's account
            language = claim._get_note_language(claim.account_id.sudo())  # sudo: see above
            body = claim.with_context(lang=language)._get_note_body(event)
            bodies[claim.account_id.id].append(body)
        accounts = self.account_id
        accounts._message_log_batch(
            {account.id: Markup("<br/>").join(bodies[account.id]) for account in accounts}
        )

    @api.model
    def _get_note_language(self, account):
        """In which language a note on an account is written: that of who is at work.

        Nobody is at night: that of the collector then, or of the company.

        :rtype: str
        """
        return self.env.lang or account.user_id.lang or account.company_id.partner_id.lang

    def _get_note_body(self, event):
        """A note for the chatter; everything typed is escaped.

        :rtype: Markup
        """
        self.ensure_one()
        lines = [Markup("<b>%s</b>") % self._get_event_title(event)]
        if event == "created" and (text := self._get_typed_text()):
            lines.append(Markup('<span style="white-space: pre-line">%s</span>') % text)
        if names := self._get_item_names():
            lines.append(Markup('<span class="text-muted">%s</span>') % names)
        return Markup("<br/>").join(lines)

    def _get_event_title(self, event):
        """One line on what has happened to a claim.

        :param str event: created, cancelled, or another of the model's own
        :rtype: str
        """
        self.ensure_one()
        return self.display_name

    def _get_typed_text(self):
        """What somebody wrote about a claim.

        :rtype: str
        """
        return ""

    def _get_item_names(self):
        """The documents a claim is about, in one line.

        :rtype: str
        """
        return ", ".join(sorted(name for name in self.item_ids.mapped("name") if name))

    def _format_amount(self):
        return formatLang(self.env, self.amount, currency_obj=self.currency_id)
