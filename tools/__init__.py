# Part of ar_collect. License LGPL-3.
"""How a person runs ar_collect: ``make run``, ``make test``, ``make lint``, ``make bench``.

Only the standard library is used: this package is what installs everything else.
"""
