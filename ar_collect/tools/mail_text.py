# Part of ar_collect. License LGPL-3.
"""What somebody wrote in a mail, without what the mail program put below or around it."""

import re

from lxml import etree, html

from odoo.tools import html2plaintext

#: Attributes and classes with which quoted history is marked, by Odoo and by mail programs.
QUOTES = (
    "//*[@data-o-mail-quote='1'] | //blockquote"
    " | //*[contains(@class, 'o_mail_quote') or contains(@class, 'gmail_quote')"
    "       or contains(@class, 'yahoo_quoted') or contains(@class, 'moz-cite-prefix')]"
    " | //*[@id='divRplyFwdMsg' or @id='appendonsend' or @id='OLK_SRC_BODY_SECTION']"
    " | //style | //script"
)
#: Tags that `html2plaintext` would turn into marks of its own.
EMPHASIS = ("b", "strong", "em", "i", "u", "h1", "h2", "h3")
#: Tags that end a line, and that `html2plaintext` runs together.
BLOCKS = ("div", "blockquote", "li", "table", "ul", "ol", "pre", "section")

_WROTE = r"wrote|schrieb|a écrit|escribió|ha scritto|schreef|skrev|escreveu"
_ORIGINAL = (
    r"original message|ursprüngliche nachricht|message d'origine|message original"
    r"|mensaje original|forwarded message|weitergeleitete nachricht|mensaje reenviado"
)
#: The line above the history: "On Monday Anna wrote:", which may be broken in two.
_HEADER = re.compile(rf"^.{{0,300}}\b(?:{_WROTE})\b.{{0,100}}:$", re.IGNORECASE)
_WROTE_ALONE = re.compile(rf"^.{{0,60}}\b(?:{_WROTE}).{{0,30}}:$", re.IGNORECASE)
#: Such a line that is not the second half of one.
_WHOLE_HEADER = re.compile(r"^(?:on|am|le|el|il|op|den|på|em)\b", re.IGNORECASE)
_RULE = re.compile(rf"^(?:[-_]{{5,}}$|-{{2,}}\s*(?:{_ORIGINAL})|--\s*$|>)", re.IGNORECASE)
_FROM = re.compile(r"^(?:from|von|de|expéditeur|da|van)\s?:\s*\S", re.IGNORECASE)
_SENT = re.compile(
    r"^(?:sent|date|to|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado|fecha|para|asunto)\s?:",
    re.IGNORECASE,
)


def own_words(body):
    """The text of a mail without the history quoted in it, and without signature.

    :param str|None body: HTML
    :return str: plain text

    >>> own_words("<p>We pay <b>500</b> on Friday.</p><blockquote>Please pay.</blockquote>")
    'We pay 500 on Friday.'
    >>> own_words("<p>Yes.<br/>On Monday Anna wrote:<br/>&gt; Will you pay?</p>")
    'Yes.'
    >>> own_words("<div>We pay on Friday.</div><div>On Monday Anna wrote:</div>Pay!")
    'We pay on Friday.'
    >>> own_words("")
    ''
    """
    if not body or not body.strip():
        return ""
    return without_history(html2plaintext(_without_quotes(body), include_references=False))


def without_history(text):
    """Plain text up to the line where the quoted history, or the signature, begins.

    >>> without_history("OK\\n-----Original Message-----\\nPay!")
    'OK'
    >>> without_history("Invoice 12 is wrong\\n\\nOn Monday Anna wrote:\\n> Pay!")
    'Invoice 12 is wrong'
    >>> without_history("We pay.\\n\\nDe : Anna\\nEnvoyé : lundi\\nObjet : facture")
    'We pay.'
    """
    lines = [line.strip() for line in text.splitlines()]
    for number, line in enumerate(lines):
        following = [other for other in lines[number + 1 : number + 4] if other]
        if _RULE.match(line) or _is_header(line, following):
            lines = lines[:number]
            break
    return "\n".join(lines).strip()


def _is_header(line, following):
    """Whether a line begins the history."""
    if _FROM.match(line):
        return any(_SENT.match(other) for other in following)
    if _HEADER.match(line):
        return True
    # "On Monday, 9 March 2026, Anna <anna@example.com>", and "wrote:" on the next line
    is_date = re.search(r"\d", line) and not line.endswith((".", "!", "?"))
    return bool(is_date and following) and bool(
        _WROTE_ALONE.match(following[0]) and not _WHOLE_HEADER.match(following[0])
    )


def _without_quotes(body):
    """The HTML without quoted parts and emphasis."""
    try:
        tree = html.fromstring(f"<div>{body}</div>")
    except (etree.ParserError, ValueError):
        return ""
    for node in tree.xpath(QUOTES):
        if node.getparent() is not None:
            node.drop_tree()
    etree.strip_tags(tree, *EMPHASIS)
    for node in tree.iter(*BLOCKS):
        node.tail = f"\n{node.tail or ''}"
    return etree.tostring(tree, encoding="unicode")
