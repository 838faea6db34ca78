# Part of ar_collect. License LGPL-3.
from . import test_delivery_evidence
from . import test_delivery_hold
