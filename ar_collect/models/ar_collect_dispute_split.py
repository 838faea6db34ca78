# Part of ar_collect. License LGPL-3.
"""Disputes that are one too many, or too much in one: duplicates, merging, splitting."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from .ar_collect_claim import LATER
from .inner_context import INNER


class ArCollectDispute(models.Model):
    _inherit = "ar.collect.dispute"

    merged_into_id = fields.Many2one(
        comodel_name="ar.collect.dispute",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Which goes on in place of this one.",
    )
    similar_ids = fields.Many2many(
        comodel_name="ar.collect.dispute",
        string="Similar Disputes",
        compute="_compute_similar_ids",
        help="Other disputes on the same invoices, open or of the same reason.",
    )
    similar_text = fields.Char(compute="_compute_similar_ids")

    # === COMPUTE METHODS === #

    @api.depends("item_ids.line_id", "reason_id")
    def _compute_similar_ids(self):
        for dispute in self:
            similar = self.browse()
            if lines := dispute.item_ids.line_id._origin:
                similar = self.search(
                    [
                        ("id", "not in", dispute._origin.ids),
                        ("state", "!=", "cancelled"),
                        ("item_ids.line_id.move_id", "in", lines.move_id.ids),
                        "|",
                        ("state", "=", "open"),
                        ("reason_id", "=", dispute.reason_id.id),
                    ],
                    limit=5,
                )
            dispute.similar_ids = similar
            dispute.similar_text = ", ".join(similar.mapped("display_name"))

    # === ACTION METHODS === #

    def action_merge(self):
        """Merge open disputes of one customer into the oldest one, and open that.

        :return: window action
        :raise UserError: less than two, of several customers or currencies, or decided
        """
        target = self._merge()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": target.id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    def _merge(self):
        """See :meth:`action_merge`.

        :return: the dispute that goes on
        """
        self.check_access("write")
        if len(self) < 2:
            raise UserError(self.env._("Choose two disputes or more."))
        self._check_is_open()
        if len(self.account_id) > 1 or len(self.currency_id) > 1:
            raise UserError(
                self.env._(
                    "Only disputes of one customer in one currency can be merged; these are of %s.",
                    ", ".join(
                        (self.account_id if len(self.account_id) > 1 else self.currency_id).mapped(
                            "display_name"
                        )
                    ),
                )
            )
        target, *_others = self.sorted(lambda dispute: (dispute.date_opened, dispute.id))
        others = self - target
        # sudo: messages and files of others go along; the state is changed by buttons only
        rest = others.sudo().with_context(**{LATER: INNER})  # sudo: see above
        goal = target.sudo().with_context(**{LATER: INNER})  # sudo: see above
        texts = [dispute.description for dispute in self if dispute.description]
        goal.description = "\n\n".join(dict.fromkeys(texts))
        self._move_items(rest.item_ids, goal)
        for dispute in others:
            body = self.env._("Merged into %s", target._get_html_link())
            dispute._message_log(body=body)
        goal._take_over(rest)
        rest.activity_ids.unlink()
        closed = self._get_stage("closed").id
        rest.write(
            {
                "state": "cancelled",
                "outcome": "duplicate",
                "merged_into_id": target.id,
                "stage_id": closed,
                "resolved_by_id": self.env.uid,
            }
        )
        names = ", ".join(others.mapped("display_name"))
        target._message_log(body=self.env._("Merged with %s", names))
        target._apply()
        return target

    @api.model
    def _move_items(self, items, goal):
        """Let items go over to another dispute; those of the same invoice item become one."""
        present = {item.line_id: item for item in goal.item_ids if item.line_id}
        for item in items:
            if twin := present.get(item.line_id):
                amount, lines = item.amount, item.invoice_line_ids
                item.unlink()
                twin.write(
                    {
                        "amount": twin.amount + amount,
                        "invoice_line_ids": [Command.link(line.id) for line in lines],
                    }
                )
            else:
                item.dispute_id = goal
                present[item.line_id] = item

    def _split(self, items, reason):
        """Let some items go on in a dispute of their own.

        :param recordset items: `ar.collect.dispute.item`, some of this dispute
        :param recordset reason: `ar.collect.dispute.reason` of the new one
        :return: the new dispute
        :raise UserError: none or all of the items, or decided
        """
        self.ensure_one()
        self.check_access("write")
        self._check_is_open()
        if not items or items == self.item_ids:
            raise UserError(
                self.env._("Choose some of the items, not all: the others stay in %s.", self.name)
            )
        values = [
            Command.create(
                {
                    "line_id": item.line_id.id,
                    "amount": item.amount_remaining,
                    "invoice_line_ids": [Command.set(item.invoice_line_ids.ids)],
                }
            )
            for item in items
        ]
        # sudo: who resolves disputes may not make new ones; the rest of one is not new
        here = self.sudo().with_context(**{LATER: INNER})  # sudo: see above
        kept = {
            "account_id": self.account_id.id,
            "partner_id": self.partner_id.id,
            "description": self.description,
            "origin": self.origin,
            "date_opened": self.date_opened,
            "coordinator_id": self.coordinator_id.id,
        }
        items.sudo().unlink()  # sudo: see above
        made = here.create({**kept, "reason_id": reason.id, "item_ids": values})
        made._message_log(body=self.env._("Split off from %s", self._get_html_link()))
        self._message_log(body=self.env._("Split off: %s", made._get_html_link()))
        (self | made)._apply()
        return self.browse(made.id)
