# Part of ar_collect. License LGPL-3.
"""Texts with names in braces: replaced by what differs from customer to customer.

Nothing is looked up or executed, and what was put in is not read again.
"""

import re

from markupsafe import Markup, escape

_NAME = re.compile(r"\{(\w+)\}")
#: A paragraph that is nothing but one name.
_LONE_NAME = re.compile(r"<p>\s*\{(\w+)\}\s*</p>")


def fill(text, values):
    """A plain text with its names replaced; names that nobody knows stay as they are.

    :param str|None text:
    :param dict values: texts by name
    :rtype: str

    >>> fill("{company}: {count} open", {"company": "{count} & Sons", "count": 2})
    '{count} & Sons: 2 open'
    >>> fill("{nobody} {company.id} {{company}}", {"company": "We"})
    '{nobody} {company.id} {We}'
    >>> fill(None, {})
    ''
    """
    return _NAME.sub(lambda found: str(values.get(found[1], found[0])), text or "")


def fill_html(html, values):
    """An HTML text with its names replaced by escaped text.

    A paragraph of which nothing is left is left out.

    :param str|None html: trusted
    :param dict values: texts by name; `Markup` is taken as it is
    :rtype: Markup

    >>> fill_html("<p>Dear {customer}</p>", {"customer": "<script>{customer}</script>"})
    Markup('<p>Dear &lt;script&gt;{customer}&lt;/script&gt;</p>')
    >>> fill_html("<p>Hello</p><p>{sent}</p>", {"sent": ""})
    Markup('<p>Hello</p>')
    """

    def get(found):
        return str(escape(values.get(found[1], found[0])))

    filled = _LONE_NAME.sub(lambda found: get(found) and f"<p>{get(found)}</p>", html or "")
    return Markup(_NAME.sub(get, filled))


def find_unknown(known, *texts):
    """The first name in braces that is not known.

    :param known: container of names
    :param texts: may be empty
    :rtype: str|None

    >>> find_unknown({"company"}, "{company}", None, "{amout} {what}")
    'amout'
    >>> find_unknown({"company"}, "{company}")
    """
    names = (name for text in texts for name in _NAME.findall(text or ""))
    return next((name for name in names if name not in known), None)
