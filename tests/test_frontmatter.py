from __future__ import annotations

import pytest

from rag.describe import describe
from rag.frontmatter import front_matter
from rag.types import GRADES, Description, Document, Page


def paper(text: str, name: str = "paper.md", format: str = "markdown") -> Document:
    return Document(name, name, "", format, (Page(text),), paged=False)  # type: ignore[arg-type]


def values(description: Description, *names: str) -> tuple[str | None, ...]:
    return tuple(description.value(name) for name in names)


FRONT = """---
title: "Leeds: visit, March 2022 (retold)"
publisher: Ofsted
authority: Leeds City Council
kind: focused visit
framework: ILACS
inspection_start: 2022-03-03
published: 2022-04-07
judgements:
  - label: Overall effectiveness
    grade: requires improvement
retold_from: "A letter"
original: https://example.org/1
---

# Leeds, retold
"""


def test_front_matter_speaks_first_and_its_spans_point_into_the_raw_text():
    document = paper(FRONT, format="markdown", name="a.md")
    found = describe(document, ())
    assert values(found, "title", "authority", "urn") == ("Leeds: visit, March 2022 (retold)", "Leeds", "80481")
    assert values(found, "inspection_start", "published", "kind") == ("2022-03-03", "2022-04-07", "focused visit")
    assert values(found, "retold_from", "original") == ("A letter", "https://example.org/1")
    for name in ("title", "publisher", "inspection_start", "retold_from"):
        stated = getattr(found, name)
        assert stated.basis == "front matter" and document.quote(stated.spans[0]) == stated.value
    (judgement,) = found.judgements
    assert (judgement.label, judgement.key, judgement.grade) == (
        "Overall effectiveness",
        "overall_effectiveness",
        GRADES[2],
    )
    assert [document.quote(span) for span in judgement.spans] == ["Overall effectiveness", "requires improvement"]


@pytest.mark.parametrize(
    "yaml", ["- a\n- b\n", "a: [\n", "!!python/object/apply:os.getcwd []\n", "\n", "title: {a: b}\n"]
)
def test_front_matter_that_is_not_a_mapping_of_texts_is_passed_over(yaml: str):
    found = front_matter(paper(f"---\n{yaml}---\ntext\n", format="markdown"))
    assert found is None or found == Description()


def test_only_markdown_has_front_matter():
    assert front_matter(paper(FRONT, format="text")) is None
