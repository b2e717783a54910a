"""Files to documents: `load` reads one file of any known format into the pages that everything else quotes from."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from rag.errors import ReadError, UnsupportedFormat
from rag.load import markup, pdf, text
from rag.types import Document

MAX_BYTES = 300_000_000

_READERS = {
    "pdf": pdf.read,
    "html": markup.read_html,
    "docx": markup.read_docx,
    "markdown": text.read_markdown,
    "text": text.read_text,
}
_SUFFIX_FORMATS = {
    ".pdf": "pdf",
    ".html": "html",
    ".htm": "html",
    ".docx": "docx",
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".text": "text",
}
SUFFIXES: tuple[str, ...] = tuple(_SUFFIX_FORMATS)

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


def load(path: Path, name: str) -> Document:
    """The file at `path` as a document called `name`.

    The format is told by content first and by suffix second. Raises ReadError, or UnsupportedFormat where the file
    is of a kind that is not read at all; the message is one line with the cause and the fix.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise ReadError(f"{name} is a folder, not a file; give the files in it")
        if size > MAX_BYTES:
            raise ReadError(
                f"{name} has {size // 1_000_000} MB, more than the {MAX_BYTES // 1_000_000} MB that are read; split it"
            )
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(f"cannot open {name}: {error.strerror or error}; check the path and your rights") from error
    if not data.strip(b"\0 \t\r\n"):
        raise ReadError(f"{name} is empty; download or save it again")
    kind = _format(data, path.suffix.lower(), name)
    pages, problems = _READERS[kind](data, name)
    return Document(
        name=name,
        path=str(path),
        sha256=hashlib.sha256(data).hexdigest(),
        format=kind,
        pages=pages,
        paged=kind == "pdf",
        problems=problems,
    )


def _format(data: bytes, suffix: str, name: str) -> str:
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
        if named in ("pdf", "docx"):
            raise ReadError(
                f"{name} is a web page, not a {'PDF' if named == 'pdf' else 'Word file'} "
                "(often an error page); download the document again"
            )
        return "html"
    if named == "pdf":
        raise ReadError(
            f"{name} is not a PDF although it is called one, or its beginning is missing; download it again"
        )
    if named == "docx":
        raise ReadError(f"{name} is not a Word file although it is called one; download or save it again")
    if named is None:
        raise UnsupportedFormat(f"{name} is of a kind that is not read; the kinds are {' '.join(SUFFIXES)}")
    return named
