# Part of ar_collect. License LGPL-3.
from . import ar_collect_order_evidence
from . import res_company
from . import sale_order
from . import stock_picking
