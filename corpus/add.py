"""Taking in a paper by its address or from a file: a council's committee papers, say."""

from __future__ import annotations

import re
from email.message import Message
from pathlib import Path
from urllib.parse import unquote, urlsplit

from corpus.download import Whole
from corpus.keep import Outcome, keep_from_file, keep_from_site
from corpus.manifest import Manifest, Paper
from corpus.papers import LIMIT, safe_name
from corpus.web import Web
from rag.errors import CorpusError, ReadError

ADDED = "added"

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def add(named: str, web: Web, manifest: Manifest) -> Outcome:
    """Take in the paper at an address or of a file; what cannot be is an outcome that says why."""
    try:
        return _from_site(named, web, manifest) if _SCHEME.match(named) else _from_file(named, manifest)
    except (CorpusError, ReadError) as error:
        return Outcome(named, "failed", str(error).removeprefix(f"{named} "))


def _from_site(address: str, web: Web, manifest: Manifest) -> Outcome:
    def naming(whole: Whole, suffix: str) -> str:
        return f"{ADDED}/{safe_name(_stem(whole, suffix))}{suffix}"

    is_pdf = urlsplit(address).path.lower().endswith(".pdf")
    return keep_from_site(web, manifest, Paper(address=address), naming, what=address, only_pdf=is_pdf)


def _from_file(named: str, manifest: Manifest) -> Outcome:
    path = Path(named)
    if not path.is_file():
        raise CorpusError(f"there is no file {named}; check the path (an address begins with https:// or http://)")
    if path.stat().st_size > LIMIT:
        raise ReadError(f"{named} has more than {LIMIT // 1_000_000} MB, which is no paper's size; split it")
    return keep_from_file(manifest, path, Paper(file=f"{ADDED}/{safe_name(path.stem)}", listed=path.name))


def _stem(whole: Whole, suffix: str) -> str:
    """What the paper is called, without its suffix: as the server says, else as the last part of its address."""
    header = Message()
    header["Content-Disposition"] = whole.disposition
    name = header.get_filename("")
    path = urlsplit(whole.url)
    name = name or unquote(path.path.rstrip("/").rpartition("/")[2]) or path.hostname or ""
    name = re.split(r"[/\\]", name)[-1]
    return name[: -len(suffix)] if name.lower().endswith(suffix) else name
