# Part of ar_collect. License LGPL-3.
from . import base_partner_merge
from . import ar_collect_hold_ask
from . import ar_collect_hold_decide
