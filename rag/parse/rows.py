"""What parsing works on: printed rows with their looks, and the drafts of blocks that they are gathered into."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from rag.types import BlockKind, Box, Document, Line

Segment = tuple[int, int, int]  # page, start, end


@dataclass(slots=True)
class Row:
    """A line that is not empty: its characters without the white space at its ends, and its looks.

    `left`, `bottom`, `right`, `top` are in points from the bottom left of the page, all 0 where `placed` is False;
    `blank` says that an empty line stands before it, `indent` how many spaces stand before it on its line. `parts` are
    those of its line.
    """

    page: int
    start: int
    end: int
    text: str
    left: float = 0.0
    bottom: float = 0.0
    right: float = 0.0
    top: float = 0.0
    size: float = 0.0
    bold: bool = False
    role: str = ""
    placed: bool = False
    blank: bool = False
    indent: int = 0
    parts: tuple[Line, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether a sentence may end here."""
        return self.text.rstrip("’”'\")]0123456789").endswith((".", "!", "?", ":", ";")) if self.text else True

    @property
    def lower(self) -> bool:
        """Whether it begins as only the middle of a sentence does."""
        first = self.text.lstrip("‘“'\"(")[:1]
        return first.islower() or self.text[:1] in ",.;:)%"


@dataclass(slots=True)
class Draft:
    """A block in the making. `left` is where its text begins, in points. `cells` are those of a table's row, column by
    column, each with its column's header beside it in `heads`; `segments` are then all that stands in them. A heading
    that its type does not show is a `caption`.
    """

    kind: BlockKind
    segments: list[Segment] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    number: str | None = None
    glyph: str = ""
    level: int = 0
    edge: float = 0.0  # where its mark or, without one, its text begins
    left: float = 0.0
    general: bool = False
    caption: bool = False
    cells: list[list[Segment]] = field(default_factory=list)
    heads: list[list[Segment]] = field(default_factory=list)

    def add(self, row: Row, skip: int = 0) -> None:
        """Takes `row` in, without the first `skip` characters, which hold its number or bullet."""
        start = row.start + skip
        if start < row.end:
            self.segments.append((row.page, start, row.end))
        self.rows.append(row)

    @property
    def text(self) -> str:
        return " ".join(row.text for row in self.rows)

    @property
    def bold(self) -> bool:
        return all(row.bold for row in self.rows)

    @property
    def size(self) -> float:
        return self.rows[0].size


def labels(drafts: list[Draft]) -> list[str]:
    """The letters and numerals that open the items of the list with which `drafts` ends."""
    found = []
    for draft in reversed(drafts):
        if draft.kind == "item":
            found += [draft.number] if draft.number else []
        elif draft.kind not in ("footnote", "furniture"):
            break
    return found


def rows(document: Document) -> list[list[Row]]:
    """The rows of every page."""
    return [_page_rows(document, index) for index in range(len(document.pages))]


def _page_rows(document: Document, index: int) -> list[Row]:
    page = document.pages[index]
    found = []
    blank = True
    for line in page.lines:
        raw = page.text[line.start : line.end]
        text = raw.strip()
        if not text:
            blank = True
            continue
        start = line.start + len(raw) - len(raw.lstrip())
        box: Box = line.box or (0.0, 0.0, 0.0, 0.0)
        found.append(
            Row(
                *(index, start, start + len(text), text, *box, line.size, line.bold, line.role),
                placed=line.box is not None,
                blank=blank,
                indent=start - line.start,
                parts=line.parts,
            )
        )
        blank = False
    return found


def body_size(pages: list[list[Row]]) -> float:
    """The type size that most characters have, 0 where none is known."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for row in page:
            sizes[round(row.size * 2) / 2] += len(row.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0
