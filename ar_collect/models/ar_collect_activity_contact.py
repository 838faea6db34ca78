# Part of ar_collect. License LGPL-3.
"""What a logged call says about the number that was called."""

from odoo import api, models


class ArCollectActivity(models.Model):
    _inherit = "ar.collect.activity"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `ar_collect` to note the numbers that are reported as wrong."""
        activities = super().create(vals_list)
        activities._judge_numbers()
        return activities

    def write(self, vals):
        """Override of `ar_collect` to judge the number anew when a call is corrected."""
        if {"outcome_id", "partner_id", "channel", "date", "account_id"}.isdisjoint(vals):
            return super().write(vals)
        before = self._get_wrong_numbers()
        result = super().write(vals)
        self._judge_numbers(before)
        return result

    def unlink(self):
        """Override of `ar_collect`: a call that was logged by mistake says nothing."""
        contacts = self._get_wrong_numbers()
        result = super().unlink()
        self.browse()._judge_numbers(contacts)
        return result

    # === BUSINESS METHODS === #

    def _get_wrong_numbers(self):
        """The contacts whose number these calls reported as wrong; without one, the customer.

        :rtype: recordset of `res.partner`
        """
        wrong = self.filtered(
            lambda activity: (
                activity.channel == "call" and activity.outcome_id.effect == "wrong_number"
            )
        )
        contacts = wrong.partner_id
        for activity in wrong:
            contacts |= activity.partner_id or activity.customer_id
        return contacts

    def _judge_numbers(self, contacts=None):
        """Mark or clear the numbers that the log says are wrong.

        :param recordset|None contacts: `res.partner` to judge besides those reported here
        """
        contacts = (contacts or self.env["res.partner"]) | self._get_wrong_numbers()
        contacts = contacts.sudo()  # sudo: the log's own trace on the contact
        reached = self.filtered(lambda activity: activity.channel == "call" and activity.is_contact)
        contacts |= reached.partner_id.sudo().filtered(  # sudo: see above
            "collect_wrong_number_date"
        )  # sudo: as above
        if not contacts:
            return
        reported = self.sudo()._get_reported_days(contacts)  # sudo: see above
        for contact in contacts:
            contact.collect_wrong_number_date = reported.get(contact, False)

    def _get_reported_days(self, contacts):
        """When the present number of each contact was last reported as wrong, if it was.

        A call later reached somebody under it: then it is not wrong.

        :param recordset contacts: `res.partner`
        :return: date by contact
        :rtype: dict
        """
        calls = self.search(
            [
                ("channel", "=", "call"),
                "|",
                ("partner_id", "in", contacts.ids),
                "&",
                ("partner_id", "=", False),
                ("customer_id", "in", contacts.ids),
            ],
            order="date, id",
        )
        days = {}
        for call in calls:
            contact = call.partner_id or call.customer_id
            if contact.collect_phone_date and call.date < contact.collect_phone_date:
                continue
            if call.outcome_id.effect == "wrong_number":
                days[contact] = call.date.date()
            elif call.is_contact:
                days.pop(contact, None)
        return days
