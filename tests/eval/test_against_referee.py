"""Our figures against those of an independent scorer that lies beside the project, on randomly made results.

It re-reads the papers itself, so the papers here are real files: a PDF and two Markdown files.
"""

import importlib.util
import json
import random
import sys
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval import metrics, wording
from eval.questions import read_questions
from eval.run import run
from eval.summary import summarise

REFEREE = Path(__file__).resolve().parents[3] / "shared" / "eval" / "score.py"
pytestmark = pytest.mark.skipif(not REFEREE.is_file(), reason=f"no independent scorer at {REFEREE}")

TWIN_TEXT, TWIN_PDF = next(iter(metrics.SAME_PAPER.items()))
FLAT = "flat.md"

PRINTED = [
    """Inspectors found that 8.5% of the 1,200 children in care lived outside the borough, and that five of
    the twelve homes were full. Multi-agency plans are not re-
    viewed. Since 2014 super-
    vision has been weak (see 3.2); one manager in eight keeps no record. Care leavers wait far too long for
    a home, which the council's own figures from March 2019 show as well and which nobody has yet""",
    """explained. In all, 416 of them were seen by a social worker within 10 working days, against 7 in ten
    nationally. The board1 meets four times a year. Return-home interviews are "poor" and too few: 31 of 60.
    Requires improvement to be good.""",
    """The third page says that leaders know their services well. They have not yet acted on two of the three
    priority actions of 2012, and 11.5 posts out of 1,200 remain empty.""",
]
NOTES = """# Scrutiny

The \u201cBoard\u2019s\u201d view \u2013 on 3 June 2014 \u2013 was that 239 children had a plan, down
from 247\u00ad\n; nine were under one. It was \ufb01rst told so in 2013 and again, in eleven letters, within
6 weeks. Nobody answered: 1,200 pages lay unread!
"""
FILLER = " ".join(f"filler{i}" for i in range(400)).split()


def set_out(page):
    """A page's lines as `make_pdf` wants them."""
    return [(40.0, 780.0 - 12 * i, 9.0, False, line.strip()) for i, line in enumerate(page.splitlines())]


def piece(document, page, quote, *others):
    row = {"document": document, "page": page, "quote": quote}
    return row | {"or": [piece(*other) for other in others]} if others else row


FIRST = piece(TWIN_PDF, 1, "8.5% of the 1,200 children in care lived outside the borough")
CROSSING = piece(
    TWIN_PDF, 1, "the council's own figures from March 2019 show as well and which nobody has yet explained"
)
THIRD = piece(TWIN_PDF, 3, "They have not yet acted on two of the three priority actions of 2012")
TOLD = piece(FLAT, None, "239 children had a plan, down from 247; nine were under one")
TWIN = piece(TWIN_TEXT, None, "Care leavers wait far too long for a home", (FLAT, None, "It was first told so in 2013"))
REVIEWED = piece("gone.pdf", 4, "not in this folder at all", (TWIN_PDF, 1, "Multi-agency plans are not reviewed"))

QUESTIONS = [
    ("fact", [FIRST], [["8.5%", "8.5 per cent"]]),
    ("fact", [TOLD], [["239"], ["down", "247"]]),
    ("finding", [TWIN], [["too long"]]),
    ("finding", [REVIEWED], [["not reviewed", "not re-viewed"]]),
    ("judgement", [piece(TWIN_PDF, 2, "Requires improvement to be good.")], [["“Requires improvement"], ["good"]]),
    ("reason", [CROSSING], [["nobody"]]),
    ("list", [FIRST, TOLD, THIRD, TWIN], [["two of the three", "2 of the 3"], ["1,200"]]),
    ("compare", [TOLD, REVIEWED], [["247"], ["plans", "plan"]]),
    ("unanswerable", [], []),
    ("unanswerable", [], []),
]


@pytest.fixture(scope="module")
def referee():
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # the folder is not ours to write in
    try:
        spec = importlib.util.spec_from_file_location("referee", REFEREE)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = before
    return module


