# Part of ar_collect. License LGPL-3.
from . import ar_collect_aged_report
from . import ar_collect_aged_file
from . import ar_collect_dispute_report
from . import ar_collect_experiment
from . import ar_collect_segment
from . import ar_collect_wanted_days
from . import ar_collect_activity_report
from . import ar_collect_cash_report
from . import ar_collect_strategy_report
from . import ar_collect_contact_fix
from . import ar_collect_credit_watch
