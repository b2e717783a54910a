"""The YAML block at the head of a Markdown file, as described fields whose spans point into the raw text."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from rag.authorities import authority
from rag.judgements import grade, key_of
from rag.types import KINDS, Description, Document, Judgement, Span, Stated

_BLOCK = re.compile(r"\A\ufeff?---[ \t]*\r?\n(?P<yaml>.*?\r?\n)---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_FIELDS = (
    "title", "publisher", "authority", "kind", "framework", "inspection_start", "inspection_end", "published",
    "lead_inspector", "retold_from", "original",
)  # fmt: skip
_DATES = {"inspection_start", "inspection_end", "published"}
_NOTHING = {"", "~", "null"}
_ISO = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")


def front_matter(document: Document) -> Description | None:
    """What the front matter states; None where there is none or it is not a YAML mapping."""
    match = _BLOCK.match(document.pages[0].text) if document.format == "markdown" and document.pages else None
    if match is None:
        return None
    import yaml

    try:
        # All values stay the text that is printed. No tags, and no merge keys, by which a few lines can grow beyond any
        # memory.
        data = yaml.load(match["yaml"], Loader=yaml.BaseLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    if not isinstance(data, dict):
        return None
    stated = {name: _field(document, match, name, data.get(name)) for name in _FIELDS}
    return Description(judgements=_judgements(document, match, data.get("judgements")), **stated)


def _field(document: Document, match: re.Match[str], name: str, value: Any) -> Stated | None:
    if not isinstance(value, str) or value.strip() in _NOTHING:
        return None
    text = re.sub(r"\s+", " ", value).strip()
    spans = _locate(document, match, name, text)
    if name in _DATES and not _ISO.fullmatch(text):
        return None
    if name == "kind":
        text = text.lower() if text.lower() in KINDS else "other"
    if name == "authority" and (known := authority(text)):
        text = known.name
    return Stated(text, spans, "front matter")


def _locate(document: Document, match: re.Match[str], name: str, text: str) -> tuple[Span, ...]:
    """Where the value of key `name` stands; the whole line after the key where quoting changed its letters."""
    line = re.compile(rf"^{name}[ \t]*:[ \t]*(?P<value>.*(?:\r?\n[ \t]+.*)*)", re.MULTILINE).search(
        document.pages[0].text, match.start("yaml"), match.end("yaml")
    )
    if line is None:
        return ()
    at = line["value"].find(text)
    start = line.start("value") + max(at, 0)
    end = start + len(text) if at >= 0 else line.start("value") + len(line["value"].rstrip())
    return (Span(document.name, 0, start, end),)


def _judgements(document: Document, match: re.Match[str], value: Any) -> tuple[Judgement, ...]:
    found = []
    text = document.pages[0].text
    position = match.start("yaml")
    for entry in value if isinstance(value, list) else ():
        # Only plain values: a few nested aliases would, written out, grow beyond any memory.
        if not isinstance(entry, dict) or not all(
            isinstance(entry.get(part), str) and entry[part] for part in ("label", "grade")
        ):
            continue
        spans = []
        for part in ("label", "grade"):
            at = text.find(entry[part], position, match.end("yaml"))
            if at >= 0:
                spans.append(Span(document.name, 0, at, at + len(entry[part])))
                position = spans[-1].end if part == "label" else position
        found.append(Judgement(entry["label"], grade(entry["grade"]), tuple(spans), key_of(entry["label"])))
    return tuple(found)


def merged(first: Description, second: Description) -> Description:
    """Every field of `first`, filled from `second` where `first` has none."""
    names = [field.name for field in dataclasses.fields(Description)]
    return Description(**{name: getattr(first, name) or getattr(second, name) for name in names})
