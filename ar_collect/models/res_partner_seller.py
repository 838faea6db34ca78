# Part of ar_collect. License LGPL-3.
"""Whose customer a customer becomes: who that is sees how it stands with collecting there."""

from odoo import models


class ResPartner(models.Model):
    """Whoever may write contacts may make anybody their salesperson, themselves too: that is
    Odoo's, and with it they see the status line of that customer. It cannot be done unseen: it is
    noted with their name where the collector reads, beside the change that Odoo tracks itself.
    """

    _inherit = "res.partner"

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `ar_collect`: collectors learn who sees their customers."""
        if "user_id" not in vals:
            return super().write(vals)
        before = {partner: partner.sudo().user_id for partner in self}  # sudo: their names
        result = super().write(vals)
        changed = self.filtered(lambda partner: partner.user_id != before[partner])
        if changed:
            changed._note_seller(before)
        return result

    # === BUSINESS METHODS === #

    def _note_seller(self, before):
        """Note in the logs of their accounts who sells to these customers from now on.

        :param dict before: the former `res.users` by partner
        """
        accounts = self.env["ar.collect.account"].sudo()  # sudo: the log, whoever is at work
        found = accounts.search([("partner_id", "in", self.ids)])
        bodies = {}
        for account in found:
            customer = account.partner_id
            bodies[account.id] = self._get_seller_note(before[customer], customer.user_id)
        found._message_log_batch(bodies, author_id=self.env.user.partner_id.id)

    def _get_seller_note(self, former, new):
        """What the log says.

        :param recordset former: `res.users`, may be empty, as superuser
        :param recordset new: the same
        :rtype: str
        """
        if not new:
            return self.env._("Salesperson: %s → nobody", former.name)
        return self.env._(
            "Salesperson: %(former)s → %(new)s, who sees how it stands from now on",
            former=former.name or self.env._("nobody"),
            new=new.name,
        )
