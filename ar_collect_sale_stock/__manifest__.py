# Part of ar_collect. License LGPL-3.
{
    "name": "Collections with Deliveries",
    "summary": "Deliveries to customers on credit hold, and what they say of complaints",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "ar_collect developers",
    "license": "LGPL-3",
    "depends": ["ar_collect_sale", "sale_stock"],
    "data": ["views/stock_picking_views.xml"],
    "auto_install": True,
}
