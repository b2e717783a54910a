"""A gate for changes: a small part of a question set, and how good the figures over it must be.

The thresholds stand in a TOML file:

    [subset]
    each_kind = 4          # so many questions of each kind are asked, the first that are not held out

    [least]
    "recall@5" = 0.9       # a figure of `eval.summary.summarise` that must not be lower

    [most]
    answerable_refused = 0.1
"""

from __future__ import annotations

import operator
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.questions import Question
from rag.errors import UsageError


@dataclass(frozen=True, slots=True)
class Gate:
    """`each_kind` is None where all questions are asked."""

    each_kind: int | None = None
    least: Mapping[str, float] = field(default_factory=dict)
    most: Mapping[str, float] = field(default_factory=dict)

    def subset(self, questions: Sequence[Question]) -> list[Question]:
        """The questions that are asked, in order. None is held out: what decides over each change is looked at."""
        seen: Counter[str] = Counter()
        kept = []
        for question in questions:
            seen[question.kind] += not question.held_out
            if not question.held_out and (self.each_kind is None or seen[question.kind] <= self.each_kind):
                kept.append(question)
        return kept

    def fallen(self, summary: Mapping[str, Any]) -> list[str]:
        """Every figure that is not as good as it must be, in words; none where the gate is passed. Raises UsageError
        for a figure that there is not."""
        found = []
        for bounds, word, short in ((self.least, "at least", operator.lt), (self.most, "at most", operator.gt)):
            for name, bound in bounds.items():
                if name not in summary or not isinstance(summary[name], int | float | None):
                    raise UsageError(f"the gate names {name!r}, which is no figure of an evaluation")
                value = summary[name]
                if value is None or short(value, bound):
                    found.append(f"{name} is {'unknown' if value is None else f'{value:g}'}, {word} {bound:g} is asked")
        return found


def read_gate(path: Path) -> Gate:
    """Raises UsageError, naming the file and the fault."""
    try:
        row = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot read the gate in {path}: {(error.strerror or str(error)).lower()}") from error
    except ValueError as error:  # not TOML, or not UTF-8
        raise UsageError(f"cannot read the gate in {path}: {' '.join(str(error).split())}") from error
    unknown = [*(set(row) - {"subset", "least", "most"}), *(set(_table(row, "subset", path)) - {"each_kind"})]
    if unknown:
        raise UsageError(f"{path}: unknown {unknown[0]!r}; there are subset.each_kind, [least] and [most]")
    each = _table(row, "subset", path).get("each_kind")
    if each is not None and (type(each) is not int or each < 1):
        raise UsageError(f"{path}: each_kind must be a whole number from 1")
    least, most = _table(row, "least", path), _table(row, "most", path)
    for name, bound in [*least.items(), *most.items()]:
        if type(bound) not in (int, float):
            raise UsageError(f"{path}: the bound of {name!r} must be a number")
    if not least and not most:
        raise UsageError(f"{path}: no thresholds; write some under [least] or [most]")
    return Gate(each, least, most)


def _table(row: Mapping[str, Any], name: str, path: Path) -> dict[str, Any]:
    found = row.get(name, {})
    if not isinstance(found, dict):
        raise UsageError(f"{path}: {name!r} must be a table")
    return found
