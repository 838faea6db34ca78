# Part of ar_collect. License LGPL-3.
"""Files that customers send: what they are is read from their content, whatever they are called."""

import io
import re
import zipfile

#: Beginnings of the files that are taken, by ending.
BEGINNINGS = {
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "gif": (b"GIF87a", b"GIF89a"),
}
#: What an office file has in it, by ending.
OFFICE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
#: Plain text, which is never shown as anything else.
TEXTS = ("txt", "csv", "eml")
MIMETYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "txt": "text/plain",
    "csv": "text/plain",
    "eml": "text/plain",
}
#: What a browser offers to choose from.
ACCEPTED = ".pdf,.png,.jpg,.jpeg,.gif,.webp,.txt,.csv,.eml,.docx,.xlsx"


def kind_of(content, name=""):
    """What a file is.

    :param bytes content:
    :param str name: as it was sent; only tells one text from another
    :return: key of :data:`MIMETYPES`; None for what is not taken
    :rtype: str | None

    >>> kind_of(b"%PDF-1.7 ..."), kind_of(b"RIFF....WEBPVP8 "), kind_of(b"GIF89a...", "x.pdf")
    ('pdf', 'webp', 'gif')
    >>> kind_of(b"a;b", "List.CSV"), kind_of("Grüße".encode(), "note"), kind_of(b"a,b", "a.html")
    ('csv', None, None)
    >>> kind_of(b"MZ\\x90\\x00", "invoice.txt"), kind_of(b"PK\\x03\\x04 broken", "a.docx"), kind_of(b"")
    (None, None, None)
    """
    for kind, beginnings in BEGINNINGS.items():
        if content.startswith(beginnings):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content.startswith(b"PK\x03\x04"):
        return _office_kind(content)
    ending = name.rpartition(".")[2].lower()
    return ending if ending in TEXTS and _is_text(content) else None


def _office_kind(content):
    """Which office file an archive is; nothing of it is unpacked."""
    try:
        names = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return None
    # macros are programs, whatever the ending says
    if "[Content_Types].xml" not in names or any("vbaProject" in name for name in names):
        return None
    return next((kind for kind, part in OFFICE.items() if part in names), None)


def _is_text(content):
    if not content or b"\x00" in content:
        return False
    try:
        content.decode()
    except UnicodeDecodeError:
        # of old programs: no signs that only programs are made of
        return not re.search(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]", content)
    return True


def safe_name(name, kind):
    """What a file is called here: one short line without a path, with the ending of what it is.

    :param str name: as it was sent
    :param str kind: see :func:`kind_of`
    :rtype: str

    >>> safe_name("../../etc/passwd", "txt"), safe_name("C:\\\\My Docs\\\\Scan 1.PDF", "pdf")
    ('passwd.txt', 'Scan 1.pdf')
    >>> safe_name("a.pdf.exe", "pdf"), safe_name("\\x00<b>\\n.png", "png"), safe_name("...", "gif")
    ('a.pdf.pdf', 'b.png', 'file.gif')
    >>> len(safe_name("x" * 500, "pdf"))
    84
    """
    base = re.split(r"[\\/]", name or "")[-1]
    if "." in base:
        base = base.rpartition(".")[0]
    # nor control signs, and those that turn the direction of writing
    base = re.sub(r"[^\w\s.,()+&@#-]", "", base)
    base = " ".join(base.split()).strip(". ")[:80]
    return f"{base or 'file'}.{kind}"
