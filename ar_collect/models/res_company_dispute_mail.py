# Part of ar_collect. License LGPL-3.
"""The address to which customers of a company send their complaints."""

from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collect_dispute_alias_id = fields.Many2one(
        comodel_name="mail.alias",
        string="Address for Disputes",
        readonly=True,
        copy=False,
        ondelete="set null",
    )
    collect_dispute_alias_name = fields.Char(
        string="Name of the Address for Disputes",
        compute="_compute_collect_dispute_alias_name",
        inverse="_inverse_collect_dispute_alias_name",
        help="Mails to this address become disputes, or go on in one. Empty: there is none.",
    )

    # === COMPUTE METHODS === #

    @api.depends("collect_dispute_alias_id.alias_name")
    def _compute_collect_dispute_alias_name(self):
        for company in self:
            alias = company.collect_dispute_alias_id.sudo()  # sudo: a mere name
            company.collect_dispute_alias_name = alias.alias_name

    def _inverse_collect_dispute_alias_name(self):
        for company in self:
            name = company.collect_dispute_alias_name
            alias = company.collect_dispute_alias_id.sudo()  # sudo: whoever may set the company up
            if alias and name:
                alias.alias_name = name
            elif alias:
                alias.unlink()
            elif name:
                values = company._prepare_collect_dispute_alias()
                company.collect_dispute_alias_id = alias.create({**values, "alias_name": name})

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `base`: the address moves to the new domain of the company."""
        result = super().write(vals)
        if "alias_domain_id" in vals:
            for company in self.filtered("collect_dispute_alias_id"):
                alias = company.collect_dispute_alias_id.sudo()  # sudo: see above
                alias.alias_domain_id = company.alias_domain_id
        return result

    # === BUSINESS METHODS === #

    def _prepare_collect_dispute_alias(self):
        """Values of the address, but for its name.

        :rtype: dict
        """
        self.ensure_one()
        kinds = self.env["ir.model"]
        return {
            "alias_model_id": kinds._get_id("ar.collect.dispute"),
            "alias_parent_model_id": kinds._get_id(self._name),
            "alias_parent_thread_id": self.id,
            "alias_domain_id": self.alias_domain_id.id,
            "alias_defaults": repr({"company_id": self.id}),
            "alias_contact": "everyone",
        }
