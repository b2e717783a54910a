"""From text to markup: what every other part of this package goes through.

Everything that comes from a paper, a question or a language model passes through `safe` (or `printed`, which calls it),
so that none of it can put markup of its own on the page.
"""

from __future__ import annotations

import html
import re
from urllib.parse import quote, urlencode, urlsplit

from rag.display import harmless, readable

_FOOTNOTE = re.compile(r"\[\^([^\]\s]{1,20})\]")


def safe(text: object) -> str:
    """Text as it may stand in an element or in a quoted attribute; None is nothing."""
    return html.escape(harmless("" if text is None else str(text)), quote=True)


def printed(text: str) -> str:
    """Page text as the paper prints it, footnote marks raised; escaped."""
    return _FOOTNOTE.sub(r"<sup>\1</sup>", safe(readable(text)))


def link(address: str | None, text: str) -> str:
    """`text` (safe already) as a link where the address is a web address, else the text alone."""
    try:
        parts = urlsplit((address or "").strip())
    except ValueError:
        return text
    if parts.scheme.lower() not in ("http", "https") or not parts.netloc:
        return text
    return f'<a href="{safe(parts.geturl())}" rel="noopener noreferrer" target="_blank">{text}</a>'


def here(path: str, **asked: object) -> str:
    """An address of this server as it may stand in an attribute; what is None is left out."""
    given = {name: value for name, value in asked.items() if value is not None}
    return safe(f"{quote(path)}?{urlencode(given)}" if given else quote(path))


def count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def sentence(text: str) -> str:
    """An error's line, which starts small and has no full stop, as a sentence."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!", '"', "”")) else ".")


def joined(parts: list[str | None]) -> str:
    """The parts that there are, with dots between; escaped."""
    return safe(" · ".join(part for part in parts if part))


def attributes(**named: object) -> str:
    """Attributes for an element; `_` in a name stands for `-`, and what is None is left out."""
    return "".join(f' {name.replace("_", "-")}="{safe(value)}"' for name, value in named.items() if value is not None)
