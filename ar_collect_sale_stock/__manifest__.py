# Part of ar_collect. License LGPL-3.
{
    "name": "Collections with Deliveries",
    "summary": "When the goods were delivered or sent back, beside the customer's complaint",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "ar_collect developers",
    "license": "LGPL-3",
    "depends": ["ar_collect_sale", "sale_stock"],
    "auto_install": True,
}
