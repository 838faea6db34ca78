# Part of ar_collect. License LGPL-3.
from odoo import api, fields, models
from odoo.tools import SQL


class ArCollectSalesReader(models.Model):
    """Somebody who hears of the customers he or she sells to: since when, and when last."""

    _name = "ar.collect.sales.reader"
    _description = "Reader of News for Salespeople"
    _rec_name = "user_id"
    _order = "problem, told_at DESC, id"

    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    since = fields.Datetime(
        string="Hears Since", readonly=True, help="What happened before is not told any more."
    )
    told_at = fields.Datetime(string="Last Mail", readonly=True)
    frequency = fields.Selection(
        selection=lambda self: self.env["res.users"]._fields["collect_sales_news"].selection,
        string="Hears",
        compute="_compute_frequency",
        compute_sudo=True,
    )
    problem = fields.Text(readonly=True, help="What kept the last mail; it is tried again.")

    _user_unique = models.Constraint("UNIQUE (user_id)", "A person is there once.")

    # === COMPUTE METHODS === #

    @api.depends("user_id")
    def _compute_frequency(self):
        for reader in self:
            reader.frequency = reader.user_id._get_collect_sales_news()

    # === BUSINESS METHODS === #

    @api.model
    def _for_users(self, users):
        """The row of each person; made when missing, once whoever asks at the same time.

        :param recordset users: `res.users`
        :rtype: recordset
        """
        found = self.search([("user_id", "in", users.ids)])
        # asked first: an insertion waits for whoever is at work on the row that is there
        if missing := users - found.user_id:
            self.env.execute_query(
                SQL(
                    """
                    INSERT INTO ar_collect_sales_reader (user_id, create_date, write_date)
                    SELECT id, %(now)s, %(now)s FROM res_users WHERE id = ANY(%(users)s::int4[])
                    ON CONFLICT (user_id) DO NOTHING
                    RETURNING id
                    """,
                    users=missing.ids,
                    now=self.env.cr.now(),
                )
            )
            found = self.search([("user_id", "in", users.ids)])
        return found

    @api.model
    def _start_now(self, users):
        """Who did not want to hear until now is not told what happened before."""
        self._for_users(users).since = fields.Datetime.now()

    @api.model
    def _take(self, user):
        """The row of somebody, locked; none when somebody else makes the mail.

        :rtype: recordset
        """
        reader = self._for_users(user)
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM ar_collect_sales_reader WHERE id = %s"
                " FOR NO KEY UPDATE SKIP LOCKED",
                reader.id,
            )
        )
        return reader if rows else reader.browse()
