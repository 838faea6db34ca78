# Part of ar_collect. License LGPL-3.
"""What is said about a dispute: with the customer, and among colleagues."""

from odoo import fields, models

from .inner_context import is_inner
from .mail_thread import AUTOMATIC, FIRST_MAIL


class ArCollectDispute(models.Model):
    _inherit = "ar.collect.dispute"

    talk_ids = fields.One2many(
        comodel_name="mail.message",
        inverse_name="res_id",
        string="With the Customer",
        domain=lambda self: [
            ("model", "=", self._name),
            ("message_type", "in", ("auto_comment", "comment", "email", "email_outgoing")),
            ("subtype_id.internal", "=", False),
            ("is_internal", "=", False),
        ],
        help="Messages that the customer wrote or was sent; internal notes are not among them.",
    )

    # === ACTION METHODS === #

    def action_ask_customer(self):
        """Write to the customer; the dispute then waits for the answer.

        :return: window action
        """
        kind = "reminder" if self.stage_kind == "waiting" else "question"
        return self._get_composer_action(f"ar_collect.mail_template_dispute_{kind}", asks=True)

    def action_write_customer(self):
        """Write to the customer."""
        return self._get_composer_action("ar_collect.mail_template_dispute_received")

    def _get_composer_action(self, template, asks=False):
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write to the Customer"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": self.env.ref(template).id,
                "default_composition_mode": "comment",
                "default_partner_ids": self._get_contact().ids,
                "collect_dispute_asks": asks,
            },
        }

    # === BUSINESS METHODS === #

    def _get_contact(self):
        """Who of the customer is written to.

        :rtype: recordset of `res.partner`
        """
        return self.partner_id or self.customer_id

    def _message_post_after_hook(self, message, msg_vals):
        """Override of `mail` to let the clock stand still while the customer is asked."""
        result = super()._message_post_after_hook(message, msg_vals)
        if (
            self.state != "cancelled"
            and not message.is_internal
            and not message.subtype_id.internal
        ):
            if self.state == "open" and self.env.context.get("collect_dispute_asks"):
                self._wait_for_customer()
            elif self._is_from_customer(message):
                self._answered()
        return result

    def _is_from_customer(self, message):
        """Whether a person at the customer wrote a message, other than the complaint itself."""
        if is_inner(self.env, AUTOMATIC) or is_inner(self.env, FIRST_MAIL):
            return False
        author = message.author_id
        if message.message_type == "email" and not author.user_ids.filtered(
            lambda user: not user.share
        ):
            return True
        return bool(author) and author.commercial_partner_id == self.customer_id

    def _take_over(self, records):
        """Let what was said of other records, and their files, go over to this dispute.

        :param recordset records: as superuser, like the dispute: files and messages of others
        """
        files = self.env["ir.attachment"].search(
            [("res_model", "=", records._name), ("res_id", "in", records.ids)]
        )
        for record in records:
            record.message_change_thread(self)
        files.write({"res_model": self._name, "res_id": self.id})

    def _wait_for_customer(self):
        """Go to the stage of waiting, with a task to look after it."""
        # sudo: the stage follows what happens, whoever may write
        self.sudo().stage_id = self._get_stage("waiting")  # sudo: see above
        company = self.company_id
        days = company._get_collect_bank_days()
        day = days.add(company._get_collect_today(), company.collect_dispute_wait_days)
        self.sudo().date_review = day  # sudo: see above

    def _answered(self):
        """Go on: the customer has written; of a closed dispute the coordinator decides."""
        dispute = self.sudo()  # sudo: whoever writes, customers too
        if dispute.stage_kind == "waiting":
            dispute.stage_id = self._get_stage("open")
        user = dispute.resolver_id or dispute.coordinator_id
        summary = self.env._("The customer has answered")
        if dispute.state == "closed":
            user = dispute.coordinator_id or dispute.resolver_id
            summary = self.env._("The customer has written again: does that open it?")
        if user.active:
            today = dispute.company_id._get_collect_today()
            dispute._plan_task(user, today, summary)
