# Part of ar_collect. License LGPL-3.
from odoo import fields, models
from odoo.exceptions import UserError

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

    # === ACTION METHODS === #

    def action_download(self):
        """Download the file.

        :return: url action
        :rtype: dict
        """
        self.ensure_one()
        kind = next((kind for kind, model in KINDS.items() if model == self.res_model), None)
        if not kind:
            raise UserError(self.env._("There is no evidence file of this."))
        url = f"/ar_collect/evidence/{kind}/{self.res_id}?lang={self.lang}"
        return {
            "type": "ir.actions.act_url",
            "url": f"{url}&internal=1" if self.internal else url,
            "target": "download",
            "close": True,
        }
