# Part of ar_collect. License LGPL-3.
"""What a customer types into the form: read, checked, and given back when something is wrong."""

import re

from odoo import api, models
from odoo.tools import email_normalize

#: Characters at most, by field of the form.
LIMITS = {"name": 128, "function": 128, "phone": 40, "email": 254, "time": 200}
COMMENT_LIMIT = 2000
#: Contacts that one answer may add.
NEW_CONTACTS = 3
#: Fields of the form, by those of the contact.
TEXT_FIELDS = {
    "name": "name",
    "function": "function",
    "phone": "phone",
    "email": "email",
    "time": "collect_call_time",
}


class ArCollectContactRequest(models.Model):
    _inherit = "ar.collect.contact.request"

    # --- the form

    def _get_form_blocks(self, form=None):
        """The contacts of the form with what is to be shown in its fields.

        :param form: what was sent, a multi-value dict; None for a first look
        :return: list of dicts: key, title, summary, is_new, values, status
        :rtype: list
        """
        self.ensure_one()
        blocks = [
            {
                "key": line._get_key(),
                "title": next(filter(None, map(line.asked.get, ("name", "email", "phone"))), ""),
                "is_new": False,
                "values": self._get_block_values(line._get_key(), line.asked, form),
                "summary": self._get_block_summary(line.asked),
                "status": (form or {}).get(f"{line._get_key()}_status", ""),
            }
            for line in self.line_ids.filtered("contact_id")
        ]
        return blocks + [
            {
                "key": f"n{number}",
                "title": "",
                "summary": [],
                "is_new": True,
                "values": self._get_block_values(f"n{number}", {}, form),
                "status": "new",
            }
            for number in range(1, NEW_CONTACTS + 1)
        ]

    def _get_block_summary(self, asked):
        """What we know of a contact, in a few lines to read before answering."""
        roles = self._get_asked_roles().filtered(lambda role: role.id in asked["collect_role_ids"])
        texts = [asked["function"], asked["phone"], asked["email"]]
        return [text for text in (*texts, ", ".join(roles.mapped("question"))) if text]

    def _get_block_values(self, key, asked, form):
        """What stands in the fields of one contact: as typed, else as known."""
        if form is None:
            values = {name: asked.get(field, "") for name, field in TEXT_FIELDS.items()}
            return {
                **values,
                "lang": asked.get("lang", ""),
                "roles": asked.get("collect_role_ids", []),
            }
        values = {name: form.get(f"{key}_{name}", "")[:1000] for name in TEXT_FIELDS}
        roles = self._get_ticked_roles(key, form)
        return {**values, "lang": form.get(f"{key}_lang", ""), "roles": roles.ids}

    def _get_ticked_roles(self, key, form):
        """The roles ticked for one contact, of those that were offered."""
        # compared as text: what a stranger sends need not be a number that fits
        ticked = set(form.getlist(f"{key}_roles"))
        return self._get_asked_roles().filtered(lambda role: str(role.id) in ticked)

    @api.model
    def _get_asked_roles(self):
        """The roles customers are asked about.

        :rtype: recordset of `ar.collect.contact.role`
        """
        return self.env["ar.collect.contact.role"].search([("question", "!=", False)])

    # --- the answer

    def _read_answer(self, form):
        """Read and check a form that was sent.

        :param form: a multi-value dict
        :return: (answer, errors): the answer as `_receive` takes it, and messages by field
        :rtype: tuple
        """
        self.ensure_one()
        errors = {}
        answer = {"lines": {}, "new": [], "comment": self._read_comment(form, errors)}
        for line in self.line_ids.filtered("contact_id"):
            if values := self._read_line(line, form, errors):
                answer["lines"][line.id] = values
        for number in range(1, NEW_CONTACTS + 1):
            if proposed := self._read_new(f"n{number}", form, errors):
                answer["new"].append(proposed)
        if not errors and not any(answer.values()):
            errors["form"] = self.env._("Nothing is answered yet: choose for at least one contact.")
        return answer, errors

    def _read_line(self, line, form, errors):
        """The answer about one contact that was asked for, None when there is none."""
        key = line._get_key()
        status = form.get(f"{key}_status")
        if status == "left":
            return {"answer": "left", "proposed": {}}
        proposed = self._read_fields(key, form, errors, line.asked)
        if proposed:
            return {"answer": "changed", "proposed": proposed}
        return {"answer": "confirmed", "proposed": {}} if status == "confirmed" else None

    def _read_new(self, key, form, errors):
        """A contact that the customer adds, None when its fields are empty."""
        proposed = self._read_fields(key, form, errors, {})
        if proposed and not proposed.get("name"):
            errors[f"{key}_name"] = self.env._("Please give the name.")
        return proposed

    def _read_fields(self, key, form, errors, asked):
        """What differs from what was asked about.

        :param dict asked: values by field of the contact, empty for a new one
        :param dict errors: messages by field of the form; gets those found here
        :return: value by field of the contact
        :rtype: dict
        """
        proposed = {}
        for name, field in TEXT_FIELDS.items():
            if f"{key}_{name}" not in form:
                continue  # a field that was not sent is not a field that was emptied
            value = _clean(form[f"{key}_{name}"])
            if value != _clean(asked.get(field) or ""):
                proposed[field] = value
                if message := self._check_value(name, value):
                    errors[f"{key}_{name}"] = message
        lang = form.get(f"{key}_lang")
        if (
            lang
            and lang != asked.get("lang")
            and lang in dict(self.env["res.lang"].get_installed())
        ):
            proposed["lang"] = lang
        if f"{key}_roles_shown" in form:
            self._read_roles(key, form, asked, proposed)
        return proposed if asked or proposed.keys() - {"lang"} else {}

    def _read_roles(self, key, form, asked, proposed):
        """The roles ticked; those the customer was not asked about stay."""
        before = set(asked.get("collect_role_ids", []))
        offered = set(self._get_asked_roles().ids)
        roles = (before - offered) | set(self._get_ticked_roles(key, form).ids)
        if roles != before:
            proposed["collect_role_ids"] = sorted(roles)

    def _read_comment(self, form, errors):
        comment = _clean_lines(form.get("comment", ""))
        if len(comment) > COMMENT_LIMIT:
            errors["comment"] = self.env._("At most %s characters, please.", COMMENT_LIMIT)
        return comment

    def _check_value(self, name, value):
        """What is wrong with a value, None when it is fine.

        :param str name: field of the form
        """
        if len(value) > LIMITS[name]:
            return self.env._("At most %s characters, please.", LIMITS[name])
        if name == "name" and not value:
            return self.env._("Please give the name.")
        if name == "email" and value and not (email_normalize(value) and "@" in value):
            return self.env._("This is not an e-mail address, e.g. name@company.com.")
        if name == "phone" and value and len(re.sub(r"\D", "", value)) < 3:
            return self.env._("This is not a telephone number.")
        return None


def _clean(text):
    """One line of text, without what cannot be seen."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split())


def _clean_lines(text):
    """Text in lines, without what cannot be seen."""
    return re.sub(r"[\x00-\x09\x0b-\x1f\x7f]", " ", text.replace("\r\n", "\n")).strip()
