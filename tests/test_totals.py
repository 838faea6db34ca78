# Part of ar_collect. License LGPL-3.
"""The summary of the last run is about all runs."""

import json
import os
import subprocess
import sys

from tools.paths import ROOT


def run(folder, earlier):
    """Run one good test after others.

    :return: what pytest says, and the counts it hands on
    """
    (folder / "test_one.py").write_text("def test_good():\n    pass\n")
    (folder / "empty.ini").write_text("[pytest]\n")
    totals = folder / "totals.json"
    totals.write_text(json.dumps(earlier))
    command = [sys.executable, "-m", "pytest", "-p", "tools.totals", f"--totals={totals}"]
    outside = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    result = subprocess.run(
        [*command, "-p", "no:cacheprovider", "-c", str(folder / "empty.ini"), str(folder)],
        env={**outside, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return result.stdout + result.stderr, json.loads(totals.read_text())


def test_counts_add_up(tmp_path):
    output, counts = run(tmp_path, {"passed": 74, "failed": 0, "skipped": 2})
    assert "75 passed, 2 skipped" in output
    assert "in the runs before" not in output
    assert (counts["passed"], counts["skipped"], counts["failed"]) == (75, 2, 0)


def test_earlier_failures_are_told_and_handed_on(tmp_path):
    output, counts = run(tmp_path, {"passed": 60, "failed": 14, "error": 1})
    assert "INTERNAL" not in output
    assert "Traceback" not in output
    assert "in the runs before: 14 failed, 1 error" in output
    assert "61 passed" in output
    assert (counts["passed"], counts["failed"], counts["error"]) == (61, 14, 1)
