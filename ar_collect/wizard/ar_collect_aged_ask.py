# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import format_date

from ..tools import aging

#: Who may take the figures of all customers along.
MAY_EXPORT = ("ar_collect.group_collector", "base.group_allow_export")
MIMETYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ArCollectAgedAsk(models.TransientModel):
    """Asks as of when, and in which buckets, receivables are looked at."""

    _name = "ar.collect.aged.ask"
    _description = "Aged Receivables as of a Day"

    aged_to = fields.Date(
        string="As of",
        required=True,
        default=lambda self: self.env.company._get_collect_today(),
        help="As the ledger says now: what was booked or un-reconciled since for a day before is"
        " taken as if it had been so.",
    )
    limits = fields.Char(
        string="Days Past Due",
        required=True,
        default=", ".join(map(str, aging.DEFAULT)),
        help="After how many days past due a column ends, up to six of them.",
    )
    group_by = fields.Selection(
        selection=[
            ("customer", "Customer"),
            ("user", "Collector"),
            ("currency", "Document Currency"),
            ("company", "Company"),
        ],
        required=True,
        default="customer",
    )
    company_ids = fields.Many2many(
        comodel_name="res.company",
        string="Companies",
        required=True,
        default=lambda self: self.env.companies,
        domain=lambda self: [("id", "in", self.env.companies.ids)],
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("limits")
    def _check_limits(self):
        for ask in self:
            try:
                aging.parse(ask.limits)
            except (TypeError, ValueError) as error:
                raise ValidationError(
                    ask.env._(
                        "“%(text)s”: give up to %(number)s numbers of days, each above the one"
                        " before, as in 30, 60, 90.",
                        text=ask.limits,
                        number=aging.MOST,
                    )
                ) from error

    # === ACTION METHODS === #

    def action_show(self):
        """Show the receivables on the screen, grouped.

        :return: window action
        :rtype: dict
        """
        self.ensure_one()
        action = self.env["ar.collect.aged.report"]._get_action(self.aged_to, self.limits)
        action["domain"] = [("company_id", "in", self._get_companies().ids)]
        action["context"] |= {
            "aged_group_by": self.group_by,
            f"search_default_group_{self.group_by}": 1,
        }
        title = self.env._("Aged as of %s", format_date(self.env, self.aged_to))
        return {**action, "name": title, "display_name": title}

    def action_pdf(self):
        """Download them as a PDF.

        :return: url action
        :rtype: dict
        """
        domain = self.env.context.get("aged_domain")
        return self._download(
            "pdf",
            self._get_report()._render_pdf(
                self._get_companies(),
                self.aged_to,
                aging.parse(self.limits),
                domain,
                self.group_by,
            ),
        )

    def action_xlsx(self):
        """Download them as a spreadsheet.

        :return: url action
        :rtype: dict
        :raise AccessError: for who only reads collections, without Odoo's right to export
        """
        self._check_export()
        domain = self.env.context.get("aged_domain")
        return self._download(
            "xlsx",
            self._get_report()._render_xlsx(
                self._get_companies(), self.aged_to, aging.parse(self.limits), domain
            ),
        )

    # === BUSINESS METHODS === #

    def _check_export(self):
        """Refuse to carry off the figures of all customers."""
        if not any(map(self.env.user.has_group, MAY_EXPORT)):
            raise AccessError(
                self.env._(
                    "To take all receivables along as a spreadsheet, ask for the right to export."
                )
            )

    def _get_report(self):
        """The report as of that day."""
        return self.env["ar.collect.aged.report"]._with_day(self.aged_to, self.limits)

    def _get_companies(self):
        """Those asked for, as far as they are switched on."""
        return self.company_ids & self.env.companies

    def _download(self, ext, content):
        """Let the browser fetch a file; it goes with this question."""
        attachment = self.env["ir.attachment"].create(
            {
                "name": self._get_report()._get_file_name(ext),
                "raw": content,
                "mimetype": MIMETYPES[ext],
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "self",
        }
