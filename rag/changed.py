"""Whether a paper is still the file that was indexed: what quotes one that is not, says so."""

from __future__ import annotations

import hashlib
import stat
from functools import lru_cache
from pathlib import Path
from typing import Literal

from rag.store import Record

Change = Literal["", "changed", "gone"]


def since_indexed(record: Record) -> Change:
    """What has become of a paper's file since it was indexed: "" where it is as it was."""
    path = Path(record.path)
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # a pipe would be read from for ever
            return "changed"
        same = _digest(path, found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino) == record.sha256
    except OSError:
        return "gone"
    return "" if same else "changed"


@lru_cache(maxsize=4096)
def _digest(path: Path, *as_of: int) -> str:
    """SHA-256 of a file, read again only when one of the numbers by which a changed file is known has changed."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
