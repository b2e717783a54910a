"""One paper from its address to a whole file, taken up again where it was cut off."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.manifest import replace_file
from corpus.papers import LIMIT
from corpus.web import Answer, Web
from rag.errors import SiteError, SiteFalters

PARTS = ".parts"
NOTES = ".json"

_STRETCH = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
_END = re.compile(r"bytes \*/(\d+)")


@dataclass(frozen=True, slots=True)
class Whole:
    """A file that came whole, still among the parts, and what was said of it. `url` is where it was in the end."""

    path: Path
    url: str
    etag: str
    modified: str
    disposition: str

    def drop(self) -> None:
        """Clear away what is still among the parts."""
        self.path.unlink(missing_ok=True)
        self.path.with_suffix(NOTES).unlink(missing_ok=True)


def download(web: Web, address: str, folder: Path, *, etag: str = "", modified: str = "") -> Whole | None:
    """The file at an address, or None where it is still the one that had this `etag` or was `modified` then.

    What has come before a cut stays in the folder's parts, and the next try, be it tomorrow, asks for the rest only.
    Raises AddressRefused, SiteError, SiteFalters."""
    part = _Part(folder / PARTS, address)

    def once() -> Whole | None:
        rest = part.rest()
        unless = {} if rest else _unless(etag, modified)
        with web.open(address, rest or unless) as answer:
            if answer.status == 304 and unless:
                return None
            if answer.status == 416 and part.is_whole(answer):
                return part.whole(answer)
            if answer.status != 200 and not (answer.status == 206 and rest):
                part.drop()
                raise SiteFalters(f"{address}: the site gives neither the paper nor its rest; try again later")
            return part.take(answer)

    return web.patiently(once)


def _unless(etag: str, modified: str) -> dict[str, str]:
    headers = {"If-None-Match": etag, "If-Modified-Since": modified}
    return {name: value for name, value in headers.items() if value}


class _Part:
    """A download that is not whole yet: what has come so far, and beside it what the server said of the file."""

    def __init__(self, folder: Path, address: str):
        name = hashlib.sha256(address.encode()).hexdigest()[:24]
        self._address = address
        self._path, self._said = folder / f"{name}.part", folder / f"{name}{NOTES}"

    def rest(self) -> dict[str, str]:
        """What to ask with for the rest; nothing where there is no beginning, or no way to tell that it is still one of
        the same file."""
        said, size = self._read(), self._size()
        if size and said.get("address") == self._address and said.get("validator"):
            return {"Range": f"bytes={size}-", "If-Range": said["validator"]}
        return {}

    def take(self, answer: Answer) -> Whole:
        """Write the body, or the rest of it. Raises SiteError for too large a one, SiteFalters where it is cut off."""
        begun = self._size() if answer.status == 206 else 0
        if answer.status == 206:
            stretch = _STRETCH.fullmatch(answer.headers.get("content-range", "").strip())
            if not stretch or int(stretch[1]) != begun or stretch[3] not in (str(int(stretch[2]) + 1), "*"):
                self.drop()
                raise SiteFalters(f"{self._address}: the site gives another part than was asked for; try again")
        else:
            self._begin(answer)
        try:
            with self._path.open("ab" if begun else "wb") as file:
                for piece in answer.chunks(LIMIT - begun):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
        except SiteFalters:
            if not self._read().get("validator"):
                self.drop()
            raise
        except SiteError:
            self.drop()
            raise
        return self.whole(answer)

    def is_whole(self, answer: Answer) -> bool:
        """Whether a server that has no more to give says that all is here: the last try was stopped just then."""
        said = _END.fullmatch(answer.headers.get("content-range", "").strip())
        return said is not None and int(said[1]) == self._size() > 0

    def whole(self, answer: Answer) -> Whole:
        said, disposition = self._read(), answer.headers.get("content-disposition", "")
        return Whole(self._path, answer.url, said.get("etag", ""), said.get("modified", ""), disposition)

    def drop(self) -> None:
        self._said.unlink(missing_ok=True)
        self._path.unlink(missing_ok=True)

    def _begin(self, answer: Answer) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self.drop()
        etag, modified = answer.headers.get("etag", ""), answer.headers.get("last-modified", "")
        # A weak tag says that two files mean the same, not that they can be joined; nor can what came packed.
        joins = "content-encoding" not in answer.headers and not etag.startswith("W/")
        said = {"address": self._address, "etag": etag, "modified": modified}
        said["validator"] = (etag or modified) if joins else ""
        replace_file(self._said, json.dumps(said).encode())

    def _size(self) -> int:
        return self._path.stat().st_size if self._path.is_file() else 0

    def _read(self) -> dict[str, Any]:
        try:
            said = json.loads(self._said.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return said if isinstance(said, dict) else {}
