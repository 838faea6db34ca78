# Part of ar_collect. License LGPL-3.
{
    "name": "Spreadsheet dashboard for collections",
    "summary": "Cash by cause, activities and disputes as a spreadsheet",
    "version": "19.0.1.0.0",
    "category": "Productivity/Dashboard",
    "author": "ar_collect developers",
    "license": "LGPL-3",
    "depends": ["ar_collect", "spreadsheet_dashboard"],
    "data": ["data/spreadsheet_dashboard_data.xml"],
    "auto_install": True,
}
