# Part of ar_collect. License LGPL-3.
"""An archive of files with names that are safe anywhere, and a list of them with checksums."""

import csv
import hashlib
import io
import re
import unicodedata
import zipfile

MANIFEST = "manifest.csv"
#: Archives are unpacked below some folder; Windows allows 260 characters in all.
LONGEST_NAME = 100
#: Bytes that are in memory at once.
CHUNK = 1 << 20
#: Names of devices: no file may be called so on Windows.
_DEVICES = {"con", "prn", "aux", "nul"} | {
    f"{device}{number}" for device in ("com", "lpt") for number in range(1, 10)
}


def safe_name(name, default="file"):
    """The name of a file, without what leads elsewhere or means something to a system.

    >>> safe_name("../../etc/passwd")
    'passwd'
    >>> safe_name("C:\\\\boot.ini")
    'boot.ini'
    >>> safe_name("INV/2026:0001?.pdf\\x00")
    '2026_0001_.pdf'
    >>> safe_name(" .. ")
    'file'
    >>> safe_name("con.txt")
    '_con.txt'
    >>> safe_name("é" * 200 + ".pdf") == "é" * 96 + ".pdf"
    True
    """
    name = unicodedata.normalize("NFC", str(name or "")).replace("\\", "/").rsplit("/", 1)[-1]
    # nothing invisible: it could turn the ending around
    name = "".join("" if unicodedata.category(sign)[0] == "C" else sign for sign in name)
    name = re.sub(r'[<>:"|?*]', "_", name).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        stem, dot, ending = name, "", ""
    stem = stem[: LONGEST_NAME - len(dot + ending)].strip(". ")
    if stem.lower().split(".")[0] in _DEVICES:
        stem = f"_{stem}"
    return f"{stem or default}{dot}{ending}"


def safe_cell(value):
    """Text that no spreadsheet takes for a formula.

    >>> safe_cell("=HYPERLINK(1)"), safe_cell("-1"), safe_cell("fine")
    ("'=HYPERLINK(1)", "'-1", 'fine')
    """
    value = str(value or "")
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


class EvidenceArchive:
    """Writes a zip file piece by piece; when it is closed, its manifest comes last.

    >>> import io
    >>> with EvidenceArchive(io.BytesIO(), ["File", "Date", "What", "SHA-256"]) as archive:
    ...     archive.add("a.txt", [b"A", b"B"], "2026-01-31", "Letters")
    ...     archive.add("A.TXT", [b"C"])
    'a.txt'
    'A (2).TXT'
    """

    def __init__(self, file, header):
        """
        :param file: to write to
        :param list header: titles of the four columns of the manifest
        """
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self._taken = {MANIFEST}
        self._rows = [header]
        self.size = 0

    def __enter__(self):
        return self

    def __exit__(self, error, *_details):
        if not error:
            self._write_manifest()
        self._zip.close()

    def add(self, path, parts, day="", what=""):
        """Add a file.

        :param str path: a safe name, below a folder or not
        :param parts: iterable of bytes
        :param day: for the manifest
        :param str what: for the manifest
        :return: the path that it got
        """
        path = self._get_free_path(path)
        checksum = hashlib.sha256()
        with self._zip.open(path, "w", force_zip64=True) as target:
            for part in parts:
                checksum.update(part)
                target.write(part)
                self.size += len(part)
        self._rows.append([safe_cell(path), day or "", safe_cell(what), checksum.hexdigest()])
        return path

    def leave_out(self, name, day, why):
        """Say in the manifest that a file is missing.

        :param str name: of the file
        :param str why: what would have been there, and the reason
        """
        self._rows.append([safe_cell(name), day or "", safe_cell(why), ""])

    def _get_free_path(self, path):
        """The path, with a number where it is taken: not all systems tell capitals apart."""
        stem, dot, ending = path.rpartition(".")
        stem, ending = (stem, dot + ending) if dot else (path, "")
        free, number = path, 1
        while free.lower() in self._taken:
            number += 1
            free = f"{stem} ({number}){ending}"
        self._taken.add(free.lower())
        return free

    def _write_manifest(self):
        text = io.StringIO(newline="")
        csv.writer(text, quoting=csv.QUOTE_ALL).writerows(self._rows)
        # the mark at the beginning tells spreadsheets that it is UTF-8
        self._zip.writestr(MANIFEST, text.getvalue().encode("utf-8-sig"))


def read_parts(path):
    """A file in pieces.

    :param str path: of a file on the disk
    :return: generator of bytes
    """
    with open(path, "rb") as file:
        while part := file.read(CHUNK):
            yield part
