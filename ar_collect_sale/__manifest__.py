# Part of ar_collect. License LGPL-3.
{
    "name": "Collections with Sales",
    "summary": "Orders of customers on credit hold, and what orders say of complaints",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "ar_collect developers",
    "license": "LGPL-3",
    "depends": ["ar_collect", "sale"],
    "data": [
        "security/ir.model.access.csv",
        "security/ar_collect_sending_rules.xml",
        "views/account_move_views.xml",
        "security/ar_collect_sale_rules.xml",
        "views/order_evidence_templates.xml",
        "views/ar_collect_dispute_views.xml",
        "views/ar_collect_escalation_menus.xml",
        "views/ar_collect_sale_menus.xml",
        "views/sale_order_status_views.xml",
        "views/sale_order_hold_views.xml",
    ],
    "auto_install": True,
    "uninstall_hook": "uninstall_hook",
}
