# Part of ar_collect. License LGPL-3.
"""Page numbers on a finished document; the program that prints it may not know them."""

import io

from reportlab.pdfgen.canvas import Canvas

from odoo.tools.pdf import PdfFileReader, PdfFileWriter

#: Points from the lower and the right edge of the paper.
BELOW, BESIDE = 18, 28


def number_pages(content):
    """Write "2 / 7" at the foot of each page; a document of one page is returned as it is.

    :param bytes content: a PDF
    :rtype: bytes

    >>> def make(pages):
    ...     canvas = Canvas(file := io.BytesIO())
    ...     for _page in range(pages):
    ...         canvas.showPage()
    ...     canvas.save()
    ...     return file.getvalue()
    >>> single = make(1)
    >>> number_pages(single) == single
    True
    >>> reader = PdfFileReader(io.BytesIO(number_pages(make(2))))
    >>> [reader.getPage(number).extract_text().strip() for number in range(2)]
    ['1 / 2', '2 / 2']
    """
    reader = PdfFileReader(io.BytesIO(content))
    total = reader.getNumPages()
    if total < 2:
        return content
    writer = PdfFileWriter()
    for number in range(total):
        writer.addPage(reader.getPage(number))
    numbers = PdfFileReader(_print_numbers(reader, total))
    for number in range(total):
        writer.getPage(number).mergePage(numbers.getPage(number))
    writer.addMetadata(dict(reader.getDocumentInfo() or {}))
    writer.write(file := io.BytesIO())
    return file.getvalue()


def _print_numbers(reader, total):
    """A document of the same pages that holds nothing but their numbers."""
    canvas = Canvas(file := io.BytesIO())
    for number in range(total):
        paper = reader.getPage(number).mediaBox
        width, height = float(paper.getWidth()), float(paper.getHeight())
        canvas.setPageSize((width, height))
        canvas.setFont("Helvetica", 8)
        canvas.drawRightString(width - BESIDE, BELOW, f"{number + 1} / {total}")
        canvas.showPage()
    canvas.save()
    file.seek(0)
    return file
