"""Plain text and Markdown: the page text is the decoded file, untouched; Markdown's marks give lines their roles."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.errors import ReadError
from rag.types import Line, Page

MAX_CHARACTERS = 10_000_000

_BREAK = re.compile(r"\r\n|\r|\n")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]|$)")
_ITEM = re.compile(r"[ \t]*[-*+•◦▪‣][ \t]+\S")
_FOOTNOTE = re.compile(r" {0,3}\[\^[^\]\s]+\]:")
_RULE = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-{2,})[ \t]*$")
_TABLE_RULE = re.compile(r"[ \t]*+\|?[ \t]*+:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t]*$")
_FENCE = re.compile(r" {0,3}(?:```|~~~)")
_CELL = re.compile(r"((?:\\.|[^|])*+)(?:\||$)")
_COMMENT = re.compile(r"[ \t]*<!--.*-->[ \t]*$")


def read_text(data: bytes, name: str) -> tuple[tuple[Page, ...], tuple[str, ...]]:
    """One page that is the decoded text, and what went wrong. Raises ReadError."""
    text, problems = decode(data, name)
    lines = tuple(Line(start, end) for start, end in line_ranges(text))
    return (Page(text=text, lines=lines),), problems


def read_markdown(data: bytes, name: str) -> tuple[tuple[Page, ...], tuple[str, ...]]:
    """One page that is the raw Markdown, and what went wrong; each line carries the role its syntax gives it."""
    text, problems = decode(data, name)
    return (Page(text=text, lines=tuple(_roles(text))),), problems


def decode(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """The text of `data` (UTF-8, UTF-16 with its mark, else Windows-1252), cut at a limit that is then noted."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise ReadError(f"{name} is not text in UTF-8 or Windows-1252; save it as UTF-8")
    if "\0" in text:
        raise ReadError(f"{name} holds binary data, not text; save it as UTF-8 text or PDF")
    if not text.strip():
        raise ReadError(f"{name} is empty; download or save it again")
    if len(text) > MAX_CHARACTERS:
        return text[:MAX_CHARACTERS], (f"only the first {MAX_CHARACTERS} of {len(text)} characters were read",)
    return text, ()


def line_ranges(text: str) -> list[tuple[int, int]]:
    """Start and end of every line of `text`, breaks left out, empty lines kept."""
    ranges = []
    at = 0
    for found in _BREAK.finditer(text):
        ranges.append((at, found.start()))
        at = found.end()
    ranges.append((at, len(text)))
    return ranges


def _roles(text: str) -> list[Line]:
    ranges = line_ranges(text)
    found = [text[start:end] for start, end in ranges]
    roles = [""] * len(found)
    first = 0
    if found and found[0].strip() == "---":
        for i in range(1, min(len(found), 60)):
            if found[i].strip() in ("---", "..."):
                roles[: i + 1] = ["front"] * (i + 1)
                first = i + 1
                break
    fenced = tabled = False
    for i in range(first, len(found)):
        line = found[i]
        if _FENCE.match(line):
            fenced = not fenced
            roles[i] = "skip"
        elif fenced:
            roles[i] = ""
        elif heading := _HEADING.match(line):
            roles[i] = f"heading{len(heading[1])}"
        elif _FOOTNOTE.match(line):
            roles[i] = "footnote"
        elif _COMMENT.match(line) or (
            _TABLE_RULE.match(line) and "-" in line and ("|" in line or (i and "|" in found[i - 1]))
        ):
            roles[i] = "skip"
            if "|" in line and i and "|" in found[i - 1] and roles[i - 1] in ("", "row"):
                roles[i - 1], tabled = "head", True
        elif (line.lstrip().startswith("|") and line.count("|") > 1) or (tabled and "|" in line):
            roles[i] = "row"
        elif _UNDERLINE.match(line) and i and roles[i - 1] == "" and found[i - 1].strip():
            roles[i - 1] = "heading1" if "=" in line else "heading2"
            roles[i] = "skip"
        elif _RULE.match(line):
            roles[i] = "skip"
        elif _ITEM.match(line):
            roles[i] = "item"
        tabled = tabled and "|" in line
    return [
        Line(start, end, role=role, parts=tuple(_cells(text, start, end)) if role in ("row", "head") else ())
        for (start, end), role in zip(ranges, roles, strict=True)
    ]


def _cells(text: str, start: int, end: int) -> Iterator[Line]:
    """The cells of a table's row, without the white space at their ends."""
    row = text[start:end].lstrip()
    stop = start + len(text[start:end].rstrip())
    for cell in _CELL.finditer(text, end - len(row) + row.startswith("|"), stop):
        if cell.start() < stop:
            begin = cell.end(1) - len(cell[1].lstrip())
            yield Line(begin, begin + len(cell[1].strip()))
