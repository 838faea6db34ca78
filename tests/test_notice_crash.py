# Part of ar_collect. License LGPL-3.
"""Processes that send notices are killed at any moment: nothing goes out twice, nothing is lost."""

import json

import pytest

from tools.paths import ADDON

pytestmark = pytest.mark.slow


def crash(new_database, shop, run_script, monkeypatch, name, **settings):
    """Kill processes that send notices; the figures at the end."""
    database = new_database(name)
    shop.runner.install(database, "-i", ADDON, what="installing")
    for key, value in settings.items():
        monkeypatch.setenv(f"CRASH_{key.upper()}", str(value))
    output = run_script(database, "crash_notices")
    [line] = [line for line in output.splitlines() if line.startswith("RESULT ")]
    return json.loads(line.removeprefix("RESULT "))


@pytest.mark.parametrize("workers", [1, 2])
def test_killed_at_any_moment(new_database, shop, run_script, monkeypatch, workers):
    """GIVEN late customers WHEN senders are killed and customers settle THEN each debt is told once."""
    found = crash(
        new_database,
        shop,
        run_script,
        monkeypatch,
        f"crash-{workers}",
        workers=workers,
        kills=15,
        customers=30,
    )

    assert found["kills"] >= 15
    assert found["mails"] >= 15, "something has to go out, else nothing is proved"
    assert found["settled"]
    assert found["twice"] == [], "the same reminder came twice"
    assert found["lost"] == [], "a reminder never came, and nobody was told"
    assert found["after_settling"] == [], "somebody was reminded who had settled"
    assert found["unclear"] <= found["kills"] * workers
