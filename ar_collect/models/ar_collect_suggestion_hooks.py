# Part of ar_collect. License LGPL-3.
"""When something is read for suggestions, and what becomes of a suggestion that is accepted."""

from odoo import api, fields, models

from .ar_collect_suggestion import CONTEXT_KEY
from .ar_collect_suggestion_page import SHOWN

#: What changes what was said in a logged contact.
SAID_FIELDS = {"date", "direction", "channel", "note", "partner_id", "message_id"}


class ArCollectSuggestedMixin(models.AbstractModel):
    """A record that may have been made of a suggestion.

    Its form passes the suggestion's id in the context; saving the record accepts it.
    """

    _name = "ar.collect.suggested.mixin"
    _description = "Made of a Suggestion"

    suggestion_id = fields.Many2one(
        comodel_name="ar.collect.suggestion",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The words it was made of.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: saved, it accepts the suggestion it was made of."""
        records = super().create(vals_list)
        if accepted := self.env["ar.collect.suggestion"]._accept_saved(records):
            records[0].suggestion_id = accepted
        return records


class ArCollectPromise(models.Model):
    _name = "ar.collect.promise"
    _inherit = ["ar.collect.promise", "ar.collect.suggested.mixin"]


class ArCollectDispute(models.Model):
    _name = "ar.collect.dispute"
    _inherit = ["ar.collect.dispute", "ar.collect.suggested.mixin"]


class MailActivity(models.Model):
    _inherit = "mail.activity"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `mail`: the time a customer asked for takes the place of the one planned."""
        suggestion = self._get_collect_suggestion()
        if suggestion:
            suggestion.account_id._cancel_follow_up()
            vals_list = [{**vals, "collect_follow_up": True} for vals in vals_list]
        activities = super().create(vals_list)
        if suggestion:
            suggestion._accept_saved(activities)
        return activities

    # === BUSINESS METHODS === #

    @api.model
    def _get_collect_suggestion(self):
        """The open call-back whose form is being saved.

        :rtype: recordset of `ar.collect.suggestion`
        """
        suggestions = self.env["ar.collect.suggestion"]
        suggestion_id = self.env.context.get(CONTEXT_KEY)
        if not isinstance(suggestion_id, int):
            return suggestions
        found = suggestions.search(
            [("id", "=", suggestion_id), ("kind", "=", "call_back"), ("state", "=", "open")]
        )
        return found if found.has_access("write") else suggestions


class ArCollectActivity(models.Model):
    _inherit = "ar.collect.activity"

    suggestion_ids = fields.One2many(
        comodel_name="ar.collect.suggestion", inverse_name="activity_id", string="Suggestions"
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `ar_collect` to suggest what follows from what was noted."""
        activities = super().create(vals_list)
        self.env["ar.collect.suggestion"]._suggest_from_activity(activities)
        return activities

    def write(self, vals):
        """Override of `ar_collect`: another note, other suggestions."""
        result = super().write(vals)
        if not SAID_FIELDS.isdisjoint(vals) and vals.keys() != {"message_id"}:
            self.env["ar.collect.suggestion"]._suggest_from_activity(self)
        return result


class ArCollectRecording(models.Model):
    _inherit = "ar.collect.recording"

    suggestion_ids = fields.One2many(
        comodel_name="ar.collect.suggestion", inverse_name="recording_id", string="Suggestions"
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `ar_collect`: a recording that is logged takes its suggestions along."""
        result = super().write(vals)
        if "activity_id" in vals:
            # sudo: it only says where the same words belong
            for recording in self.sudo():  # sudo: see above
                recording.suggestion_ids.write({"activity_id": recording.activity_id.id})
        return result

    # === BUSINESS METHODS === #

    def _suggest(self):
        """Override of `ar_collect` to read the transcript."""
        self.env["ar.collect.suggestion"]._suggest_from_recording(self)
        return super()._suggest()


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    suggestion_ids = fields.One2many(
        comodel_name="ar.collect.suggestion", inverse_name="account_id", string="Suggestions"
    )

    # === BUSINESS METHODS === #

    def get_suggestions(self, limit=SHOWN):
        """What is suggested for this customer and not decided yet, the latest first.

        :return: see :meth:`ArCollectSuggestion._get_page_entries`
        :rtype: list
        """
        self.ensure_one()
        self.check_access("read")
        found = self.env["ar.collect.suggestion"].search(
            [("account_id", "=", self.id), ("state", "=", "open")], limit=min(limit, 100)
        )
        return found._get_page_entries()

    def _save_contact(self, values, contact=None):
        """Override of `ar_collect`: a saved contact may come from a suggestion."""
        contact = super()._save_contact(values, contact)
        self.env["ar.collect.suggestion"]._accept_saved(contact)
        return contact

    def _get_call_open(self):
        """Override of `ar_collect` to show what is suggested."""
        return {**super()._get_call_open(), "suggestions": self.get_suggestions()}

    def _message_post_after_hook(self, message, msg_values):
        """Override of `mail` to suggest what follows from a note or a customer's message."""
        result = super()._message_post_after_hook(message, msg_values)
        for account in self:
            self.env["ar.collect.suggestion"]._suggest_from_message(account, message)
        return result

    def _message_update_content(self, message, /, **kwargs):
        """Override of `mail`: another note, other suggestions."""
        result = super()._message_update_content(message, **kwargs)
        for account in self:
            self.env["ar.collect.suggestion"]._suggest_from_message(account, message)
        return result

    def _get_hollow_domain(self):
        """Override of `ar_collect`: what was said is kept."""
        return [*super()._get_hollow_domain(), ("suggestion_ids", "=", False)]

    def _move_talk(self, target):
        """Override of `ar_collect` to let suggestions go over as well."""
        # sudo: they belong to the talk; nobody changes them by hand
        self.sudo().suggestion_ids.write({"account_id": target.id})  # sudo: see above
        return super()._move_talk(target)
