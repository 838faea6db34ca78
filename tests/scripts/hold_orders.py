# Part of ar_collect. License LGPL-3.
# Run in Odoo's shell: two orders of a customer on hold, one confirmed with a release.
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError

company = env["res.company"].create({"name": "Sells", "country_id": env.ref("base.us").id})
env.user.company_ids |= company
env.cr.flush()  # the chart of accounts is loaded before a commit
company.collect_hold_active = True
books = env(context={"allowed_company_ids": company.ids})
customer = books["res.partner"].create({"name": "Late"})
due = fields.Date.today() - timedelta(days=40)
line = Command.create({"name": "Work", "price_unit": 100.0, "tax_ids": [Command.clear()]})
books["account.move"].create(
    {
        "move_type": "out_invoice",
        "partner_id": customer.id,
        "invoice_date": due,
        "invoice_date_due": due,
        "invoice_payment_term_id": False,
        "invoice_line_ids": [line],
    }
).action_post()
product = books["product.product"].create({"name": "Work", "type": "service"})
values = {
    "partner_id": customer.id,
    "order_line": [Command.create({"product_id": product.id, "price_unit": 50.0})],
}
held, released = books["sale.order"].create([{**values, "name": name} for name in ("S1", "S2")])
try:
    held.action_confirm()
except UserError as error:
    print("refused", error)
books["ar.collect.hold.release"]._give(
    released._get_hold_account(), "Why not", fields.Date.today(), order_id=released.id
)
released.action_confirm()
assert (held.state, released.state) == ("draft", "sale")
env.cr.commit()
print("held S1, confirmed S2")
