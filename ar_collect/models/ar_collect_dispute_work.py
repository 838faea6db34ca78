# Part of ar_collect. License LGPL-3.
"""Who resolves a dispute and by when: resolver, deadline, stages, escalation."""

import logging
from operator import methodcaller

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

PRIORITIES = [("0", "Normal"), ("1", "High"), ("2", "Very high")]
#: Whose turn it is by level of escalation, see ``_escalate``.
COORDINATOR, MANAGER = 1, 2
#: What decides who has the task and by when, and what these follow from.
TASK_FIELDS = {"resolver_id", "date_deadline", "reason_id", "date_opened"}


class ArCollectDispute(models.Model):
    _inherit = "ar.collect.dispute"

    stage_id = fields.Many2one(
        comodel_name="ar.collect.dispute.stage",
        index=True,
        ondelete="restrict",
        required=True,
        tracking=True,
        copy=False,
        default=lambda self: self._get_stage("open"),
        group_expand="_group_expand_stage_id",
    )
    stage_kind = fields.Selection(related="stage_id.kind", string="Stage Meaning")
    date_last_stage_update = fields.Datetime(
        string="In This Stage Since",
        compute="_compute_date_last_stage_update",
        store=True,
        precompute=True,
    )
    priority = fields.Selection(PRIORITIES, required=True, default="0", index=True, tracking=True)
    team_id = fields.Many2one(
        comodel_name="ar.collect.dispute.team",
        compute="_compute_resolver",
        store=True,
        precompute=True,
        readonly=False,
        index="btree_not_null",
        tracking=True,
        domain="[('company_id', 'in', [False, company_id])]",
    )
    resolver_id = fields.Many2one(
        comodel_name="res.users",
        compute="_compute_resolver",
        store=True,
        precompute=True,
        readonly=False,
        index=True,
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Finds out what is right and settles it; gets a task with the deadline.",
    )
    coordinator_id = fields.Many2one(
        comodel_name="res.users",
        compute="_compute_coordinator_id",
        store=True,
        precompute=True,
        readonly=False,
        index=True,
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Owns the dispute towards the customer and is told when the deadline passes.",
    )
    date_deadline = fields.Date(
        string="Deadline",
        compute="_compute_date_deadline",
        store=True,
        precompute=True,
        readonly=False,
        index=True,
        tracking=True,
        help="To be resolved by then; from the working days of the reason.",
    )
    date_review = fields.Date(
        string="Next Review",
        compute="_compute_date_review",
        store=True,
        precompute=True,
        readonly=False,
        help="When somebody looks at it at the latest; the deadline unless another day is set.",
    )
    waiting_since = fields.Date(
        readonly=True, copy=False, help="Since when the customer has been asked."
    )
    escalation_level = fields.Integer(
        readonly=True, copy=False, help="1: the coordinator was told; 2: the manager as well."
    )
    documents = fields.Char(related="reason_id.documents", string="Documents to Ask For")

    # === COMPUTE METHODS === #

    @api.depends("stage_id")
    def _compute_date_last_stage_update(self):
        self.date_last_stage_update = self.env.cr.now()

    @api.depends("reason_id", "account_id")
    def _compute_resolver(self):
        for dispute in self.filtered("reason_id"):
            # who already works on it goes on
            if not dispute.resolver_id:
                company = dispute.account_id.company_id
                dispute.resolver_id = dispute.reason_id._get_resolver(company)
            dispute.team_id = dispute.team_id or dispute.reason_id.team_id

    @api.depends("account_id")
    def _compute_coordinator_id(self):
        for dispute in self:
            if not dispute.coordinator_id:
                dispute.coordinator_id = dispute._get_owner()

    @api.depends("reason_id", "date_opened", "account_id")
    def _compute_date_deadline(self):
        for dispute in self:
            if dispute.date_opened and dispute.reason_id and dispute.account_id:
                days = dispute.account_id.company_id._get_collect_bank_days()
                target = dispute.reason_id.target_days
                dispute.date_deadline = days.add(dispute.date_opened, target)

    @api.depends("date_deadline")
    def _compute_date_review(self):
        for dispute in self:
            dispute.date_review = dispute.date_deadline

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `ar_collect` to hand each dispute to its resolver."""
        disputes = super().create(vals_list)
        disputes._plan_tasks()
        return disputes

    def write(self, vals):
        """Override of `ar_collect` to follow the stage and to hand over the task."""
        if "stage_id" in vals:
            self._check_stage(self.env["ar.collect.dispute.stage"].browse(vals["stage_id"]))
        if vals.keys().isdisjoint(TASK_FIELDS):
            before = {}
        else:
            before = {dispute: (dispute.resolver_id, dispute.date_deadline) for dispute in self}
        result = super().write(vals)
        if "stage_id" in vals:
            self._follow_stage()
        moved = self.browse(
            dispute.id
            for dispute, then in before.items()
            if then != (dispute.resolver_id, dispute.date_deadline)
        )
        moved._get_tasks().unlink()
        moved._plan_tasks()
        return result

    # === ACTION METHODS === #

    def action_assign_to_me(self):
        """Take over the work on these disputes."""
        self.write({"resolver_id": self.env.user.id})

    # === CRON METHODS === #

    @api.model
    def _cron_escalate(self):
        """Tell whose turn it is of the disputes past their day. Only called by ir.cron: commits."""
        work_through = self.env["ar.collect.account"]._work_through
        work_through(self._get_late(), methodcaller("_escalate"), self._note_no_escalation)

    # === BUSINESS METHODS === #

    # --- stages

    @api.model
    def _get_stage(self, kind):
        """The first stage with a meaning.

        :param str kind: see :attr:`ar.collect.dispute.stage.kind`
        :rtype: recordset of `ar.collect.dispute.stage`
        """
        return self.env["ar.collect.dispute.stage"].search([("kind", "=", kind)], limit=1)

    @api.model
    def _group_expand_stage_id(self, stages, domain):
        """Every stage is a column of the kanban, with or without disputes."""
        return stages.search([])  # pylint: disable=no-search-all

    def _check_stage(self, stage):
        """Refuse a stage that only the end of a dispute leads to, or away from.

        :raise UserError: naming what to do
        """
        for dispute in self:
            if (stage.kind == "closed") != (dispute.state != "open") and not self.env.su:
                raise UserError(
                    self.env._(
                        "%s: a dispute is closed by saying how it was resolved, and opened again"
                        " by its button. Open it to do so.",
                        dispute.display_name,
                    )
                )

    def _follow_stage(self):
        """Stop the clock while the customer is asked, and let it go on after that."""
        for company, disputes in self.grouped("company_id").items():
            today = company._get_collect_today()
            for dispute in disputes:
                if dispute.stage_kind == "waiting":
                    dispute.waiting_since = dispute.waiting_since or today
                elif since := dispute.waiting_since:
                    days = dispute.company_id._get_collect_bank_days()
                    waited = days.count(since, today)
                    dispute.waiting_since = False
                    dispute.date_deadline = days.add(dispute.date_deadline, waited)

    # --- tasks

    def _get_owner(self):
        """Who owns a dispute that nobody was named for: no complaint is forgotten.

        :return: the collector, whoever took it, the company's dispute manager, or any manager
        :rtype: recordset of `res.users`
        """
        account = self.account_id
        company = account.company_id
        # sudo: who is a manager is no secret
        managers = self.env.ref("ar_collect.group_manager").sudo().all_user_ids  # sudo: see above
        users = (
            account.acting_user_id,
            account.user_id,
            self.user_id,
            company.collect_dispute_manager_id,
            *managers.sorted("id"),
        )
        root = self.env.ref("base.user_root")
        fit = (
            user
            for user in users
            if user.active and not user.share and user != root and company in user.company_ids
        )
        return next(fit, self.env["res.users"])

    def _plan_tasks(self):
        """Give each resolver, else the coordinator, a task with the deadline."""
        for dispute in self.filtered(lambda dispute: dispute.state == "open"):
            user = dispute.resolver_id or dispute.coordinator_id
            if user.active:
                dispute._plan_task(user, dispute.date_deadline, self.env._("Resolve the dispute"))

    def _plan_task(self, user, day, summary):
        self.ensure_one()
        # sudo: whoever hands it over may not plan for others; they are told by the task alone
        self.sudo().activity_schedule(  # sudo: see above
            "ar_collect.mail_activity_type_dispute",
            date_deadline=day,
            summary=summary,
            user_id=user.id,
        )

    def _get_tasks(self):
        """The planned tasks of resolving these disputes.

        :rtype: recordset of `mail.activity`
        """
        kind = self.env.ref("ar_collect.mail_activity_type_dispute")
        # sudo: also those of others; done with the dispute
        return self.sudo().activity_ids.filtered(  # sudo: see above
            lambda activity: activity.activity_type_id == kind
        )

    # --- escalation

    @api.model
    def _get_late(self):
        """The open disputes whose day has passed, each for whom it is time to be told.

        While the customer is asked, the day of the review counts alone.

        :rtype: recordset
        """
        late = self.browse()
        # pylint: disable=no-search-all
        for company in self.env["res.company"].search([]):  # all are meant, and they are few
            today = company._get_collect_today()
            days = company._get_collect_bank_days()
            boss_day = days.add(today, -company.collect_dispute_manager_days)
            past = Domain("date_review", "<", today)
            past |= Domain("date_deadline", "<", today) & Domain("waiting_since", "=", False)
            again = Domain("escalation_level", "=", 0)
            again |= Domain("escalation_level", "=", COORDINATOR) & (
                Domain("date_deadline", "<", boss_day) | Domain("date_review", "<", boss_day)
            )
            here = Domain("company_id", "=", company.id) & Domain("state", "=", "open")
            late |= self.search(here & past & again)
        return late

    def _escalate(self):
        """Tell the coordinator that the day has passed; some days later the manager as well."""
        for dispute in self:
            dispute.escalation_level += 1
            company = dispute.company_id
            boss = company.collect_dispute_manager_id
            to_boss = dispute.escalation_level == MANAGER
            user = boss if to_boss else dispute.coordinator_id
            if user and user.active:
                summary = dispute.env._("Not resolved in time: %s", dispute.display_name)
                dispute._plan_task(user, company._get_collect_today(), summary)

    @api.model
    def _note_no_escalation(self, dispute, error):
        """What could not be escalated does not come again and again; the log says why.

        :param recordset dispute: one dispute
        :param Exception error: what it did is undone
        """
        _logger.error("Escalating dispute %s failed", dispute.id, exc_info=error)
        dispute.escalation_level += 1
