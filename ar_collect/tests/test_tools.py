# Part of ar_collect. License LGPL-3.
"""The examples in the docstrings of ``ar_collect/tools``, run."""

import doctest
import importlib
import pkgutil

from odoo.tests import BaseCase, tagged

from odoo.addons.ar_collect import tools


@tagged("post_install", "-at_install")
class TestTools(BaseCase):
    def test_examples(self):
        for module in pkgutil.iter_modules(tools.__path__):
            with self.subTest(module.name):
                result = doctest.testmod(importlib.import_module(f"{tools.__name__}.{module.name}"))
                self.assertEqual(result.failed, 0)
                self.assertGreater(result.attempted, 0, "a module without an example")
