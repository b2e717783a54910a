"""What the Ask page shows of a question, as it comes, and what it remembers of the conversation."""

from __future__ import annotations

import argparse
import contextlib
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.errors import ConsentMissing, FindingsError, HistoryError, UsageError
from rag.options import date_text
from rag.types import Filters, Writing
from ui.history import History, Kept, unkept
from ui.render import answer as render
from ui.sources import sources_of

if TYPE_CHECKING:
    from rag.pipeline import Findings

REMEMBERED = 20  # turns of a conversation that a page holds
_log = logging.getLogger("findings.ui")


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with its answer, as it was kept, and its markup."""

    kept: Kept
    markup: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """The turns of one page, the oldest first; `id` is None until something has been kept."""

    id: str | None = None
    turns: tuple[Turn, ...] = ()

    @property
    def asked(self) -> tuple[str, ...]:
        """The questions so far, as they were understood."""
        return tuple(turn.kept.answer.query.text for turn in self.turns)

    def before(self, answer: str) -> Conversation:
        """The conversation as it was before that answer; the whole where it is in none of its turns."""
        ids = [turn.kept.id for turn in self.turns]
        return Conversation(self.id, self.turns[: ids.index(answer)]) if answer in ids else self


Step = tuple[str | None, Conversation | None]  # markup of this turn (None: as before), the conversation once it is done


def answered(
    live: Callable[[], Findings],
    history: History,
    question: str,
    conversation: Conversation,
    filters: Filters = Filters(),
    backend: str | None = None,
    earlier: Sequence[str] | None = None,
) -> Iterator[Step]:
    """What the page shows, as it comes: that the papers are looked through; while a language model writes, what has
    stood up to verification so far; last the answer. Closing it calls the model off. Never raises: what went wrong is
    said in words. `earlier` are the questions that a follow-up is completed from, those of the conversation if None."""
    question = question or ""
    earlier = conversation.asked if earlier is None else tuple(earlier)
    before: Writing | None = None
    if question.strip():
        yield render.waiting(question), None
    try:
        findings = live()
        with contextlib.closing(findings.asking(question, filters, backend, earlier=earlier)) as steps:
            for step in steps:
                if isinstance(step, Writing):
                    yield None if step == before else render.writing(question, step), None
                    before = step
                    continue
                try:
                    kept, saved = history.keep(step, conversation.id, sample=findings.sample), True
                except HistoryError:
                    _log.exception("an answer could not be kept")
                    kept, saved = unkept(step), False
                turn = shown(kept, findings, saved=saved)
                number = kept.conversation if saved else conversation.id
                yield turn.markup, Conversation(number, (*conversation.turns, turn)[-REMEMBERED:])
    except ConsentMissing:
        yield render.message(question, render.UNAGREED), None
    except FindingsError as error:
        yield render.message(question, str(error)), None
    except Exception:
        _log.exception("a question could not be answered")
        yield render.message(question, render.UNEXPECTED), None


def shown(kept: Kept, findings: Findings, *, saved: bool = True) -> Turn:
    """A kept answer as a turn, its sources looked up in the papers as they are now."""
    sources = sources_of(kept.answer, findings)
    return Turn(kept, render.turn(kept, sources, findings.store.records, saved=saved))


def restored(findings: Findings, history: History, answer: str = "", conversation: str = "") -> Conversation:
    """The conversation of that id, or that in which the answer stands; an empty one where neither is given. Raises
    UsageError where there is none such, and HistoryError."""
    if answer:
        found = history.answer(answer)
        conversation = found.conversation if found else ""
    if not conversation:
        if answer:
            raise UsageError("this answer is not in the history; it may have been deleted, or be another computer's")
        return Conversation()
    kept = history.conversation(conversation)
    return Conversation(conversation if kept else None, tuple(shown(one, findings) for one in kept[-REMEMBERED:]))


def narrowed(
    authorities: Sequence[str], regions: Sequence[str], kinds: Sequence[str], grades: Sequence[str],
    since: str, until: str, taken_back: Sequence[str] = (),
) -> Filters:  # fmt: skip
    """What the controls narrow a search to. Raises UsageError for what is no date, or two the wrong way round."""
    first, last = _day(since), _day(until)
    if first and last and first[: len(last)] > last[: len(first)]:
        raise UsageError(f"the first date, {first}, is later than the last, {last}; turn them round")
    return Filters(
        tuple(authorities or ()), tuple(regions or ()), tuple(kinds or ()), tuple(grades or ()), first, last,
        tuple(taken_back),
    )  # fmt: skip


def _day(text: str | None) -> str | None:
    text = (text or "").strip()
    try:
        return date_text(text) if text else None
    except argparse.ArgumentTypeError as error:
        raise UsageError(str(error)) from error
