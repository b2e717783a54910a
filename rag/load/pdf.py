"""PDF: page texts exactly as PDFium gives them, with the place, size and weight of every printed line."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from rag.errors import ReadError
from rag.load.text import MAX_CHARACTERS, line_ranges
from rag.types import Line, Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pypdfium2

MAX_PAGES = 5000
MAX_PAGE_CHARACTERS = 500_000

_BOLD_WEIGHT = 600
_LEAST_SIZE = 3.0
# How far from the top and bottom edge a page's label is looked for, as a share of the page's height.
_EDGE = 0.12
_LABEL = re.compile(r"(?:page\s+)?(\d{1,4})(?:\s+of\s+\d{1,4})?", re.IGNORECASE)
_LABEL_AT_END = re.compile(r".*\s(\d{1,4})")
_LABEL_AT_START = re.compile(r"(\d{1,4})\s.*")


def read(data: bytes, name: str) -> tuple[tuple[Page, ...], tuple[str, ...]]:
    """The pages of a PDF and what went wrong with them. Raises ReadError where there is nothing to be read.

    PDFium is not thread-safe: read in one thread of a process.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise ReadError(f"{name} is locked with a password; save a copy without one") from error
        raise ReadError(f"{name} is damaged or cut short; download it again") from error
    try:
        return _pages(document, data, name)
    finally:
        document.close()


def _pages(document: pypdfium2.PdfDocument, data: bytes, name: str) -> tuple[tuple[Page, ...], tuple[str, ...]]:
    count = len(document)
    if not count:
        raise ReadError(f"{name} has no pages: it is damaged or cut short; download it again")
    problems = []
    if b"%%EOF" not in data[-4096:]:
        problems.append("the file has no end mark and may be cut short")
    if count > MAX_PAGES:
        problems.append(f"only the first {MAX_PAGES} of {count} pages were read")
    pages: list[Page] = []
    unread: list[int] = []
    scanned: list[int] = []
    characters = 0
    for index in range(min(count, MAX_PAGES)):
        page, why = _page(document, index)
        characters += len(page.text)
        if characters > MAX_CHARACTERS:
            problems.append(f"only the first {index} of {count} pages were read: the rest holds too much text")
            break
        pages.append(page)
        if why:
            (unread if why == "unread" else scanned).append(index + 1)
    if len(unread) == len(pages):
        raise ReadError(f"{name} is damaged: none of its pages can be read; download it again")
    if not any(page.text.strip() for page in pages):
        raise ReadError(f"{name} has no text layer; it is probably a scan: run text recognition (OCR) on it first")
    if unread:
        problems.append(f"could not be read: {_numbers(unread)}")
    if scanned:
        problems.append(f"pictures without text, perhaps scans: {_numbers(scanned)}")
    return tuple(_labelled(pages)), tuple(problems)


def _numbers(pages: list[int]) -> str:
    shown = ", ".join(map(str, pages[:12]))
    return f"page{'s' * (len(pages) > 1)} {shown}{' and more' * (len(pages) > 12)}"


def _page(document: pypdfium2.PdfDocument, index: int) -> tuple[Page, str]:
    """The page at `index`, and "unread" or "scanned" where it has no text that can be had."""
    import pypdfium2

    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        return Page(text=""), "unread"
    try:
        size = page.get_size()
        textpage = page.get_textpage()
        try:
            if textpage.count_chars() > MAX_PAGE_CHARACTERS:
                return Page(text="", size=size), "unread"
            text = textpage.get_text_range()
            lines = tuple(_lines(textpage, text))
        finally:
            textpage.close()
        if not text.strip():
            images = page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=2)
            return Page(text=text, lines=lines, size=size), "scanned" if next(images, None) else ""
        return Page(text=text, lines=lines, size=size), ""
    except pypdfium2.PdfiumError:
        return Page(text=""), "unread"
    finally:
        page.close()


