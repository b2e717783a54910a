"""Pages that are pictures: their words and places as the program Tesseract recognises them, shaped like printed text.

Recognised words are a reading of the page, not the page: whoever quotes them says so (`Page.recognised`).
"""

from __future__ import annotations

import io
import os
import re
import shutil
import statistics
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rag.load import picture
from rag.load.ruling import is_level, parts
from rag.types import Box, Line, Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import pypdfium2

INSTALL = "install Tesseract (Debian: apt install tesseract-ocr; macOS: brew install tesseract) and index again"
SECONDS = 60.0  # what one page may take

_DOTS = 300 / 72  # pixels a point: what Tesseract was trained on
_MAX_PIXELS = 6000  # on the longer side; larger sheets are drawn more coarsely
_TRUSTED = 50  # the least mean confidence, in percent, of a line that is kept: pictures are full of letters to it
_EM = 0.95  # from the top of "b" to the foot of "p", as a share of the type size
_BOLD_STEM = 0.125  # upright strokes of bold type are at least this share of the type's height
# As shares of a line's height: specks, gaps between the cells of a table, and cells at one height.
_SPECK, _GAP, _LEVEL = 0.25, 1.2, 0.25
_BULLET = re.compile(r"[^\w\s(\[£$€'\"‘“]|[eoO®©¢°«»]")
_BOX = re.compile(r"bbox (\d+) (\d+) (\d+) (\d+)")
_NUMBER = r" (-?[\d.]+)"
_SIZE, _DESCENT, _CONFIDENCE = (re.compile(name + _NUMBER) for name in ("x_size", "x_descenders", "x_wconf"))
_BASELINE = re.compile(r"baseline (-?[\d.]+) (-?[\d.]+)")
_LINES = {"ocr_line", "ocr_header", "ocr_caption", "ocr_textfloat"}


def available() -> bool:
    """Whether Tesseract is installed."""
    return shutil.which("tesseract") is not None


def recognise(page: pypdfium2.PdfPage) -> Page | None:
    """The page with the text that Tesseract sees on it, None where it sees none that can be trusted.

    Boxes are in points from the bottom left of the page as it is shown; `words` gives each word's own. Raises OSError
    where Tesseract cannot be run, subprocess.SubprocessError where it fails or takes longer than `SECONDS`.
    """
    width, height = page.get_size()
    scale = min(_DOTS, _MAX_PIXELS / max(width, height, 1.0))
    drawn = page.render(scale=scale, grayscale=True, may_draw_forms=False)
    try:
        pixels = drawn.to_numpy().reshape(drawn.height, drawn.width)
        held = io.BytesIO(b"P5 %d %d 255\n" % (drawn.width, drawn.height))
        held.seek(0, io.SEEK_END)
        held.write(pixels.tobytes())
        lines = list(_lines(_run(held.getvalue(), round(scale * 72))))
        return _page(lines, pixels, scale, (width, height)) if lines else None
    finally:
        drawn.close()


def _run(image: bytes, dots: int) -> bytes:
    # hOCR rather than TSV, as only it tells base lines and type sizes.
    command = ["tesseract", "stdin", "stdout", "--dpi", str(dots), "--psm", "3", "-l", "eng", "hocr"]
    environ = os.environ | {"OMP_THREAD_LIMIT": "1"}  # papers are read side by side already
    return subprocess.run(
        command, input=image, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=SECONDS, check=True,
        env=environ,
    ).stdout  # fmt: skip


_Word = tuple[str, tuple[int, int, int, int]]


class _Seen:
    """A line as recognised, in pixels from the top left."""

    def __init__(self, title: str, words: list[_Word], whole: bool = True) -> None:
        self.words = words
        self.box = (
            min(box[0] for _, box in words), min(box[1] for _, box in words),
            max(box[2] for _, box in words), max(box[3] for _, box in words),
        )  # fmt: skip
        self.height = _value(_SIZE, title) or float(self.box[3] - self.box[1])
        self.foot = float(self.box[3])  # of its type, not of its letters
        if whole and (found := _BASELINE.search(title)):
            slope, offset = (float(n) for n in found.groups())
            self.foot += slope * (self.box[2] - self.box[0]) / 2 + offset + _value(_DESCENT, title)
        elif not any(letter in text for text, _ in words for letter in "gjpqy"):
            self.foot += _value(_DESCENT, title)
        if len(words) > 1 and _BULLET.fullmatch(words[0][0]):
            # Tesseract knows no bullets, but what stands so far from the words behind it is one.
            box = words[0][1]
            if words[1][1][0] - box[2] > 0.35 * self.height:
                self.words = [("•", box), *words[1:]]


