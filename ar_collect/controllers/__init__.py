# Part of ar_collect. License LGPL-3.
from . import recording
from . import document
from . import contact_card
from . import contact_request
from . import evidence
from . import receivables
from . import portal_files
from . import portal_ask
from . import portal_code
from . import portal_contacts
from . import portal_dispute
from . import portal_follow
from . import portal_payment
from . import portal_invoice
from . import portal_plan
from . import portal_promise
from . import statement
