# Part of ar_collect. License LGPL-3.
# Run in Odoo's shell: accounting does its daily work, whatever was installed and removed.
from odoo import Command

company = env["res.company"].create({"name": "After All", "country_id": env.ref("base.us").id})
env.user.company_ids |= company
env.cr.flush()  # the chart of accounts is loaded before a commit
assert company.chart_template
books = env(context={"allowed_company_ids": company.ids})
customer = books["res.partner"].create({"name": "Somebody"})
line = Command.create({"name": "Work", "price_unit": 100.0, "tax_ids": [Command.clear()]})
invoice = books["account.move"].create(
    {
        "move_type": "out_invoice",
        "partner_id": customer.id,
        "invoice_line_ids": [line],
    }
)
invoice.action_post()
books["account.payment.register"].with_context(
    active_model="account.move", active_ids=invoice.ids
).create({})._create_payments()
for model, view_types in {
    "res.partner": ("form", "list", "kanban", "search"),
    "account.move": ("form", "list", "search"),
    "res.users": ("form",),
    "res.config.settings": ("form",),
}.items():
    for view_type in view_types:
        books[model].get_view(view_type=view_type)
env.cr.commit()
print("residual", invoice.amount_residual)
