"""Files of answers, citations to paste, and what people said as questions."""

from __future__ import annotations

import datetime
import io
import json

import docx
from markup import HOSTILE

from eval.questions import read_questions
from rag.types import Span
from ui import citing
from ui.citing import Source
from ui.exports import FORMS
from ui.history import Judged, now, unkept
from ui.judged import as_lines, questions

DAY = datetime.date(2026, 5, 1)


def sources(kept):
    return [Source(citation) for claim in kept.answer.claims for citation in claim.citations]


def made(form, *answers):
    return FORMS[form].make([unkept(answer) for answer in answers], sources)


# ── citations ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_three_forms_of_a_citation(fakes):
    source = Source(fakes.citation(), "Ofsted", "2014", "https://example.org/a")
    quote = "Supervision is regular and well recorded."
    assert citing.plain(source) == (
        f"“{quote}” (Newham: inspection, June 2014, Newham, 3 June 2014, page 7 (printed 5), paragraph 27, words of "
        "Ofsted). https://example.org/a"
    )
    assert citing.markdown(source) == (
        f"> {quote}\n>\n> — [Newham: inspection, June 2014](<https://example.org/a>), Newham, 3 June 2014, page 7 "
        "(printed 5), paragraph 27, words of Ofsted"
    )
    assert citing.harvard(source, DAY) == (
        f"‘{quote}’ (Ofsted, 2014, p. 5, para. 27).\n\nOfsted (2014) Newham: inspection, June 2014. Available at: "
        "https://example.org/a (Accessed: 1 May 2026)."
    )


def test_a_citation_of_which_little_is_known(fakes):
    bare = Source(fakes.citation(
        page=None, label=None, paragraph=None, title=None, authority=None, date=None, attribution=None
    ))  # fmt: skip
    assert citing.harvard(bare, DAY).endswith("(Anon., no date).\n\nAnon. (no date) newham.pdf.")
    assert "None" not in citing.plain(bare) + citing.markdown(bare)


def test_what_a_paper_says_is_no_markdown(fakes):
    text = citing.markdown(Source(fakes.citation(quote="![x](https://evil.example/a.png) <b>`x`</b>", title="[a](b)")))
    assert "![x](" not in text and "<b>" not in text.replace("\\<b\\>", "") and "\\[a\\]" in text


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_word_file_holds_sentences_marks_and_quotes(fakes):
    answer = fakes.answer("Why?", fakes.claim(label="strength"), fakes.claim(fakes.citation(), fakes.citation()))
    file = docx.Document(io.BytesIO(made("docx", answer, fakes.answer("And?"))))
    text = [paragraph.text for paragraph in file.paragraphs]
    assert "Why?" in text and "And?" in text and "Strengths" in text
    assert "Newham, inspection of June 2014: Supervision is regular and well recorded. [2] [3]" in text
    assert sum(line.startswith("[") and "page 7 (printed 5)" in line for line in text) == 3
    assert any("The papers do not say." in line for line in text)


def test_hostile_text_in_a_word_file_is_text(fakes):
    answer = fakes.answer(HOSTILE + "\x00\x0b\ufffe\ud800", fakes.claim(fakes.citation(quote=HOSTILE), text=HOSTILE))
    file = docx.Document(io.BytesIO(made("docx", answer)))
    assert any("<script>alert(1)</script>" in paragraph.text for paragraph in file.paragraphs)


def test_a_markdown_file_holds_quotes_as_notes_and_no_markup_of_papers(fakes):
    answer = fakes.answer("![x](https://evil.example/a.png)", fakes.claim(text="Good *work* <b>"))
    text = made("md", answer, answer).decode()
    assert "Good \\*work\\* \\<b\\>[^0-1]" in text and "[^0-1]: “Supervision is regular" in text
    assert "![x](" not in text


def test_a_json_file_holds_the_records(fakes):
    (row,) = json.loads(made("json", fakes.answer("Why?", fakes.claim())))["answers"]
    assert row["question"] == "Why?" and row["claims"][0]["citations"][0]["quote"] == fakes.quote


# ── what people said ─────────────────────────────────────────────────────────────────────────────────────────────


def nowhere(words):
    return []


def test_each_settled_judgement_becomes_a_question(fakes, tmp_path):
    other = fakes.claim(fakes.citation(quote="Audits are new."), text="Audits are new.")
    answer = fakes.answer("Why?", fakes.claim(), other)
    judged = [
        (Judged("good", now(), True), answer),
        (Judged("cited", now(), False, 1, "Another place"), answer),
        (Judged("silent", now(), False, silent=True), answer),
        (Judged("right", now(), False, right="Managers oversee work"), answer),
        (Judged("open", now(), False, reason="No"), answer),
    ]
    rows, lacking = questions(judged, lambda words: [(Span("newham.pdf", 6, 4, 25), 7)])
    file = tmp_path / "said.jsonl"
    file.write_bytes(as_lines(rows))
    found = {one.id: one for one in read_questions(file)}
    assert set(found) == {"good", "cited", "silent", "right"} and lacking == 1
    assert [e.quote for e in found["good"].evidence] == [fakes.quote, "Audits are new."]
    assert [e.quote for e in found["cited"].evidence] == ["Audits are new."]
    assert not found["silent"].answerable
    assert found["right"].must_include == (("Managers oversee work",),) and found["right"].evidence[0].page == 7


def test_right_words_that_stand_nowhere_settle_nothing(fakes):
    assert questions([(Judged("a", now(), False, right="Not there"), fakes.answer("q"))], nowhere) == ([], 1)
