# Part of ar_collect. License LGPL-3.
# Run in Odoo's shell: what Peppol says of an invoice, by the field of Odoo's own app for it.
from unittest.mock import patch

from odoo import Command

company = env["res.company"].create({"name": "Sends", "country_id": env.ref("base.us").id})
env.user.company_ids |= company
env.cr.flush()  # the chart of accounts is loaded before a commit
books = env(context={"allowed_company_ids": company.ids})
customer = books["res.partner"].create({"name": "Reads"})
line = Command.create({"name": "Work", "price_unit": 100.0, "tax_ids": [Command.clear()]})
invoice = books["account.move"].create(
    {"move_type": "out_invoice", "partner_id": customer.id, "invoice_line_ids": [line]}
)
invoice.action_post()
sender = books["account.move.send"]
data = {"sending_methods": {"peppol"}, "author_user_id": env.uid}
with patch.object(type(sender), "_is_applicable_to_move", lambda *args, **kw: True):
    sender._note_networks({invoice: data})
    invoice.peppol_move_state = "processing"
    sender._hook_if_success({invoice: data})
sending = books["ar.collect.sending"].search([("move_id", "=", invoice.id)])
assert sending.network_code == "peppol"
for state in ("processing", "error", "to_send", "done", "done"):
    invoice.peppol_move_state = state
    env.cr.flush()
    print(state, sending.state, invoice.collect_sent_count, bool(sending.failure))
