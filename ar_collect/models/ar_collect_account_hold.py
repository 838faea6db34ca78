# Part of ar_collect. License LGPL-3.
"""The credit hold as the collection account shows it, and the buttons for it."""

from dataclasses import replace

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.credit_hold import Verdict

LEVELS = [
    ("none", "Good"),
    ("warn", "Warning"),
    ("approve", "Needs a Release"),
    ("block", "Stopped"),
    ("released", "Released"),
]
#: Levels that the filter “on hold” shows.
ON_HOLD = ("approve", "block")


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    hold_level = fields.Selection(
        LEVELS,
        string="Orders on Credit",
        compute="_compute_hold_level",
        search="_search_hold_level",
        help="What becomes of a new order on credit at this moment.",
    )
    hold_text = fields.Text(
        string="Held Because",
        compute="_compute_hold_level",
        help="What holds this customer, or until when it is released.",
    )
    release_ids = fields.One2many(
        comodel_name="ar.collect.hold.release", inverse_name="account_id", string="Releases"
    )
    release_count = fields.Integer(string="Releases Given or Asked", compute="_compute_releases")
    release_request_count = fields.Integer(compute="_compute_releases")

    # === COMPUTE METHODS === #

    @api.depends(
        "hold",
        "hold_reason",
        "hold_until",
        "amount_balance",
        "amount_overdue",
        "partner_id",
        "release_ids.state",
    )
    @api.depends_context("lang")
    def _compute_hold_level(self):
        service = self.env["ar.collect.hold"]
        found = self._origin._get_hold_verdicts()
        for account in self:
            standing, verdict, release = found.get(account._origin, (None, Verdict(), None))
            if release:
                account.hold_level = "released"
                account.hold_text = release._get_decision_note().striptags()
            else:
                account.hold_level = verdict.level
                company = account.company_id
                texts = service._explain(verdict, standing, company) if standing else []
                account.hold_text = "\n".join(texts)

    @api.depends("release_ids.state")
    def _compute_releases(self):
        counts = self.env["ar.collect.hold.release"]._read_group(
            [("account_id", "in", self.ids)], ["account_id", "state"], ["__count"]
        )
        by_state = {(account.id, state): count for account, state, count in counts}
        for account in self:
            mine = {
                state: count for (number, state), count in by_state.items() if number == account.id
            }
            account.release_count = sum(mine.values())
            account.release_request_count = mine.get("requested", 0)

    def _search_hold_level(self, operator, value):
        """Search by what becomes of an order; in the companies that are looked at."""
        if operator != "in":
            return NotImplemented
        candidates = self.sudo(False).search_fetch(
            self._get_hold_candidates(self.env.companies), ["partner_id", "company_id"]
        )
        # all at once: worked out by the page, a hundred thousand would take minutes
        verdicts = candidates._get_hold_verdicts()
        is_wanted = {
            account.id: ("released" if release else verdict.level) in value
            for account, (_standing, verdict, release) in verdicts.items()
        }
        if "none" in value:
            return Domain("id", "not in", [id_ for id_, wanted in is_wanted.items() if not wanted])
        return Domain("id", "in", [id_ for id_, wanted in is_wanted.items() if wanted])

    @api.model
    def _get_hold_candidates(self, companies):
        """Accounts that may be held: the others need not be looked at one by one.

        :param recordset companies: `res.company` that are looked at
        :rtype: Domain
        """
        companies = companies.sudo()  # sudo: settings, not shown
        domain = Domain("company_id", "in", companies.ids) & Domain("hold", "=", True)
        active = companies.filtered("collect_hold_active")
        domain |= Domain("company_id", "in", active.ids) & Domain("amount_overdue", ">", 0)
        limited = active.filtered("account_use_credit_limit")
        return domain | Domain("company_id", "in", limited.ids)

    # === ACTION METHODS === #

    def action_give_release(self):
        """Ask for reason and time limit, then release."""
        self.ensure_one()
        self.env["ar.collect.hold.release"]._check_manager()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_collect.ar_collect_hold_decide_action"
        )
        return {**action, "context": {"default_account_id": self.id}}

    def action_open_releases(self):
        """Open what was released, or asked for."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_collect.ar_collect_hold_release_action"
        )
        return {**action, "domain": [("account_id", "=", self.id)], "context": {}}

    # === BUSINESS METHODS === #

    def _get_hold_verdicts(self):
        """What becomes of an order of these customers at this moment.

        :return dict: by account: :class:`Standing`, :class:`Verdict`, and the
            `ar.collect.hold.release` that lets it pass all the same, or None
        """
        released = self._get_releases()
        return {
            account: (standing, verdict, released.get(account) if verdict.stops else None)
            for account, (standing, verdict) in self._judge_holds().items()
        }

    def _judge_holds(self, by_hand=True):
        """Where these customers stand, and what becomes of their orders unless they are released.

        :param bool by_hand: whether what a manager has stopped by hand counts
        :return dict: :class:`Standing` and :class:`Verdict` by account
        """
        service = self.env["ar.collect.hold"]
        standings = service._get_standings(self.partner_id, self.company_id)
        limits = {company: company._get_collect_hold_limits() for company in self.company_id}
        judged = {}
        for account in self:
            company = account.company_id
            standing = standings.get((account.partner_id.id, company.id))
            if standing and not by_hand:
                standing = replace(standing, by_hand=False)
            verdict = service._judge(standing, company, limits=limits.get(company))
            judged[account] = (standing, verdict)
        return judged

    def _is_held(self):
        """Whether the customer is on credit hold, by hand or by the rules."""
        return self.hold or self.hold_level in ON_HOLD

    def _filter_held(self):
        """Those whose orders on credit are stopped now, by hand or by the rules, and not released.

        :rtype: recordset
        """
        verdicts = self._get_hold_verdicts()

        def is_held(account):
            _standing, verdict, release = verdicts[account]
            return verdict.stops and not release

        return self.filtered(is_held)

    def _get_releases(self):
        """The release of each customer that counts for whatever is ordered, the latest to end.

        :return dict: `ar.collect.hold.release` by account
        """
        releases = self.env["ar.collect.hold.release"].sudo()  # sudo: of accounts that are judged
        domain = releases._get_valid_domain(self.company_id) & self._get_release_domain()
        found = releases.search(domain, order="date_until, id")
        return {self.browse(release.account_id.id): release for release in found}

    def _get_release_domain(self):
        """Releases of these customers as such. To be extended by what is released one by one."""
        return Domain("account_id", "in", self.ids)

    @api.model
    def _get_or_make(self, customers, company):
        """The accounts of customers in a company, also of those who never bought.

        :param recordset customers: `res.partner`, commercial ones
        :param recordset company: `res.company`
        :return: accounts as superuser
        """
        accounts = self.sudo()  # sudo: orders and requests come from who sees no collections
        domain = [("partner_id", "in", customers.ids), ("company_id", "=", company.id)]
        missing = customers - accounts.search(domain).partner_id
        if missing:
            accounts._make_rows(missing, company.sudo())  # sudo: see above
        return accounts.search(domain)

    @api.model
    def _make_rows(self, customers, company):
        """Make accounts; where somebody else does at this moment, the database starts us over."""
        self.env.execute_query(
            SQL(
                """
                INSERT INTO ar_collect_account AS account (
                    partner_id, company_id, currency_id, state, priority, priority_band,
                    create_uid, create_date, write_uid, write_date)
                SELECT id, %(company)s, %(currency)s, 'settled', 0, '0_none',
                       %(user)s, %(now)s, %(user)s, %(now)s
                  FROM res_partner WHERE id = ANY(%(customers)s::int4[])
                ON CONFLICT (partner_id, company_id) DO NOTHING
                RETURNING account.id
                """,
                company=company.id,
                currency=company.currency_id.id,
                user=self.env.uid,
                now=fields.Datetime.now(),
                customers=customers.ids,
            )
        )

    @api.model
    def _get_hollow_domain(self):
        """Override of `ar_collect`: of whom something was released, that is kept."""
        return [*super()._get_hollow_domain(), ("release_ids", "=", False)]

    def _move_talk(self, target):
        """Override of `ar_collect` to let releases go over as well."""
        self.release_ids.write({"account_id": target.id})
        return super()._move_talk(target)
