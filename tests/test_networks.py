# Part of ar_collect. License LGPL-3.
"""Beside Odoo's app for a network of e-invoices, what the network says later is followed."""

import pytest

from tools.paths import ADDON

pytestmark = pytest.mark.slow

SAID = """
processing sent 1 False
error failed 0 True
to_send failed 0 True
done sent 1 False
done sent 1 False
"""


def test_network_says_later(shop, new_database, run_script):
    """GIVEN an invoice sent by Peppol WHEN Peppol refuses or delivers it THEN its sending says so."""
    database = new_database("network")
    shop.runner.install(database, "-i", f"{ADDON},account_peppol", what="installing", strict=False)
    output = run_script(database, "network_says")
    assert output.strip().endswith(SAID.strip())
