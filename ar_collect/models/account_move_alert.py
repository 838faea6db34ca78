# Part of ar_collect. License LGPL-3.
"""What an invoice says about the account of its customer."""

from odoo import models
from odoo.tools import formatLang


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_alerts(self):
        """Override of `account` to tell where the customer stands, and what is said of it."""
        alerts = super()._get_alerts()
        account = self._get_collect_account()
        if account and (said := self._get_collect_said()):
            disputed = any(self.line_ids.mapped("collect_disputed_amount"))
            alerts["ar_collect_said"] = {
                "level": "warning" if disputed else "info",
                "message": said,
            }
        if account.hold or account.amount_overdue > 0:
            alerts["ar_collect_account"] = {
                "level": "warning" if account.hold else "info",
                "message": self._get_collect_message(account),
                "action_text": self.env._("Open in Collections"),
                "action": {**account.action_open_page(), "view_mode": "form"},
            }
        return alerts

    def _get_collect_account(self):
        """The account of the customer, if the user may see it.

        :return: `ar.collect.account`, empty or one
        """
        self.ensure_one()
        accounts = self.env["ar.collect.account"]
        if not self.is_sale_document(include_receipts=True) or not accounts.has_access("read"):
            return accounts
        return accounts.search(
            [
                ("partner_id", "=", self.commercial_partner_id.id),
                ("company_id", "=", self.company_id.id),
            ],
            limit=1,
        )

    def _get_collect_said(self):
        """What the customer says of this document: promised, disputed; empty: nothing.

        :rtype: str
        """
        said = dict.fromkeys(claims for claims in self.line_ids.mapped("collect_claims") if claims)
        if not said:
            return ""
        return self.env._("The customer says: %s.", ", ".join(said))

    def _get_collect_message(self, account):
        parts = []
        if account.hold:
            parts.append(self.env._("credit hold"))
        if account.amount_overdue:
            overdue = formatLang(self.env, account.amount_overdue, currency_obj=account.currency_id)
            parts.append(self.env._("%s overdue", overdue))
        if account.amount_chasable:
            chase = formatLang(self.env, account.amount_chasable, currency_obj=account.currency_id)
            parts.append(self.env._("%s to chase", chase))
        if account.user_id:
            parts.append(self.env._("collector %s", account.user_id.name))
        return self.env._(
            "%(customer)s: %(state)s.",
            customer=account.partner_id.display_name,
            state=", ".join(parts),
        )
