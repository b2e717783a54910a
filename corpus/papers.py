"""What may be kept as a paper, and under which name."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path

from rag.errors import ReadError

LIMIT = 300_000_000  # bytes of a paper, as many as are read

SUFFIX = {"pdf": ".pdf", "html": ".html", "docx": ".docx", "odt": ".odt", "markdown": ".md", "text": ".txt"}

_LONGEST = 100  # characters of a name
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?=$|[ .])", re.IGNORECASE)
_END = re.compile(rb"%%EOF[\x00\s]*")


def suffix_of(path: Path, called: str, suffix: str) -> str:
    """The suffix that the file's content asks for (".pdf"). `called` names it in messages; `suffix` is the one that its
    address or name has. Raises ReadError for what is no paper, or no whole one."""
    from rag.load import format_of

    data = path.read_bytes()
    if not data.strip(b"\0 \t\r\n"):
        raise ReadError(f"{called} is empty; try again later")
    kind = format_of(data, suffix.lower(), called)
    if kind == "pdf" and not _END.search(data[-2048:]):
        raise ReadError(f"{called} is cut short: the mark that ends a PDF is missing; download it again")
    return SUFFIX[kind]


def safe_name(text: str, instead: str = "paper") -> str:
    """A name that any file system takes and that leads nowhere else, made of what a site or file is called; `instead`
    where nothing is left of it."""
    text = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
    text = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text)
    text = re.sub(r'[<>:"/\\|?*%]', " ", text)
    text = " ".join(text.split()).strip(". ")[:_LONGEST].rstrip(". ")
    while len(os.fsencode(text)) > 180:  # file systems count bytes
        text = text[:-1].rstrip(". ")
    return f"_{text}" if _RESERVED.match(text) else text or instead
