# Part of ar_collect. License LGPL-3.
"""Reproducible measurements of the addon on ledgers of known size: ``python -m bench``."""
