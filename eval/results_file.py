"""A file of results, which appears complete or not at all."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from rag.errors import FindingsError, UsageError

Deliver = Callable[[Iterable[Mapping[str, Any]]], None]


@contextlib.contextmanager
def results_file(out: Path, keep: Path | None = None) -> Iterator[Deliver]:
    """Gives what puts records, one JSON object a line, in the place of `out` in one step. That the place cannot be
    written is known on entering, before a long run.

    Raises UsageError where `out` is no place for results: the file `keep`, a folder or a device, in no folder; and
    FindingsError where the disk says no."""
    out = Path(out).resolve()
    if out.exists() and not out.is_file():
        raise UsageError(f"{out} is no file; name one with --out")
    if keep is not None and out.exists() and out.samefile(keep):
        raise UsageError(f"the results would replace the questions in {out}; name another file with --out")
    if not out.parent.is_dir():
        raise UsageError(f"there is no folder {out.parent}; make it, or name another file with --out")
    draft = out.with_name(f".{out.name}.{os.getpid()}.part")
    with _disk_says_no(out):
        draft.touch()

    def deliver(records: Iterable[Mapping[str, Any]]) -> None:
        with _disk_says_no(out):
            with draft.open("w", encoding="utf-8", newline="\n") as sink:
                sink.writelines(json.dumps(record) + "\n" for record in records)
                sink.flush()
                os.fsync(sink.fileno())
            os.replace(draft, out)

    try:
        yield deliver
    finally:
        draft.unlink(missing_ok=True)


@contextlib.contextmanager
def _disk_says_no(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        cause = (error.strerror or str(error)).lower()
        raise FindingsError(f"cannot write {out} ({cause}); choose another place with --out") from error
