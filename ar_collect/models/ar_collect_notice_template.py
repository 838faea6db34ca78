# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.placeholders import find_unknown

#: What a text may name, and what stands there then.
PLACEHOLDERS = {
    "company": "our company",
    "customer": "the customer",
    "contact": "who it is written to",
    "count": "number of items",
    "amount": "what is to be paid, by currency",
    "overdue": "what of it is overdue, by currency",
    "oldest": "the oldest due date",
    "days": "days the oldest item is late",
    "sender": "who sends it",
    "phone": "the sender's telephone number",
    "reference": "the numbers of the documents",
    "sent": "how often the invoice was sent that was sent most; a sentence, empty without any",
    "fees": "late fees that are mentioned, by currency",
}


class ArCollectNoticeTemplate(models.Model):
    """The words of a notice; the table of items, how to pay and the sender follow by themselves.

    Names in braces stand for what differs from customer to customer. They are replaced by text,
    nothing in a template is ever executed.
    """

    _name = "ar.collect.notice.template"
    _description = "Notice Text"
    _order = "sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company", index=True, help="Empty: for every company."
    )
    subject = fields.Char(required=True, translate=True)
    body = fields.Html(
        string="Text",
        required=True,
        translate=True,
        sanitize_style=True,
        help="What is said above the table of items.",
    )
    closing = fields.Html(
        translate=True, sanitize_style=True, help="What is said below the table of items."
    )
    sms = fields.Text(string="SMS", translate=True, help="What is sent as a text message.")

    # === CONSTRAINT METHODS === #

    @api.constrains("subject", "body", "closing", "sms")
    def _check_placeholders(self):
        for template in self:
            texts = (template.subject, template.body, template.closing, template.sms)
            if unknown := find_unknown(PLACEHOLDERS, *texts):
                raise ValidationError(
                    template.env._(
                        "“%(template)s” names {%(unknown)s}, which nobody knows. There are: %(all)s.",
                        template=template.name,
                        unknown=unknown,
                        all=", ".join(f"{{{name}}}" for name in PLACEHOLDERS),
                    )
                )
