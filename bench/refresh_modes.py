# Part of ar_collect. License LGPL-3.
"""In what state a full refresh finds its table; needs no Odoo, for the printing side."""

MODES = {"change_all": "all rows changed", "nothing": "nothing changed", "empty": "empty table"}
