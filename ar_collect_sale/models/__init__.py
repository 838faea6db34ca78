# Part of ar_collect. License LGPL-3.
from . import ar_collect_order_evidence
from . import ar_collect_order_statement
from . import ar_collect_dispute
from . import account_move
from . import ar_collect_escalation
from . import res_partner_status
from . import sale_order_status
from . import ar_collect_account
from . import ar_collect_hold
from . import ar_collect_hold_release
from . import sale_order_hold
from . import sale_order_line_hold
from . import res_partner_hold
from . import payment_transaction
from . import account_move_line
