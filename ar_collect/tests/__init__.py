# Part of ar_collect. License LGPL-3.
from . import test_bad_input
from . import test_behaviour
from . import test_concurrency
from . import test_demo_data
from . import test_incremental
from . import test_property
from . import test_query_count
from . import test_ranking
from . import test_refresh
from . import test_security
from . import test_tools
from . import test_traps
from . import test_traps_partners
from . import test_assignment
from . import test_dashboard
from . import test_worklist_tour
from . import test_worklist_ui
