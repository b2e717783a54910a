"""OpenDocument text files: their content as one page of lines with roles."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Hashable, Iterator
from typing import Any

from rag.errors import ReadError
from rag.load.markup import PageText
from rag.load.word import raised
from rag.types import Line, Page

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TITLES = {"Title": "heading1", "Subtitle": "heading2"}
# What is not printed where it stands: deleted text, remarks, indexes made of the headings.
_SKIPPED = {
    *(f"{_TEXT}{name}" for name in ("tracked-changes", "table-of-content", "sequence-decls", "variable-decls")),
    *(f"{_OFFICE}{name}" for name in ("annotation", "annotation-end", "forms")),
}
_GIVEN = (f"{_TEXT}list", f"{_TEXT}list-item", f"{_TEXT}list-header")
_MANY = 100  # columns or rows that a cell may claim


def read(data: bytes, name: str) -> tuple[tuple[Page, ...], tuple[str, ...]]:
    """One page of the text of an OpenDocument file: paragraphs, tables row by row, notes last. Raises ReadError."""
    import lxml.etree

    parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if b"manifest:encryption-data" in archive.read("META-INF/manifest.xml"):
                raise ReadError(f"{name} is locked with a password; save a copy without one")
            root = lxml.etree.fromstring(archive.read("content.xml"), parser)
    except (lxml.etree.LxmlError, zipfile.BadZipFile, zlib.error, KeyError, ValueError, OSError, RuntimeError) as error:
        raise ReadError(f"{name} cannot be read as an OpenDocument file: it is damaged; save it again") from error
    page = PageText()
    content = _Content(root, page)
    body = root.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is not None:
        content.within(body, "")
    for number, note in enumerate(content.notes, 1):
        if note is not None:
            page.add(f"{raised(number)} {content.text(note)}", "footnote")
    return page.pages(name)


class _Content:
    """Puts what is printed into `page`; `notes` are those that were met, in order."""

    def __init__(self, root: Any, page: PageText) -> None:
        self.notes: list[Any] = []
        self._page = page
        styles = {one.get(f"{_STYLE}name"): one for one in root.iter(f"{_STYLE}style")}
        based = {name: style.get(f"{_STYLE}parent-style-name") for name, style in styles.items()}
        self._titles = _TITLES | {name: _TITLES[on] for name, on in based.items() if on in _TITLES}

    def within(self, parent: Any, role: str, depth: int = 0) -> None:
        """`depth` counts the lists that `parent` stands in."""
        for child in _printed(parent):
            if child.tag == f"{_TABLE}table":
                self._table(child)
            elif child.tag in (f"{_TEXT}p", f"{_TEXT}h"):
                own = self._titles.get(child.get(f"{_TEXT}style-name"), role)
                if child.tag == f"{_TEXT}h":
                    level = child.get(f"{_TEXT}outline-level") or "1"
                    own = f"heading{min(max(int(level), 1), 6) if level.isdecimal() else 1}"
                boxes: list[Any] = []
                self._page.add(self._said(child, boxes), own, max(depth, 1))
                for box in boxes:
                    self.within(box, "")
            else:
                self.within(child, "item" if child.tag in _GIVEN else role, depth + (child.tag == f"{_TEXT}list"))

    def text(self, element: Any) -> str:
        """What stands in an element, tables and text boxes within it included."""
        boxes: list[Any] = []
        own = [self._said(one, boxes) for one in _paragraphs(element)]
        return " ".join([*own, *map(self.text, boxes)])

    def _said(self, element: Any, boxes: list[Any]) -> str:
        parts = [element.text or ""]
        for child in element:
            if child.tag == f"{_TEXT}note":
                self.notes.append(child.find(f"{_TEXT}note-body"))
                parts.append(raised(len(self.notes)))
            elif child.tag == f"{_DRAW}text-box":
                boxes.append(child)
            elif child.tag in (f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break"):
                parts.append(" ")
            elif isinstance(child.tag, str) and child.tag not in _SKIPPED:
                parts.append(self._said(child, boxes))
            parts.append(child.tail or "")
        return "".join(parts)

    def _table(self, table: Any) -> None:
        held: dict[Hashable, Line] = {}
        said: dict[Any, str] = {}
        covered: dict[tuple[int, int], Any] = {}  # the cell that takes a row's column
        rows = [row for row in table.iter(f"{_TABLE}table-row") if next(row.iterancestors(f"{_TABLE}table")) is table]
        for at, row in enumerate(rows):
            cells: list[tuple[Hashable, str]] = []
            for cell in row.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                for _ in range(_count(cell, "columns-repeated")):
                    place = at, len(cells)
                    if cell.tag == f"{_TABLE}table-cell":
                        if cell not in said:
                            said[cell] = self.text(cell)
                        for down in range(_count(cell, "rows-spanned")):
                            for across in range(_count(cell, "columns-spanned")):
                                covered[at + down, place[1] + across] = cell
                    cells.append((covered.get(place, place), said.get(covered.get(place), "")))
            head = next(row.iterancestors(f"{_TABLE}table-header-rows"), None) is not None
            self._page.add_row(cells, held, head=head, bold=False)


def _count(cell: Any, what: str) -> int:
    said = cell.get(f"{_TABLE}number-{what}") or "1"
    return min(max(int(said), 1), _MANY) if said.isdecimal() else 1


def _printed(parent: Any) -> Iterator[Any]:
    return (child for child in parent if isinstance(child.tag, str) and child.tag not in _SKIPPED)


def _paragraphs(element: Any) -> Iterator[Any]:
    for child in _printed(element):
        if child.tag in (f"{_TEXT}p", f"{_TEXT}h"):
            yield child
        else:
            yield from _paragraphs(child)
