# Part of ar_collect. License LGPL-3.
"""Each addon of this repository is complete, and the main one stands alone."""

import re

import pytest

from tools.paths import ADDON, ROOT, addons, glue, manifest

NAMES = [path.name for path in addons()]


@pytest.mark.parametrize("name", NAMES)
def test_package(name):
    """An addon has what the list of apps and the translators need."""
    values = manifest(name)
    assert values["license"] == "LGPL-3"
    assert re.fullmatch(r"19\.0\.\d+\.\d+\.\d+", values["version"])
    assert (ROOT / name / "static/description/icon.png").exists()
    template = (ROOT / name / "i18n" / f"{name}.pot").read_text()
    assert f"* {name}\n" in template


@pytest.mark.parametrize("name", NAMES)
def test_texts_are_in_the_template(name):
    """What the code says in words is in the template; what it said before is not searched for."""
    template = (ROOT / name / "i18n" / f"{name}.pot").read_text().replace('"\n"', "")
    missing = [
        text
        for path in sorted((ROOT / name / "models").glob("*.py"))
        for text in re.findall(r'env\._\(\s*"((?:[^"\\]|\\.)+)"\s*[,)]', path.read_text())
        if f'msgid "{text}"' not in template
    ]
    assert missing == []


@pytest.mark.parametrize("name", glue())
def test_glue(name):
    """The others install themselves beside Odoo's, and the main one does not know of them."""
    assert manifest(name)["auto_install"] is True
    assert ADDON in manifest(name)["depends"] or set(manifest(name)["depends"]) & set(glue())
    assert not set(manifest()["depends"]) & {"sale", "sale_stock", "stock", *glue()}


def test_alone():
    """No code or view of the main addon names a model of sales or stock."""
    named = re.compile(r"""["']((sale|stock)\.[a-z.]+)["']""")
    found = [
        f"{path.name}: {match[1]}"
        for path in sorted((ROOT / ADDON).rglob("*"))
        if path.suffix in (".py", ".xml", ".csv") and "tests" not in path.parts
        for match in named.finditer(path.read_text())
    ]
    assert found == []