@pytest.fixture(scope="module")
def corpus(tmp_path_factory, make_pdf):
    folder = tmp_path_factory.mktemp("corpus")
    for name in (TWIN_PDF, TWIN_TEXT, FLAT):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / TWIN_PDF).write_bytes(make_pdf([set_out(page) for page in PRINTED]))
    (folder / TWIN_TEXT).write_text("# Newham\n\n" + "\n\n".join(PRINTED), encoding="utf-8")
    (folder / FLAT).write_text(NOTES, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def texts(corpus):
    """Document → page texts, as the store has them."""
    with pypdfium2.PdfDocument(corpus / TWIN_PDF) as opened:
        pages = [page.get_textpage().get_text_range() for page in opened]
    assert "\ufffe" in pages[0]  # the mark of a hyphen at a line end is among what is compared
    flat = {name: [(corpus / name).read_text(encoding="utf-8")] for name in (TWIN_TEXT, FLAT)}
    return {TWIN_PDF: pages} | flat


@pytest.fixture(scope="module")
def page_text(texts):
    def of(document, page):
        pages = texts.get(document, [])
        return pages[page] if page < len(pages) else None

    return of


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """(questions as we read them, the same lines as the referee reads them)."""
    rows = [
        {
            "id": f"q{i}",
            "question": f"Question {i}?",
            "kind": kind,
            "evidence": evidence,
            "answer": "-",
            "must_include": facts,
        }
        for i, (kind, evidence, facts) in enumerate(QUESTIONS)
    ]
    path = tmp_path_factory.mktemp("set") / "set.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return read_questions(path), rows


# ── results made at random ───────────────────────────────────────────────────────────────────────────────────────


class Maker:
    def __init__(self, seed, texts):
        self.random, self.texts = random.Random(seed), texts

    def one(self, *ways):
        return self.random.choice(ways)()

    def chance(self, share):
        return self.random.random() < share

    def slice(self):
        """(document, page from 0, start, end) of some words."""
        document = self.random.choice(list(self.texts))
        page = self.random.randrange(len(self.texts[document]))
        start = self.random.randrange(len(self.texts[document][page]) - 1)
        return document, page, start, start + self.random.randint(1, 160)

    def shown_page(self, document, page):
        # A text without pages has null; where a tool says 1 instead, it is right too.
        return page + 1 if document == TWIN_PDF else self.random.choice([None, 1])

    def exact(self):
        document, page, start, end = self.slice()
        quote = self.texts[document][page][start:end]
        return {
            "document": document,
            "page": self.shown_page(document, page),
            "quote": quote,
            "start": start,
            "end": end,
        }

    def reset(self):
        made = self.exact()
        quote = " ".join(made["quote"].split()).replace("-", "\u2013").replace('"', "\u201d")
        return made | {"quote": quote.upper() if self.chance(0.3) else quote}

    def altered(self):
        made = self.exact()
        at = self.random.randrange(len(made["quote"])) if made["quote"] else 0
        return made | {"quote": made["quote"][:at] + self.random.choice("x7 .") + made["quote"][at + 1 :]}

    def misplaced(self):
        return self.exact() | {"document": TWIN_PDF, "page": self.random.choice([None, 0, 1, 2, 3, 4])}

    def crossing(self):
        page = self.random.randrange(2)
        before, after = self.texts[TWIN_PDF][page : page + 2]
        first, rest = before[-self.random.randint(1, 40) :], after[: self.random.randint(1, 40)]
        return {"document": TWIN_PDF, "page": page + 1, "quote": first + self.random.choice(["", " ", "\n"]) + rest}

    def empty(self):
        return {
            "document": self.random.choice([FLAT, "gone.md"]),
            "page": None,
            "quote": self.random.choice(["", "\u2026", "a"]),
        }

    def evident(self, evidence):
        places = [place for one in evidence for place in (one, *one.get("or", []))]
        if not places:
            return self.exact()
        place = self.random.choice(places)
        document = {TWIN_PDF: TWIN_TEXT, TWIN_TEXT: TWIN_PDF}.get(place["document"]) if self.chance(0.3) else None
        kept = [word for word in place["quote"].split() if self.chance(0.8)]
        page = place["page"] and place["page"] + self.random.choice([-2, -1, 0, 0, 0, 1, 2])
        document = document or place["document"]
        # What a document of one page makes of a page beyond is no matter for these results: see below.
        page = page if document == TWIN_PDF else None
        return {"document": document, "page": page, "quote": " ".join(kept)}

    def citation(self, evidence):
        ways = [self.exact, self.reset, self.altered, self.misplaced, self.crossing, self.empty]
        return self.one(*ways, *[lambda: self.evident(evidence)] * 4)

    def claim(self, evidence):
        cited = [self.citation(evidence) for _ in range(self.random.randint(0, 3))]
        said = [
            " ".join(c["quote"] for c in cited),
            "five of 416",
            "8.5% or 8,5",
            "Twelve, one and seventy-two",
            "[1] 2019 [23]",
        ]
        claim = {"text": " ".join(self.random.sample(said, self.random.randint(0, 3)))}
        return claim | ({"citations": cited} if cited or self.chance(0.5) else {})

    def passage(self, evidence):
        cited = self.evident(evidence) if self.chance(0.5) else self.exact()
        padding = self.random.choice([0, 0, 3, 180, 190, 195, 199, 205, 300])
        text = " ".join([*FILLER[:padding], cited["quote"], *FILLER[: self.random.randint(0, 50)]])
        return {"document": cited["document"], "page": cited["page"], "text": text}

    def answer(self, row):
        facts = [self.random.choice(fact) for fact in row["must_include"] if self.chance(0.9)]
        padding = self.random.choice([0, 10, 115, 119, 120, 121, 245, 250, 251])
        return " ".join([*facts, *FILLER[: max(0, padding - self.random.randint(0, 4))]])

    def record(self, row):
        """The result for a question, None where there is none."""
        if self.chance(0.1):
            return None
        abstained = self.chance(0.6 if row["kind"] == "unanswerable" else 0.2)
        record = {
            "answer": "" if abstained else self.answer(row),
            "abstained": abstained,
            "claims": [] if abstained else [self.claim(row["evidence"]) for _ in range(self.random.randint(0, 4))],
            "passages": [self.passage(row["evidence"]) for _ in range(self.random.randint(0, 12))],
            "seconds": self.random.choice([None, 0, 1, self.random.random(), self.random.random() * 10]),
        }
        return {key: value for key, value in record.items() if not self.chance(0.05)}


def same(ours, theirs):
    assert {key: ours.get(key, "missing") for key in theirs} == theirs


@pytest.mark.parametrize("seed", range(150))
def test_figures_are_those_of_the_referee(referee, corpus, texts, page_text, asked, seed):
    questions, rows = asked
    maker = Maker(seed, texts)
    made = [(row["id"], maker.record(row)) for row in rows]
    records = [{"id": id} | record for id, record in made if record is not None]
    maker.random.shuffle(records)
    theirs, _ = referee.score(rows, records, corpus)
    same(summarise(questions, records, page_text), theirs)


def test_the_random_results_are_worth_comparing(referee, corpus, texts, page_text, asked):
    """Every figure takes many values in them, and neither 0 nor 1 alone."""
    questions, rows = asked
    seen = {}
    for seed in range(40):
        maker = Maker(seed, texts)
        records = [{"id": row["id"]} | record for row in rows if (record := maker.record(row)) is not None]
        for key, value in summarise(questions, records, page_text).items():
            if isinstance(value, int | float):
                seen.setdefault(key, set()).add(value)
    constant = {key for key, values in seen.items() if len(values) < 3}
    assert constant <= {"questions", "errors"}


@pytest.mark.parametrize("cut", range(6, 12))
def test_quotes_over_a_page_break(referee, corpus, texts, page_text, cut):
    first, after = (wording.letters(text) for text in texts[TWIN_PDF][:2])
    for quote in (first[-cut:] + after[:20], first[-20:] + after[:cut], first[-cut:] + after[:cut]):
        citation = {"document": TWIN_PDF, "page": 1, "quote": quote}
        assert metrics.verbatim(citation, page_text) == referee.verbatim(citation, corpus), quote


def test_a_wrong_page_of_a_document_without_pages_passes_there_and_not_here(referee, corpus, page_text):
    citation = {"document": FLAT, "page": 7, "quote": "239 children had a plan"}
    assert referee.verbatim(citation, corpus)
    assert not metrics.verbatim(citation, page_text)


def test_records_of_a_run_with_an_error_are_accepted(referee, corpus, page_text, asked):
    questions, rows = asked

    def ask(question):
        if question.question.endswith("3?"):
            raise RuntimeError("slip")
        return {"answer": "8.5%", "abstained": False, "claims": [], "passages": [], "seconds": 0.5}

    records = [json.loads(json.dumps(record)) for record in run(questions, ask)]
    theirs, _ = referee.score(rows, records, corpus)
    ours = summarise(questions, records, page_text)
    same(ours, theirs)
    assert ours["errors"] == 1


# ── the wordings that all figures rest on ────────────────────────────────────────────────────────────────────────

SIGNS = [*".,-_%\u2013\u2212\u2019\u201c\u2026\ufb01\u00b2\u00bd\u00e9\u0130\u00df\u0663", "e\u0301"]
GAPS = ["\u00ad", "\ufffe", "\u200b", "\x02", "\ufeff", "\r\n", "\n", " ", "\u00a0", "\u2028", "\x1f"]
FRAGMENTS = st.sampled_from(["one", "Twelve", "tenth", "[3]", "[12", "8.5", "1,200", "5", *SIGNS, *GAPS])


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(st.lists(FRAGMENTS | st.characters(codec="utf-8"), max_size=12).map("".join))
def test_wordings_are_those_of_the_referee(referee, text):
    for name in ("plain", "words", "letters", "numbers"):
        assert getattr(wording, name)(text) == getattr(referee, name)(text)
