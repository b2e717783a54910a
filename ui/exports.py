"""A conversation or one answer as a file: Word, Markdown or JSON, each sentence with its quotes and their places."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answer.cite import heading_of
from rag.dates import in_words
from rag.display import harmless, readable
from rag.record import record
from rag.understood import understood
from ui.citing import Source, escaped, plain
from ui.history import Kept

if TYPE_CHECKING:
    from docx.document import Document

Sources = Callable[[Kept], Sequence[Source]]  # those of an answer, in the order of its marks
_TITLE = "Findings: questions and answers"
_CHECKED = "Every sentence below was checked with its quotes, which stand in the papers letter for letter."


@dataclass(frozen=True, slots=True)
class Form:
    """A form of export: how its files end, what browsers call it, and what makes one."""

    suffix: str
    media: str
    make: Callable[[Sequence[Kept], Sources], bytes]


def as_json(kept: Sequence[Kept], sources: Sources) -> bytes:
    rows = [{"id": one.id, "asked_at": one.asked_at.isoformat(), **record(one.answer)} for one in kept]
    return (json.dumps({"answers": rows}, ensure_ascii=False, indent=1) + "\n").encode()


def as_markdown(kept: Sequence[Kept], sources: Sources) -> bytes:
    """Nothing in what papers or people say is Markdown: its signs are escaped."""
    lines = [f"# {_TITLE}", "", _CHECKED, ""]
    for one in kept:
        answer = one.answer
        lines += [f"## {_line(answer.question)}", "", f"*Asked {_day(one)}. {escaped(_asked(one))}*", ""]
        number, before = 1, ""
        for claim in answer.claims:
            if claim.label != before:
                before = claim.label
                lines += [f"**{heading_of(claim, answer.claims)}**", ""] if claim.label else []
            marks = "".join(f"[^{one.position}-{number + i}]" for i in range(len(claim.citations)))
            number += len(claim.citations)
            frame = f"**{_line(claim.frame)}** " if claim.frame else ""
            lines += [f"{frame}{_line(claim.text)}{marks}", ""]
        lines += [f"> {_line(answer.notice)}", ""] if answer.notice else []
        for at, source in enumerate(sources(one), 1):
            lines.append(f"[^{one.position}-{at}]: {escaped(plain(source))}")
        lines.append("")
    return "\n".join(lines).encode()


def as_word(kept: Sequence[Kept], sources: Sources) -> bytes:
    import docx

    file = docx.Document()
    file.core_properties.title, file.core_properties.author = _TITLE, "Findings"
    file.add_heading(_TITLE, 0)
    file.add_paragraph(_CHECKED)
    for one in kept:
        _add(file, one, sources(one))
    sink = io.BytesIO()
    file.save(sink)
    return sink.getvalue()


FORMS: Mapping[str, Form] = {
    "docx": Form(".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", as_word),
    "md": Form(".md", "text/markdown; charset=utf-8", as_markdown),
    "json": Form(".json", "application/json", as_json),
}


def _add(file: Document, one: Kept, sources: Sequence[Source]) -> None:
    answer = one.answer
    file.add_heading(_xml(answer.question), 1)
    file.add_paragraph(f"Asked {_day(one)}. {_xml(_asked(one))}").runs[0].italic = True
    number, before = 1, ""
    for claim in answer.claims:
        if claim.label != before:
            before = claim.label
            if claim.label:
                file.add_heading(heading_of(claim, answer.claims), 2)
        paragraph = file.add_paragraph()
        if claim.frame:
            paragraph.add_run(f"{_xml(claim.frame)} ").bold = True
        paragraph.add_run(_xml(claim.text))
        for _ in claim.citations:
            paragraph.add_run(f" [{number}]").font.superscript = True
            number += 1
    if answer.notice:
        file.add_paragraph(_xml(answer.notice))
    if sources:
        file.add_heading("Sources", 2)
    for at, source in enumerate(sources, 1):
        file.add_paragraph(f"[{at}] {_xml(plain(source))}")


def _asked(one: Kept) -> str:
    answer = one.answer
    return f"Understood: {understood(answer.query, answer.searched)} Answered by: {answer.backend}."


def _day(one: Kept) -> str:
    return in_words(one.asked_at.date().isoformat())


def _line(text: str) -> str:
    return escaped(readable(text)).strip()


def _xml(text: str) -> str:
    """Text that XML can hold: no control characters, no halves of characters."""
    kept = harmless(readable(text)).encode("utf-8", "ignore").decode("utf-8")
    return "".join(sign for sign in kept if sign not in "\ufffe\uffff")
