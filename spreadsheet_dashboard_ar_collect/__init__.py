# Part of ar_collect. License LGPL-3.
