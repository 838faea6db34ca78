# Part of ar_collect. License LGPL-3.
from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    # === BUSINESS METHODS === #

    def _get_collect_enrichment(self):
        """What sources of contact details have on these contacts: none, to be extended.

        An addon that has an agreement with a source overrides this, adds to what `super` returns,
        and does so for all contacts at once. It is called for companies that have switched it on
        alone, by a person, and nothing of it is applied without one.

        :return: by contact (name of the source, {field: value}); fields are phone, email, function
        :rtype: dict

        For example::

            def _get_collect_enrichment(self):
                found = super()._get_collect_enrichment()
                for contact, details in ask_the_directory(self):
                    found[contact] = ("The Directory", {"phone": details.phone})
                return found
        """
        return {}
