# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.ar_collect_evidence_archive import MOST_RENDERED

#: What an evidence file can be made of, with its name in the address.
KINDS = {"account": "ar.collect.account", "dispute": "ar.collect.dispute"}


class ArCollectEvidenceAsk(models.TransientModel):
    """Asks what an evidence file should hold."""

    _name = "ar.collect.evidence.ask"
    _description = "Evidence File"

    res_model = fields.Char(required=True)
    res_id = fields.Integer(required=True)
    internal = fields.Boolean(
        string="With Internal Notes",
        help="What colleagues wrote among themselves. Think twice before it leaves the house.",
    )
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        required=True,
        default=lambda self: self.env.lang or "en_US",
    )

    document_count = fields.Integer(compute="_compute_document_count")
    missing_count = fields.Integer(
        compute="_compute_document_count", help="Documents of which there is no PDF yet."
    )
    made_count = fields.Integer(
        compute="_compute_document_count", help="As many of them are made for the file."
    )

    # === COMPUTE METHODS === #

    @api.depends("res_model", "res_id")
    def _compute_document_count(self):
        for wizard in self:
            documents = wizard._get_record()._get_evidence_documents()
            # sudo: whether there is a file, of documents that may be read
            missing = documents.sudo().filtered(  # sudo: see above
                lambda move: not move.invoice_pdf_report_id
            )
            wizard.document_count = len(documents)
            wizard.missing_count = len(missing)
            wizard.made_count = min(len(missing), MOST_RENDERED)

    # === ACTION METHODS === #

    def action_download(self):
        """Download the file.

        :return: url action
        :rtype: dict
        """
        self.ensure_one()
        self._get_record()
        kind = next(kind for kind, model in KINDS.items() if model == self.res_model)
        url = f"/ar_collect/evidence/{kind}/{self.res_id}?lang={self.lang}"
        return {
            "type": "ir.actions.act_url",
            "url": f"{url}&internal=1" if self.internal else url,
            "target": "download",
            "close": True,
        }

    # === BUSINESS METHODS === #

    def _get_record(self):
        """What the file is made of.

        :return: a record with `ar.collect.evidence`
        :raise UserError: there is no evidence file of such a thing
        """
        self.ensure_one()
        if self.res_model not in KINDS.values():
            raise UserError(self.env._("There is no evidence file of this."))
        return self.env[self.res_model].browse(self.res_id)
