from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rag.attribution import according_to, attribution
from rag.describe import describe
from rag.load import load
from rag.types import Description, Stated

REPORT = {"kind": "inspection", "publisher": "Ofsted", "authority": "Newham"}
NEWS = {"kind": "news", "publisher": "London Borough of Newham", "authority": "Newham"}
MINUTES = {
    "kind": "committee paper", "publisher": "Newham Council", "authority": "Newham",
    "title": "Children's Scrutiny Committee, minutes",
}  # fmt: skip


def said(stated: dict[str, str], text: str, quote: str | None = None) -> str | None:
    """The attribution of `quote` in `text`; of the whole text without one."""
    start = 0 if quote is None else text.index(quote)
    end = len(text) if quote is None else start + len(quote)
    return attribution(Description(**{name: Stated(value) for name, value in stated.items()}), text, start, end)


# ── the paper's own words ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("stated", "whose"),
    [
        (REPORT, "inspectors (Ofsted)"),
        ({**REPORT, "kind": "monitoring visit"}, "inspectors (Ofsted)"),
        ({"kind": "focused visit"}, "inspectors"),
        (NEWS, "Newham Council"),
        ({"kind": "other", "publisher": "kent.gov.uk"}, "Kent County Council"),
        ({"kind": "other", "publisher": "Kent Times"}, "Kent Times"),
        ({"kind": "committee paper", "publisher": "minutes.example.org"}, "minutes.example.org"),
        ({"kind": "news", "authority": "Newham"}, None),
        ({"kind": "committee paper"}, None),
        ({}, None),
    ],
)
def test_the_papers_own_words(stated: dict[str, str], whose: str | None) -> None:
    assert said(stated, "Visits are made every week.") == whose


@pytest.mark.parametrize(
    "sentence",
    [
        "Young people told inspectors that visits are late.",
        "Parents said that they were pleased.",
        "The council reported that visits are late.",
        "The report says so.",
    ],
)
def test_what_inspectors_retell_stays_their_words(sentence: str) -> None:
    assert said(REPORT, sentence) == "inspectors (Ofsted)"


# ── whom a paper lets speak ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("sentence", "whose"),
    [
        ("The Committee resolved to ask for a further report.", "a scrutiny committee of Newham Council"),
        ("RESOLVED: that the report be noted.", "a scrutiny committee of Newham Council"),
        ("RESOLVED – that a further report be brought.", "a scrutiny committee of Newham Council"),
        ("The Scrutiny Committee noted the rise in referrals.", "a scrutiny committee of Newham Council"),
        ("Councillor Jo Brown asked why visits were late.", "Councillor Jo Brown"),
        ("Cllr Brown said that visits were late.", "Cllr Brown"),
        ("The Cabinet Member for Children, Cllr Jo Brown, said visits were late.", "Cllr Jo Brown"),
        ("A member asked why visits were late.", "a member of the committee"),
        ("One member of the committee said visits were late.", "a member of the committee"),
        ("Members asked why visits were late.", "members of the committee"),
        ("The Chair thanked nobody and asked why visits were late.", None),
        ("The Chair asked why visits were late.", "the chair of the committee"),
        ("The officer reported that visits were late.", "an officer"),
        ("The Director of Children's Services advised that visits were late.", "an officer"),
        ("In response, the Head of Service explained that visits were late.", "an officer"),
        ("The report says that visits are late.", "a report to the committee"),
        ("The annual report also shows that visits are late.", "a report to the committee"),
        ("Inspectors found that visits were late.", "inspectors"),
        ("According to Ofsted, visits were late.", "inspectors"),
        ("Visits were late, according to Ofsted.", "inspectors"),
        ("Young people told the panel that visits were late.", "young people"),
        ("A care leaver said that visits were late.", "a care leaver"),
        ("Foster carers reported that visits were late.", "foster carers"),
        ("The NSCP says that visits are late.", "the NSCP"),
        ("The Safeguarding Partnership stated that visits are late.", "the Safeguarding Partnership"),
        ("The council said that visits were late.", None),
        ("Newham Council said that visits were late.", None),
        ("Members were told that visits were late.", None),
        ("The chairs were late.", None),
        ("The police officer reported it.", None),
        ("The NSCP has a budget.", None),
    ],
)
def test_who_speaks_in_minutes(sentence: str, whose: str | None) -> None:
    expected = f"{whose}, as reported by Newham Council" if whose else "Newham Council"
    assert said(MINUTES, f"Matters arising.\n\n{sentence}", sentence) == expected
    assert said(MINUTES, f"Visits were discussed. {sentence} The meeting closed.", sentence) == expected


def test_a_part_of_a_sentence_is_said_by_who_says_the_sentence() -> None:
    text = "It rained. The officer reported that visits\r\nwere late in May. It stopped."
    assert said(MINUTES, text, "visits\r\nwere late") == "an officer, as reported by Newham Council"
    assert said(MINUTES, text, "It stopped.") == "Newham Council"


def test_what_stands_below_resolved_is_the_committees() -> None:
    text = "The matter was discussed.\n\nRESOLVED:\n\nThat the visits be made weekly."
    assert said(MINUTES, text, "That the visits be made weekly.") == (
        "a scrutiny committee of Newham Council, as reported by Newham Council"
    )


def test_committees_members_and_decisions_are_those_of_committee_papers() -> None:
    assert said(NEWS, "Members asked why visits were late.") == "Newham Council"
    assert said(NEWS, "RESOLVED: that visits be made.") == "Newham Council"


