# Part of ar_collect. License LGPL-3.
"""Who may change what on a collection account, and the buttons for it."""

from odoo import models
from odoo.exceptions import AccessError, UserError

#: What a collector sets on a customer; the collector's own assignment has rules of its own.
COLLECTOR_FIELDS = {"next_action", "next_action_date", "note", "user_id"}
#: What only a manager sets.
MANAGER_FIELDS = {"hold", "hold_reason", "hold_until", "strategy_id"}


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `ar_collect` to keep each role to what it may change."""
        self._check_role(vals)
        return super().write(vals)

    def message_post(self, **kwargs):
        """Override of `mail`: who may only read leaves notes, and sends nothing to the customer."""
        if not self.env.su and not self.has_access("write"):
            self._check_is_note(kwargs)
        return super().message_post(**kwargs)

    def _message_auto_subscribe_notify(self, partner_ids, template):
        """Override of `mail`: the worklist tells the collector, not an e-mail per customer."""

    # === ACTION METHODS === #

    def action_assign_to_me(self):
        """Take over customers nobody collects from."""
        if taken := self.filtered("user_id"):
            raise UserError(
                self.env._(
                    "%(customer)s already is with %(collector)s, who can hand it over to you.",
                    customer=taken[0].partner_id.display_name,
                    collector=taken[0].user_id.name,
                )
            )
        self.write({"user_id": self.env.uid})

    def action_assign(self):
        """Open the assignment of these customers, or of customers chosen by rule."""
        return self._get_wizard_action(
            "ar_collect.ar_collect_assign_action", self.env._("Assign Collectors")
        )

    def action_hand_over(self):
        """Open the hand-over of these customers to a colleague."""
        return self._get_wizard_action(
            "ar_collect.ar_collect_hand_over_action", self.env._("Hand Over to a Colleague")
        )

    # === BUSINESS METHODS === #

    def _assign_batch(self, user, reason=None):
        """Give customers to a collector, with one message each, in a constant number of queries.

        :param recordset user: `res.users`, empty: nobody collects from them
        :param str|None reason: noted with the message
        """
        changed = self.filtered(lambda account: account.user_id != user)
        if not changed:
            return
        changed._check_role({"user_id": user.id})
        changed.check_access("write")
        bodies = {account.id: account._get_assignment_body(user, reason) for account in changed}
        accounts = changed.sudo()  # sudo: who hands a customer over may not see it any more
        # no tracking: it would post, and notify of, every customer by itself
        accounts = accounts.with_context(tracking_disable=True)
        accounts.write({"user_id": user.id})
        accounts._message_log_batch(bodies, author_id=self.env.user.partner_id.id)
        if user:
            accounts.message_subscribe(user.partner_id.ids)

    def _get_assignment_body(self, user, reason):
        nobody = self.env._("nobody")
        body = self.env._(
            "Collector: %(former)s → %(new)s",
            former=self.user_id.name or nobody,
            new=user.name or nobody,
        )
        return f"{body}: {reason}" if reason else body

    def _get_wizard_action(self, xmlid, name):
        actions = self.env["ir.actions.act_window"].sudo()  # sudo: a definition, no data
        action = actions._for_xml_id(xmlid)
        return {**action, "name": name, "context": {"default_account_ids": self.ids}}

    def _check_role(self, vals):
        """Refuse what the user's role may not change.

        :param dict vals: as given to :meth:`write`
        :raise AccessError: saying which field, and who may
        """
        if self.env.su:
            return
        cached = {name for name in vals if self._is_cache_field(name)}
        if cached:
            raise AccessError(
                self.env._(
                    "“%s” comes from the ledger and cannot be changed by hand.",
                    self._get_field_names(cached),
                )
            )
        if self.env.user.has_group("ar_collect.group_manager"):
            return
        if reserved := MANAGER_FIELDS & vals.keys():
            raise AccessError(
                self.env._(
                    "Only a collections manager changes “%s”.", self._get_field_names(reserved)
                )
            )
        if "user_id" in vals:
            self._check_assignment(vals["user_id"])

    def _is_cache_field(self, name):
        """Whether a field is written by the refresh alone."""
        field = self._fields.get(name)
        return bool(field and field.store and field.readonly and field._module == "ar_collect")

    def _get_field_names(self, names):
        return ", ".join(sorted(field["string"] for field in self.fields_get(names).values()))

    def _check_assignment(self, user_id):
        """A collector takes a customer of nobody, and gives away only own ones.

        :param int|bool user_id: the new collector
        """
        user = self.env.user
        free = self.filtered(lambda account: not account.user_id)
        foreign = self.filtered(lambda account: account.user_id and account.user_id != user)
        if foreign or (free and user_id != user.id):
            raise AccessError(
                self.env._(
                    "You can take over customers without a collector and hand over your own."
                    " Other assignments are made by a collections manager."
                )
            )

    def _check_is_note(self, kwargs):
        """Refuse a message that would leave the company."""
        note = self.env.ref("mail.mt_note")
        xmlid = kwargs.get("subtype_xmlid") or "mail.mt_note"
        subtype_id = kwargs.get("subtype_id") or note.id
        if xmlid != "mail.mt_note" or subtype_id != note.id or kwargs.get("partner_ids"):
            raise AccessError(
                self.env._("With inquiry rights you can log notes here, but not send messages.")
            )
