"""Web pages and Word files: the page text is what we extract, one line a block, with the role its markup gives it."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

from rag.errors import ReadError, UnsupportedFormat
from rag.load.text import MAX_CHARACTERS, decode
from rag.load.word import Words
from rag.types import Line, Page

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

# An archive may unpack to far more than it weighs; nobody's paper holds this much text, in so many parts.
MAX_UNPACKED = 200_000_000
MAX_PARTS = 10_000

_ODT = (b"application/vnd.oasis.opendocument.text", b"application/vnd.oasis.opendocument.text-template")
_SKIPPED = {"nav", "header", "footer", "aside", "form", "button", "dialog"}
_DROPPED = {"script", "style", "noscript", "template", "svg", "head", "iframe", "object", "select", "option"}
_BLOCKS = {
    *("p", "div", "section", "article", "main", "body", "html", "ul", "ol", "dl", "dt", "dd", "li", "table", "thead"),
    *("tbody", "tfoot", "tr", "td", "th", "caption", "blockquote", "pre", "figure", "figcaption", "address"),
    *("details", "summary", "h1", "h2", "h3", "h4", "h5", "h6", "hr", *_SKIPPED),
}
_SKIP_ROLES = {"navigation", "banner", "contentinfo", "complementary", "search"}
# Names of classes and ids, as whole words: "social-media", not "social-work".
_BOILERPLATE = re.compile(
    r"(?<![a-z])(?:cookies?|breadcrumbs?|skip-?(?:links?|to|nav)|site-?nav|(?:main|primary|side)-?(?:nav|menu)"
    r"|social-?(?:media|links?|icons?|shar(?:e|ing)|buttons?)|shar(?:e|ing)-?(?:links?|bar|buttons?|this)|addthis"
    r"|back-?to-?top|pagination|newsletter|related-?(?:links|pages|news|posts|stories)|page-?feedback)(?![a-z])",
    re.IGNORECASE,
)
_MOST = 0.8  # what holds this share of a page's text is no boilerplate, whatever it is called: it is wrapped round
_NOTES = re.compile(r"\b(?:_?fn|_?ftn|foot-?note|end-?note)s?[\d:_-]*(?!\S)", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_BAR = " | "
_LISTS = ("ul", "ol", "menu")
_DEEP = 8  # lists within lists that are told apart
_MANY = 1000  # columns; hostile pages claim more
_META_CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?([\w-]+)", re.IGNORECASE)

_Pages = tuple[tuple[Page, ...], tuple[str, ...]]


def zip_format(data: bytes, name: str) -> str:
    """ "docx" or "odt" where `data` is such a file. Raises ReadError for a broken archive, UnsupportedFormat for any
    other content."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {item.filename: item for item in archive.infolist()}
            kind = archive.read("mimetype")[:100] if "mimetype" in parts and parts["mimetype"].file_size < 200 else b""
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, RuntimeError, EOFError) as error:
        raise ReadError(f"{name} is damaged or cut short; download it again") from error
    format = "docx" if "word/document.xml" in parts else "odt" if kind in _ODT else ""
    if not format:
        known = (("xl/workbook.xml", "a spreadsheet"), ("ppt/presentation.xml", "a presentation"))
        what = next((said for part, said in known if part in parts), "a zip archive")
        raise UnsupportedFormat(f"{name} is {what}; save it as PDF, Word (.docx), HTML, Markdown or text")
    # What an archive says of itself may be a lie, but no more than it says is unpacked.
    unpacked = sum(item.file_size for item in parts.values())
    if unpacked > MAX_UNPACKED or len(parts) > MAX_PARTS:
        size = f"{unpacked // 1_000_000} MB in {len(parts)} parts"
        raise ReadError(f"{name} unpacks to {size}, more than is read; save it as PDF")
    return format