def _lines(textpage: pypdfium2.PdfTextPage, text: str) -> list[Line]:
    """The lines of a page's text with their looks, sampled at the ends of each line: a page has thousands of
    characters, and asking PDFium for each would take longer than all the rest of reading."""
    look = _Look(textpage, text)
    lines = []
    for start, end in line_ranges(text):
        stripped = text[start:end].strip()
        if not stripped or look.blind:
            lines.append(Line(start, end))
            continue
        first = text.index(stripped[0], start)
        last = first + len(stripped) - 1
        # Paragraph numbers and footnote marks have looks of their own, so the first letter speaks for the line.
        letter = next((i for i in range(first, last + 1) if text[i].isalpha()), None)
        if letter is None:
            letter = next((i for i in range(first, last + 1) if text[i].isalnum()), first)
        letter_last = next((i for i in range(last, first - 1, -1) if text[i].isalnum()), last)
        left, bottom, right, top = look.box(letter)
        # PDFium glues the halves of a word that a hyphen parts at a line's end, so that one line of text may be two
        # printed ones: what stands beside the joint shows how wide and deep the two are.
        joints = [i for at in _joints(text, first, last) for i in (at - 1, at + 1)]
        for at in {first, letter_last, last, *joints} - {letter}:
            box = look.box(at)
            left, right = min(left, box[0]), max(right, box[2])
            if at == letter_last or at in joints:
                bottom, top = min(bottom, box[1]), max(top, box[3])
        size = look.size(letter)
        bold = look.bold(letter)
        if letter_last != letter:
            bold = bold and look.bold(letter_last)
        lines.append(Line(start, end, (left, bottom, right, top), round(size, 1), bold))
    return lines


def _joints(text: str, first: int, last: int) -> Iterator[int]:
    at = text.find("\ufffe", first + 1, last)
    while at != -1:
        yield at
        at = text.find("\ufffe", at + 1, last)


class _Look:
    """How single characters of a page look. `blind` where text and characters cannot be brought together."""

    def __init__(self, textpage: pypdfium2.PdfTextPage, text: str) -> None:
        import ctypes

        import pypdfium2.raw as raw

        self._page = textpage
        self._raw = raw
        self._ctypes = ctypes
        self._name = ctypes.create_string_buffer(128)
        self._flags = ctypes.c_int()
        self._rect = raw.FS_RECTF()
        self._matrix = raw.FS_MATRIX()
        # PDFium counts invisible characters and UTF-16 halves; only where nothing of that kind is on the page are
        # its positions those of the text.
        self._same = len(text) == textpage.count_chars()
        self.blind = not self._same and any(ord(c) > 0xFFFF for c in text)

    def _at(self, index: int) -> int:
        return index if self._same else self._raw.FPDFText_GetCharIndexFromTextIndex(self._page, index)

    def box(self, index: int) -> tuple[float, float, float, float]:
        # The loose box has the height of the type, not of the letter, so that all letters of a line agree on it.
        rect = self._rect
        if not self._raw.FPDFText_GetLooseCharBox(self._page, self._at(index), self._ctypes.byref(rect)):
            return (0.0, 0.0, 0.0, 0.0)
        return (round(rect.left, 1), round(rect.bottom, 1), round(rect.right, 1), round(rect.top, 1))

    def size(self, index: int) -> float:
        at = self._at(index)
        size = self._raw.FPDFText_GetFontSize(self._page, at)
        # Some programs set all type at one point and enlarge it by the text's matrix.
        if size < _LEAST_SIZE and self._raw.FPDFText_GetMatrix(self._page, at, self._ctypes.byref(self._matrix)):
            size *= abs(self._matrix.d) or abs(self._matrix.b) or 1.0
        return size

    def bold(self, index: int) -> bool:
        at = self._at(index)
        if self._raw.FPDFText_GetFontWeight(self._page, at) >= _BOLD_WEIGHT:
            return True
        self._raw.FPDFText_GetFontInfo(self._page, at, self._name, 128, self._ctypes.byref(self._flags))
        return b"bold" in self._name.value.lower()


def _labelled(pages: list[Page]) -> list[Page]:
    """The pages with their printed numbers: numbers at the top or bottom edge that rise with the pages."""
    found = [_label_candidates(page) for page in pages]
    shifts = Counter(number - i for i, candidates in enumerate(found) for number in set(candidates))
    if not shifts:
        return pages
    shift, support = shifts.most_common(1)[0]
    if support < 2 and len(pages) > 1:
        return pages
    labelled = []
    for i, (page, candidates) in enumerate(zip(pages, found, strict=True)):
        # Papers bound together restart their numbers, so a shift that several pages share counts as well.
        shared = [n for n in candidates if shifts[n - i] > 1 and n > 0]
        label = i + shift if i + shift in candidates else (shared[0] if shared else None)
        labelled.append(Page(page.text, str(label) if label else None, page.lines, page.size))
    return labelled


def _label_candidates(page: Page) -> list[int]:
    if page.size is None:
        return []
    height = page.size[1]
    numbers = []
    for line in page.lines:
        if line.box is None or _EDGE * height < line.box[1] < (1 - _EDGE) * height:
            continue
        text = page.text[line.start : line.end].strip()
        for pattern in (_LABEL, _LABEL_AT_END, _LABEL_AT_START):
            if len(text) < 120 and (match := pattern.fullmatch(text)):
                numbers.append(int(match[1]))
                break
    return numbers
