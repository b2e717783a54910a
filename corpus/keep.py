"""From an address or a file to a paper in the folder: downloaded, checked, put in its place, written down."""

from __future__ import annotations

import dataclasses
import datetime
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from corpus.download import PARTS, Whole, download
from corpus.manifest import Manifest, Paper, digest
from corpus.papers import suffix_of
from corpus.web import Web
from rag.errors import ReadError

Status = Literal["fetched", "updated", "unchanged", "left out", "failed"]
Naming = Callable[[Whole, str], str]  # what came, and the suffix of its content, to its path below the folder


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one paper or page, `what` being how a person knows it; `file` is its path below the folder."""

    what: str
    status: Status
    reason: str = ""
    file: str = ""


def keep_from_site(
    web: Web, manifest: Manifest, known: Paper, naming: Naming, *, what: str, only_pdf: bool = False
) -> Outcome:
    """Fetch the paper at `known.address`, unless it is here and has not changed. `known` holds what is known of it
    beforehand. Raises AddressRefused, SiteError and ReadError, and then leaves what is here as it is."""
    folder, held = manifest.folder, manifest.at(known.address)
    intact = held is not None and manifest.intact(held)
    etag, modified = (held.etag, held.modified) if held and intact else ("", "")
    whole = download(web, known.address, folder, etag=etag, modified=modified)
    if whole is None:
        assert held is not None, "only what is here is asked for on condition that it has changed"
        return Outcome(what, "unchanged", file=held.file)
    try:
        suffix = suffix_of(whole.path, what, ".pdf" if only_pdf else Path(known.address).suffix[:10])
        if only_pdf and suffix != ".pdf":
            raise ReadError(f"{what} is no PDF; open {known.address} in a browser to see what it is")
        if held and Path(held.file).suffix == suffix:
            file = held.file
        else:
            file = _free(manifest, naming(whole, suffix), whole.path)
        same = held is not None and intact and held.sha256 == digest(whole.path)
        paper = dataclasses.replace(known, file=file, etag=whole.etag, modified=whole.modified)
        _put(manifest, paper, whole.path)
    finally:
        whole.drop()
    return Outcome(what, "unchanged" if same else "updated" if held else "fetched", file=file)


def keep_from_file(manifest: Manifest, source: Path, known: Paper) -> Outcome:
    """Take a copy of a file in, as `known.file` with the suffix of its content. Raises ReadError."""
    what = source.name
    suffix = suffix_of(source, what, source.suffix)
    sha256 = digest(source)
    for paper in manifest.papers.values():
        if paper.sha256 == sha256 and manifest.intact(paper):
            return Outcome(what, "unchanged", file=paper.file)
    copy = manifest.folder / PARTS / f"{sha256[:24]}.copy"
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, copy)
    file = _free(manifest, f"{known.file}{suffix}", copy)
    _put(manifest, dataclasses.replace(known, file=file), copy)
    return Outcome(what, "fetched", file=file)


def _put(manifest: Manifest, paper: Paper, whole: Path) -> None:
    """Move a whole file to its place and write it down: in this order, since a file that is not written down is fetched
    again, while one that is written down and missing would be a loss."""
    place = manifest.folder / paper.file
    sha256, size = digest(whole), whole.stat().st_size
    place.parent.mkdir(parents=True, exist_ok=True)
    os.replace(whole, place)
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    manifest.put(dataclasses.replace(paper, fetched=now, sha256=sha256, bytes=size))


def _free(manifest: Manifest, file: str, whole: Path) -> str:
    """The path, or the next with a number at which no other file lies, be it one that a person put there. File systems
    may not tell capitals apart."""
    taken = {name.casefold() for name in manifest.papers}
    stem, suffix = file.removesuffix(Path(file).suffix), Path(file).suffix
    number = 2
    while file.casefold() in taken or not _is_or_can_be(manifest.folder / file, whole):
        file, number = f"{stem} ({number}){suffix}", number + 1
    return file


def _is_or_can_be(place: Path, whole: Path) -> bool:
    """Whether nothing lies at a place, or just this file: put there by one who was stopped before writing it down."""
    return not place.exists() or (place.is_file() and digest(place) == digest(whole))
