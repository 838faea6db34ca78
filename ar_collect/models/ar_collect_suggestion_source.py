# Part of ar_collect. License LGPL-3.
"""Where suggestions come from: transcripts, notes, and what customers write."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import NamedTuple

from odoo import Command, api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from ..tools.extraction import extract
from ..tools.extraction.transcript import join_segments, second_at
from ..tools.mail_text import own_words
from ..tools.phone import same_number
from ..tools.schedule import from_wall, hours_of

#: Below this nothing is suggested.
LEAST_CONFIDENCE = 0.25
#: Open items among which a number that was said is looked for.
MOST_ITEMS = 1000
#: What we write ourselves promises nothing.
WRITTEN_CHANNELS = ("email", "sms", "letter", "portal")
#: Messages that somebody wrote; the others say what Odoo did.
TYPED = ("comment", "email")
#: The field of a suggestion that holds its source, by the source's model.
LINKS = {
    "ar.collect.activity": "activity_id",
    "ar.collect.recording": "recording_id",
    "mail.message": "message_id",
}


class Source(NamedTuple):
    """A text to read, and who said it when."""

    account: models.BaseModel
    #: when its text changes, what was suggested from it is looked at anew
    record: models.BaseModel
    text: str
    contact: models.BaseModel
    #: UTC
    when: datetime
    language: str | None = None
    #: pairs of position in the text and second of the recording
    starts: Sequence = ()
    #: given to each suggestion
    values: Mapping = {}


class ArCollectSuggestion(models.Model):
    _inherit = "ar.collect.suggestion"

    # === BUSINESS METHODS === #

    # --- sources

    @api.model
    def _suggest_from_recording(self, recordings):
        """Read the transcripts of recordings.

        :param recordset recordings: `ar.collect.recording`
        :return: the suggestions that are new
        """
        sources = []
        for recording in recordings.sudo():  # sudo: found by the system, whoever recorded
            text, starts = join_segments(recording.segments or [])
            sources.append(
                Source(
                    recording.account_id,
                    recording,
                    text,
                    recording.consent_partner_id or recording.activity_id.partner_id,
                    recording.started,
                    recording.language,
                    starts,
                    {"activity_id": recording.activity_id.id},
                )
            )
        return self._suggest(sources)

    @api.model
    def _suggest_from_activity(self, activities):
        """Read what was noted of contacts, or what the customer wrote in them.

        :param recordset activities: `ar.collect.activity`
        :return: the suggestions that are new
        """
        sources = []
        for activity in activities.sudo():  # sudo: found by the system, whoever noted
            incoming = activity.direction == "in"
            text = activity.note or ""
            if not incoming and activity.channel in WRITTEN_CHANNELS:
                text = ""
            elif incoming and activity.message_id.message_type in TYPED:
                text = own_words(activity.message_id.body)
            sources.append(
                Source(
                    activity.account_id,
                    activity,
                    text,
                    activity.partner_id,
                    activity.date,
                    values={"message_id": incoming and activity.message_id.id},
                )
            )
        return self._suggest(sources)

    @api.model
    def _suggest_from_message(self, account, message):
        """Read what a customer wrote, or a colleague noted, in the chatter.

        What is in the contact log is read as such, so never twice.

        :param recordset account: `ar.collect.account`
        :param recordset message: `mail.message`
        :return: the suggestions that are new
        """
        message = message.sudo()  # sudo: read by the system, whoever wrote
        logs = self.env["ar.collect.activity"].sudo()  # sudo: see above
        if logged := logs.search([("message_id", "=", message.id)], limit=1):
            return self._suggest_from_activity(logged)
        author = message.author_id
        is_customer = author.commercial_partner_id == account.partner_id
        is_note = message.is_internal or message.subtype_id.internal
        if not (is_customer or is_note) or message.message_type not in TYPED:
            return self.browse()
        text = own_words(message.body)
        account = account.sudo()  # sudo: found by the system
        return self._suggest([Source(account, message, text, author, message.date)])

    @api.model
    def _suggest_from_text(self, account, text, record, contact=None, when=None):
        """Read any text that belongs to a record.

        :param recordset account: `ar.collect.account`
        :param str text: plain text
        :param recordset record: activity, recording or message it belongs to
        :param recordset|None contact: `res.partner` who said it
        :param datetime|None when: UTC, now by default
        :return: the suggestions that are new
        """
        contact = contact or self.env["res.partner"]
        account = account.sudo()  # sudo: found by the system
        record = record.sudo()  # sudo: see above
        when = when or fields.Datetime.now()
        return self._suggest([Source(account, record, text, contact, when)])

    # --- from text to suggestions

    @api.model
    def _suggest(self, sources):
        """Bring the suggestions of sources in line with their texts.

        The same text again changes nothing. What a changed text does not say any more is taken
        back, unless somebody has decided on it.

        :param list sources: of :class:`Source`, their records with superuser rights
        :return: the suggestions that are new
        """
        suggestions = self.sudo()  # sudo: found by the system, whoever noted or wrote it
        wanted = {}
        for source in sources:
            wanted |= suggestions._get_wanted(source)
        known = suggestions._get_of_sources(sources)
        stale = known.filtered(lambda s: s.state == "open" and s.source_key not in wanted)
        stale.unlink()
        there = set((known - stale).mapped("source_key"))
        new = suggestions.create([vals for key, vals in wanted.items() if key not in there])
        return new.with_env(self.env)

    def _get_of_sources(self, sources):
        """What was suggested from sources before."""
        domain = Domain.FALSE
        for model, link in LINKS.items():
            ids = [source.record.id for source in sources if source.record._name == model]
            if ids:
                domain |= Domain(link, "in", ids)
        prefixes = tuple(self._get_prefix(source.record) for source in sources)
        return self.search(domain).filtered(lambda s: s.source_key.startswith(prefixes))

    @api.model
    def _get_prefix(self, record):
        return f"{record._name},{record.id}:"

    def _get_wanted(self, source):
        """Values of the suggestions that a text gives.

        :return dict: values by `source_key`
        """
        if not (source.text or "").strip():
            return {}
        account = source.account
        contact = account._get_family(source.contact)
        zone = account._get_contact_zone(contact)[0]
        day = source.when.replace(tzinfo=timezone.utc).astimezone(zone).date()
        findings = self._extract(source, contact, day)
        lines = self._get_lines_named(account, findings)
        count, wanted = Counter(), {}
        for found in findings:
            digest = self._get_digest(found)
            count[digest] += 1
            key = f"{self._get_prefix(source.record)}{digest}.{count[digest]}"
            vals = self._prepare_values(source, found, zone, lines)
            wanted[key] = {**vals, "partner_id": contact.id, "said_on": day, "source_key": key}
        return wanted

    def _extract(self, source, contact, day):
        """What is found in a text and worth suggesting.

        :return: list of :class:`Finding`
        """
        account = source.account
        company = account.company_id
        lang = contact.lang or account.partner_id.lang or company.partner_id.lang or "en_US"
        if source.language and not lang.startswith(source.language[:2]):
            lang = source.language
        found = extract(
            source.text,
            day,
            lang,
            currency=account.currency_id.name,
            total=self._get_total(source) or None,
        )
        found = [finding for finding in found if finding.confidence >= LEAST_CONFIDENCE]
        if any(finding.kind == "contact" for finding in found):
            contacts = account.partner_id.search(
                [("commercial_partner_id", "=", account.partner_id.id)]
            )
            found = [finding for finding in found if not _is_known(finding, contacts)]
        return found

    def _get_total(self, source):
        """What "half" is the half of: the items talked about, else all that is owed.

        :return float: in company currency
        """
        account = source.account
        if source.record._name == "ar.collect.activity" and (lines := source.record.line_ids):
            return max(sum(lines.mapped("amount_residual")), 0)
        return account.amount_overdue or max(account.amount_not_due, 0)

    def _prepare_values(self, source, found, zone, lines):
        """Values of the suggestion of a finding.

        :param dict lines: `account.move.line` by number that was said
        """
        items = self.env["account.move.line"].concat(
            *(lines[n] for n in found.references if n in lines)
        )
        currency = self._get_currency(source.account, found)
        moment = found.date and found.time and from_wall(found.date, hours_of(found.time), zone)
        return {
            "account_id": source.account.id,
            "currency_id": currency.id,
            LINKS[source.record._name]: source.record.id,
            **source.values,
            "kind": found.kind,
            "quote": found.quote,
            "quote_start": second_at(source.starts, found.start),
            "amount": found.amount or sum(items.mapped("amount_residual_currency")),
            "fraction": found.fraction or 0,
            "date": found.date,
            "datetime": moment and moment.replace(tzinfo=None),
            "line_ids": [Command.set(items.ids)],
            "reason_id": self._get_reason(found.reason).id,
            "phone": found.phone,
            "email": found.email,
            "contact_name": found.name,
            "role": found.role,
            "conditional": found.conditional,
            "confidence": found.confidence,
        }

    def _get_currency(self, account, found):
        """The currency that was said, as far as it is one of ours."""
        if not found.currency or found.currency == account.currency_id.name:
            return account.currency_id
        said = self.env["res.currency"].search([("name", "=", found.currency)], limit=1)
        return said or account.currency_id

    def _get_reason(self, code):
        reasons = self.env["ar.collect.dispute.reason"]
        return reasons.search([("code", "=", code)], limit=1) if code else reasons

    def _get_lines_named(self, account, findings):
        """The open items of a customer whose numbers were said.

        :return dict: `account.move.line` by the number as it was said
        """
        said = {name for finding in findings for name in finding.references}
        if not said:
            return {}
        items = self.env["account.move.line"]
        domain = items._get_collect_open_domain(account.partner_id, account.company_id)
        lines = items.search(domain & Domain("amount_residual", ">", 0), limit=MOST_ITEMS)
        return {
            name: found
            for name in said
            if (found := lines.filtered(lambda line, name=name: _is_number_of(name, line)))
        }

    @api.model
    def _get_digest(self, found):
        """What makes two findings of a text the same."""
        values = (found.kind, found.quote, found.amount, found.fraction, found.date, found.time)
        values += (found.phone, found.email, found.name, found.reason)
        return hashlib.sha256(repr(values).encode()).hexdigest()[:24]


def _is_number_of(name, line):
    """Whether a number that somebody said is that of a journal item's document.

    Of "INV/2026/00107" people say "107".
    """
    full = (line.move_name or "").lower()
    said = name.lower()
    if said in (full, (line.ref or "").lower()):
        return True
    last = full.replace("-", "/").rsplit("/", 1)[-1]
    return said.isdigit() and last.isdigit() and int(said) == int(last)


def _is_known(finding, contacts):
    """Whether a contact's number and address are known already."""
    if finding.kind != "contact":
        return False
    phone, email = finding.phone, finding.email
    if not phone and not email:
        return any((c.name or "").lower() == finding.name.lower() for c in contacts)
    has_phone = not phone or any(same_number(phone, c.phone) for c in contacts)
    emails = {email_normalize(c.email) for c in contacts if c.email}
    return has_phone and (not email or email_normalize(email) in emails)
