# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .ar_collect_strategy_step import CHANNELS, TONES

STATES = [
    ("to_approve", "To Approve"),
    ("planned", "Planned"),
    ("queued", "Queued"),
    ("sent", "Sent"),
    ("failed", "Failed"),
    ("bounced", "Bounced"),
    ("cancelled", "Cancelled"),
]
#: States before anything was done.
PENDING = ("planned", "to_approve")
#: Why a notice does not go out: of an item, or of the customer.
REASONS = [
    ("disputed", "Disputed"),
    ("promised", "Promised"),
    ("paid", "Paid or credited"),
    ("excluded", "Excluded from follow-up"),
    ("blocked", "Blocked or in payment"),
    ("pending", "Online payment pending"),
    ("not_sent", "Invoice never sent"),
    ("credits", "Covered by credits or payments"),
    ("hold", "On credit hold"),
    ("paused", "Paused: somebody looks at it"),
    ("recent", "Contacted recently"),
    ("minimum", "Below the minimum amount"),
    ("condition", "Condition of the step not met"),
    ("address", "No address that works"),
    ("held_out", "Left out at random"),
    ("skipped", "Skipped by a person"),
    ("changed", "Another step came in between"),
    ("no_fee", "No late fee to propose"),
]


class ArCollectNotice(models.Model):
    """One thing sent to one customer: the ledger of what went out, and of what did not and why.

    A step goes to a customer once a cycle; a cycle ends when all that was noticed in it is
    settled, or when the step comes for other items. Never deleted.
    """

    _name = "ar.collect.notice"
    _description = "Notice"
    _order = "date_planned DESC, id DESC"
    _rec_name = "subject"
    _check_company_auto = True

    account_id = fields.Many2one(
        comodel_name="ar.collect.account",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    customer_id = fields.Many2one(
        comodel_name="res.partner",
        related="account_id.partner_id",
        store=True,
        index="btree_not_null",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Collector",
        readonly=True,
        index="btree_not_null",
        help="The customer's collector when the notice was planned.",
    )
    strategy_id = fields.Many2one(
        comodel_name="ar.collect.strategy", readonly=True, ondelete="restrict", index=True
    )
    strategy_version = fields.Integer(string="Version", readonly=True)
    step_id = fields.Many2one(
        comodel_name="ar.collect.strategy.step",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    cycle = fields.Integer(
        required=True,
        readonly=True,
        default=1,
        help="Counts up when all that was noticed is settled, or when a step comes again for other"
        " items.",
    )
    channel = fields.Selection(CHANNELS, required=True, readonly=True)
    tone = fields.Selection(TONES, readonly=True)
    state = fields.Selection(
        STATES, required=True, readonly=True, default="planned", index=True, group_expand=True
    )
    date_planned = fields.Date(
        string="Day", required=True, readonly=True, help="In the company's time zone."
    )
    scheduled_date = fields.Datetime(
        string="Not Before", readonly=True, help="When the customer's next office hours begin."
    )
    queued_at = fields.Datetime(string="Queued", readonly=True)
    sent_at = fields.Datetime(string="Sent", readonly=True)
    bounced_at = fields.Datetime(string="Bounced", readonly=True)
    answered_at = fields.Datetime(string="Answered", readonly=True)
    clicked_at = fields.Datetime(string="Link Opened", readonly=True)
    cancel_reason = fields.Selection(REASONS, string="Left Out Because", readonly=True)
    failure = fields.Text(string="What Went Wrong", readonly=True)
    failure_count = fields.Integer(readonly=True)

    # --- as sent
    item_ids = fields.One2many(
        comodel_name="ar.collect.notice.item",
        inverse_name="notice_id",
        string="Items",
        domain=[("is_passed_over", "=", False)],
    )
    mark_ids = fields.One2many(
        comodel_name="ar.collect.notice.item",
        inverse_name="notice_id",
        string="Steps Reached",
        help="The items, and the lower steps of other channels that they pass over.",
    )
    item_count = fields.Integer(string="Number of Items", readonly=True)
    amount = fields.Monetary(
        readonly=True, help="What the customer was asked for, in company currency."
    )
    days_late = fields.Integer(readonly=True, help="Of the oldest item.")
    recipient_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="ar_collect_notice_recipient_rel",
        column1="notice_id",
        column2="partner_id",
        string="To",
        readonly=True,
    )
    cc_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="ar_collect_notice_cc_rel",
        column1="notice_id",
        column2="partner_id",
        string="Copy To",
        readonly=True,
    )
    lang = fields.Char(string="Language", readonly=True)
    subject = fields.Char()
    personal_text = fields.Text(
        string="Own Words", help="Said above the text of the step, in this notice alone."
    )
    body = fields.Html(readonly=True, sanitize=False, help="As sent.")
    mail_id = fields.Many2one(
        comodel_name="mail.mail", readonly=True, index="btree_not_null", ondelete="set null"
    )
    message_id = fields.Many2one(
        comodel_name="mail.message", readonly=True, index="btree_not_null", ondelete="set null"
    )
    link_id = fields.Many2one(
        comodel_name="ar.collect.link",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The link to the customer's page in it.",
    )
    sms_uuid = fields.Char(string="SMS Reference", readonly=True)
    attachment_id = fields.Many2one(
        comodel_name="ir.attachment", string="Letter", readonly=True, ondelete="set null"
    )
    activity_id = fields.Many2one(
        comodel_name="mail.activity", readonly=True, index="btree_not_null", ondelete="set null"
    )
    approver_id = fields.Many2one(comodel_name="res.users", string="Approved By", readonly=True)

    # the send ledger: one step, one customer, once a cycle
    _once = models.UniqueIndex(
        "(account_id, step_id, cycle) WHERE state != 'cancelled'",
        "The customer got this step in this cycle already.",
    )
    # what is still to be done, one per customer and channel
    _pending = models.UniqueIndex(
        "(account_id, channel) WHERE state IN ('planned', 'to_approve')",
        "Another notice of this customer is planned on this channel.",
    )
    _due_idx = models.Index("(company_id, scheduled_date, id) WHERE state = 'planned'")
    _queued_idx = models.Index("(company_id, queued_at) WHERE queued_at IS NOT NULL")

    # === COMPUTE METHODS === #

    @api.depends("customer_id", "step_id")
    def _compute_display_name(self):
        for notice in self:
            notice.display_name = f"{notice.customer_id.name}: {notice.step_id.name}"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: notices are planned from the ledger, nobody writes one."""
        if not self.env.su:
            raise AccessError(self.env._("Notices are planned from the strategies, not by hand."))
        return super().create(vals_list)

    def write(self, vals):
        """Override of `base`: what was sent stays as it was."""
        if not self.env.su:
            if not vals.keys() <= {"subject", "personal_text"}:
                raise AccessError(self.env._("A notice is changed by its buttons alone."))
            self._check_pending()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Notices are kept: they prove what was sent, and what was not."))

    # === ACTION METHODS === #

    def action_open_account(self):
        """Open the customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "ar.collect.account",
            "res_id": self.account_id.id,
            "views": [[False, "form"]],
        }

    def action_open_items(self):
        """Open the journal items that the notice names, as they are now."""
        actions = self.env["ir.actions.act_window"].sudo()  # sudo: a definition, no data
        action = actions._for_xml_id("account.action_amounts_to_settle")
        return {
            **action,
            "name": self.env._("Items of the Notice"),
            "domain": [("id", "in", self.item_ids.line_id.ids)],
            "context": {},
        }

    # === BUSINESS METHODS === #

    @api.model
    def _write_each(self, rows):
        """Write down what is different for each of many notices, in one statement.

        For the ledger's own columns alone: nothing is worked out again, no override is called.

        :param dict rows: values by name, by notice id; the same names for all
        """
        if not rows:
            return
        names = list(next(iter(rows.values())))
        notices = self.browse(rows)
        notices.flush_recordset(names)
        columns = [SQL("%s::int4[]", notices.ids)]
        for field in (self._fields[name] for name in names):
            values = [
                field.convert_to_column(rows[notice.id][field.name], notice) for notice in notices
            ]
            columns.append(SQL("%s::%s[]", values, SQL(field.column_type[1])))
        self.env.cr.execute(
            SQL(
                """
                UPDATE ar_collect_notice notice
                   SET %(changes)s, write_uid = %(user)s, write_date = %(now)s
                  FROM UNNEST(%(columns)s) AS given (id, %(names)s)
                 WHERE notice.id = given.id
                """,
                changes=SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(name), SQL.identifier("given", name))
                    for name in names
                ),
                user=self.env.uid,
                now=fields.Datetime.now(),
                columns=SQL(", ").join(columns),
                names=SQL(", ").join(map(SQL.identifier, names)),
            )
        )
        notices.invalidate_recordset(names, flush=False)

    def _trigger_sending(self):
        cron = self.env.ref("ar_collect.ir_cron_notice_send")
        cron.sudo()._trigger()  # sudo: a scheduled action
