# Part of ar_collect. License LGPL-3.
from . import ar_collect_aged_ask
from . import ar_collect_assign
from . import ar_collect_contact_ask
from . import ar_collect_contact_edit
from . import ar_collect_contact_import
from . import ar_collect_contact_suggested
from . import ar_collect_dispute_resolve
from . import ar_collect_dispute_split
from . import ar_collect_escalation_answer
from . import ar_collect_escalation_ask
from . import ar_collect_evidence_ask
from . import ar_collect_fee_waive
from . import ar_collect_hand_over
from . import ar_collect_statement_ask
from . import base_partner_merge
from . import base_partner_merge_contact
from . import ar_collect_target_propose
