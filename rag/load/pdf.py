"""PDF: page texts exactly as PDFium gives them, with the place, size and weight of every printed line."""

from __future__ import annotations

import math
import re
import subprocess
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.errors import ReadError
from rag.load import ocr
from rag.load.ruling import is_level, parts, rules
from rag.load.text import MAX_CHARACTERS, line_ranges
from rag.types import Box, Line, Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pypdfium2

MAX_PAGES = 5000
MAX_PAGE_CHARACTERS = 500_000
MAX_RECOGNISED = 1000
PAGE_SECONDS = 0.5  # what reading a page and all that follows from it may take

_BOLD_WEIGHT = 600
# A picture over this share of a page that has fewer letters than a stamped "Agenda item 5, page 23" is a scan.
_COVERED = 0.5
_FEW_LETTERS = 24
# How far from the top and bottom edge a page's label is looked for, as a share of the page's height.
_EDGE = 0.12
_DIGITS = re.compile(r"\d+")
_LABEL = re.compile(r"(?:page\s+)?(\d{1,4})(?:\s+of\s+\d{1,4})?", re.IGNORECASE)
_LABEL_AT_END = re.compile(r".*\s(\d{1,4})")
_LABEL_AT_START = re.compile(r"(\d{1,4})\s.*")


def read(
    data: bytes, name: str, allow: Callable[[float], None] = lambda seconds: None
) -> tuple[tuple[Page, ...], tuple[str, ...]]:
    """The pages of a PDF and what went wrong with them; those that are pictures are read by OCR where Tesseract is
    installed. `allow` is told how many seconds more the work may take. Raises ReadError where there is nothing to be
    read.

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
        return _pages(document, data, name, allow)
    finally:
        document.close()


def _pages(
    document: pypdfium2.PdfDocument, data: bytes, name: str, allow: Callable[[float], None]
) -> tuple[tuple[Page, ...], tuple[str, ...]]:
    count = len(document)
    if not count:
        raise ReadError(f"{name} has no pages: it is damaged or cut short; download it again")
    problems = []
    if b"%%EOF" not in data[-4096:]:
        problems.append("the file has no end mark and may be cut short")
    if count > MAX_PAGES:
        problems.append(f"only the first {MAX_PAGES} of {count} pages were read")
    allow(min(count, MAX_PAGES) * PAGE_SECONDS)
    pages: list[Page] = []
    seen: dict[str, list[int]] = {"unread": [], "picture": [], "recognised": [], "unrecognised": [], "wordless": []}
    characters = 0
    for index in range(min(count, MAX_PAGES)):
        page, what = _page(document, index)
        if what == "picture" and ocr.available() and len(seen["recognised"]) < MAX_RECOGNISED:
            allow(ocr.SECONDS)
            page, what = _recognised(document, index, page)
        characters += len(page.text)
        if characters > MAX_CHARACTERS:
            problems.append(f"only the first {index} of {count} pages were read: the rest holds too much text")
            break
        pages.append(page)
        if what:
            seen[what].append(index + 1)
    pictures = f"; {ocr.INSTALL}" if not ocr.available() else ", more than are read by OCR"
    if len(seen["unread"]) == len(pages):
        raise ReadError(f"{name} is damaged: none of its pages can be read; download it again")
    if not any(page.text.strip() for page in pages):
        if seen["picture"]:
            raise ReadError(f"{name} has no text layer, it is probably a scan{pictures}")
        raise ReadError(f"{name} has no text that can be read, nor pictures of any; save or scan it again")
    told = (
        ("unread", "could not be read: {}"),
        ("recognised", "read by OCR, so compare with the page: {}"),
        ("unrecognised", "pictures that OCR failed on: {}"),
        ("picture", f"pictures without text, perhaps scans: {{}}{pictures}"),
    )
    problems += [said.format(_numbers(seen[what])) for what, said in told if seen[what]]
    return tuple(_labelled(pages)), tuple(problems)


def _numbers(pages: list[int]) -> str:
    shown = ", ".join(map(str, pages[:12]))
    return f"page{'s' * (len(pages) > 1)} {shown}{' and more' * (len(pages) > 12)}"


def _page(document: pypdfium2.PdfDocument, index: int) -> tuple[Page, str]:
    """The page at `index`, and "unread" or "picture" where it has no text that can be had."""
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
            ruled = rules(page)
            lines = tuple(_lines(textpage, text, [rule for rule in ruled if not is_level(rule)]))
        finally:
            textpage.close()
        few = sum(c.isalpha() for c in text) < _FEW_LETTERS
        return Page(text=text, lines=lines, size=size, rules=ruled), "picture" if few and _is_picture(page) else ""
    except pypdfium2.PdfiumError:
        return Page(text=""), "unread"
    finally:
        page.close()


def _is_picture(page: pypdfium2.PdfPage) -> bool:
    """Whether pictures (scanners cut theirs into strips, and wrap them) cover most of a page."""
    import pypdfium2.raw as raw

    if next(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3), None) is None:
        return False
    width, height = page.get_size()
    covered = 0.0
    for placed in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM], max_depth=1):
        left, bottom, right, top = placed.get_bounds()
        covered += max(0.0, min(right, width) - max(left, 0.0)) * max(0.0, min(top, height) - max(bottom, 0.0))
    return covered > _COVERED * width * height


def _recognised(document: pypdfium2.PdfDocument, index: int, printed: Page) -> tuple[Page, str]:
    page = document[index]
    try:
        found = ocr.recognise(page)
    except (OSError, subprocess.SubprocessError):
        return printed, "unrecognised"
    finally:
        page.close()
    return (found, "recognised") if found else (printed, "wordless")


def _lines(textpage: pypdfium2.PdfTextPage, text: str, upright: list[Box]) -> list[Line]:
    """The lines of a page's text with their looks, sampled at the ends of each line: a page has thousands of
    characters, and asking PDFium for each would take longer than all the rest of reading. `upright` lines part cells.
    """
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
        line = Line(start, end, (left, bottom, right, top), round(size, 1), bold)
        lines.append(replace(line, parts=cells) if (cells := parts(text, line, upright, look.box)) else line)
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
        # Some programs set all type at one point, or the body larger than it comes out, and scale it by the matrix.
        if self._raw.FPDFText_GetMatrix(self._page, at, self._ctypes.byref(self._matrix)):
            size *= math.hypot(self._matrix.b, self._matrix.d) or 1.0
        return size

    def bold(self, index: int) -> bool:
        at = self._at(index)
        if self._raw.FPDFText_GetFontWeight(self._page, at) >= _BOLD_WEIGHT:
            return True
        self._raw.FPDFText_GetFontInfo(self._page, at, self._name, 128, self._ctypes.byref(self._flags))
        return b"bold" in self._name.value.lower()


def _labelled(pages: list[Page]) -> list[Page]:
    """The pages with their printed numbers: numbers at the top or bottom edge that rise with the pages."""
    edges = [_edge_lines(page) for page in pages]
    running = Counter(key for texts in edges for key in {_DIGITS.sub("", text) for text in texts})
    found = [[n for text in texts if (n := _number(text, running)) is not None] for texts in edges]
    shifts = Counter(number - i for i, candidates in enumerate(found) for number in set(candidates))
    if not shifts:
        return pages
    shift, support = shifts.most_common(1)[0]
    # Two footnotes may chance to rise with the pages; page numbers stand on most of them.
    if (support < 2 and len(pages) > 1) or support < len(pages) / 4:
        return pages
    labelled = []
    for i, (page, candidates) in enumerate(zip(pages, found, strict=True)):
        # Papers bound together restart their numbers, so a shift that several pages share counts as well.
        shared = [n for n in candidates if shifts[n - i] > 1 and n > 0]
        label = i + shift if i + shift in candidates else (shared[0] if shared else None)
        labelled.append(replace(page, label=str(label) if label else None))
    return labelled


def _edge_lines(page: Page) -> list[str]:
    """The short lines at the top and the bottom of a page."""
    if page.size is None:
        return []
    low, high = _EDGE * page.size[1], (1 - _EDGE) * page.size[1]
    lines = [line for line in page.lines if line.box is not None and not low < line.box[1] < high]
    texts = (page.text[line.start : line.end].strip() for line in lines)
    return [text for text in texts if text and len(text) < 120]


def _number(text: str, running: Counter[str]) -> int | None:
    """The page number that a line is or, where its other words run along the pages, that it begins or ends with; a
    footnote begins with a number too, but stands only once."""
    if match := _LABEL.fullmatch(text):
        return int(match[1])
    if running[_DIGITS.sub("", text)] < 2:
        return None
    match = _LABEL_AT_END.fullmatch(text) or _LABEL_AT_START.fullmatch(text)
    return int(match[1]) if match else None
