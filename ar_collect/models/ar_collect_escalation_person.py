# Part of ar_collect. License LGPL-3.
"""Who is asked, and who gets the answer: nothing is ever asked of nobody."""

from odoo import api, models


class ArCollectEscalation(models.Model):
    _inherit = "ar.collect.escalation"

    # === BUSINESS METHODS === #

    @api.model
    def _choose_people(self, company, wanted):
        """Who is asked about customers of a company; in a constant number of queries.

        Whoever has left, is not in the company or is the collector already is left out; whoever is
        away is stood in for. Where nobody is left, it is the collections manager.

        :param recordset company: `res.company`
        :param list wanted: (account, kind of recipient, person named) of each
        :return: list of (user, whether for want of anybody else)
        """
        manager = company._get_collect_manager()
        stand_ins = self.env["res.users"]._get_collect_acting_users(company._get_collect_today())
        sellers = self.env["res.users"].union(*(row[0].partner_id.user_id for row in wanted))
        leaders = self._get_leaders(sellers, company)
        chosen = []
        for account, recipient, named in wanted:
            seller = account.partner_id.user_id
            user = {
                "salesperson": seller,
                "leader": leaders.get(seller.id, seller.browse()),
                "manager": manager,
                "user": named,
            }[recipient]
            user = user.browse(stand_ins.get(user.id, user.id))
            collector = account.acting_user_id or account.user_id
            if self._is_fit(user, company) and (user != collector or recipient == "user"):
                chosen.append((user, False))
            else:
                chosen.append((manager, recipient != "manager"))
        return chosen

    @api.model
    def _get_leaders(self, users, company):
        """Who leads salespeople: to be overridden by what knows their teams.

        :param recordset users: `res.users`
        :param recordset company: `res.company`
        :return: `res.users` by id of the user
        :rtype: dict
        """
        return {}

    @api.model
    def _is_fit(self, user, company):
        """Whether somebody can be asked in a company."""
        return bool(user and user.active and not user.share and company in user.company_ids)

    def _get_collector(self, manager=None):
        """Who works on the customer now: whom it comes back to.

        :param recordset|None manager: of the company, where it is known
        :rtype: recordset of `res.users`
        """
        self.ensure_one()
        account, company = self.account_id, self.company_id
        people = (account.acting_user_id, account.user_id, self.requester_id)
        fit = (user for user in people if self._is_fit(user, company))
        return next(fit, None) or manager or company._get_collect_manager()
