# Part of ar_collect. License LGPL-3.
"""Pytest plugin: each process of the tests has a filestore of its own.

pytest-odoo gives each process a copy of the database and lets all of them share the files. At the
end of each class Odoo deletes the files that this class added; what is the same for everybody, an
asset bundle for instance, was then deleted while another process was serving it.
"""

import contextlib
import shutil
from pathlib import Path

import pytest_odoo

from odoo.tools import config

from .databases import link


def pytest_configure():
    """Take the place of what shares the files."""
    pytest_odoo._shared_filestore = own_filestore


@contextlib.contextmanager
def own_filestore(original, name):
    """Keep the files of a copy during the block.

    :param str original: database that was copied
    :param str name: the copy
    """
    if name == original:
        yield
        return
    files = Path(config.filestore(name))
    shutil.rmtree(files, ignore_errors=True)
    shutil.copytree(config.filestore(original), files, copy_function=link, dirs_exist_ok=True)
    try:
        yield
    finally:
        shutil.rmtree(files, ignore_errors=True)
