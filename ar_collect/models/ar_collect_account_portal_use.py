# Part of ar_collect. License LGPL-3.
"""When a customer was last on the portal."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date, format_time

#: What each outcome of an act on the portal is counted as.
ACT_OF = {
    "promised": "promise",
    "disputed": "dispute",
    "paid": "payment",
    "call_back": "question",
    "documents": "question",
}


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    portal_use_ids = fields.One2many(
        comodel_name="ar.collect.portal.use", inverse_name="account_id"
    )
    portal_last_use = fields.Char(
        string="On the Portal",
        compute="_compute_portal_last_use",
        help="What the customer did there last, and when in your time zone.",
    )

    # === COMPUTE METHODS === #

    @api.depends("portal_use_ids.date")
    @api.depends_context("lang", "tz", "uid")
    def _compute_portal_last_use(self):
        uses = self.env["ar.collect.portal.use"]
        for account in self:
            last = uses.search([("account_id", "=", account.id)], limit=1)
            account.portal_last_use = account._get_portal_use_text(last) if last else ""

    # === ACTION METHODS === #

    def action_open_portal_use(self):
        """Open what this customer did on the portal.

        :rtype: dict
        """
        self.ensure_one()
        actions = self.env["ir.actions.act_window"].sudo()  # sudo: a definition, no data
        action = actions._for_xml_id("ar_collect.ar_collect_portal_use_action")
        return {
            **action,
            "domain": [("account_id", "=", self.id)],
            "context": {},
            "views": [(False, "list"), (False, "pivot")],
        }

    # === BUSINESS METHODS === #

    def _get_portal_use_text(self, use):
        """What was done and when, in few words.

        :param recordset use: `ar.collect.portal.use`
        :rtype: str
        """
        moment = fields.Datetime.context_timestamp(self, use.date)
        today = fields.Datetime.context_timestamp(self, fields.Datetime.now()).date()
        time = format_time(self.env, moment.time(), time_format="short")
        labels = dict(use._fields["act"]._description_selection(self.env))
        said = {"what": labels[use.act], "time": time, "who": use.partner_id.name or ""}
        if moment.date() == today:
            return self.env._("%(what)s today %(time)s, %(who)s", **said)
        if moment.date() == today - timedelta(days=1):
            return self.env._("%(what)s yesterday %(time)s, %(who)s", **said)
        day = format_date(self.env, moment.date())
        return self.env._("%(what)s on %(day)s, %(who)s", day=day, **said)

    def _receive_portal_act(self, contact, outcome, text, line_ids=()):
        """Override of `ar_collect` to count it as use of the portal."""
        activity = super()._receive_portal_act(contact, outcome, text, line_ids)
        by_link = bool(self.env.context.get("collect_portal_by_link"))
        uses = self.env["ar.collect.portal.use"]
        act = self.env.context.get("collect_portal_act") or ACT_OF.get(outcome, "question")
        uses._note(self, contact, act, by_link)
        return activity

    def _get_hollow_domain(self):
        """Override of `ar_collect`: of whom it is known that they looked, that is kept."""
        return [*super()._get_hollow_domain(), ("portal_use_ids", "=", False)]

    def _move_talk(self, target):
        """Override of `ar_collect` to let it go over as well."""
        self.portal_use_ids.write({"account_id": target.id})
        return super()._move_talk(target)
