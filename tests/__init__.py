# Part of ar_collect. License LGPL-3.
"""Tests of the repository: the tools, and installing, upgrading and removing the addon."""
