# Part of ar_collect. License LGPL-3.
"""Steps tried out: some small customers are left out at random, and all who were drawn are noted."""

from odoo import models


class ArCollectNotice(models.Model):
    _inherit = "ar.collect.notice"

    # === BUSINESS METHODS === #

    def _hold_out(self, contents):
        """Leave some small customers out of the steps that are tried out, at random.

        :param dict contents: NoticeContents by notice id
        """
        tried = self.filtered(lambda notice: notice._is_tried_out(contents[notice.id].amount))
        held = tried.filtered(lambda notice: notice._get_lot() < notice.step_id.holdout_percent)
        tried._note_drawn(held, contents)
        if held:
            held._write_contents(contents)
            held._cancel("held_out")

    def _is_tried_out(self, amount):
        """Whether the customer may be left out, at random.

        :param float amount: what the notice asks for, in company currency
        """
        limit = self.step_id.holdout_amount
        return bool(self.step_id.holdout_percent) and (not limit or amount < limit)

    def _note_drawn(self, held, contents):
        """Note once a cycle whether a customer is left out of a step or gets it.

        :param recordset held: those who are left out
        :param dict contents: NoticeContents by notice id
        """
        new = self - self._get_drawn()
        if not new:
            return
        today = self.env["ar.collect.refresh.status"]._get_today(new.company_id)
        self.env["ar.collect.experiment.unit"].create(
            [
                {
                    "account_id": notice.account_id.id,
                    "company_id": notice.company_id.id,
                    "step_id": notice.step_id.id,
                    "cycle": notice.cycle,
                    "percent": notice.step_id.holdout_percent,
                    "is_left_out": notice in held,
                    "date": today[notice.company_id.id],
                    "notice_id": notice.id,
                    "line_ids": [row["line_id"] for row in contents[notice.id].items],
                }
                for notice in new
            ]
        )

    def _get_drawn(self):
        """Those for which the lot has fallen in this cycle already: nothing is drawn twice.

        :rtype: recordset
        """
        if not self:
            return self
        units = self.env["ar.collect.experiment.unit"].search(
            [("account_id", "in", self.account_id.ids), ("step_id", "in", self.step_id.ids)]
        )
        drawn = {(unit.account_id, unit.step_id, unit.cycle) for unit in units}
        return self.filtered(
            lambda notice: (notice.account_id, notice.step_id, notice.cycle) in drawn
        )
