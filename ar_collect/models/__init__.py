# Part of ar_collect. License LGPL-3.
from . import ar_collect_strategy
from . import ar_collect_refresh_status
from . import ar_collect_dirty
from . import ar_collect_priority_rule
from . import ar_collect_account
from . import ar_collect_account_refresh
from . import ar_collect_account_ranking
from . import ar_collect_account_worklist
from . import account_move
from . import account_move_line
from . import account_partial_reconcile
from . import account_payment
from . import res_company
from . import res_partner
from . import res_users
