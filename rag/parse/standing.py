"""What the inspectorate prints alike in its reports: how it inspects, where to complain, its addresses and licence.

None of it is a finding about any place, so that none may answer a question about one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.parse.headings import is_statement

_IMPRINT = "The Office for Standards in Education, Children"
# How the sentences begin. A paragraph counts only where all of its sentences do: reports put others between. The law
# under which an inspection was held, and who vouches for its figures, are stated of this one, and stay.
_STANDING = re.compile(
    r"(?:in addition,? the )?inspectors (?:(?:have )?looked closely at the experiences of|"
    r"considered the quality of work|have tried to understand)|"
    r"(?:this|it) also includes children and young people who are looked after\b|"
    r"they (?:also )?read case files,? watched|wherever possible,? they talked to children|"
    r"ofsted produces this report|this report includes the report of the inspection|"
    r"(?:it is ofsted[’']s expectation|ofsted expects) that,? as a minimum|"
    r"a full description of what the inspection judge?ments mean|"
    r"any complaints? about the inspection|if you would like (?:ofsted to send you )?a copy of th|"
    r"this (?:document|publication|report) (?:may be reproduced|is (?:available|licensed))|"
    r"further copies of this report|you may (?:copy|re-?use)|to view this licence|interested in our work\?|"
    r"(?:no\. \d+ )?©|crown copyright|alterations? to the text|"
    r"(?:website|web site|e-?mail|tel(?:ephone)?|textphone|[tfew])\W{1,3}(?:0\d{2,4} ?\d|www\.|https?:|[\w.+-]+@)",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"\bofsted\.gov\.uk\b|\b0300 ?123 ?\d{4}\b|\b(?:Piccadilly Gate|Aviation House)\b", re.IGNORECASE)
_MAX_CONTACT = 40  # words


def opens_imprint(text: str) -> bool:
    """Whether `text` is the beginning of the inspectorate's imprint."""
    return text.startswith(_IMPRINT)


def is_standing(sentences: Iterable[str]) -> bool:
    """Whether a paragraph of these sentences is of the kind that stands in every report, or the inspectorate's
    address."""
    held = list(sentences)
    return bool(held) and (all(_STANDING.match(text) for text in held) or _is_contact(" ".join(held)))


def _is_contact(text: str) -> bool:
    return len(text.split()) <= _MAX_CONTACT and bool(_CONTACT.search(text)) and not is_statement(text)