def _seen(element: Any) -> list[_Seen]:
    """The lines that Tesseract took for one: cells of a table that stand at different heights are taken apart."""
    title = element.get("title")
    spans = [word for word in element.iter("{*}span") if word.get("class") == "ocrx_word"]
    read = [(text, _box(word.get("title")), word) for word in spans if (text := "".join(word.itertext()).strip())]
    if not read or statistics.fmean(_value(_CONFIDENCE, word.get("title")) for *_, word in read) < _TRUSTED:
        return []
    height = _value(_SIZE, title) or 1.0
    cells: list[list[_Word]] = []
    for text, box, _ in read:
        if not any(c.isalnum() for c in text) and max(box[2] - box[0], box[3] - box[1]) < _SPECK * height:
            continue
        if not cells or box[0] - cells[-1][-1][1][2] > _GAP * height:
            cells.append([])
        cells[-1].append((text, box))
    rows: list[list[_Word]] = []
    for cell in cells:
        level = rows and abs(_middle(rows[-1]) - _middle(cell)) < _LEVEL * height
        rows[-1:] = [rows[-1] + cell] if level else [*rows[-1:], cell]
    return [_Seen(title, row, whole=len(rows) == 1) for row in rows]


def _middle(words: list[_Word]) -> float:
    return statistics.fmean((box[1] + box[3]) / 2 for _, box in words)


def _lines(hocr: bytes) -> Iterator[_Seen]:
    import lxml.etree

    parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    root = lxml.etree.fromstring(hocr, parser) if hocr.strip() else None
    for span in root.iter("{*}span") if root is not None else ():
        if span.get("class") in _LINES:
            yield from _seen(span)


def _page(seen: list[_Seen], pixels: np.ndarray, scale: float, size: tuple[float, float]) -> Page:
    usual = statistics.median([line.height for line in seen for _ in line.words])
    ruled = picture.rules(pixels, scale)
    upright = [rule for rule in ruled if not is_level(rule)]
    text = ""
    lines, words = [], []
    places: dict[int, Box] = {}  # of the words, by where they start and where they end
    for line in seen:
        # Recognised heights waver; parsing takes a step in size for a new paragraph.
        height = usual if abs(line.height - usual) < 0.12 * usual else line.height
        start = len(text)
        for word, (left, top, right, bottom) in line.words:
            text += " " if len(text) > start else ""
            box = _rounded(left / scale, size[1] - bottom / scale, right / scale, size[1] - top / scale)
            words.append(Line(len(text), len(text) + len(word), box))
            places[len(text)] = places[len(text) + len(word) - 1] = box
            text += word
        foot = size[1] - line.foot / scale
        box = _rounded(line.box[0] / scale, foot, line.box[2] / scale, foot + height / scale)
        bold = picture.stem(pixels, line.box) >= _BOLD_STEM * height
        made = Line(start, len(text), box, round(2 * height / scale / _EM) / 2, bold)
        lines.append(replace(made, parts=parts(text, made, upright, places.__getitem__)))
        text += "\r\n"
    return Page(text, lines=tuple(lines), size=size, words=tuple(words), rules=ruled)


def _rounded(left: float, bottom: float, right: float, top: float) -> Box:
    return (round(left, 1), round(bottom, 1), round(right, 1), round(top, 1))


def _box(title: str) -> tuple[int, int, int, int]:
    found = _BOX.search(title or "")
    return tuple(int(n) for n in found.groups()) if found else (0, 0, 0, 0)  # type: ignore[return-value]


def _value(pattern: re.Pattern[str], title: str) -> float:
    found = pattern.search(title or "")
    return float(found[1]) if found else 0.0
