"""Text of papers as it may be shown to a person. For showing only: records keep every quote as it was extracted."""

from __future__ import annotations

import re

# Control characters and escape sequences, and the signs that turn the direction of writing round.
_CONTROL = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]")
_GLYPH = re.compile("[\ue000-\uf8ff]")  # symbol fonts' own signs, in these papers bullets and dashes
_JOINT = re.compile("\ufffe\\s*")  # a hyphen at a line's end

RECOGNISED = "read by OCR; compare with the page"  # said of quotes from pages without a text layer
CHANGED = {  # said of quotes from a paper whose file is no longer what was indexed
    "": "",
    "changed": "the paper has changed since it was indexed",
    "gone": "the paper is no longer where it was indexed",
}


def harmless(text: str) -> str:
    """Text that can do nothing to a terminal or page but stand there; line breaks and tabs stay."""
    return _CONTROL.sub("", text)


def readable(text: str) -> str:
    """A quote on one line: runs of white space as one space, a broken hyphen as a hyphen, symbol fonts' glyphs as
    bullets."""
    text = _GLYPH.sub("•", _JOINT.sub("-", text.replace("\u00ad", "")))
    return harmless(re.sub(r"\s+", " ", text))
