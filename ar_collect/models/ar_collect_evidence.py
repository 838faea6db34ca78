# Part of ar_collect. License LGPL-3.
"""What happened between a customer and us, told in order of time from what the database keeps."""

from collections import defaultdict

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import format_date, formatLang, html2plaintext

from ..tools.evidence_entry import Entry

#: Messages that people wrote, or had sent by themselves; logs of what changed are told by the entries themselves.
WRITTEN = ("auto_comment", "comment", "email", "email_outgoing", "sms")
NOT_DELIVERED = ("bounce", "exception", "canceled")


class ArCollectEvidence(models.AbstractModel):
    """Common to what an evidence file can be made of: a customer, a dispute.

    Everything is read with the rights of who asks for the file.
    """

    _name = "ar.collect.evidence"
    _description = "Evidence"

    #: Amounts that say how it stands.
    _evidence_figures = ()

    # === WHAT IT IS ABOUT === #

    def _get_evidence_account(self):
        """Whose story it is.

        :rtype: recordset of `ar.collect.account`
        """
        raise NotImplementedError

    def _get_evidence_title(self):
        """The heading of the file.

        :rtype: str
        """
        raise NotImplementedError

    def _get_evidence_figures(self):
        """How it stands.

        :return: list of (label, formatted amount)
        """
        labels = self.fields_get(self._evidence_figures, ["string"])
        return [
            (labels[name]["string"], self._money(self[name], self.currency_id))
            for name in self._evidence_figures
        ]

    def _get_evidence_lines(self):
        """The journal items that it is about.

        :rtype: recordset of `account.move.line`
        """
        raise NotImplementedError

    def _get_evidence_domain(self, line_field):
        """Which promises, plans, contacts and disputes belong to it.

        :param str line_field: path from the record to the journal items
        :rtype: Domain
        """
        return Domain("account_id", "=", self._get_evidence_account().id)

    def _get_evidence_threads(self, disputes, plans):
        """The records whose messages belong to it.

        :return: list of recordsets
        """
        return [disputes, plans, self._get_evidence_documents()]

    def _get_evidence_documents(self):
        """Invoices and credit notes that it is about, by date.

        :rtype: recordset of `account.move`
        """
        moves = self._get_evidence_lines().move_id
        return moves.filtered(lambda move: move.is_sale_document(include_receipts=True)).sorted(
            lambda move: (move.invoice_date or move.date, move.id)
        )

    # === ENTRIES === #

    def _get_evidence_entries(self, internal=False):
        """Everything that happened, in any order; extend it for other things that do.

        :param bool internal: with the notes among colleagues
        :return: list of :class:`Entry`
        """
        self.ensure_one()
        contacts = self._find_evidence("ar.collect.activity", "line_ids")
        promises = self._find_evidence("ar.collect.promise", "item_ids.line_id")
        plans = self._find_evidence("ar.collect.payment.plan", "item_ids.line_id")
        disputes = self._find_evidence("ar.collect.dispute", "item_ids.line_id")
        threads = [records for records in self._get_evidence_threads(disputes, plans) if records]
        messages = self._find_evidence_messages(threads, contacts, internal)
        return [
            *self._get_move_entries(),
            *(self._get_promise_entry(promise) for promise in promises if not promise.plan_id),
            *(self._get_plan_entry(plan) for plan in plans),
            *(entry for dispute in disputes for entry in self._get_dispute_entries(dispute)),
            *self._get_contact_entries(contacts, messages),
            *self._get_message_entries(messages, contacts),
            *self._get_file_entries(threads),
        ]

    def _find_evidence(self, model, line_field):
        """Records of a model that belong to it and that the user may read."""
        records = self.env[model].with_context(active_test=False)
        return records.search(self._get_evidence_domain(line_field), order="id")

    # --- documents and payments

    def _get_move_entries(self):
        """Invoices, credit notes, payments, and what clears what."""
        lines = self._get_evidence_lines()
        matches = self.env["account.partial.reconcile"].search(
            [("debit_move_id", "in", lines.ids)], order="max_date, id"
        )
        settled, settles = defaultdict(list), defaultdict(list)
        for match in matches:
            debit, credit = match.debit_move_id, match.credit_move_id
            money = {"debit": match.debit_amount_currency, "credit": match.credit_amount_currency}
            if not any(money.values()):
                continue  # differences of exchange
            settled[debit.move_id].append(
                self._settled_fact(credit, money["debit"], debit.currency_id, match.max_date)
            )
            settles[credit.move_id].append(
                self._settles_fact(debit, money["credit"], credit.currency_id)
            )
        by_move = lines.grouped("move_id")
        return [
            self._get_move_entry(move, items, settled[move] + settles[move])
            for move, items in by_move.items()
            if any(items.mapped("amount_currency"))  # else a difference of exchange
        ]

    def _settled_fact(self, line, amount, currency, day):
        return self.env._(
            "%(amount)s settled on %(date)s by %(document)s",
            amount=self._money(amount, currency),
            date=self._day(day),
            document=line.move_name,
        )

    def _settles_fact(self, line, amount, currency):
        return self.env._(
            "%(amount)s of it for %(document)s",
            amount=self._money(amount, currency),
            document=line.move_name,
        )

    def _get_move_entry(self, move, items, facts):
        """The entry of a document or a payment.

        :param recordset items: its receivable items
        :param list facts: what it settled, or what settled it
        """
        day = move.invoice_date or move.date
        total = self._money(abs(sum(items.mapped("amount_currency"))), items[0].currency_id)
        said = {"name": move.name, "amount": total}
        if move.move_type == "out_refund":
            title = self.env._("Credit note %(name)s: %(amount)s", **said)
            return Entry(day, "document", title, facts, document=move.id)
        if move.is_sale_document(include_receipts=True):
            facts = [*self._get_due_facts(move, items), *facts]
            title = self.env._("Invoice %(name)s: %(amount)s", **said)
            return Entry(day, "document", title, facts, document=move.id)
        if move.ref:
            facts = [self.env._("Reference: %s", move.ref), *facts]
        if move.journal_id.type not in ("bank", "cash", "credit"):
            return Entry(day, "document", self.env._("Entry %(name)s: %(amount)s", **said), facts)
        if sum(items.mapped("balance")) > 0:
            title = self.env._("Paid back %(name)s: %(amount)s", **said)
        else:
            title = self.env._("Payment %(name)s: %(amount)s", **said)
        return Entry(day, "payment", title, facts)

    def _get_due_facts(self, move, items):
        """When an invoice is due, and what is open of it."""
        facts = []
        if move.ref:
            facts.append(self.env._("Customer reference: %s", move.ref))
        for item in items.sorted(lambda item: (item.collect_due_date, item.id)):
            said = {
                "amount": self._money(item.amount_currency, item.currency_id),
                "date": self._day(item.collect_due_date),
                "open": self._money(item.amount_residual_currency, item.currency_id),
            }
            if item.reconciled:
                facts.append(self.env._("%(amount)s due on %(date)s, settled", **said))
            else:
                facts.append(self.env._("%(amount)s due on %(date)s, open: %(open)s", **said))
        return facts

    # --- promises, plans, disputes

    def _get_promise_entry(self, promise):
        said = {
            "amount": self._money(promise.amount, promise.currency_id),
            "date": self._day(promise.date_promised),
            "state": self._label(promise, "state"),
            "paid": self._money(promise.amount_kept, promise.currency_id),
        }
        became = self.env._("%(state)s, paid in time: %(paid)s", **said)
        return Entry(
            promise.promised_on,
            "promise",
            self.env._("Promise to pay %(amount)s by %(date)s", **said),
            [*self._get_claim_facts(promise), self.env._("What became of it: %s", became)],
            promise.note or "",
        )

    def _get_plan_entry(self, plan):
        said = {"name": plan.name, "amount": self._money(plan.amount, plan.currency_id)}
        facts = [*self._get_claim_facts(plan), self._label(plan, "state")]
        if plan.signed_by:
            moment = self._local(plan.signed_on)
            facts.append(
                self.env._(
                    "Signed by %(who)s on %(date)s", who=plan.signed_by, date=self._day(moment)
                )
            )
        for part in plan.instalment_ids:
            paid = self._money(part.amount_kept, plan.currency_id)
            state = self._label(part.promise_id, "state") if part.promise_id else ""
            fact = f"{self._day(part.date)}: {self._money(part.amount, plan.currency_id)}"
            facts.append(f"{fact} · {state}, {paid}" if state else fact)
        day = plan.date_agreed or self._local(plan.create_date)
        title = self.env._("Payment plan %(name)s over %(amount)s", **said)
        return Entry(day, "plan", title, facts)

    def _get_dispute_entries(self, dispute):
        """The complaint, and how it was decided."""
        said = {
            "name": dispute.name,
            "reason": dispute.reason_id.name,
            "amount": self._money(dispute.amount, dispute.currency_id),
            "outcome": dispute._get_outcome_name(),
        }
        parts = [
            f"{item.name or ''}: {self._money(item.amount, item.currency_id)}"
            for item in dispute.item_ids
        ]
        opened = Entry(
            dispute.date_opened,
            "dispute",
            self.env._("Dispute %(name)s: %(reason)s, %(amount)s contested", **said),
            [*self._get_claim_facts(dispute, items=False), *parts],
            dispute.description or "",
        )
        day = dispute.date_resolved or dispute.date_closed
        if not day or (dispute.state == "open" and not dispute.outcome):
            return [opened]
        figures = {
            self.env._("Accepted"): dispute.amount_accepted,
            self.env._("Credited"): dispute.amount_credited,
            self.env._("Paid"): dispute.amount_paid,
            self.env._("Remaining"): dispute.amount_remaining,
        }
        facts = [
            f"{label}: {self._money(amount, dispute.currency_id)}"
            for label, amount in figures.items()
        ]
        title = self.env._("Dispute %(name)s decided: %(outcome)s", **said)
        return [opened, Entry(day, "dispute", title, facts)]

    def _get_claim_facts(self, claim, items=True):
        """Who said so, and of which documents."""
        facts = []
        if claim.partner_id:
            facts.append(self.env._("Said by %s", claim.partner_id.name))
        if items and (names := claim._get_item_names()):
            facts.append(names)
        return facts

    # --- contacts and messages

    def _get_contact_entries(self, contacts, messages):
        """Contacts that were logged; those that a message tells of are told by the message."""
        recordings = self.env["ar.collect.recording"].search(
            [("activity_id", "in", contacts.ids), ("transcript", "!=", False)], order="id"
        )
        entries = [
            Entry(
                self._local(contact.date),
                "contact",
                contact._get_title(),
                self._get_contact_facts(contact),
                contact.note or "",
            )
            for contact in contacts
            if contact.message_id not in messages
        ]
        entries += [
            Entry(
                self._local(recording.started),
                "transcript",
                self.env._("Transcript of the call"),
                [recording.user_id.name],
                recording.transcript,
            )
            for recording in recordings
        ]
        return entries

    def _get_contact_facts(self, contact):
        facts = [self.env._("By %s", contact.user_id.name)] if contact.user_id else []
        names = sorted({name for name in contact.line_ids.mapped("move_name") if name})
        return facts + ([", ".join(names)] if names else [])

    def _find_evidence_messages(self, threads, contacts, internal):
        """What was written to and by the customer, and the notes among colleagues if wanted.

        :param list threads: see :meth:`_get_evidence_threads`
        :rtype: recordset of `mail.message`
        """
        # sudo: whether the messages may be read is what the search finds out
        places = [Domain("id", "in", contacts.sudo().message_id.ids)]  # sudo: see above
        places += [
            Domain("model", "=", records._name) & Domain("res_id", "in", records.ids)
            for records in threads
        ]
        domain = Domain("message_type", "in", WRITTEN) & Domain.OR(places)
        if not internal:
            domain &= Domain("is_internal", "=", False) & Domain("subtype_id.internal", "=", False)
        return self.env["mail.message"].search(domain, order="date, id")

    def _get_message_entries(self, messages, contacts):
        # sudo: to whom a message went that one may read, and whether it arrived
        notices = messages.sudo().notification_ids  # sudo: see above
        # which colleagues were told is no matter of the customer's
        notices = notices.filtered(
            lambda notice: (
                notice.notification_type != "inbox" and notice.res_partner_id.partner_share
            )
        )
        by_message = notices.grouped("mail_message_id")
        outcomes = {contact.message_id: contact.outcome_id.name for contact in contacts}
        entries = []
        for message in messages:
            own = by_message.get(message.sudo(), notices.browse())  # sudo: see above
            facts = self._get_message_facts(message, own)
            if message in outcomes:
                facts.append(outcomes[message])
            entries.append(self._get_message_entry(message, facts))
        return entries

    def _get_message_entry(self, message, facts):
        author = message.author_id.name or message.email_from or ""
        if message.is_internal or message.subtype_id.internal:
            title = self.env._("Internal note of %s", author)
        elif message.message_type == "email":
            title = self.env._("Email from %s", author)
        elif message.message_type == "sms":
            title = self.env._("SMS from %s", author)
        else:
            title = self.env._("Message from %s", author)
        if message.subject:
            title = f"{title}: {message.subject}"
        whole = html2plaintext(message.body or "").strip()
        text = message._get_collect_text() or whole
        return Entry(
            self._local(message.date),
            "message",
            title,
            facts,
            text,
            message.attachment_ids,
            # what the story leaves away as quoted is kept as a file
            full_text=whole if "".join(text.split()) != "".join(whole.split()) else "",
        )

    def _get_message_facts(self, message, notices):
        """To whom a message went; who did not get it is named.

        :param recordset notices: `mail.notification` of it, as superuser
        """
        names, lost = [], []
        for notice in notices:
            name = notice.res_partner_id.name or notice.mail_email_address or ""
            address = notice.mail_email_address or notice.res_partner_id.email
            name = f"{name} <{address}>" if address and address != name else name
            (lost if notice.notification_status in NOT_DELIVERED else names).append(name)
        facts = []
        others = message.outgoing_email_to or message.incoming_email_to
        if names or others:
            to = ", ".join(filter(None, [*names, others]))
            facts.append(self.env._("To: %s", to))
        if lost:
            facts.append(self.env._("Not delivered to: %s", ", ".join(filter(None, lost))))
        return facts

    # --- files

    def _get_file_entries(self, threads):
        """Files that were attached without a message; those of messages, the messages tell.

        :param list threads: see :meth:`_get_evidence_threads`
        """
        files = self.env["ir.attachment"].search(
            Domain.OR(
                Domain("res_model", "=", records._name) & Domain("res_id", "in", records.ids)
                for records in threads
            ),
            order="id",
        )
        # sudo: those of notes that one may not read, or does not want, are none of these
        messages = self.env["mail.message"].sudo()  # sudo: see above
        files -= messages.search([("attachment_ids", "in", files.ids)]).attachment_ids.sudo(False)
        return [
            Entry(
                self._local(file.create_date),
                "file",
                self.env._("File: %s", file.name),
                attachments=file,
            )
            for file in files
        ]

    # --- in words

    def _money(self, amount, currency):
        return formatLang(self.env, amount, currency_obj=currency)

    def _day(self, day):
        return format_date(self.env, day) if day else ""

    def _local(self, moment):
        """A moment in the user's time zone, without saying so."""
        return fields.Datetime.context_timestamp(self, moment).replace(tzinfo=None)

    def _label(self, record, name):
        """A selection in words."""
        return dict(record._fields[name]._description_selection(self.env)).get(record[name], "")
