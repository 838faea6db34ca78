# Part of ar_collect. License LGPL-3.
# Run in Odoo's shell: a dispute from complaint to end, and the fields of its form.
from odoo import Command

number = env["res.company"].search_count([])  # the script runs twice
company = env["res.company"].create(
    {"name": f"Contested {number}", "country_id": env.ref("base.us").id}
)
env.user.company_ids |= company
env.cr.flush()  # the chart of accounts is loaded before a commit
books = env(context={"allowed_company_ids": company.ids})
customer = books["res.partner"].create({"name": "Somebody"})
line = Command.create({"name": "Work", "price_unit": 100.0, "tax_ids": [Command.clear()]})
invoice = books["account.move"].create(
    {"move_type": "out_invoice", "partner_id": customer.id, "invoice_line_ids": [line]}
)
invoice.action_post()
books["ar.collect.account"]._refresh(customer, company)
item = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
account = books["ar.collect.account"].search([("partner_id", "=", customer.id)])
dispute = books["ar.collect.dispute"].create(
    {
        "account_id": account.id,
        "reason_id": env.ref("ar_collect.dispute_reason_price").id,
        "item_ids": [Command.create({"line_id": item.id})],
    }
)
view = dispute.get_view(view_type="form")
names = sorted(view["models"][dispute._name])
dispute.read(names)
print("fields", ", ".join(names))
dispute._resolve("withdrawn")
print("state", dispute.state)
