# Part of ar_collect. License LGPL-3.
"""The same reminders by what Odoo itself has: a mail template with an equal table, sent in batches."""

from odoo import fields
from odoo.tools import SQL

from . import clock

BATCH = 100
#: The table is read before, in one statement: the template only shows it.
BODY = """
<p>Dear <t t-out="object.name"/>,</p>
<p>the following items are open:</p>
<table>
  <tr><th>Document</th><th>Due</th><th>Days late</th><th>Amount</th></tr>
  <tr t-foreach="ctx.get('rows', {}).get(object.id, [])" t-as="row">
    <td t-out="row['name']"/>
    <td t-out="format_date(row['due_date'])"/>
    <td t-out="row['days_late']"/>
    <td t-out="format_amount(row['residual'], object.currency_id)"/>
  </tr>
</table>
<p>Kind regards, <t t-out="object.env.company.name"/></p>
"""


def measure(env, partner_ids):
    """Queue one mail for each customer.

    :param Environment env: superuser environment
    :param list partner_ids: customers who owe something
    :return: wall, python, server (seconds each) and queries, per mail
    :rtype: dict
    """
    template = env["mail.template"].create(
        {
            "name": "Bench",
            "model_id": env["ir.model"]._get_id("res.partner"),
            "subject": "{{ object.name }}: items are open",
            "body_html": BODY,
            "use_default_to": True,
            "auto_delete": False,
        }
    )
    env.cr.commit()
    env.invalidate_all()

    def work():
        for start in range(0, len(partner_ids), BATCH):
            chosen = partner_ids[start : start + BATCH]
            template.with_context(rows=_read(env, chosen)).send_mail_batch(chosen)
            env.cr.commit()
            env.invalidate_all()

    return clock.per_piece(clock.measure(env.cr, work), len(partner_ids))


def _read(env, partner_ids):
    """The open items of customers, by partner."""
    found = {partner_id: [] for partner_id in partner_ids}
    for row in env.execute_query_dict(
        SQL(
            """
            SELECT line.partner_id, line.move_name AS name, line.amount_residual AS residual,
                   COALESCE(line.date_maturity, line.date) AS due_date,
                   %s - COALESCE(line.date_maturity, line.date) AS days_late
              FROM account_move_line line
              JOIN account_account account ON account.id = line.account_id
             WHERE account.account_type = 'asset_receivable'
               AND line.parent_state = 'posted'
               AND line.amount_residual != 0
               AND COALESCE(line.date_maturity, line.date) < %s
               AND line.partner_id = ANY(%s)
             ORDER BY due_date
            """,
            fields.Date.today(),
            fields.Date.today(),
            partner_ids,
        )
    ):
        found[row["partner_id"]].append(row)
    return found
