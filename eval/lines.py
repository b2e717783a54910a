"""Files of JSON lines, read strictly: a slip in the file would pass as a slip in an answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from rag.errors import UsageError

Made = TypeVar("Made")


class Wrong(Exception):
    """What is wrong with a line, without the file and the line number."""


def read_lines(path: Path, what: str, make: Callable[[dict[str, Any]], Made]) -> list[Made]:
    """What `make` makes of each line, in order; empty lines are passed over. `what` names the content in errors.

    `make` gets the line's object, sees to it that its "id" is a text, and raises Wrong for any other fault. Raises
    UsageError, naming the file, the line and the fault: not readable, not JSON, no object, what `make` finds, an id
    used twice, nothing in the file.
    """
    path = Path(path)
    try:
        # Iterating the file, not `splitlines`, which would also cut at a U+2028 inside a string.
        with path.open(encoding="utf-8-sig") as source:
            lines = [(number, line) for number, line in enumerate(source, 1) if line.strip()]
    except OSError as error:
        raise UsageError(f"cannot read the {what} in {path}: {(error.strerror or str(error)).lower()}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"cannot read the {what} in {path}: not UTF-8; save the file as UTF-8") from error
    made: list[Made] = []
    seen: dict[str, int] = {}
    for number, line in lines:
        try:
            row = _object(line)
            made.append(make(row))
            if row["id"] in seen:
                raise Wrong(f"the id {row['id']!r} was used on line {seen[row['id']]} already")
        except Wrong as wrong:
            raise UsageError(f"{path}, line {number}: {wrong}") from wrong
        seen[row["id"]] = number
    if not made:
        raise UsageError(f"{path}, line 1: no {what} in this file; write one JSON object a line")
    return made


def _object(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise Wrong(f"not JSON: {error.msg} at column {error.colno}") from error
    except (ValueError, RecursionError) as error:
        raise Wrong("not JSON that can be read: a number too long, or nested too deeply") from error
    if not isinstance(row, dict):
        raise Wrong("not a JSON object")
    return row
