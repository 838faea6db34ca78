# Part of ar_collect. License LGPL-3.
"""What customers type, to be shown as they typed it."""

from markupsafe import Markup


def as_html(text):
    """A plain text with its lines; nothing in it is taken for anything but text.

    :param str text:
    :rtype: Markup

    >>> as_html("a <b>\\nc")
    Markup('<p>a &lt;b&gt;<br/>c</p>')
    """
    return Markup("<p>%s</p>") % Markup("<br/>").join(text.split("\n"))
