# Part of ar_collect. License LGPL-3.
"""What customers type and send: cut to length, looked through, and given back when it is wrong."""

import re

from odoo.http import request

from ..tools.uploads import MIMETYPES, kind_of, safe_name

#: Characters of a text that is typed.
MOST_TEXT = 5000
#: Files of one form, and bytes of each of them.
MOST_FILES, MOST_BYTES = 5, 8 * 1024 * 1024
#: Bytes of a form with and without files.
FORM_BYTES, UPLOAD_BYTES = 512 * 1024, MOST_FILES * MOST_BYTES + 512 * 1024


def read_text(name, limit=MOST_TEXT):
    """A text of the form, in lines, without signs that cannot be seen.

    :param str name: of the field
    :param int limit: characters
    :rtype: str
    """
    text = request.httprequest.form.get(name, "").replace("\r\n", "\n")
    return re.sub(r"[\x00-\x09\x0b-\x1f\x7f]", " ", text).strip()[:limit]


def read_line(name, limit=100):
    """A text of the form in one line; see :func:`read_text`."""
    return " ".join(read_text(name, limit).split())


def read_files(name="files"):
    """The files of the form.

    :param str name: of the field
    :return: (list of dict with ``name``, ``raw`` and ``mimetype``, message or None)
    :rtype: tuple
    """
    env = request.env
    sent = [file for file in request.httprequest.files.getlist(name) if file.filename]
    if len(sent) > MOST_FILES:
        return [], env._("Please send at most %s files at a time.", MOST_FILES)
    found = []
    for file in sent:
        content = file.read(MOST_BYTES + 1)
        label = safe_name(file.filename, "x")[:-2]
        if len(content) > MOST_BYTES:
            limit = MOST_BYTES // 1024 // 1024
            return [], env._("%(file)s is larger than %(limit)s MB.", file=label, limit=limit)
        kind = kind_of(content, file.filename)
        if kind is None:
            return [], env._(
                "%s cannot be taken: please send PDF, pictures, text, Word or Excel files.", label
            )
        name = safe_name(file.filename, kind)
        found.append({"name": name, "raw": content, "mimetype": MIMETYPES[kind]})
    return found, None


def redirect(url):
    """Go on after a form was sent: loading the next page again sends nothing twice.

    :param str url: of this site
    :rtype: Response
    """
    return request.redirect(url, code=303, local=True)
