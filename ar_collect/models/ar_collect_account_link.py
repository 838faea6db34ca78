# Part of ar_collect. License LGPL-3.
"""Links with which a customer sees the account without logging in."""

from odoo import fields, models
from odoo.exceptions import UserError


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    link_ids = fields.One2many(
        comodel_name="ar.collect.link", inverse_name="account_id", string="Links"
    )

    # === BUSINESS METHODS === #

    def _get_signed_url(self, partner, purpose="statement", days=None):
        """The address of a page that shows this account without a login.

        :param recordset partner: `res.partner`, the contact of this customer it is made for
        :param str purpose: what it opens
        :param int|None days: how long it works; None: as the company has set
        :rtype: str
        :raise AccessError: without the right to change the account
        :raise UserError: for somebody else's contact
        """
        self.ensure_one()
        return self._get_signed_urls([(self, partner)], purpose, days)[0]

    def _get_signed_urls(self, pairs, purpose="statement", days=None):
        """The addresses of many pages, each for one contact; see :meth:`_get_signed_url`.

        :param list pairs: (`ar.collect.account`, `res.partner`)
        :return: addresses in the order of the pairs
        :rtype: list
        """
        accounts = self.browse(account.id for account, _partner in pairs)
        accounts.check_access("write")
        # sudo: the rights were checked; the same record is read for all
        pairs = [(account.sudo(), partner.sudo()) for account, partner in pairs]  # sudo: see above
        for account, partner in pairs:
            if not partner or partner.commercial_partner_id != account.partner_id:
                raise UserError(
                    self.env._(
                        "A link shows %(customer)s to its own contacts alone.",
                        customer=account.partner_id.display_name,
                    )
                )
        tokens = self.env["ar.collect.link"]._give(pairs, purpose, days)
        # of each company: its website, where there are several
        bases = {account.company_id: account for account, _partner in pairs}
        bases = {company: account.get_base_url() for company, account in bases.items()}
        return [
            f"{bases[account.company_id]}/collections/{purpose}/{token}"
            for (account, _partner), token in zip(pairs, tokens, strict=True)
        ]

    def _move_talk(self, target):
        """Override of `ar_collect`: the links go over as well, and show the target if it is merged."""
        self.link_ids.write({"account_id": target.id})
        return super()._move_talk(target)
