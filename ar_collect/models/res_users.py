# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import ValidationError

AWAY_FIELDS = {"collect_away_from", "collect_away_to", "collect_substitute_id"}


class ResUsers(models.Model):
    _inherit = "res.users"

    collect_away_from = fields.Date(string="Away From")
    collect_away_to = fields.Date(string="Away Until", help="The last day away.")
    collect_substitute_id = fields.Many2one(
        comodel_name="res.users",
        string="Substitute",
        domain="[('share', '=', False), ('id', '!=', id)]",
        help="Sees and works this collector's customers while the collector is away.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + sorted(AWAY_FIELDS)

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return super().SELF_WRITEABLE_FIELDS + sorted(AWAY_FIELDS)

    # === CONSTRAINT METHODS === #

    @api.constrains(*sorted(AWAY_FIELDS))
    def _check_collect_away(self):
        for user in self:
            start, end = user.collect_away_from, user.collect_away_to
            if start and end and start > end:
                raise ValidationError(
                    user.env._("%s: the last day away lies before the first.", user.name)
                )
            if user.collect_substitute_id == user:
                raise ValidationError(user.env._("%s cannot be their own substitute.", user.name))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: a new collector begins the day with the worklist."""
        users = super().create(vals_list)
        users._begin_with_worklist()
        return users

    def write(self, vals):
        """Override of `base` to hand the customers over as soon as the days away change."""
        others = self.browse()
        if "group_ids" in vals:
            others = self.filtered(lambda user: not user.has_group("ar_collect.group_collector"))
        result = super().write(vals)
        others._begin_with_worklist()
        if not AWAY_FIELDS.isdisjoint(vals):
            accounts = self.env["ar.collect.account"].sudo()  # sudo: whoever plans the absence
            owned = accounts.search([("user_id", "in", self.ids)])
            self.env["ar.collect.dirty"]._mark(
                (account.partner_id.id, account.company_id.id) for account in owned
            )
        return result

    # === BUSINESS METHODS === #

    def _sees_all_customers(self):
        """Whether the user sees the figures of all customers; see the record rule of accounts.

        :rtype: bool
        """
        self.ensure_one()
        return self.has_group("ar_collect.group_collector_all") or not self.has_group(
            "ar_collect.group_collector"
        )

    def _sees_all_figures(self):
        """Whether the user sees what each person has done; collectors see themselves and medians.

        :rtype: bool
        """
        self.ensure_one()
        return self.has_group("ar_collect.group_manager") or not self.has_group(
            "ar_collect.group_collector"
        )

    def _begin_with_worklist(self):
        """Let the worklist be the home of the collectors among these users who have none yet."""
        collectors = self.filtered(
            lambda user: not user.action_id and user.has_group("ar_collect.group_collector")
        )
        if collectors:
            collectors.action_id = self.env.ref("ar_collect.ar_collect_account_action_worklist").id

    @api.model
    def _get_collect_acting_users(self, today):
        """Who stands in for the collectors who are away; a substitute away as well is replaced too.

        :param date today:
        :return dict: id of the acting user by id of the user away
        """
        away = self.sudo().search(  # sudo: everybody's absence counts for the ranking
            [
                ("collect_substitute_id", "!=", False),
                ("collect_away_from", "<=", today),
                "|",
                ("collect_away_to", "=", False),
                ("collect_away_to", ">=", today),
            ]
        )
        direct = {user.id: user.collect_substitute_id.id for user in away}
        return {user_id: self._follow_substitutes(user_id, direct) for user_id in direct}

    @api.model
    def _follow_substitutes(self, user_id, direct):
        """The last in a chain of substitutes; the user itself when the chain runs in a circle."""
        seen = set()
        acting = user_id
        while acting in direct:
            if acting in seen:
                return user_id
            seen.add(acting)
            acting = direct[acting]
        return acting
