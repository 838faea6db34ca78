# Part of ar_collect. License LGPL-3.
from odoo import models


class ArCollectAssign(models.TransientModel):
    _name = "ar.collect.assign"
    _description = "Assign Collectors"
