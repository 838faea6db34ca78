# Part of ar_collect. License LGPL-3.
from . import test_order_evidence
from . import test_order_rights
from . import test_order_sending
from . import test_order_tools
from . import test_sales_menu
from . import test_escalation_leader
from . import test_order_status
from . import test_credit_watch_order
from . import test_hold_order
from . import test_hold_concurrency
from . import test_hold_moved
from . import test_hold_release
from . import test_hold_tour
