# Part of ar_collect. License LGPL-3.
"""What the orders say beside the customer's complaint, and the root cause that they speak for."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.root_cause import find_cause

#: Lines that are compared: whoever contests more should say which.
MOST_LINES = 100
#: Sentences in a proposal.
MOST_SENTENCES = 3


class ArCollectDispute(models.Model):
    _inherit = "ar.collect.dispute"

    order_evidence = fields.Html(
        string="What the Orders Say",
        compute="_compute_order_evidence",
        sanitize=False,
        help="Of the contested lines, or of all lines of the contested invoices.",
    )
    proposed_cause_id = fields.Many2one(
        comodel_name="ar.collect.dispute.root.cause",
        compute="_compute_order_evidence",
        help="The root cause that the orders speak for.",
    )
    proposed_evidence = fields.Text(
        string="Evidence for the Proposed Cause", compute="_compute_order_evidence"
    )

    # === COMPUTE METHODS === #

    @api.depends("item_ids.line_id", "item_ids.invoice_line_ids", "reason_id")
    @api.depends_context("uid", "lang")
    def _compute_order_evidence(self):
        for dispute in self:
            facts = dispute._get_order_facts()
            dispute.order_evidence = dispute._render_order_evidence(facts)
            cause, sentences = dispute._propose_cause(facts)
            dispute.proposed_cause_id = cause
            dispute.proposed_evidence = "\n".join(sentences)

    # === ACTION METHODS === #

    def action_take_proposed_cause(self):
        """Take over the proposed root cause, with its evidence as an internal note.

        :raise UserError: another cause than was shown, in the context, is proposed by now
        """
        self.ensure_one()
        cause, sentences = self._propose_cause(self._get_order_facts())
        shown = self.env.context.get("collect_proposed_cause", cause.id)
        if not cause or shown != cause.id:
            raise UserError(
                self.env._("The orders or invoices have changed. Look at them once more.")
            )
        self.root_cause_id = cause
        title = self.env._("Root cause, as the orders say: %s", cause.name)
        lines = [Markup("<b>%s</b>") % title, *sentences]
        self._message_log(body=Markup("<br/>").join(lines))

    # === BUSINESS METHODS === #

    def _get_likely_cause(self):
        """Override of `ar_collect`: what the orders speak for comes before what is usual."""
        return self.root_cause_id or self.proposed_cause_id or super()._get_likely_cause()

    def _get_order_facts(self):
        """What the orders say of what is contested, in words too.

        :return: list of :class:`OrderFact`
        """
        self.ensure_one()
        evidence = self.env["ar.collect.order.evidence"]
        facts = evidence._get_facts(self._get_contested_lines()[:MOST_LINES])
        evidence._add_statements(facts, self.reason_id.code)
        return facts

    def _get_contested_lines(self):
        """The lines that the customer points at; of other invoices all, one more than is shown.

        :return: `account.move.line`, as superuser
        """
        # sudo: of a dispute that may be read, see ar.collect.order.evidence
        items = self.sudo().item_ids  # sudo: see above
        whole = items.filtered(lambda item: not item.invoice_line_ids)
        lines = self.env["account.move.line"].sudo()  # sudo: see above
        kinds = ("out_invoice", "out_receipt", "out_refund")
        return lines.search(
            Domain("display_type", "=", "product")
            & (
                Domain("id", "in", items.invoice_line_ids._origin.ids)
                | Domain("move_id", "in", whole.line_id.move_id.ids)
                & Domain("move_id.move_type", "in", kinds)
            ),
            order="date, move_name, sequence, id",
            limit=MOST_LINES + 1,
        )

    def _propose_cause(self, facts):
        """The root cause that the evidence speaks for.

        :param list facts: of :class:`OrderFact`
        :return: tuple of `ar.collect.dispute.root.cause`, empty for none, and a list of sentences
        """
        code, found = find_cause(self.reason_id.code, [fact.statements for fact in facts])
        causes = self.env["ar.collect.dispute.root.cause"]
        cause = code and causes.search([("code", "=", code)], limit=1)
        if not cause:
            return causes, []
        sentences = [
            f"{self._name_fact(facts[number])}: {statement.text}" for number, statement in found
        ]
        if more := len(sentences[MOST_SENTENCES:]):
            sentences[MOST_SENTENCES:] = [self.env._("And %s more.", more)]
        return cause, sentences

    @api.model
    def _name_fact(self, fact):
        """The line of an invoice and the order behind it, in short.

        :rtype: str
        """
        what = fact.line.product_id.display_name or (fact.line.name or "").split("\n")[0]
        orders = ", ".join(fact.orders.mapped("name"))
        return ", ".join(part for part in (fact.line.move_name, orders, what) if part)

    def _render_order_evidence(self, facts):
        """The comparison as the form shows it.

        :param list facts: of :class:`OrderFact`
        :rtype: Markup
        """
        evidence = self.env["ar.collect.order.evidence"]
        orders = self.env["sale.order"].concat(*(fact.orders for fact in facts))
        pickings = [records for fact in facts for records in fact.pickings]
        return self.env["ir.qweb"]._render(
            "ar_collect_sale.order_evidence",
            {
                "facts": facts,
                "has_order": any(fact.order_lines for fact in facts),
                "most": MOST_LINES if len(facts) == MOST_LINES else 0,
                "readable": self._filter_readable([orders, *pickings]),
                "quantity": evidence._format_quantity,
                "price": evidence._format_price,
                "day": evidence._format_day,
            },
        )

    @api.model
    def _filter_readable(self, documents):
        """Which documents may be opened; of the others only the name shows.

        :param list documents: recordsets, as superuser
        :return: set of (model, id)
        """
        found = set()
        by_model = {}
        for records in documents:
            by_model[records._name] = by_model.get(records._name, records.browse()) | records
        for records in by_model.values():
            seen = records.sudo(False).with_env(self.env)
            found |= {(seen._name, record.id) for record in seen._filtered_access("read")}
        return found
