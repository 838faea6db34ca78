# Part of ar_collect. License LGPL-3.
"""Orders of customers on credit hold: decided when they are confirmed, or when they grow."""

from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from odoo.addons.ar_collect.models.ar_collect_account_hold import LEVELS
from odoo.addons.ar_collect.models.inner_context import InnerIds
from odoo.addons.ar_collect.tools.credit_hold import Standing, Verdict, hardest

#: What decides who owes how much for an order.
WATCHED = {
    "company_id",
    "currency_id",
    "fiscal_position_id",
    "order_line",
    "partner_id",
    "partner_invoice_id",
    "pricelist_id",
}
#: What the decision is worked out from, and Odoo works out or links itself: nobody else writes it.
WORKED_OUT = {
    "amount_tax",
    "amount_total",
    "amount_untaxed",
    "collect_release_id",
    "currency_rate",
    "invoice_status",
    "transaction_ids",
}
#: Key of the context while orders write their own lines, with the ids of these orders: each is
#: looked at as a whole.
AS_A_WHOLE = "ar_collect_hold_as_a_whole"
#: Groups that see what any customer owes.
FIGURE_GROUPS = ("account.group_account_invoice", "account.group_account_readonly")
#: Orders that one message names.
MOST_NAMED = 20


def without_worked_out(env, vals, names):
    """Values without what Odoo works out itself, where a user sends it.

    :param dict vals: of a record
    :param set names: of fields that a decision is worked out from
    :rtype: dict
    """
    if env.su or names.isdisjoint(vals):
        return vals
    return {name: value for name, value in vals.items() if name not in names}


