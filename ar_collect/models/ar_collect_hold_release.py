# Part of ar_collect. License LGPL-3.
"""Exceptions from the credit hold: asked for, decided on with a reason, and over by themselves."""

from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

STATES = [
    ("requested", "Requested"),
    ("released", "Released"),
    ("refused", "Refused"),
    ("withdrawn", "Withdrawn"),
    ("ended", "Over"),
]
#: A promise in these states still holds, or was kept.
PROMISE_HOLDS = ("open", "kept")


class ArCollectHoldRelease(models.Model):
    """New business on credit is allowed for a customer on hold: for some time, up to an amount.

    Whether a release counts is worked out from its dates and its promise when it matters; the
    state `ended` only follows. Nobody writes one by hand: requests and decisions are methods.
    """

    _name = "ar.collect.hold.release"
    _description = "Release from Credit Hold"
    _inherit = ["ar.collect.decision", "ar.collect.thread", "mail.activity.mixin"]
    _order = "id DESC"
    _mail_post_access = "read"

    account_id = fields.Many2one(
        comodel_name="ar.collect.account",
        string="Collection Account",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    customer_id = fields.Many2one(
        related="account_id.partner_id", string="Customer", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    state = fields.Selection(STATES, required=True, readonly=True, default="requested", index=True)
    state_shown = fields.Selection(
        STATES, string="Status", compute="_compute_state_shown", help="As it is at this moment."
    )

    # --- asked for
    requested_by_id = fields.Many2one(
        comodel_name="res.users", string="Asked For By", readonly=True, ondelete="set null"
    )
    requested_on = fields.Datetime(string="Asked On", readonly=True)
    request_reason = fields.Text(
        string="Asked Because", readonly=True, help="What the salesperson says."
    )
    hold_text = fields.Text(
        string="Held Because", readonly=True, help="What held the customer when it was asked for."
    )
    amount_requested = fields.Monetary(string="Asked For", readonly=True)

    # --- decided
    decided_by_id = fields.Many2one(comodel_name="res.users", readonly=True, ondelete="set null")
    decided_on = fields.Datetime(readonly=True)
    reason = fields.Text(readonly=True, help="What the manager says.")
    date_until = fields.Date(
        string="Until", readonly=True, help="The last day, in the company's time zone."
    )
    promise_id = fields.Many2one(
        comodel_name="ar.collect.promise",
        string="Because Promised",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="It is over as soon as this promise is not kept or withdrawn.",
    )
    by_promise = fields.Boolean(
        readonly=True, help="Given because of a promise, even if that is deleted by now."
    )
    amount = fields.Monetary(
        string="Up To", readonly=True, help="Of all it is used for together; 0: any amount."
    )

    _counted_idx = models.Index("(account_id) WHERE state IN ('requested', 'released')")
    _released_has_end = models.Constraint(
        "CHECK (state != 'released' OR date_until IS NOT NULL)", "A release needs a last day."
    )
    _amount_not_negative = models.Constraint(
        "CHECK (amount >= 0)", "The amount of a release cannot be negative."
    )

    # === COMPUTE METHODS === #

    @api.depends("customer_id", "date_until", "state")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for release in self:
            release.display_name = release._get_title()

    @api.depends("state", "date_until", "promise_id.state")
    def _compute_state_shown(self):
        valid = self._filtered_valid()
        for release in self:
            over = release.state == "released" and release not in valid
            release.state_shown = "ended" if over else release.state

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `mail`: a release is asked for, or given, by methods that check who may."""
        if not self.env.su:
            raise AccessError(self.env._("A release is asked for, or given, by its buttons."))
        return super().create(vals_list)

    def write(self, vals):
        """Override of `mail`: who asked, who decided and what stays as it was."""
        if not self.env.su:
            raise AccessError(self.env._("A release is changed by its buttons alone."))
        return super().write(vals)

    # === ACTION METHODS === #

    def action_decide(self):
        """Ask for reason and time limit, then release or refuse."""
        self._check_manager()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_collect.ar_collect_hold_decide_action"
        )
        return {**action, "context": {"default_release_id": self.ensure_one().id}}

    def action_end(self):
        """Let it be over now."""
        self._check_manager()
        self._check_state("released")
        self._set_over(self.env._("Ended by %s.", self.env.user.name))

    def action_withdraw(self):
        """Take back one's own request."""
        self.check_access("read")
        others = self.filtered(lambda release: release.requested_by_id != self.env.user)
        if others:
            others._check_manager()
        self._check_state("requested")
        self._withdraw()

    def action_open_account(self):
        """Open the customer's collection account."""
        return self.ensure_one().account_id.action_open_page()

    # === CRON METHODS === #

    @api.model
    def _cron_end(self):
        """Note those that are over by now, and holds by hand. Only called by ir.cron."""
        self._process_ended()
        self.env["ar.collect.account"]._process_holds_over()

    # === BUSINESS METHODS === #

    @api.model
    def _process_ended(self):
        """Note which releases are over, in the chatters; whether they count is known before."""
        given = self.search([("state", "=", "released")])
        over = given - given._filtered_valid()
        broken = over.filtered(
            lambda release: release.by_promise and release.promise_id.state not in PROMISE_HOLDS
        )
        broken._set_over(self.env._("The promise does not hold any more: the release is over."))
        (over - broken)._set_over(self.env._("The time is over: the release has ended."))

    # --- what counts

    @api.model
    def _get_valid_domain(self, companies):
        """Releases that count today, in the time zone of each company.

        :param recordset companies: `res.company`
        :rtype: Domain
        """
        today = self.env["ar.collect.refresh.status"]._get_today(companies)
        in_time = Domain.OR(
            Domain("company_id", "=", company_id) & Domain("date_until", ">=", day)
            for company_id, day in today.items()
        )
        kept = Domain("by_promise", "=", False) | Domain("promise_id.state", "in", PROMISE_HOLDS)
        return Domain("state", "=", "released") & in_time & kept

    def _filtered_valid(self):
        """Those that count at this moment.

        :rtype: recordset
        """
        stored = self.sudo()._origin  # sudo: the promise of a release that is seen
        valid = stored.filtered_domain(self._get_valid_domain(stored.company_id))
        return self.filtered(lambda release: release._origin.id in valid._ids)

    # --- asking and deciding

    @api.model
    def _ask(self, account, reason, **values):
        """Ask the managers to release a customer; whoever calls this has checked who may.

        :param recordset account: `ar.collect.account`
        :param str reason: what the salesperson says
        :param values: amount_requested, hold_text, and what other addons add
        :return: the request, as superuser
        """
        releases = self.sudo()  # sudo: checked by the caller, who need not see collections
        request = releases.create(
            {
                "account_id": account.id,
                "state": "requested",
                "requested_by_id": self.env.uid,
                "requested_on": fields.Datetime.now(),
                "request_reason": reason,
                **values,
            }
        )
        request._plan_tasks()
        request._log({request: request._get_request_note()})
        return request

    @api.model
    def _give(self, account, reason, until, promise=None, amount=0, **values):
        """Release a customer without anybody having asked.

        :param recordset account: `ar.collect.account`
        :param str reason: why
        :param date until: the last day
        :param recordset promise: `ar.collect.promise`
        :param float amount: in company currency; 0: any
        """
        self._check_manager()
        account.check_access("write")
        # sudo: nobody writes a release by hand, see create
        release = self.sudo().create({"account_id": account.id, **values})  # sudo: see above
        release.with_env(self.env)._release(reason, until, promise, amount)
        return release

    def _release(self, reason, until, promise=None, amount=0):
        """Allow it.

        :param str reason: why
        :param date until: the last day; not after that of the promise
        :param recordset promise: `ar.collect.promise`
        :param float amount: in company currency; 0: any
        """
        self.ensure_one()._check_manager()
        self._check_state("requested")
        self._check_terms(until, promise)
        self._decide(
            {
                "state": "released",
                "reason": reason,
                "date_until": until,
                "promise_id": promise.id if promise else False,
                "by_promise": bool(promise),
                "amount": amount,
            }
        )

    def _withdraw(self):
        """Nobody need decide any more; whoever calls this has checked who may."""
        if not self:
            return
        self.sudo().write({"state": "withdrawn"})  # sudo: checked by the callers
        self._close_tasks()
        self._log({release: release.env._("Request withdrawn.") for release in self})

    def _refuse(self, reason):
        """Do not allow it.

        :param str reason: why not
        """
        self.ensure_one()._check_manager()
        self._check_state("requested")
        self._decide({"state": "refused", "reason": reason})

    def _decide(self, values):
        release = self.sudo()  # sudo: checked by the callers
        release.write(
            {**values, "decided_by_id": self.env.uid, "decided_on": fields.Datetime.now()}
        )
        self._close_tasks()
        self._log({self: self._get_decision_note()})
        self._tell_requester()

    def _check_manager(self):
        """Refuse who may not decide.

        :raise AccessError: for all but managers of collections, and of other companies' customers
        """
        if not self.env.user.has_group("ar_collect.group_manager"):
            raise AccessError(self.env._("Only a collections manager decides on releases."))
        self.check_access("read")

    def _check_terms(self, until, promise):
        """Refuse a time limit that has passed, or a promise that does not hold."""
        today = self.company_id._get_collect_today()
        if not until or until < today:
            raise UserError(self.env._("Choose a last day: today or later."))
        if not promise:
            return
        if promise.account_id != self.account_id or promise.state != "open":
            raise UserError(self.env._("Choose an open promise of this customer."))
        last = promise.date_promised + timedelta(days=self.company_id.collect_promise_grace_days)
        if until > last:
            raise UserError(
                self.env._(
                    "The promise is for %s: the release cannot last longer.",
                    format_date(self.env, promise.date_promised),
                )
            )

    # --- over

    def _set_over(self, text):
        """Note the end in the chatters."""
        if not self:
            return
        self.sudo().write({"state": "ended"})  # sudo: checked by the callers
        self._log(dict.fromkeys(self, text))

    # --- who is told

    def _plan_tasks(self):
        """Ask the managers, without an e-mail each: the list of their activities tells them."""
        todo = self.env.ref("ar_collect.mail_activity_type_hold_release", raise_if_not_found=False)
        if not todo:
            return
        values = [
            {
                "activity_type_id": todo.id,
                "date_deadline": release.company_id._get_collect_today(),
                "res_id": release.id,
                "res_model_id": self.env["ir.model"]._get_id(self._name),
                "summary": release._get_title(),
                "user_id": manager.id,
            }
            for release in self
            for manager in release.company_id._get_collect_hold_managers()
        ]
        # sudo: a task for somebody else about what the salesperson does not see
        activities = self.env["mail.activity"].sudo()  # sudo: see above
        activities.with_context(mail_activity_quick_update=True).create(values)

    def _close_tasks(self):
        """Nobody needs to decide any more."""
        self.sudo().activity_ids.write({"active": False})  # sudo: the tasks of all managers

    def _tell_requester(self):
        """Tell who asked for it."""
        asked = self.sudo().requested_by_id  # sudo: who asked is shown anyway
        if asked and asked.active and asked != self.env.user:
            self._get_talk().sudo().message_notify(  # sudo: tells a colleague of a decision
                partner_ids=asked.partner_id.ids,
                subject=self._get_title(),
                body=self._get_decision_note(),
                author_id=self.env.user.partner_id.id,
            )

    def _get_talk(self):
        """What the decision is about, to open from the notification.

        :return: a record with a chatter that the requester sees
        """
        return self

    def _log(self, bodies):
        """Write notes into the chatters of the customers.

        :param dict bodies: text by release
        """
        accounts = {}
        for release, body in bodies.items():
            accounts.setdefault(release.sudo().account_id, []).append(body)  # sudo: see _ask
        found = self.env["ar.collect.account"].sudo()  # sudo: the log, whoever is at work
        found = found.concat(*accounts)
        found._message_log_batch(
            {account.id: Markup("<br/>").join(texts) for account, texts in accounts.items()},
            author_id=self.env.user.partner_id.id,
        )

    # --- in words

    def _get_title(self):
        """In one line.

        :rtype: str
        """
        self.ensure_one()
        customer = self.sudo().customer_id.display_name  # sudo: the name of who is released
        if self.state == "requested":
            return self.env._("Release requested: %s", customer)
        if self.state == "released":
            return self.env._(
                "Released until %(date)s: %(customer)s",
                date=format_date(self.env, self.date_until),
                customer=customer,
            )
        return self.env._("Release: %s", customer)

    def _get_request_note(self):
        return self._join(self._get_title(), self.request_reason)

    def _get_decision_note(self):
        """What was decided, by whom is the author of the note.

        :rtype: Markup
        """
        release = self.sudo()  # sudo: the promise and the currency of what was decided
        if release.state == "refused":
            return self._join(self.env._("Release refused."), release.reason)
        parts = [release._get_title()]
        if release.amount:
            parts.append(self.env._("up to %s", release.currency_id.format(release.amount)))
        if release.promise_id:
            parts.append(self.env._("promised: %s", release.promise_id.display_name))
        return self._join(", ".join(parts), release.reason)

    @api.model
    def _join(self, title, text):
        """A note: what happened, and what somebody typed.

        :rtype: Markup
        """
        note = Markup("<b>%s</b>") % title
        if text:
            note += Markup('<br/><span style="white-space: pre-line">%s</span>') % text
        return note
