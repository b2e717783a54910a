"""The values that pass through the program, in the order in which they arise.

Every arrow of the data path is one function from one of these frozen dataclasses to the next:

    file ─load─▶ Document ─parse─▶ Block ─describe─▶ Description ─chunk─▶ Passage ─embed─▶ store
    question ─understand─▶ Query ─retrieve─▶ Hit ─answer─▶ Claim (draft) ─verify─▶ Answer

The invariant that everything rests on: a `Span` indexes the page text as it was extracted, and
`document.pages[span.page].text[span.start:span.end]` *is* the quote. Text that was cleaned for search stands beside
the page text and is never quoted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["inspection", "focused visit", "monitoring visit", "committee paper", "news", "other"]
BlockKind = Literal["heading", "paragraph", "item", "row", "footnote", "furniture"]
Expectation = Literal["figure", "date", "name", "grade", "list", "reason", "yes/no", "comparison", "finding"]
Verdict = Literal["exact", "supported", "withheld"]
Label = Literal["", "strength", "weakness", "otherwise"]

KINDS: tuple[Kind, ...] = ("inspection", "focused visit", "monitoring visit", "committee paper", "news", "other")
GRADES: tuple[str, ...] = ("Outstanding", "Good", "Requires improvement to be good", "Inadequate")


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────


Box = tuple[float, float, float, float]  # left, bottom, right, top in points from the bottom left of a page


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `start` to `end` (half open) of the untouched text of page `page` (from 0) of `document`."""

    document: str
    page: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line: its characters in the page text, and what the loader knows of how it looks.

    `box` is None where the format has no layout; `size` is the type size in points. `role` is what a marked-up format
    says of the line itself: "heading1" … "heading6", "item", "row", "head" (a row of column headers), "caption",
    "footnote", "front" (front matter), "skip" (navigation), or "" where parsing has to find out.

    `parts` are the stretches that wide gaps or ruled lines part the line into, none where it is in one piece. Those of
    a "row" or "head" are its cells, one for every column: a merged cell is named in each column and row that it takes,
    and so may stand in an earlier line; an empty cell ends where it starts.
    """

    start: int
    end: int
    box: Box | None = None
    size: float = 0.0
    bold: bool = False
    role: str = ""
    parts: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One page as extracted. `text` is never altered; `label` is the printed page number where one is known.

    `words` are those of a page without a text layer, with their places, as text recognition (OCR) read them: such a
    page is a reading of the printed one, and what quotes it says so.
    """

    text: str
    label: str | None = None
    lines: tuple[Line, ...] = ()
    size: tuple[float, float] | None = None  # width and height in points
    words: tuple[Line, ...] = ()
    rules: tuple[Box, ...] = ()  # the level and upright lines drawn on it

    @property
    def recognised(self) -> bool:
        return bool(self.words)


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read. `name` is its path below the indexed folder, with `/`."""

    name: str
    path: str
    sha256: str
    format: Literal["pdf", "text", "markdown", "html", "docx", "odt"]
    pages: tuple[Page, ...]
    paged: bool  # False where the format has no pages: records then give null for the page
    problems: tuple[str, ...] = ()  # what went wrong in reading, in words

    def quote(self, span: Span) -> str:
        return self.pages[span.page].text[span.start : span.end]


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote's mark in a sentence. `mark` is the `number` of the footnote's block on the page of `span`."""

    mark: str
    span: Span


@dataclass(frozen=True, slots=True)
class Sentence:
    """Cleaned text for search and display, with the spans it stands on, in reading order.

    There are several spans where a page break, a footnote or a running header interrupts the sentence. `notes` are the
    marks of the footnotes that hang on it: the spans hold them, the text leaves them out.
    """

    text: str
    spans: tuple[Span, ...]
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table's row: its cleaned text and where it stands (both empty where the cell is), and the text of its
    column's header, None where the table says none."""

    text: str
    spans: tuple[Span, ...] = ()
    header: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A structural unit: a heading, a numbered or plain paragraph, a list item, a table row, a footnote, or
    furniture (running headers, page numbers, navigation), which is never searched.

    `heading` is the path of headings above; `number` the printed paragraph number ("27"), `level` the depth of a
    heading (from 1) or of a list item (from 1). `lead` holds the sentence that introduces the list an item stands in.
    """

    kind: BlockKind
    sentences: tuple[Sentence, ...]
    heading: tuple[str, ...] = ()
    number: str | None = None
    level: int = 0
    lead: Sentence | None = None
    general: bool = False  # says what grades mean in general, or lists contents: no finding about any place
    cells: tuple[Cell, ...] = ()  # of a row, in the order of its columns

    @property
    def text(self) -> str:
        return " ".join(s.text for s in self.sentences)


# ── describing ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Stated:
    """A field's value, the spans it was read from, and on what it rests.

    `basis` is "text" (the document says so), "front matter", "file name" (a hint of last resort) or
    "authority list" (looked up from the recognised authority; no paper prints it).
    """

    value: str
    spans: tuple[Span, ...] = ()
    basis: Literal["text", "front matter", "file name", "authority list"] = "text"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was judged, as printed (`label`), its grade, and where both stand. `key` is what all wordings of the label
    share ("overall_effectiveness", "leaders", "help_and_protection", "children_in_care", "care_leavers",
    "children_in_care_and_care_leavers", "adoption", "safeguarding_board"), "" where it is something else."""

    label: str
    grade: str
    spans: tuple[Span, ...]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Description:
    """What a document says of itself. A field that it does not state is None: never guessed.

    Dates are ISO (a month alone is "2020-10"). `retold_from` and `original` are set for retold sample papers only.
    """

    title: Stated | None = None
    publisher: Stated | None = None
    authority: Stated | None = None
    urn: Stated | None = None
    region: Stated | None = None
    kind: Stated | None = None
    framework: Stated | None = None
    inspection_start: Stated | None = None
    inspection_end: Stated | None = None
    published: Stated | None = None
    lead_inspector: Stated | None = None
    retold_from: Stated | None = None
    original: Stated | None = None
    judgements: tuple[Judgement, ...] = ()

    def value(self, name: str) -> str | None:
        """The value of the field called `name`, or None where the document does not state it."""
        stated = getattr(self, name)
        return stated.value if stated else None

    @property
    def days(self) -> tuple[str, ...]:
        """The dates that place the paper in time: inspection start and end, publication; those that are stated."""
        named = (self.value(name) for name in ("inspection_start", "inspection_end", "published"))
        return tuple(day for day in named if day)

    @property
    def years(self) -> set[int]:
        return {int(day[:4]) for day in self.days}

    def within(self, first: str | None, last: str | None) -> bool:
        """Whether any of its `days` lies between the two, both inclusive, None being open. A date that is less exact
        ("2020-10") is compared as far as it goes."""
        if not first and not last:
            return True
        return any(
            (not first or day >= first[: len(day)]) and (not last or day[: len(last)] <= last) for day in self.days
        )

    @property
    def date(self) -> str | None:
        """The date that places the paper in time: when inspectors were there, else when it was published."""
        return self.value("inspection_start") or self.value("published")