def test_without_publisher_the_paper_reports() -> None:
    assert said({"kind": "news"}, "Inspectors found that visits were late.") == "inspectors, as reported by the paper"


@pytest.mark.parametrize(
    ("title", "whose"),
    [
        ("Scrutiny Commission, 2 May", "a scrutiny commission"),
        ("Cabinet, 2 May", "the cabinet"),
        ("Corporate Parenting Board", "a board"),
        ("Minutes", "a committee"),
    ],
)
def test_the_committee_is_called_what_the_title_calls_it(title: str, whose: str) -> None:
    stated = {"kind": "committee paper", "title": title}
    assert said(stated, "RESOLVED: that it be so.") == f"{whose}, as reported by the paper"


# ── speech ───────────────────────────────────────────────────────────────────────────────────────────────────────

SPEECH = (
    "Visits were late.\n\nCllr Jo Brown, Cabinet Member for Children, said: “We are proud of our visits.\n\n"
    "“They are made weekly. They help children.\n\n“However, some are late.”\n\nThe council has 40 workers."
)


@pytest.mark.parametrize("quote", ["They are made weekly.", "They help children.", "“However, some are late.”"])
def test_speech_of_several_paragraphs(quote: str) -> None:
    assert said(NEWS, SPEECH, quote) == "Cllr Jo Brown, quoted by Newham Council"


@pytest.mark.parametrize("quote", ["Visits were late.", "The council has 40 workers."])
def test_around_speech(quote: str) -> None:
    assert said(NEWS, SPEECH, quote) == "Newham Council"


def test_a_young_person_quoted_by_inspectors() -> None:
    text = "One young person told inspectors, “My worker listens to me and comes weekly.” This is good."
    assert said(REPORT, text, "My worker listens to me") == "one young person, quoted by inspectors (Ofsted)"
    assert said(REPORT, text, text) == "inspectors (Ofsted)"
    assert said(REPORT, text, "This is good.") == "inspectors (Ofsted)"


def test_speech_that_is_named_behind() -> None:
    text = "Visits matter. “My worker comes every week,” said a care leaver."
    assert said(REPORT, text, "My worker comes every week") == "a care leaver, quoted by inspectors (Ofsted)"


@pytest.mark.parametrize(
    "text", ["The “front door” is open.", "It is called “the MASH”. She said: “It is.” Visits are late."]
)
def test_marks_around_a_name_are_no_speech(text: str) -> None:
    assert said(REPORT, text) == "inspectors (Ofsted)"
    assert said(REPORT, text, text.split()[1].strip("“")) == "inspectors (Ofsted)"


def test_empty_page() -> None:
    assert said(REPORT, "") == "inspectors (Ofsted)"


# ── telling a reader ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("whose", "words"),
    [
        (None, ""),
        ("inspectors", ""),
        ("inspectors (Ofsted)", ""),
        ("Newham Council", "according to Newham Council"),
        ("inspectors, as reported by Newham Council", "according to inspectors, as reported by Newham Council"),
        (
            "one young person, quoted by inspectors (Ofsted)",
            "according to one young person, quoted by inspectors (Ofsted)",
        ),
    ],
)
def test_according_to(whose: str | None, words: str) -> None:
    assert according_to(whose) == words


@pytest.mark.parametrize(
    ("whose", "text", "words"),
    [
        ("an officer, as reported by Newham Council", "The officer said so.", "according to Newham Council"),
        (
            "an officer, as reported by Newham Council", "Visits are late.",
            "according to an officer, as reported by Newham Council",
        ),
        ("inspectors, as reported by the paper", "Inspectors found delays.", ""),
        ("inspectors, as reported by the paper", "Many waited.", "according to inspectors, as reported by the paper"),
    ],
)  # fmt: skip
def test_whom_the_text_names_is_not_named_again(whose: str, text: str, words: str) -> None:
    assert according_to(whose, text) == words


# ── published papers ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def whose(papers: Path) -> Callable[[str, str], str | None]:
    """The attribution of what follows some words of a briefing paper, up to the line's end."""

    def attributed(name: str, beginning: str) -> str | None:
        document = load(papers / "briefing" / name, name)
        text = document.pages[0].text
        start = text.index(beginning)
        end = text.index("\n", start)
        return attribution(describe(document), text, start, end)

    return attributed


@pytest.mark.parametrize(
    ("name", "beginning", "expected"),
    [
        ("newham-focused-visit-news-2020-10.txt", "“However, we are", "Cllr Sarah Ruiz, quoted by the paper"),
        ("newham-focused-visit-news-2020-10.txt", "The inspectors noted", "inspectors, as reported by the paper"),
        ("newham-focused-visit-news-2020-10.txt", "The next few months", None),
        ("newham-monitoring-visit-2022-04-07.txt", "The local authority has continued", "inspectors"),
        ("newcastle-focused-visit-2018-08-16.txt", "Of the cases seen", "inspectors (Ofsted)"),
        ("newham-inspection-2014-08-08.md", "23. Young people have", "inspectors (Ofsted)"),
        (
            "newham-scrutiny-commission-2024-12-02.md", "The report says that 83%",
            "a report to the committee, as reported by opencouncil.network",
        ),
        ("newham-scrutiny-commission-2024-12-02.md", "The NSCP says", "the NSCP, as reported by opencouncil.network"),
        ("newham-scrutiny-commission-2024-12-02.md", "Councillors were scheduled to receive", "opencouncil.network"),
    ],
)  # fmt: skip
def test_published_papers(
    whose: Callable[[str, str], str | None], name: str, beginning: str, expected: str | None
) -> None:
    assert whose(name, beginning) == expected
