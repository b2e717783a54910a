"""Web pages and Word files: the page text is what we extract, one line a block, with the role its markup gives it."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

from rag.errors import ReadError, UnsupportedFormat
from rag.load.text import MAX_CHARACTERS, decode
from rag.types import Line, Page

if TYPE_CHECKING:
    from collections.abc import Iterator

# An archive may unpack to far more than it weighs; nobody's Word file holds this much text.
MAX_UNPACKED = 200_000_000

_SKIPPED = {"nav", "header", "footer", "aside", "form", "button", "dialog"}
_DROPPED = {"script", "style", "noscript", "template", "svg", "head", "iframe", "object", "select", "option"}
_BLOCKS = {
    *("p", "div", "section", "article", "main", "body", "html", "ul", "ol", "dl", "dt", "dd", "li", "table", "thead"),
    *("tbody", "tfoot", "tr", "caption", "blockquote", "pre", "figure", "figcaption", "address", "details", "summary"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "hr", *_SKIPPED),
}
_SKIP_ROLES = {"navigation", "banner", "contentinfo", "complementary", "search"}
_BOILERPLATE = re.compile(r"\b(?:cookie|breadcrumb|skip-?link|site-?nav|social|share-?links)", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_META_CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?([\w-]+)", re.IGNORECASE)

_Pages = tuple[tuple[Page, ...], tuple[str, ...]]


def zip_format(data: bytes, name: str) -> str:
    """ "docx" where `data` is a Word file. Raises ReadError for a broken archive and for any other content."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise ReadError(f"{name} is damaged or cut short; download it again") from error
    if "word/document.xml" not in names:
        what = (
            "a spreadsheet"
            if "xl/workbook.xml" in names
            else "a presentation"
            if "ppt/presentation.xml" in names
            else "a zip archive"
        )
        raise UnsupportedFormat(f"{name} is {what}; save it as PDF, Word (.docx), HTML, Markdown or text")
    if unpacked > MAX_UNPACKED:
        raise ReadError(f"{name} unpacks to {unpacked // 1_000_000} MB, more than is read; save it as PDF")
    return "docx"


