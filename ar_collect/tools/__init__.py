# Part of ar_collect. License LGPL-3.
from . import best_time
from . import evidence_archive
from . import evidence_entry
from . import extraction
from . import instalments
from . import interest
from . import mail_text
from . import phone
from . import plan_verdict
from . import portal_text
from . import programme
from . import public_holidays
from . import schedule
from . import scoring
from . import time_zones
from . import uploads
from . import vcard