class OrderHold(NamedTuple):
    """What becomes of an order on credit."""

    level: str = "none"  #: none, warn, approve, block, or released
    texts: tuple = ()  #: why, in sentences
    plain_texts: tuple = ()  #: the same without figures, for who sees none of this customer
    release: models.BaseModel | None = None  #: what lets it pass

    @property
    def stops(self):
        """Whether it cannot be confirmed."""
        return self.level in ("approve", "block")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    collect_release_id = fields.Many2one(
        comodel_name="ar.collect.hold.release",
        string="Confirmed With Release",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="ar_collect.group_inquiry",
        help="The release that let this order of a customer on credit hold pass.",
    )
    collect_release_ids = fields.One2many(
        comodel_name="ar.collect.hold.release",
        inverse_name="order_id",
        string="Releases",
        groups="ar_collect.group_inquiry",
    )
    collect_hold_level = fields.Selection(
        LEVELS,
        string="Orders on Credit",
        compute="_compute_collect_hold",
        compute_sudo=True,
        groups="sales_team.group_sale_salesman",
        help="What becomes of this order on credit at this moment.",
    )
    collect_hold_text = fields.Text(
        string="Credit Explained",
        compute="_compute_collect_hold",
        compute_sudo=True,
        groups="sales_team.group_sale_salesman",
    )
    collect_is_requested = fields.Boolean(
        string="Release Requested",
        compute="_compute_collect_is_requested",
        compute_sudo=True,
        search="_search_collect_is_requested",
        groups="sales_team.group_sale_salesman",
        help="Somebody waits for a manager of collections to decide.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "amount_total",
        "company_id",
        "currency_id",
        "partner_id",
        "partner_invoice_id",
        "state",
        "transaction_ids.state",
    )
    @api.depends_context("lang", "uid")
    def _compute_collect_hold(self):
        holds = self._filtered_undecided()._get_credit_holds(in_turn=False)
        shown = self._get_shown_texts(holds)
        for order in self:
            order.collect_hold_level = holds.get(order, OrderHold()).level
            order.collect_hold_text = "\n".join(shown.get(order, ()))

    @api.depends("state")
    def _compute_collect_is_requested(self):
        asked = self._get_open_requests().order_id
        for order in self:
            order.collect_is_requested = order._origin in asked

    def _search_collect_is_requested(self, operator, value):
        self._check_field_access(self._fields["collect_is_requested"], "read")
        if operator != "in":
            return NotImplemented
        releases = self.env["ar.collect.hold.release"].sudo()  # sudo: of orders that are seen
        asked = releases._search([("state", "=", "requested"), ("order_id", "!=", False)])
        return [("id", "in" if True in value else "not in", asked.subselect("order_id"))]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `sale`: an order that is made as confirmed passes the same check."""
        orders = super().create(
            [without_worked_out(self.env, vals, WORKED_OUT) for vals in vals_list]
        )
        orders.filtered(lambda order: order.state == "sale")._check_credit_hold()
        return orders

    def write(self, vals):
        """Override of `sale`: whatever confirms an order, or lets it grow, comes through here."""
        vals = without_worked_out(self.env, vals, WORKED_OUT)
        decided = self if vals.get("state") == "cancel" else self.browse()
        if vals.get("state") == "sale":
            others = {name: vals[name] for name in WATCHED & vals.keys()}
            if others:  # decided on what it will be
                self.write(others)
                vals = {name: value for name, value in vals.items() if name not in others}
            self.check_access("write")
            decided = self.filtered(lambda order: order.state != "sale")
            decided._check_credit_hold()
        if WATCHED.isdisjoint(vals):
            result = super().write(vals)
        else:
            before = self._get_credit_marks()
            inner = self.with_context(**{AS_A_WHOLE: InnerIds(self.ids)})
            result = super(SaleOrder, inner).write(vals)
            self._check_growth(before)
        if decided:
            decided._get_open_requests()._withdraw()
        return result

    def unlink(self):
        """Override of `sale`: what was asked for goes along, and so do the tasks of managers."""
        self.check_access("unlink")
        releases = self.env["ar.collect.hold.release"].sudo()  # sudo: of orders that go
        releases.search([("order_id", "in", self.ids)]).unlink()
        return super().unlink()

    # === ACTION METHODS === #

    def action_confirm(self):
        """Override of `sale`: what Odoo confirms by itself, to be paid on delivery, may wait.

        An error would leave the customer's transaction undone, and nobody would hear of it.
        """
        if not (self.env.su and self.env.context.get("send_email")):
            return super().action_confirm()
        held = self._set_held_aside(self.env._("The customer has ordered online."))
        ready = self - held
        return super(SaleOrder, ready).action_confirm() if ready else True

    def action_request_release(self):
        """Ask why, then ask a manager of collections."""
        self.ensure_one().check_access("write")
        action = self.env["ir.actions.act_window"].sudo()  # sudo: a definition, no data
        action = action._for_xml_id("ar_collect_sale.ar_collect_hold_ask_action")
        return {**action, "context": {"default_order_id": self.id}}

    def action_withdraw_request(self):
        """Take back what was asked for this order: salespeople see no releases."""
        self.ensure_one().check_access("write")
        asked = self._get_open_requests()
        asked._check_state("requested")
        asked._withdraw()

    def action_give_release(self):
        """Ask for reason and time limit, then release this order."""
        self.ensure_one()
        releases = self.env["ar.collect.hold.release"]
        releases._check_manager()
        if asked := self._get_open_requests():
            return asked.sudo(False)[:1].action_decide()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_collect.ar_collect_hold_decide_action"
        )
        account = self._get_hold_account()
        amount = self._get_company_amounts()[self]
        context = {
            "default_account_id": account.id,
            "default_order_id": self.id,
            "default_amount": amount,
        }
        return {**action, "context": context}

    # === BUSINESS METHODS === #

    def _validate_order(self):
        """Override of `sale`: what a customer accepts online waits for a release, if it must.

        The signature stays, the customer gets no error, and the salesperson is told.
        """
        held = self._set_held_aside(self.env._("The customer has accepted the order online."))
        if ready := self - held:
            return super(SaleOrder, ready)._validate_order()
        return None

    def _filtered_undecided(self):
        """Orders that a credit hold matters for: those that are not confirmed. To be extended."""
        return self.filtered(lambda order: order.state in ("draft", "sent"))

    # --- the check

    def _check_credit_hold(self, advice=None, judged=None):
        """Refuse to confirm orders of customers on hold, all of them named in one message.

        :param str|None advice: what to do; None: what a salesperson can do with the order
        :param dict|None judged: see :meth:`_get_credit_holds`
        :raise UserError: for orders that are neither paid in advance nor released
        """
        if not self:
            return
        self._take_credit_turns()
        holds = self._get_credit_holds(judged=judged)
        if held := {order: hold for order, hold in holds.items() if hold.stops}:
            raise UserError(self._get_hold_message(held, advice))
        self._take_release_turns(holds)
        self._note_releases(holds)

    def _take_credit_turns(self):
        """Of those who use up one limit at once, a customer's or a group's, let one go first."""
        service = self.env["ar.collect.hold"].sudo()  # sudo: the limit is accounting's
        accounts = service.env["ar.collect.account"]
        for company, sold in self.sudo().grouped("company_id").items():  # sudo: see above
            if not (company.collect_hold_active and company.account_use_credit_limit):
                continue
            customers = sold.partner_invoice_id.commercial_partner_id
            customers |= customers.browse(service._get_groups(customers.ids, company))
            limited = customers.with_company(company).filtered(lambda one: one.credit_limit > 0)
            accounts |= accounts._get_or_make(limited, company)
        accounts._take_turns()

    def _take_release_turns(self, holds):
        """The same for releases up to an amount: what one order takes is not left for another.

        Whoever comes second is refused by the database, starts over, and sees what is left.

        :param dict holds: :class:`OrderHold` by order
        """
        releases = self.env["ar.collect.hold.release"].sudo()  # sudo: of orders that are seen
        releases = releases.concat(*{hold.release for hold in holds.values() if hold.release})
        releases.filtered("amount").account_id._take_turns()

    def _get_credit_marks(self):
        """Who owes how much for confirmed orders, to see later whether that has grown.

        :return dict: (customers, amount in the order's currency) by order
        """
        return {
            order: (
                order.partner_invoice_id.commercial_partner_id
                | order.partner_id.commercial_partner_id,
                order.currency_id,
                order.amount_total,
            )
            for order in self.sudo()  # sudo: reads what is compared, and shows nothing
            if order.state == "sale"
        }

    def _get_customer_marks(self):
        """Whose orders they are, to see later who has become a customer of one.

        :return dict: (who is to pay, all customers) by order
        """
        marks = {}
        for order in self.sudo():  # sudo: reads what is compared, and shows nothing
            debtor = order.partner_invoice_id.commercial_partner_id
            marks[order] = (debtor, debtor | order.partner_id.commercial_partner_id)
        return marks

    def _check_growth(self, before):
        """Refuse that confirmed orders grow, or become another customer's, while that is on hold.

        What Odoo adds by itself (cost of shipping, expenses) has been delivered: it passes.

        :param dict before: see :meth:`_get_credit_marks`
        """
        if before and not self.env.su:
            self._filtered_grown(before)._check_credit_hold()

    def _check_moved(self, before):
        """The same, where a contact takes its orders along to another customer.

        Who was a customer of an order before owes nothing new.

        :param dict before: see :meth:`_get_customer_marks`
        """
        judged = {}
        for order, (debtor, customers) in (
            self.browse().union(*before)._get_customer_marks().items()
        ):
            old_debtor, old_customers = before[order]
            if gained := (customers - old_customers) | (debtor - old_debtor):
                judged[order] = gained
        if not judged:
            return
        advice = self.env._(
            "The contact stays where it is until these orders are invoiced or cancelled, or a"
            " manager of collections releases the customer."
        )
        self.browse().union(*judged)._check_credit_hold(advice, judged)

    def _filtered_grown(self, before):
        """Confirmed orders that have grown, or become another customer's.

        :param dict before: see :meth:`_get_credit_marks`
        """
        grown = self.browse()
        for order, (customers, currency, amount) in before.items():
            if order.sudo().state != "sale":  # sudo: of what was just written
                continue
            [(new_customers, new_currency, new_amount)] = order._get_credit_marks().values()
            same = (new_customers, new_currency) == (customers, currency)
            if not same or currency.compare_amounts(new_amount, amount) > 0:
                grown |= self.browse(order.id)
        return grown

    # --- what becomes of orders

    def _get_credit_holds(self, in_turn=True, judged=None):
        """What becomes of orders: all that is looked up is looked up once for all of them.

        :param bool in_turn: whether each uses the limit that the ones before it have left
        :param dict|None judged: the customers that matter by order; None: all
        :return dict: :class:`OrderHold` by order
        """
        orders = self.sudo()  # sudo: figures of the customers of orders that are seen
        partners = orders.partner_invoice_id | orders.partner_id
        service = self.env["ar.collect.hold"]
        standings = service._get_standings(partners.commercial_partner_id, orders.company_id)
        # of most customers there is nothing to hold: their payments are not looked up
        may = {key for key, standing in standings.items() if service._may_hold(standing)}
        looked_at = orders.filtered(lambda order: not may.isdisjoint(order._get_standing_keys()))
        on_credit = looked_at - looked_at._filtered_without_credit()
        if not on_credit:
            return dict.fromkeys(self, OrderHold())
        amounts = on_credit._get_company_amounts()
        verdicts = on_credit._get_verdicts(standings, amounts, in_turn, judged)
        releases = on_credit._get_credit_releases(verdicts, amounts)
        holds = {
            order.id: on_credit._get_order_hold(*verdicts[order], releases.get(order))
            for order in on_credit
        }
        return {order: holds.get(order.id, OrderHold()) for order in self}

    def _get_standing_keys(self):
        """By what `ar.collect.hold` says where the customers of this order stand."""
        customers = (self.partner_invoice_id | self.partner_id).commercial_partner_id
        return {(customer_id, self.company_id.id) for customer_id in customers.ids}

    def _get_verdicts(self, standings, amounts, in_turn, judged=None):
        """What holds each of these orders.

        :param dict standings: see `ar.collect.hold`
        :param dict amounts: see :meth:`_get_company_amounts`
        :param dict|None judged: see :meth:`_get_credit_holds`
        :return dict: `Verdict`, sentences, and sentences without figures by order
        """
        service = self.env["ar.collect.hold"]
        owed = self._get_owed_amounts(amounts)
        used, used_in_group = defaultdict(float), defaultdict(float)
        verdicts = {}
        for order in self.sorted("id"):
            company = order.company_id
            debtor = order.partner_invoice_id.commercial_partner_id
            group_id = standings.get((debtor.id, company.id), Standing()).group_id
            found = []
            customers = debtor | order.partner_id.commercial_partner_id
            for customer in customers if judged is None else judged[order]:
                standing = standings.get((customer.id, company.id), Standing())
                extra = 0
                if customer == debtor:
                    extra = owed[order] + used[debtor, company]
                    # who is in no group has no limit of one: then others do not matter
                    others = used_in_group[group_id, company] - used[debtor, company]
                    standing = standing.beside(others)
                verdict = service._judge(standing, company, extra)
                if verdict.level != "none":
                    said = service._explain(verdict, standing, company, extra)
                    found.append((verdict, said, service._explain_plainly(verdict)))
            if in_turn:
                used[debtor, company] += owed[order]
                used_in_group[group_id, company] += owed[order]
            verdicts[order] = self._join_verdicts(found)
        return verdicts

    @api.model
    def _join_verdicts(self, found):
        """One verdict from those on the customers of an order: the hardest, and who causes it.

        :param list found: of tuples as in :meth:`_get_verdicts`
        """
        level = hardest(verdict.level for verdict, _said, _plain in found)
        decisive = [one for one in found if one[0].level == level]
        return (
            Verdict(level),
            [text for _verdict, said, _plain in decisive for text in said],
            [text for _verdict, _said, plain in decisive for text in plain],
        )

    def _get_owed_amounts(self, amounts):
        """What the orders add to what is owed or ordered by now, in the currency of their company.

        A confirmed order uses the limit already where orders count, and what is invoiced does
        anyway.

        :param dict amounts: see :meth:`_get_company_amounts`
        :return dict: float by order
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT sold.id, billed.posted::float8
                  FROM sale_order sold
                  JOIN LATERAL (%s) AS billed ON billed.posted > 0
                 WHERE sold.id = ANY(%s)
                """,
                self.env["ar.collect.hold"]._get_billed_query(),
                self._origin.ids,
            )
        )
        billed = dict(rows)
        owed = {}
        for order in self:
            is_counted = order.state == "sale" and order.company_id.collect_hold_orders
            posted = billed.get(order._origin.id)
            total = order.amount_total
            open_share = max(0, 1 - posted / total) if posted and total else 1
            amount = 0 if is_counted else amounts[order] * open_share
            owed[order] = order.company_id.currency_id.round(amount)
        return owed

    @api.model
    def _get_order_hold(self, verdict, texts, plain_texts, release):
        """The verdict on an order, with the release that overrules it, if any."""
        if verdict.stops and release:
            until = format_date(self.env, release.date_until)
            text = self.env._("Released until %s.", until)
            return OrderHold("released", (text,), (text,), release)
        return OrderHold(verdict.level, tuple(texts), tuple(plain_texts))

    def _get_company_amounts(self):
        """What the orders come to in the currency of their company, at today's rate.

        :return dict: float by order
        """
        rates = {}
        amounts = {}
        for order in self.sudo():  # sudo: the rates
            company, currency = order.company_id, order.currency_id
            if (currency, company) not in rates:
                rates[currency, company] = self.env["res.currency"]._get_conversion_rate(
                    currency, company.currency_id, company, company._get_collect_today()
                )
            amount = order.amount_total * rates[currency, company]
            amounts[order] = company.currency_id.round(amount)
        return amounts

    # --- without credit

    def _filtered_without_credit(self):
        """Orders that nothing is owed for, or that are paid in advance as far as they ask for it.

        A payment for several orders counts for none of them unless it pays all; what was given
        back does not count.
        """
        free = self.filtered(
            lambda order: order.currency_id.compare_amounts(order.amount_total, 0) <= 0
        )
        free |= (self - free)._filtered_paid_by_invoice()
        paid = (self - free)._get_paid_amounts()
        return free | self.filtered(
            lambda order: order._is_paid_ahead(paid.get(order._origin.id, 0))
        )

    def _filtered_paid_by_invoice(self):
        """Confirmed orders that are invoiced in full, down payments included, and nothing is open.

        :rtype: recordset
        """
        confirmed = self.filtered(lambda order: order.state == "sale")
        if not confirmed._origin:
            return confirmed
        self.env.flush_all()
        service = self.env["ar.collect.hold"]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT sold.id
                  FROM sale_order sold
                  JOIN LATERAL (%s) AS billed ON billed.posted >= sold.amount_total
                 WHERE sold.id = ANY(%s)
                   AND NOT EXISTS (
                       SELECT FROM sale_order_line ordered
                         JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = ordered.id
                         JOIN account_move_line line ON line.id = rel.invoice_line_id
                         JOIN account_move move ON move.id = line.move_id
                        WHERE ordered.order_id = sold.id AND move.move_type = 'out_invoice'
                          AND move.state = 'posted' AND move.amount_residual > 0)
                """,
                service._get_billed_query(),
                confirmed._origin.ids,
            )
        )
        paid = {order_id for (order_id,) in rows}
        return confirmed.filtered(lambda order: order._origin.id in paid)

    def _is_paid_ahead(self, paid):
        """Whether a payment is what this order asks for before it is confirmed.

        :param float paid: in the order's currency
        """
        # salespeople choose the share of an order; less than the company's own is credit
        share = max(self.prepayment_percent, self.company_id.prepayment_percent)
        share = share if self.require_payment else 1
        needed = self.currency_id.round(self.amount_total * (share or 1))
        return paid > 0 and self.currency_id.compare_amounts(paid, needed) >= 0

    def _get_paid_amounts(self):
        """What was paid online for orders, authorized or received, less what was given back.

        :return dict: float by order id
        """
        if not self._origin:
            return {}
        self.env["payment.transaction"].flush_model()
        self.flush_model(["amount_total", "currency_id", "state"])
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT rel.sale_order_id, SUM(tx.amount + COALESCE(back.amount, 0))::float8
                      FROM sale_order_transaction_rel rel
                      JOIN payment_transaction tx ON tx.id = rel.transaction_id
                      JOIN sale_order sold ON sold.id = rel.sale_order_id
                                          AND sold.currency_id = tx.currency_id
                      LEFT JOIN LATERAL (
                           SELECT SUM(amount) AS amount FROM payment_transaction
                            WHERE source_transaction_id = tx.id
                              AND operation = 'refund' AND state = 'done'
                           ) AS back ON TRUE
                     WHERE rel.sale_order_id = ANY(%s)
                       AND tx.state IN ('authorized', 'done')
                       AND tx.operation IS DISTINCT FROM 'refund'
                       AND tx.operation IS DISTINCT FROM 'validation'
                       AND (SELECT COALESCE(SUM(other.amount_total), 0) <= tx.amount
                                OR COUNT(*) = 1
                              FROM sale_order_transaction_rel shared
                              JOIN sale_order other ON other.id = shared.sale_order_id
                             WHERE shared.transaction_id = tx.id AND other.state != 'cancel')
                     GROUP BY rel.sale_order_id
                    """,
                    self._origin.ids,
                )
            )
        )

    # --- releases

    def _get_credit_releases(self, verdicts, amounts):
        """What lets held orders pass: a release of the order, or of its customer.

        :param dict verdicts: see :meth:`_get_verdicts`
        :param dict amounts: see :meth:`_get_company_amounts`
        :return dict: `ar.collect.hold.release` by order
        """
        held = self.filtered(lambda order: verdicts[order][0].stops)
        if not held:
            return {}
        releases = self.env["ar.collect.hold.release"].sudo()  # sudo: of orders that are seen
        valid = releases._get_valid_domain(held.company_id)
        customers = (held.partner_invoice_id | held.partner_id).commercial_partner_id
        of_orders = Domain("order_id", "in", held._origin.ids)
        of_customers = Domain("order_id", "=", False) & Domain("customer_id", "in", customers.ids)
        found = releases.search(
            valid & (of_orders | of_customers), order="date_until DESC, id DESC"
        )
        left = found._get_amounts_left()
        by_debtor = found.grouped("customer_id")
        given = {}
        for order in held.sorted("id"):
            ours = by_debtor.get(order.partner_invoice_id.commercial_partner_id, found.browse())
            for release in ours.filtered(lambda release, order=order: release._is_for(order)):
                # of what was cancelled, and is a quotation again, nothing is kept free
                is_used = order.state == "sale" and order.collect_release_id == release
                own = amounts[order] if is_used else 0
                rest = left[release] + own
                rounding = order.company_id.currency_id.rounding
                if amounts[order] - rest < rounding / 2:  # less than what rounding leaves
                    left[release] = rest - amounts[order]
                    given[order] = release
                    break
        return given

    def _note_releases(self, holds):
        """Write down with which release orders are confirmed."""
        changed = {
            order.sudo(): hold.release  # sudo: a note of ours
            for order, hold in holds.items()
            if hold.release and order.sudo().collect_release_id != hold.release  # sudo: see above
        }
        noted = self.browse().sudo().concat(*changed)  # sudo: see above
        noted._write_releases(changed)
        noted._message_log_batch(
            {
                order.id: self.env._(
                    "On credit hold, confirmed with a release by %(name)s: %(reason)s",
                    name=order.collect_release_id.decided_by_id.name,
                    reason=order.collect_release_id.reason,
                )
                for order in noted
            }
        )

    def _write_releases(self, releases):
        """Write them down in one go: each order may have a release of its own.

        :param dict releases: `ar.collect.hold.release` by order
        """
        if not self:
            return
        self.flush_recordset(["collect_release_id"])
        rows = [SQL("(%s, %s)", order.id, release.id) for order, release in releases.items()]
        self.env.execute_query(
            SQL(
                """
                UPDATE sale_order AS sold SET collect_release_id = used.release_id
                  FROM (VALUES %s) AS used (order_id, release_id)
                 WHERE sold.id = used.order_id
                RETURNING sold.id
                """,
                SQL(", ").join(rows),
            )
        )
        self.invalidate_recordset(["collect_release_id"])
        self.collect_release_id.invalidate_recordset(["used_order_ids"])

    # --- asking

    def _get_hold_account(self):
        """The collection account of who is to pay, made if there is none.

        :return: `ar.collect.account`, as superuser
        """
        order = self.sudo()  # sudo: salespeople see no collections
        customer = order.partner_invoice_id.commercial_partner_id
        return self.env["ar.collect.account"]._get_or_make(customer, order.company_id)

    def _get_open_requests(self):
        """Requests for these orders that wait for a decision, as superuser."""
        releases = self.env["ar.collect.hold.release"].sudo()  # sudo: of orders that are seen
        return releases.search([("order_id", "in", self._origin.ids), ("state", "=", "requested")])

    def _request_release(self, reason):
        """Ask the managers of collections to release this order.

        :param str reason: what the salesperson says
        :return: `ar.collect.hold.release`, as superuser
        :raise UserError: where there is nothing to ask, or somebody has asked already
        """
        self.ensure_one().check_access("write")
        hold = self._get_credit_holds()[self]
        if hold.level != "approve":
            raise UserError(self._get_no_request_text(hold))
        if self._get_open_requests():
            raise UserError(self.env._("%s: somebody has asked already.", self.name))
        return self._ask_release(reason, hold)

    def _get_no_request_text(self, hold):
        if hold.level == "block":
            return self.env._(
                "%s: only a manager of collections can lift this hold, on the customer's account.",
                self.name,
            )
        return self.env._("%s: this order needs no release.", self.name)

    def _ask_release(self, reason, hold, **values):
        """Ask; whoever calls this has checked that there is something to ask for."""
        return self.env["ar.collect.hold.release"]._ask(
            self._get_hold_account(),
            reason,
            order_id=self.id,
            amount_requested=self._get_company_amounts()[self],
            hold_text="\n".join(hold.texts),
            **values,
        )

    def _set_held_aside(self, what):
        """Let held orders wait: ask for their release and tell their salespeople.

        :param str what: what the customer has done
        :return: the orders that are held
        """
        holds = self._get_credit_holds()
        held = self.filtered(lambda order: holds[order].stops)
        asked = held._get_open_requests().order_id
        for order in held:
            seller = order.user_id or self.env.ref("base.user_root")
            if holds[order].level == "approve" and order not in asked:
                order._ask_release(what, holds[order], requested_by_id=seller.id)
            order._tell_held(what)
        return held

    def _tell_held(self, what):
        """Tell the salesperson that an order waits, in the chatter that customers do not see."""
        text = self.env._("%s The customer is on credit hold, so it waits for a release.", what)
        self.sudo().message_post(  # sudo: the customer is at work
            body=text,
            author_id=self.env.ref("base.partner_root").id,
            subtype_xmlid="mail.mt_note",
            partner_ids=self.user_id.partner_id.ids,
        )

    # --- in words

    def _get_shown_texts(self, holds):
        """Why orders are held, as the user may know it: figures of customers of theirs alone.

        :param dict holds: :class:`OrderHold` by order
        :return dict: sentences by order
        """
        orders = self.sudo()  # sudo: whose customers they are
        partners = orders.partner_invoice_id | orders.partner_id
        known = self._filtered_known(partners.commercial_partner_id)
        shown = {}
        for order, hold in holds.items():
            sold = order.sudo()  # sudo: see above
            customers = (sold.partner_invoice_id | sold.partner_id).commercial_partner_id
            shown[order] = hold.texts if customers <= known else hold.plain_texts
        return shown

    @api.model
    def _filtered_known(self, customers):
        """Customers whose figures the user sees anyway: by a role, or as the salesperson.

        :param recordset customers: `res.partner`, as superuser
        :rtype: recordset
        """
        user = self.env.user
        if any(map(user.has_group, FIGURE_GROUPS)):
            return customers
        here = self.env["res.partner"].sudo(False)
        sellers = user | here._get_collect_led()
        known = customers.filtered(lambda customer: customer.user_id in sellers)
        accounts = here.env["ar.collect.account"]
        if accounts.has_access("read"):
            found = accounts.search([("partner_id", "in", customers.ids)])
            known |= customers & found.sudo().partner_id  # sudo: of accounts that are seen
        return known

    def _get_hold_message(self, held, advice=None):
        """Why orders are not confirmed, and what to do; to a customer nothing of our reasons.

        :param dict held: :class:`OrderHold` by order
        :param str|None advice: see :meth:`_check_credit_hold`
        :rtype: str
        """
        if not self.env.user._is_internal():
            return self.env._(
                "Thank you for your order %s. We would like to look at it before we confirm it,"
                " and will get in touch with you soon.",
                ", ".join(order.name for order in held),
            )
        shown = self._get_shown_texts(held)
        # who moves a contact may move orders of colleagues, or of another company
        seen = self.browse().union(*held).sudo(False)._filtered_access("read")
        named = [order for order in held if order.id in seen._ids]
        lines = [
            f"{order.name}, {order.partner_id.display_name}: {' '.join(shown[order])}"
            for order in named[:MOST_NAMED]
        ]
        if len(named) > MOST_NAMED:
            lines.append(self.env._("And %s more.", len(named) - MOST_NAMED))
        if len(named) < len(held):
            lines.append(self.env._("Orders that you do not see."))
        return "\n".join(
            [self.env._("On credit hold:"), *lines, "", advice or self._get_advice(held)]
        )

    def _get_advice(self, held):
        """What a salesperson can do.

        :rtype: str
        """
        if all(hold.level == "block" for hold in held.values()):
            return self.env._(
                "Ask the customer to pay in advance, or talk to collections: only a manager there"
                " can lift this hold."
            )
        return self.env._(
            "Request a release on the order, or ask the customer to pay in advance: paid orders"
            " always pass."
        )
