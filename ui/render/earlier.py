"""The list of what was asked before."""

from __future__ import annotations

from collections.abc import Sequence

from rag.display import readable
from ui.history import Listed
from ui.render.text import here, safe

_BEGINNING = 220  # characters of an answer that the list shows


def listed(answers: Sequence[Listed], words: str, most: int) -> str:
    """The answers found, by day, the newest first; each is a link to itself."""
    if not answers:
        said = "No earlier answer holds these words." if words.strip() else "Nothing has been asked yet."
        return f'<p class="quiet" role="status">{said}</p>'
    parts, day = [], ""
    for one in answers:
        at = one.asked_at.astimezone()
        if (this := f"{at.day} {at:%B %Y}") != day:
            parts.append(f'{"</ul>" if day else ""}<h3>{this}</h3><ul class="earlier">')
            day = this
        text = readable(one.text)
        beginning = text if len(text) <= _BEGINNING else f"{text[:_BEGINNING].rsplit(' ', 1)[0]} …"
        parts.append(
            f'<li><a href="{here("/", answer=one.id)}">{safe(one.question)}</a>'
            f'<span class="where">{at:%H:%M}</span><p>{safe(beginning or "The papers do not say.")}</p>'
            f'<button type="button" class="tool" data-forget="{safe(one.conversation)}" '
            f'aria-label="Delete the conversation of: {safe(one.question)}">Delete this conversation</button></li>'
        )
    more = f'<p class="quiet">The latest {most} are shown; search for older ones.</p>' if len(answers) >= most else ""
    return f'<div class="found">{"".join(parts)}</ul>{more}</div>'
