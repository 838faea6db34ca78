# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.tools import SQL


class ArCollectNoticeItem(models.Model):
    """A journal item as a notice named it, and the step that it has reached with it."""

    _name = "ar.collect.notice.item"
    _description = "Item of a Notice"
    _order = "notice_id, date_due, id"

    notice_id = fields.Many2one(
        comodel_name="ar.collect.notice",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(comodel_name="res.company", required=True, readonly=True)
    line_id = fields.Many2one(
        comodel_name="account.move.line",
        string="Journal Item",
        readonly=True,
        ondelete="set null",
    )
    name = fields.Char(string="Document", readonly=True)
    date_due = fields.Date(string="Due", readonly=True)
    days_late = fields.Integer(readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", required=True, readonly=True)
    amount = fields.Monetary(
        readonly=True, help="What was asked for, in the currency of the document."
    )
    amount_left_out = fields.Monetary(
        string="Disputed or Promised", readonly=True, help="What of it was not asked for."
    )
    # --- what the planning reads
    channel = fields.Char(readonly=True)
    days = fields.Integer(
        string="Step Reached",
        readonly=True,
        help="Days after due of the step that this item has reached on this channel.",
    )
    is_passed_over = fields.Boolean(
        readonly=True, help="A lower step of another channel, which does not come any more."
    )

    # the highest step that an item has reached on a channel
    _reached_idx = models.Index("(line_id, channel, days) WHERE days IS NOT NULL")

    # === BUSINESS METHODS === #

    @api.model
    def _insert(self, rows):
        """Write down many items in one statement.

        :param list rows: dicts of all columns
        """
        columns = list(rows[0])
        self.env.cr.execute(
            SQL(
                "INSERT INTO ar_collect_notice_item (%s, create_uid, write_uid) VALUES %s",
                SQL(", ").join(map(SQL.identifier, columns)),
                SQL(", ").join(
                    SQL("%s", (*(row[column] for column in columns), self.env.uid, self.env.uid))
                    for row in rows
                ),
            )
        )
        self.env["ar.collect.notice"].invalidate_model(["item_ids", "mark_ids"], flush=False)
