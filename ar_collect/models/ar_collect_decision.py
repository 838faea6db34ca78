# Part of ar_collect. License LGPL-3.
"""What one of several people decides, once."""

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL


class ArCollectDecision(models.AbstractModel):
    """Something with a `state` that follows from people's decisions."""

    _name = "ar.collect.decision"
    _description = "Decision"

    # === BUSINESS METHODS === #

    def _check_state(self, state):
        """Refuse what was decided already, perhaps in another tab.

        :param str state: in which these must be
        :raise UserError: naming the first one that is not
        """
        self.flush_recordset()
        # unlike by core's lock the others wait, then the database refuses them: the first decides
        self.env.execute_query(
            SQL(
                "SELECT FROM %s WHERE id = ANY(%s) FOR UPDATE",
                SQL.identifier(self._table),
                self.ids,
            )
        )
        self.invalidate_recordset(flush=False)
        if changed := self.filtered(lambda record: record.state != state):
            name = changed[0].sudo().display_name  # sudo: of one that the user just decided on
            raise UserError(self.env._("This is decided by now: %s.", name))
