# Part of ar_collect. License LGPL-3.
"""The contact log of a collection account: what was said, counted on the account's row."""

from odoo import api, fields, models
from odoo.tools import SQL


class ArCollectAccount(models.Model):
    _inherit = "ar.collect.account"

    log_ids = fields.One2many(
        comodel_name="ar.collect.activity",
        inverse_name="account_id",
        string="Contact Log",
        help="Contacts and attempts, newest first.",
    )

    # === BUSINESS METHODS === #

    def _count_contacts(self):
        """Bring last contact, last right-party contact and attempts in line with the log.

        Attempts are what went out since the last right-party contact. What a machine sent, out of
        office, is no contact. Days are those of the company's time zone.
        """
        accounts = self.sudo().exists()  # sudo: a cache of the log, whoever writes in it
        if not accounts:
            return
        accounts.env.flush_all()
        accounts.env.cr.execute(accounts._get_contact_query())
        changed = [row[0] for row in accounts.env.cr.fetchall()]
        accounts.invalidate_recordset(
            ["last_contact_date", "last_right_party_date", "attempt_count"], flush=False
        )
        accounts.browse(changed)._rank_again()

    def _get_contact_query(self):
        """SQL that writes the contact columns of the rows in which one has changed."""
        columns = SQL("last_contact_date, last_right_party_date, attempt_count")
        return SQL(
            """
            WITH company (id, tz) AS (VALUES %(companies)s),
            counted AS (
                SELECT account.id,
                       MAX(log.day) FILTER (WHERE log.direction = 'out' OR log.is_contact)
                           AS last_contact_date,
                       MAX(log.day) FILTER (WHERE log.is_right_party) AS last_right_party_date,
                       COUNT(*) FILTER (WHERE log.direction = 'out'
                                          AND (log.reached IS NULL OR log.date > log.reached))
                           AS attempt_count
                  FROM ar_collect_account account
                  JOIN company ON company.id = account.company_id
                  LEFT JOIN LATERAL (
                       SELECT direction, date, is_contact, is_right_party,
                              (date AT TIME ZONE 'UTC' AT TIME ZONE company.tz)::date AS day,
                              MAX(date) FILTER (WHERE is_right_party) OVER () AS reached
                         FROM ar_collect_activity
                        WHERE account_id = account.id
                       ) AS log ON TRUE
                 WHERE account.id = ANY(%(ids)s)
                 GROUP BY account.id
            )
            UPDATE ar_collect_account AS account
               SET (%(columns)s) = ROW(counted.last_contact_date, counted.last_right_party_date,
                                       counted.attempt_count)
              FROM counted
             WHERE counted.id = account.id
               AND (account.last_contact_date, account.last_right_party_date,
                    COALESCE(account.attempt_count, 0)) IS DISTINCT FROM
                   (counted.last_contact_date, counted.last_right_party_date,
                    counted.attempt_count)
            RETURNING account.id
            """,
            companies=self.env["ar.collect.refresh.status"]._get_zone_rows(self.company_id),
            ids=self.ids,
            columns=columns,
        )

    @api.model
    def _get_hollow_domain(self):
        """Override of `ar_collect`: of whom something was said, that is kept."""
        return [*super()._get_hollow_domain(), ("log_ids", "=", False)]

    def _move_talk(self, target):
        """Override of `ar_collect` to let the contact log go over as well."""
        self.log_ids.write({"account_id": target.id})
        return super()._move_talk(target)
