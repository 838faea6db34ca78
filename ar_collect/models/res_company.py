# Part of ar_collect. License LGPL-3.
from odoo import models

from ..tools.bank_days import BankDays
from ..tools.public_holidays import ClosedDays


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_collect_today(self):
        """Today's date where the company is.

        :rtype: datetime.date
        """
        self.ensure_one()
        return self.env["ar.collect.refresh.status"]._get_today(self)[self.id]

    def _get_collect_closed_days(self, lang=None):
        """The public holidays where the company is.

        :param str|None lang: of their names
        :rtype: ClosedDays
        """
        return ClosedDays(
            self.country_id.code or None, self.state_id.code or None, lang=lang or "en_US"
        )

    def _get_collect_bank_days(self):
        """The days on which the company works and its bank books.

        :rtype: BankDays
        """
        return BankDays(self._get_collect_closed_days(self.env.lang))
