# Part of ar_collect. License LGPL-3.
from . import models