class PageText:
    """Collects lines and their roles into one page."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._lines: list[Line] = []
        self._length = 0

    def add(self, text: str, role: str, depth: int = 1) -> None:
        """A line. An item of a list within a list has the `depth` 2, and so on, and is set in as text would be: only
        so can parsing tell which items the sentence above introduces."""
        text = _SPACE.sub(" ", text).strip()
        if not text or self._length > MAX_CHARACTERS:
            return
        if role == "item":
            text = "  " * min(depth - 1, _DEEP) + text
        self._lines.append(Line(self._length, self._length + len(text), role=role))
        # A blank line between blocks, so that the text reads well where it is shown as a whole.
        self._parts.append(text + "\n\n")
        self._length += len(text) + 2

    def add_row(
        self, cells: Sequence[tuple[Hashable, str]], held: dict[Hashable, Line], *, head: bool, bold: bool
    ) -> None:
        """A table's row, its cells parted by bars. `cells` names for every column the cell that takes it, with its
        text; `held` knows the cells of the table so far, since one may go on from the row above."""
        if self._length > MAX_CHARACTERS:
            return
        texts: list[str] = []
        at = self._length
        for key, raw in cells:
            if key in held:
                continue
            text = _SPACE.sub(" ", raw).strip()
            if text and texts:
                at += len(_BAR)
            held[key] = Line(at, at + len(text))
            at += len(text)
            texts += [text] if text else []
        if texts:
            if len(held) == len(dict(cells)) and self._lines and self._lines[-1].role in ("row", "head"):
                self._lines.append(Line(self._length, self._length))  # an empty line parts two tables
            start, role = self._length, "head" if head else "row"
            self.add(_BAR.join(texts), role)
            parts = tuple(held[key] for key, _ in cells)
            self._lines[-1] = Line(start, start + len(_BAR.join(texts)), bold=bold, role=role, parts=parts)

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
    page = PageText()
    _walk(root, page)
    pages, problems = page.pages(name)
    if any("depth" in entry.message for entry in parser.error_log):
        problems += ("parts that are nested too deep could not be read",)
    return pages, problems


def _walk(root: Any, page: PageText) -> None:
    """Every block of the tree as a line, in order; without recursion, as hostile pages nest deeper than Python can."""
    import lxml.etree

    roles = [""]
    sizes = _sizes(root)
    most = _MOST * sizes[root]
    pending: list[str] = []
    pending_role, pending_depth, depth = "", 1, 0  # `depth` counts the lists that are open
    held: dict[Hashable, Line] = {}  # of the table that is open: its cells so far, and those that go on below
    below: dict[int, tuple[Any, int]] = {}

    def say(text: str | None) -> None:
        nonlocal pending_role, pending_depth
        if text and text.strip() and not "".join(pending).strip():
            pending_role, pending_depth = roles[-1], max(depth, 1)
        pending.append(text or "")

    def flush() -> None:
        page.add("".join(pending), pending_role, pending_depth)
        pending.clear()

    walker = lxml.etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            roles.append(_role(element, tag, roles[-1], wraps=sizes.get(element, 0) > most))
            if not tag or tag in _DROPPED or _hidden(element):
                walker.skip_subtree()
                continue
            if tag in _BLOCKS:
                flush()
            depth += tag in _LISTS
            if tag == "table":
                held, below = {}, {}
            if tag == "tr" and roles[-1] == "skip":
                page.add(_BAR.join(_said(cell) for cell in element), "skip")
                walker.skip_subtree()
                continue
            if tag == "tr" and not _is_layout(element):
                cells = _row_cells(element, below)
                page.add_row(
                    [(cell, _said(cell)) for cell in cells], held, head=_is_head(element), bold=_is_bold(cells)
                )
                walker.skip_subtree()
                continue
            say(" " if tag == "br" else element.text)
        else:
            if tag in _BLOCKS:
                flush()
            depth -= tag in _LISTS and not (_hidden(element) or tag in _DROPPED)
            roles.pop()
            say(element.tail)
    flush()


def _row_cells(row: Any, below: dict[int, tuple[Any, int]]) -> list[Any]:
    """The cell that takes each column of a row. `below` holds the cells that go on in rows to come, by their column,
    with the number of those rows."""
    cells: list[Any] = []
    own = [cell for cell in row if cell.tag in ("td", "th")]
    while own or len(cells) in below:
        column = len(cells)
        if column in below:
            cell, rows = below.pop(column)
            if rows > 1:
                below[column] = (cell, rows - 1)
            cells.append(cell)
            continue
        cell = own.pop(0)
        for place in range(column, column + _count(cell.get("colspan"))):
            cells.append(cell)
            if (rows := _count(cell.get("rowspan"))) > 1:
                below[place] = (cell, rows - 1)
        if len(cells) > _MANY:
            break
    return cells


def _count(said: str | None) -> int:
    return min(max(int(said), 1), _MANY) if said and said.strip().isdecimal() else 1


def _is_head(row: Any) -> bool:
    cells = [cell for cell in row if cell.tag in ("td", "th")]
    return row.getparent().tag == "thead" or (len(cells) > 1 and all(cell.tag == "th" for cell in cells))


def _is_bold(cells: Sequence[Any]) -> bool:
    return all(_said(cell) == " ".join(_said(bold) for bold in cell.iter("b", "strong")) for cell in cells)


def _is_layout(row: Any) -> bool:
    """Whether a row of a table only puts parts of the page side by side."""
    return next(row.iter("table", "article", "section", "main", *(f"h{n}" for n in range(1, 7))), None) is not None


def _said(element: Any) -> str:
    return _SPACE.sub(" ", " ".join(element.itertext())).strip()


def _sizes(root: Any) -> dict[Any, int]:
    """For every element, how many characters of text it holds."""
    import lxml.etree

    sizes: dict[Any, int] = {}
    for _, element in lxml.etree.iterwalk(root, events=("end",)):
        own = 0 if element.tag in _DROPPED else len((element.text or "").strip())
        sizes[element] = own + sum(sizes.get(child, 0) + len((child.tail or "").strip()) for child in element)
    return sizes


def _role(element: Any, tag: str, inherited: str, wraps: bool) -> str:
    """The role of an element's text within what has the role `inherited`; `wraps` tells that the element holds nearly
    all the text of the page, as forms do that a whole site stands in."""
    if inherited == "skip":
        return "skip"
    if wraps and tag not in ("nav", "footer"):
        return inherited
    if tag in _SKIPPED or (element.get("role") or "").lower() in _SKIP_ROLES:
        # A header within the main text holds the title of the page, no navigation.
        if tag == "header" and any(a.tag in ("main", "article") for a in element.iterancestors()):
            return ""
        return "skip"
    if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
        return f"heading{tag[1]}"
    if _BOILERPLATE.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
        return "skip"
    if tag == "caption":
        return "caption"
    if tag == "li":
        note = any(_NOTES.search(f"{e.get('class')} {e.get('id')}") for e in (element, *element.iterancestors()))
        return "footnote" if note else "item"
    return "" if tag in ("p", "div", "section", "blockquote") and inherited.startswith("heading") else inherited


def _hidden(element: Any) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return element.get("hidden") is not None or "display:none" in style or element.get("aria-hidden") == "true"


def read_docx(data: bytes, name: str) -> _Pages:
    """One page of the text of a Word file: paragraphs with their styles and numbers, tables row by row, notes last."""
    import docx
    import docx.opc.exceptions
    import docx.table
    import lxml.etree

    try:
        document = docx.Document(io.BytesIO(data))
        page = PageText()
        words = Words(document)
        for block in words.blocks():
            if isinstance(block, docx.table.Table):
                _add_table(page, block, words)
            else:
                page.add(*block)
    except (
        docx.opc.exceptions.OpcError,
        lxml.etree.LxmlError,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        NotImplementedError,
        AttributeError,
        RuntimeError,
        EOFError,
        zlib.error,
    ) as error:
        raise ReadError(f"{name} cannot be read as a Word file: it is damaged; save it again") from error
    return page.pages(name)


def _add_table(page: PageText, table: Any, words: Words) -> None:
    held: dict[Hashable, Line] = {}
    for row in table.rows:
        # A merged cell is handed out once for every column and row that it takes.
        cells = [(cell._tc, words.text(cell._tc)) for cell in row.cells]
        head = row._tr.trPr is not None and bool(row._tr.trPr.xpath("w:tblHeader"))
        runs = [run for cell in row.cells for one in cell.paragraphs for run in one.runs if run.text.strip()]
        page.add_row(cells, held, head=head, bold=bool(runs) and all(run.bold for run in runs))
