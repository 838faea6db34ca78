# Part of ar_collect. License LGPL-3.
{
    "name": "Collections with Point of Sale",
    "summary": "Orders that are paid at a till are paid in advance, and no till stops",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "ar_collect developers",
    "license": "LGPL-3",
    "depends": ["ar_collect_sale", "pos_sale"],
    "auto_install": True,
}
