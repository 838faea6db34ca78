# Part of ar_collect. License LGPL-3.
from . import ar_collect_hold
from . import sale_order
from . import pos_order
