# Part of ar_collect. License LGPL-3.
"""What reports are broken down by besides person and day: the team, and the kind of customer."""

from odoo import fields, models
from odoo.tools import SQL

from ..models.ar_collect_account import PRIORITY_BANDS

TRUST = [("good", "Good Debtor"), ("normal", "Normal Debtor"), ("bad", "Bad Debtor")]


class ArCollectSegment(models.AbstractModel):
    """The columns of :func:`get_segment_columns`."""

    _name = "ar.collect.segment"
    _description = "Customer Segment"

    country_id = fields.Many2one(comodel_name="res.country", readonly=True)
    trust = fields.Selection(
        TRUST, readonly=True, help="Degree of trust in this debtor, as of now."
    )
    priority_band = fields.Selection(
        PRIORITY_BANDS, string="Priority", readonly=True, help="Of the customer, as of now."
    )


def get_segment_columns():
    """Columns of a customer's segment; they need the joins, and the customer's `account`.

    :rtype: SQL
    """
    return SQL(
        "segment.country_id, COALESCE(segment.trust ->> segment_company.id::text, 'normal') AS trust,"
        " account.priority_band"
    )


def get_segment_joins(*, user, customer, company):
    """JOINs of the `member` of a team that a person is, and of the `segment` of a customer.

    A person is in one active team at most; one who was put into two counts for the first.

    :param SQL user: column with the id of the person
    :param SQL customer: column with the id of the customer
    :param SQL company: column with the id of the company
    :rtype: SQL
    """
    return SQL(
        """
        LEFT JOIN (SELECT rel.user_id, MIN(rel.team_id) AS team_id
                     FROM ar_collect_team_res_users_rel rel
                     JOIN ar_collect_team team ON team.id = rel.team_id AND team.active
                    GROUP BY rel.user_id) AS member ON member.user_id = %(user)s
        LEFT JOIN res_partner segment ON segment.id = %(customer)s
        LEFT JOIN res_company segment_company ON segment_company.id = %(company)s
        """,
        user=user,
        customer=customer,
        company=company,
    )
