# Part of ar_collect. License LGPL-3.
# Run in Odoo's shell, without our glue: nothing holds the orders of `hold_orders.py` any more.
orders = env["sale.order"].search([("name", "in", ("S1", "S2"))], order="name")
releases = env["ar.collect.hold.release"].search([])
assert releases.mapped("state") == ["ended"]
orders.filtered(lambda order: order.state == "draft").action_confirm()
assert set(orders.mapped("state")) == {"sale"}
print("confirmed", ", ".join(orders.mapped("name")))
