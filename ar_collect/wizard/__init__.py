# Part of ar_collect. License LGPL-3.
from . import ar_collect_assign
from . import ar_collect_hand_over
from . import base_partner_merge