# ── finding ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive sentences below one heading: the unit that is embedded, ranked and handed to an answerer.

    `numbers[i]` is the printed paragraph number of `sentences[i]`, None where there is none; `leads[i]` is the lead-in
    of the list that the sentence stands in; `kinds[i]` is the kind of its block. `cells` is empty where no sentence is
    of a table's row; else `cells[i]` holds the cells that `sentences[i]` is made of, with that which names the row.
    """

    id: str
    document: str
    heading: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    numbers: tuple[str | None, ...]
    kinds: tuple[BlockKind, ...]
    leads: tuple[Sentence | None, ...]
    cells: tuple[tuple[Cell, ...], ...] = ()

    @property
    def text(self) -> str:
        return " ".join(s.text for s in self.sentences)

    @property
    def page(self) -> int:
        return self.sentences[0].spans[0].page


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a search. Empty means everything. Dates are ISO and inclusive.

    `taken_back` are places, kinds and grades, and "dates", that the person who asks took back after they had been
    understood from the words of the question: those words narrow nothing then."""

    authorities: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    date_from: str | None = None
    date_to: str | None = None
    taken_back: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A question as understood. `topic` is what is left of it without the places and times that narrow the search;
    `unknown_places` are places named that the store holds nothing about; `notes` says in words what was narrowed or
    could not be. `months` are those named with their year, as (year, month). Where a follow-up was asked, `asked` is
    that and `text` the whole question it was taken for."""

    text: str
    filters: Filters = field(default_factory=Filters)
    expects: Expectation = "finding"
    years: tuple[int, ...] = ()
    months: tuple[tuple[int, int], ...] = ()
    unknown_places: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    topic: str = ""
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the cross-encoder says of a passage: the log-odds that it answers the question, and those of each of its
    sentences, None for what stands beyond the tokens that it reads."""

    answers: float
    sentences: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its score and, for each search that found it, its rank there (from 1).

    The score is that of fusion, or once reranked the probability that the passage answers. `page` is the physical page
    from 1 on which it begins, None where the format has no pages; `recognised` tells that OCR read some of it.
    `reading` is None where the cross-encoder did not come to it; `also` are passages of the same paper that say nearly
    the same elsewhere."""

    passage: Passage
    score: float
    page: int | None = None
    ranks: Mapping[str, int] = field(default_factory=dict, compare=False)
    recognised: bool = False
    reading: Reading | None = field(default=None, compare=False)
    also: tuple[Passage, ...] = ()


# ── answering ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote and where it stands. `quote` equals the page text at `span`, letter for letter."""

    span: Span
    quote: str
    page: int | None  # the physical page from 1; None where the format has no pages
    label: str | None  # the printed page number
    paragraph: str | None
    title: str | None
    authority: str | None
    date: str | None
    attribution: str | None  # whose words, to be read out: "Newham Council"; None where it cannot be told
    retold_from: str | None = None
    original: str | None = None
    recognised: bool = False  # the quote is what OCR read on the page, to be compared with it
    changed: Literal["", "changed", "gone"] = ""  # what has become of the paper's file since it was indexed


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer. `text` is the assertion; `frame` the lead-in made only of described fields. `label`
    sets it apart from the others: what is good or bad of a topic, or what another paper says otherwise."""

    text: str
    citations: tuple[Citation, ...]
    frame: str = ""
    verdict: Verdict | None = None  # None until verified
    reason: str = ""  # why it is withheld
    label: Label = ""


@dataclass(frozen=True, slots=True)
class Writing:
    """An answer that a language model is still writing: the claims that have stood up to verification so far, and how
    many have not."""

    claims: tuple[Claim, ...] = ()
    withheld: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person gets. `text` is empty when abstaining; `notice` is then what they are told.

    `searched` says what was looked through: documents, passages, places, dates. `suggestions` are questions that the
    papers can answer. `seconds` is wall time.
    """

    question: str
    text: str
    claims: tuple[Claim, ...]
    abstained: bool
    notice: str
    query: Query
    hits: tuple[Hit, ...]
    searched: Mapping[str, object]
    withheld: tuple[Claim, ...] = ()
    backend: str = "extractive"
    seconds: float = 0.0
    suggestions: tuple[str, ...] = ()