class _Text:
    """Collects lines and their roles into one page."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._lines: list[Line] = []
        self._length = 0

    def add(self, text: str, role: str) -> None:
        text = _SPACE.sub(" ", text).strip()
        if not text or self._length > MAX_CHARACTERS:
            return
        self._lines.append(Line(self._length, self._length + len(text), role=role))
        # A blank line between blocks, so that the text reads well where it is shown as a whole.
        self._parts.append(text + "\n\n")
        self._length += len(text) + 2

    def pages(self, name: str) -> _Pages:
        if not any(line.role != "skip" for line in self._lines):
            raise ReadError(f"{name} holds no text; open it to see what it is, and save it again")
        problems = (f"only the first {MAX_CHARACTERS} characters were read",) if self._length > MAX_CHARACTERS else ()
        return (Page(text="".join(self._parts), lines=tuple(self._lines)),), problems


def read_html(data: bytes, name: str) -> _Pages:
    """One page of the text of a web page: a line for every block, navigation and the like with the role "skip"."""
    import lxml.etree
    import lxml.html

    declared = _META_CHARSET.search(data[:4096])
    text = ""
    if declared and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        try:
            text = data.decode(declared[1].decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            text = ""
    if not text:
        text, _ = decode(data, name)
    # lxml refuses text with an encoding declaration of its own, so it is given bytes of a known one. Without
    # `huge_tree` it drops silently what is nested deep.
    parser = lxml.html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        root = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.LxmlError, ValueError) as error:
        raise ReadError(f"{name} cannot be read as a web page ({error}); save it again") from error
    page = _Text()
    _walk(root, page)
    pages, problems = page.pages(name)
    if any("depth" in entry.message for entry in parser.error_log):
        problems += ("parts that are nested too deep could not be read",)
    return pages, problems


def _walk(root: Any, page: _Text) -> None:
    """Every block of the tree as a line, in order; without recursion, as hostile pages nest deeper than Python can."""
    import lxml.etree

    roles = [""]
    pending: list[str] = []
    pending_role = ""

    def say(text: str | None) -> None:
        nonlocal pending_role
        if text and text.strip() and not "".join(pending).strip():
            pending_role = roles[-1]
        pending.append(text or "")

    def flush() -> None:
        page.add("".join(pending), pending_role)
        pending.clear()

    walker = lxml.etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            roles.append(_role(element, tag, roles[-1]))
            if not tag or tag in _DROPPED or _hidden(element):
                walker.skip_subtree()
                continue
            if tag in _BLOCKS:
                flush()
            if tag == "tr":
                cells = (" ".join(cell.itertext()) for cell in element if cell.tag in ("td", "th"))
                page.add(" | ".join(cell for c in cells if (cell := _SPACE.sub(" ", c).strip())), roles[-1])
                walker.skip_subtree()
                continue
            say(" " if tag == "br" else element.text)
        else:
            if tag in _BLOCKS:
                flush()
            roles.pop()
            say(element.tail)
    flush()


def _role(element: Any, tag: str, inherited: str) -> str:
    if inherited == "skip":
        return "skip"
    if tag in _SKIPPED or (element.get("role") or "").lower() in _SKIP_ROLES:
        # A header within the main text holds the title of the page, no navigation.
        if tag == "header" and any(a.tag in ("main", "article") for a in element.iterancestors()):
            return ""
        return "skip"
    if _BOILERPLATE.search(f"{element.get('class') or ''} {element.get('id') or ''}") and tag not in ("html", "body"):
        return "skip"
    if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
        return f"heading{tag[1]}"
    if tag == "tr":
        return "row"
    if tag == "li":
        return "item"
    return "" if tag in ("p", "div", "section", "blockquote") and inherited.startswith("heading") else inherited


def _hidden(element: Any) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return element.get("hidden") is not None or "display:none" in style or element.get("aria-hidden") == "true"


def read_docx(data: bytes, name: str) -> _Pages:
    """One page of the text of a Word file: paragraphs with their styles, tables row by row, footnotes last."""
    import docx
    import docx.opc.exceptions
    import lxml.etree

    try:
        document = docx.Document(io.BytesIO(data))
        page = _Text()
        for text, role in _word_blocks(document):
            page.add(text, role)
    except (
        docx.opc.exceptions.OpcError,
        lxml.etree.LxmlError,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        NotImplementedError,
        AttributeError,
    ) as error:
        raise ReadError(f"{name} cannot be read as a Word file: it is damaged; save it again") from error
    return page.pages(name)


def _word_blocks(document: Any) -> Iterator[tuple[str, str]]:
    from docx.table import Table

    for block in document.iter_inner_content():
        if isinstance(block, Table):
            yield from _table_rows(block)
        else:
            yield block.text, _style_role(block)


def _table_rows(table: Any) -> Iterator[tuple[str, str]]:
    for row in table.rows:
        cells: list[str] = []
        seen = None
        for cell in row.cells:
            # A merged cell is handed out once for every column that it spans.
            if cell._tc is not seen and cell.text.strip():
                cells.append(_SPACE.sub(" ", cell.text).strip())
            seen = cell._tc
        yield " | ".join(cells), "row"


def _style_role(paragraph: Any) -> str:
    style = (paragraph.style.name if paragraph.style is not None else "") or ""
    if match := re.match(r"heading (\d)", style, re.IGNORECASE):
        return f"heading{min(int(match[1]), 6)}"
    if style.lower() in ("title", "subtitle"):
        return "heading1" if style.lower() == "title" else "heading2"
    properties = paragraph._p.pPr
    if style.lower().startswith("list") or (properties is not None and properties.numPr is not None):
        return "item"
    return ""
