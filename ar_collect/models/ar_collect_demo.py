# Part of ar_collect. License LGPL-3.
import logging
import time

from odoo import api, models

from ..demo.builder import build
from ..demo.tables import NAMESPACE

_logger = logging.getLogger(__name__)


class ArCollectDemo(models.AbstractModel):
    """Makes the demo company; called by the demo data file and by nothing else."""

    _name = "ar.collect.demo"
    _description = "Collections Demo Company"

    @api.model
    def _build(self):
        """Build the demo company through real posting and reconciliation, once.

        :return: whether it was built now
        :rtype: bool
        """
        if self.env.ref(f"{NAMESPACE}.company_main", raise_if_not_found=False):
            return False
        start = time.monotonic()
        build(self.sudo().env)  # sudo: made during the installation, for several companies
        _logger.info("Demo company built in %.1f s", time.monotonic() - start)
        return True
