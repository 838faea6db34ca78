# Part of ar_collect. License LGPL-3.
"""Electronic visiting cards (vCard 2.1, 3.0 and 4.0) as plain values."""

import io
import re
from dataclasses import dataclass, field

try:
    import vobject
except ImportError:  # as in Odoo itself, which then exports no cards either
    vobject = None

#: Telephones by what they are for, best first; a number of another kind comes in between.
TEL_RANK = {"work": 0, "voice": 1, "cell": 2, "home": 4, "video": 5, "text": 5}
#: Nobody answers these.
TEL_USELESS = {"fax", "pager", "modem", "textphone"}
#: A property with one value in free text, in which a comma separates nothing.
SINGLE_TEXT = re.compile(
    r"^((?:[\w-]+\.)?(?:FN|TITLE|ROLE)(?:;(?:\"[^\"]*\"|[^\":])*)?):(.*)$", re.IGNORECASE
)


@dataclass
class Card:
    """One card of a file.

    ``error`` is a code: ``unreadable`` (with the reason in ``detail``), ``not_closed``,
    ``no_name`` or empty.
    """

    number: int
    name: str = ""
    function: str = ""
    email: str = ""
    phone: str = ""
    organisation: str = ""
    lang: str = ""
    kind: str = "individual"
    labels: list = field(default_factory=list)
    error: str = ""
    detail: str = ""


def decode(content):
    """The text of a file, whatever program wrote it.

    :param bytes content: the file
    :rtype: str

    >>> decode("Müller".encode("utf-8-sig")), decode("Müller".encode("utf-16"))
    ('Müller', 'Müller')
    >>> decode("Müller".encode("cp1252"))
    'Müller'
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def split(text):
    """The cards of a file as they stand in it; a card that is not closed ends at the next one.

    :param str text: see :func:`decode`
    :rtype: list[str]

    >>> split("BEGIN:VCARD\\nFN:A\\nEND:VCARD\\nBEGIN:VCARD\\nFN:B")
    ['BEGIN:VCARD\\nFN:A\\nEND:VCARD', 'BEGIN:VCARD\\nFN:B']
    >>> split("no card at all")
    []
    """
    blocks = re.split(r"^(?=BEGIN:VCARD\s*$)", _unify(text), flags=re.IGNORECASE | re.MULTILINE)
    return [block.strip("\n") for block in blocks if block.upper().startswith("BEGIN:VCARD")]


def read(content):
    """All cards of a file; those that cannot be read carry an error.

    :param bytes content: the file
    :rtype: list[Card]

    >>> [card] = read(b"BEGIN:VCARD\\nVERSION:3.0\\nFN:Ana\\nTEL:+49 30 1\\nEND:VCARD")
    >>> card.name, card.phone, card.error
    ('Ana', '+49 30 1', '')
    >>> read(b"BEGIN:VCARD\\nFN:Ana\\n")[0].error
    'not_closed'
    """
    return [read_card(number, block) for number, block in enumerate(split(decode(content)), 1)]


def read_card(number, block):
    """One card.

    :param int number: its place in the file, from 1
    :param str block: its lines
    :rtype: Card

    >>> read_card(2, "BEGIN:VCARD\\nVERSION:4.0\\nEMAIL:a@b.example\\nEND:VCARD").name
    'a@b.example'
    >>> read_card(2, "BEGIN:VCARD\\nVERSION:4.0\\nEND:VCARD").error
    'no_name'
    """
    card = Card(number, name=_guess_name(block))
    if not re.search(r"^END:VCARD\s*$", block, flags=re.IGNORECASE | re.MULTILINE):
        card.error = "not_closed"
        return card
    try:
        component = next(vobject.readComponents(io.StringIO(_prepare(block)), allowQP=True))
    except Exception as error:  # noqa: BLE001 - the parser raises whatever its parts raise
        card.error, card.detail = "unreadable", _shorten(error)
        return card
    _fill(card, component.contents)
    return card


def _fill(card, contents):
    """Take the values of a parsed card over."""
    card.email = _best(contents.get("email", []), _rank_email)
    card.phone = _clean_phone(_best(contents.get("tel", []), _rank_phone))
    card.function = _text(contents.get("title"))
    card.labels = [_clean(label) for label in _labels(contents) if _clean(label)]
    card.lang = _text(contents.get("lang"))
    card.kind = _text(contents.get("kind")).lower() or "individual"
    card.organisation = _clean(" ".join(contents["org"][0].value[:1])) if "org" in contents else ""
    card.name = (
        _text(contents.get("fn")) or _text(contents.get("n")) or card.organisation or card.email
    )
    if not card.name:
        card.error = "no_name"


def _labels(contents):
    for line in contents.get("role", []):
        yield from str(line.value).split(",")
    for line in contents.get("categories", []):
        yield from line.value if isinstance(line.value, list) else [line.value]


def _best(lines, rank):
    """The value of the line with the lowest rank; the first one wins a tie."""
    ranked = [(rank(_kinds(line)), _preference(line), line) for line in lines if _text([line])]
    ranked = [found for found in ranked if found[0] is not None]
    return _text([min(ranked, key=lambda found: found[:2])[2]]) if ranked else ""


def _rank_email(kinds):
    return 0 if "x400" not in kinds else None


def _rank_phone(kinds):
    if kinds & TEL_USELESS:
        return None
    return min((TEL_RANK[kind] for kind in kinds if kind in TEL_RANK), default=3)


def _preference(line):
    """1 is what the card's owner prefers, in the words of either version."""
    if "pref" in _kinds(line):
        return 1
    number = next(iter(line.params.get("PREF", [])), "")
    return int(number) if number.isdigit() else 101


def _kinds(line):
    """What a line says it is for: ``TYPE=work,voice``, ``TYPE="work,voice"`` or ``;WORK;VOICE``."""
    values = [*line.params.get("TYPE", []), *line.singletonparams]
    return {kind.strip().lower() for value in values for kind in value.split(",")}


def _text(lines):
    return _clean(str(lines[0].value)) if lines else ""


def _clean(text):
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split())


def _clean_phone(number):
    """A number as it is dialled, from a link as well.

    >>> _clean_phone("tel:+49-30-555;ext=12")
    '+49-30-555 ext. 12'
    """
    number = re.sub(r"^tel:", "", number, flags=re.IGNORECASE)
    number = re.sub(r";ext=(\d+)", r" ext. \1", number)
    return number.split(";")[0]


def _guess_name(block):
    """The name on a card that cannot be read, to say which one it is."""
    found = re.search(r"^(?:[\w-]+\.)?FN[^:\n]*:(.+)$", block, flags=re.IGNORECASE | re.MULTILINE)
    return _clean(found[1])[:100] if found else ""


def _unify(text):
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def _prepare(block):
    """The lines of a card, made ready for a parser that takes a comma for a separator."""
    end = re.search(r"^END:VCARD\s*$", block, flags=re.IGNORECASE | re.MULTILINE).end()
    return "\n".join(
        SINGLE_TEXT.sub(lambda found: f"{found[1]}:{_escape(found[2])}", line)
        for line in block[:end].split("\n")
    )


def _escape(value):
    return re.sub(r"(?<!\\)([,;])", r"\\\1", value)


def _shorten(error):
    return _clean(str(error))[:200] or type(error).__name__
