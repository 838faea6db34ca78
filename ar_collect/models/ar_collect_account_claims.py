# Part of ar_collect. License LGPL-3.
"""Promises and disputes of a collection account."""

from odoo import api, fields, models
from odoo.tools import SQL

from .ar_collect_claim import LATER
from .inner_context import INNER


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    promise_ids = fields.One2many(
        comodel_name="ar.collect.promise", inverse_name="account_id", string="Promises"
    )
    dispute_ids = fields.One2many(
        comodel_name="ar.collect.dispute", inverse_name="account_id", string="Disputes"
    )

    # === ACTION METHODS === #

    def action_promise(self, line_ids=None, activity_id=None):
        """Open the form of a new promise.

        :param list|None line_ids: ids of the `account.move.line` promised; empty: what is owed
        :param int|None activity_id: the contact in which it is said
        :return: window action
        :rtype: dict
        """
        name = self.env._("Promise to Pay")
        action = self._get_claim_action("ar.collect.promise", name, line_ids, activity_id)
        if not line_ids and self.amount_chasable:
            action["context"]["default_amount"] = self.amount_chasable
        return action

    def action_dispute(self, line_ids=None, activity_id=None):
        """Open the form of a new dispute; see :meth:`action_promise`."""
        name = self.env._("Dispute")
        return self._get_claim_action("ar.collect.dispute", name, line_ids, activity_id)

    def action_open_promises(self):
        """Open the promises behind the amount promised."""
        return self._get_claims_action("ar_collect.ar_collect_promise_action")

    def action_open_disputes(self):
        """Open the disputes behind the amount disputed."""
        return self._get_claims_action("ar_collect.ar_collect_dispute_action")

    # === BUSINESS METHODS === #

    def _take_turns(self):
        """Of those who promise or agree something for these customers at once, let one go first.

        The others wait for that, and are refused by the database, because the rows have changed:
        they start over by themselves and see what was said.
        """
        ids = sorted(account_id for account_id in self.ids if isinstance(account_id, int))
        if ids:
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE ar_collect_account SET write_date = write_date
                     WHERE id IN (SELECT id FROM ar_collect_account WHERE id = ANY(%s)
                                   ORDER BY id FOR NO KEY UPDATE)
                    """,
                    ids,
                )
            )

    def _get_claim_action(self, model, name, line_ids, activity_id):
        """The dialog of a new promise or dispute.

        :param str model: its name
        :param str name: of the dialog
        """
        self.ensure_one()
        self.check_access("write")
        form = self.env.ref(f"ar_collect.{model.replace('.', '_')}_view_form_dialog")
        return {
            "type": "ir.actions.act_window",
            "name": f"{name}: {self.partner_id.display_name}",
            "res_model": model,
            "views": [(form.id, "form")],
            "target": "new",
            "context": {
                "default_account_id": self.id,
                "default_line_ids": line_ids or [],
                "default_activity_id": activity_id or False,
            },
        }

    def _get_claims_action(self, xmlid):
        """The list of what this customer promised or disputes."""
        self.ensure_one()
        self.check_access("read")
        actions = self.env["ir.actions.act_window"].sudo()  # sudo: a definition, no data
        return {
            **actions._for_xml_id(xmlid),
            "domain": [("account_id", "=", self.id)],
            "context": {"search_default_open": 1, "default_account_id": self.id},
        }

    @api.model
    def _get_hollow_domain(self):
        """Override of `ar_collect`: what was promised or disputed is kept."""
        return [
            *super()._get_hollow_domain(),
            ("promise_ids", "=", False),
            ("dispute_ids", "=", False),
        ]

    def _move_talk(self, target):
        """Override of `ar_collect` to let promises and disputes go over as well."""
        # the merge is not done yet: the rows are refreshed when it is
        here = self.with_context(**{LATER: INNER})
        here.promise_ids.write({"account_id": target.id})
        here.dispute_ids.write({"account_id": target.id})
        return super()._move_talk(target)
