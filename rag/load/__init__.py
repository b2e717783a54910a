"""Files to documents: `load` reads one file of any known format into the pages that everything else quotes from."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from rag.display import readable
from rag.errors import ReadError, UnsupportedFormat
from rag.load import markup, odt, pdf, text
from rag.types import Document

MAX_BYTES = 300_000_000

_READERS = {
    "html": markup.read_html,
    "docx": markup.read_docx,
    "odt": odt.read,
    "markdown": text.read_markdown,
    "text": text.read_text,
}
_SUFFIX_FORMATS = {
    ".pdf": "pdf",
    ".html": "html",
    ".htm": "html",
    ".docx": "docx",
    ".odt": "odt",
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".text": "text",
}
SUFFIXES: tuple[str, ...] = tuple(_SUFFIX_FORMATS)
_CALLED = {"pdf": "a PDF", "docx": "a Word file", "odt": "an OpenDocument file"}

_FOREIGN = (
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"II*\x00", "an image"),
    (b"MM\x00*", "an image"),
    (b"{\\rtf", "a rich-text (RTF) file"),
    (b"\x1f\x8b", "a compressed (gzip) file"),
    (b"7z\xbc\xaf", "a compressed (7z) file"),
    (b"Rar!", "a compressed (RAR) file"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"%!PS", "a PostScript file"),
)
_WEB_PAGE = re.compile(rb"(?:<\?xml[^>]*>|<!--.*?-->|\s)*<(?:!doctype\s+html|html|head)\b", re.IGNORECASE | re.DOTALL)


def load(path: Path, name: str, allow: Callable[[float], None] = lambda seconds: None) -> Document:
    """The file at `path` as a document called `name`.

    The format is told by content first and by suffix second. `allow` is told how many seconds more than usual the work
    may take, as the file turns out to be long. Raises ReadError, or UnsupportedFormat where the file is of a kind that
    is not read at all; the message is one line with the cause and the fix.
    """
    path = Path(path)
    shown = readable(name)
    with opened(path, shown) as source:
        data = source.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ReadError(f"{shown} grows while it is read; try again when it is complete")
    if not data.strip(b"\0 \t\r\n"):
        raise ReadError(f"{shown} is empty; download or save it again")
    kind = format_of(data, path.suffix.lower(), shown)
    pages, problems = pdf.read(data, shown, allow) if kind == "pdf" else _READERS[kind](data, shown)
    return Document(
        name=name,
        path=str(path),
        sha256=hashlib.sha256(data).hexdigest(),
        format=kind,
        pages=pages,
        paged=kind == "pdf",
        problems=problems,
    )


@contextlib.contextmanager
def opened(path: Path, name: str) -> Iterator[BinaryIO]:
    """An ordinary file of a size that is read, open for reading; whatever fails, in here or while it is being read, is
    a ReadError. A pipe or a device could keep its reader waiting for ever."""
    try:
        with open(path, "rb", opener=lambda at, flags: os.open(at, flags | getattr(os, "O_NONBLOCK", 0))) as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise ReadError(f"{name} is no ordinary file; save it as one")
            if found.st_size > MAX_BYTES:
                size, most = found.st_size // 1_000_000, MAX_BYTES // 1_000_000
                raise ReadError(f"{name} has {size} MB, more than the {most} MB that are read; split it")
            yield file
    except OSError as error:
        if path.is_dir():
            raise ReadError(f"{name} is a folder, not a file; give the files in it") from error
        why = (error.strerror or "error").lower()
        raise ReadError(f"{name} cannot be opened ({why}); check the path and your rights") from error


def format_of(data: bytes, suffix: str, name: str) -> str:
    """The format of a file with this content and suffix (".pdf", "" for none), told by content first. Raises ReadError,
    or UnsupportedFormat for one that is not read at all."""
    named = _SUFFIX_FORMATS.get(suffix)
    head = data[:1024]
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return markup.zip_format(data, name)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnsupportedFormat(
            f"{name} is an old or password-protected Office file; save it as .docx or PDF without a password"
        )
    for magic, what in _FOREIGN:
        if head.startswith(magic) and not (magic == b"MZ" and b"\0" not in head):
            raise UnsupportedFormat(f"{name} is {what}; save it as PDF, Word (.docx), HTML, Markdown or text")
    if _WEB_PAGE.match(head.removeprefix(b"\xef\xbb\xbf")):
        if named in _CALLED:
            raise ReadError(
                f"{name} is a web page, not {_CALLED[named]} (often an error page); download the document again"
            )
        return "html"
    if named == "pdf":
        raise ReadError(
            f"{name} is not a PDF although it is called one, or its beginning is missing; download it again"
        )
    if named in _CALLED:
        raise ReadError(f"{name} is not {_CALLED[named]} although it is called one; download or save it again")
    if named is None:
        raise UnsupportedFormat(f"{name} is of a kind that is not read; the kinds are {' '.join(SUFFIXES)}")
    return named
