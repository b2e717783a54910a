"""The body of a Word file as Word prints it: with its numbers, notes and text boxes, without what was deleted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_AS_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_DELETED = {f"{_W}del", f"{_W}moveFrom"}
_SPACES = {f"{_W}tab", f"{_W}br", f"{_W}cr", f"{_W}ptab"}
_PLACE = re.compile(r"%(\d)")
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_MANY_STYLES = 20  # based on each other; hostile files make circles


class Words:
    """The paragraphs and tables of a python-docx `document`, and the words of any element in it."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._numbers = _Numbers(document)
        self._notes: dict[tuple[str, str], int] = {}  # kind and id of every note that was met, to its number

    def blocks(self) -> Iterator[Any]:
        """Every table as python-docx has it, and every paragraph as (text, role, depth in lists); notes come last."""
        yield from self._within(self._document.element.body)
        for kind in ("footnote", "endnote"):
            held = {note.get(f"{_W}id"): note for note in _part(self._document, f"{kind}s").iter(f"{_W}{kind}")}
            for (own, id), number in list(self._notes.items()):
                if own == kind and id in held:
                    yield f"{raised(number)} {self.text(held[id])}", "footnote", 1

    def text(self, element: Any) -> str:
        """What stands in an element, tables and text boxes within it included."""
        boxes: list[Any] = []
        own = " ".join(self._said(paragraph, boxes) for paragraph in _paragraphs(element))
        return " ".join([own, *map(self.text, boxes)])

    def _within(self, parent: Any) -> Iterator[Any]:
        from docx.table import Table

        for child in _visible(parent):
            if child.tag == f"{_W}tbl":
                yield Table(child, self._document._body)
            elif child.tag == f"{_W}p":
                boxes: list[Any] = []
                number, role, depth = self._numbers.before(child)
                said = self._said(child, boxes)
                if said.strip():
                    yield f"{number} {said}", role, depth
                for box in boxes:
                    yield from self._within(box)
            elif not child.tag.endswith("Pr"):
                yield from self._within(child)

    def _said(self, element: Any, boxes: list[Any]) -> str:
        """The words of a paragraph; the text boxes that hang on it are put into `boxes`."""
        parts: list[str] = []
        waiting = [element]
        while waiting:
            one = waiting.pop()
            if one.tag == f"{_W}t":
                parts.append(one.text or "")
            elif one.tag in _SPACES:
                parts.append(" ")
            elif one.tag == f"{_W}noBreakHyphen":
                parts.append("-")
            elif one.tag == f"{_W}txbxContent":
                boxes.append(one)
            elif one.tag in (f"{_W}footnoteReference", f"{_W}endnoteReference"):
                key = one.tag.removeprefix(_W).removesuffix("Reference"), one.get(f"{_W}id")
                parts.append(raised(self._notes.setdefault(key, len(self._notes) + 1)))
            elif one.tag != f"{_W}r" or one.find(f"{_W}rPr/{_W}vanish") is None:
                waiting += reversed(list(_visible(one)))
        return "".join(parts)


def _visible(parent: Any) -> Iterator[Any]:
    """The children that are printed: nothing deleted, and of alternatives the first."""
    for child in parent:
        if not isinstance(child.tag, str) or child.tag in _DELETED or child.tag == f"{_MC}Fallback":
            continue
        yield child


def _paragraphs(element: Any) -> Iterator[Any]:
    """The paragraphs in an element, those of its text boxes left out."""
    for child in _visible(element):
        if child.tag == f"{_W}p":
            yield child
        else:
            yield from _paragraphs(child)


def raised(number: int) -> str:
    """A note's number as it is printed, raised; parsing tells it by that."""
    return str(number).translate(_AS_SUPERSCRIPT)


def _part(document: Any, kind: str) -> Any:
    """The root of the part that holds the notes; an empty one where there is none."""
    import lxml.etree

    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype.endswith(f"/{kind}"):
            parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True)
            return lxml.etree.fromstring(relation.target_part.blob, parser)
    return lxml.etree.Element("none")


class _Numbers:
    """The roles of paragraphs, and the numbers that Word prints before them without writing them into their text."""

    def __init__(self, document: Any) -> None:
        self._styles = {style.style_id: style for style in document.styles}
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}  # of each list: format, pattern, first number
        self._counters: dict[str, dict[int, int]] = {}
        self._shared: dict[str, str] = {}  # lists of one definition go on counting
        root = _part(document, "numbering")
        levels = {
            one.get(f"{_W}abstractNumId"): dict(map(_level, one.iterfind(f"{_W}lvl")))
            for one in root.iterfind(f"{_W}abstractNum")
        }
        for one in root.iterfind(f"{_W}num"):
            own, of = one.get(f"{_W}numId"), _value(one.find(f"{_W}abstractNumId")) or ""
            restarts = one.find(f"{_W}lvlOverride/{_W}startOverride") is not None
            self._levels[own] = levels.get(of, {})
            self._shared[own] = own if restarts else f"of {of}"

    def before(self, paragraph: Any) -> tuple[str, str, int]:
        """The number that stands before a paragraph, as far as it has one, the paragraph's role, and how deep in lists
        it stands (1 where it is in none)."""
        chain = self._chain(paragraph)
        names = [(style.name or "").lower() for style in chain]
        sources = [paragraph.find(f"{_W}pPr"), *(style.element.find(f"{_W}pPr") for style in chain)]
        role = next(filter(None, map(_named_role, names)), "")
        deep = next((int(found[1]) for name in names if (found := _NAMED_DEPTH.match(name))), 1)
        outline = next((v for s in sources if s is not None and (v := _value(s.find(f"{_W}outlineLvl")))), None)
        if not role and outline and outline.isdigit() and int(outline) < 6:
            role = f"heading{int(outline) + 1}"
        found = (s.find(f"{_W}numPr") for s in sources if s is not None)
        listed = next((f for f in found if f is not None), None)
        own = _value(listed.find(f"{_W}numId")) if listed is not None else None
        if not own or own not in self._levels:
            return "", role, deep
        level = int(_value(listed.find(f"{_W}ilvl")) or 0)
        kind, number = self._count(own, level)
        if role == "item" and kind not in ("bullet", "none"):
            role = ""  # what has a number is told by that
        return number, role or ("item" if kind in ("bullet", "none") else ""), max(level + 1, deep)

    def _chain(self, paragraph: Any) -> list[Any]:
        """The paragraph's style, and those that it is based on."""
        style = self._styles.get(_value(paragraph.find(f"{_W}pPr/{_W}pStyle")))
        found: list[Any] = []
        while style is not None and len(found) < _MANY_STYLES:
            found.append(style)
            style = self._styles.get(_value(style.element.find(f"{_W}basedOn")))
        return found

    def _count(self, own: str, level: int) -> tuple[str, str]:
        levels = self._levels[own]
        kind, pattern, first = levels.get(level, ("bullet", "", 1))
        if kind in ("bullet", "none"):
            return kind, ""
        counters = self._counters.setdefault(self._shared[own], {})
        counters[level] = counters.get(level, first - 1) + 1
        for deeper in [at for at in counters if at > level]:
            del counters[deeper]
        for above in range(level):
            counters.setdefault(above, levels.get(above, ("decimal", "", 1))[2])

        def said(place: re.Match[str]) -> str:
            at = int(place[1]) - 1
            return _written(counters.get(at, 1), levels.get(at, ("decimal",))[0])

        return kind, _PLACE.sub(said, pattern)


def _level(level: Any) -> tuple[int, tuple[str, str, int]]:
    start = _value(level.find(f"{_W}start")) or "1"
    kind, pattern = _value(level.find(f"{_W}numFmt")) or "decimal", _value(level.find(f"{_W}lvlText")) or ""
    return int(level.get(f"{_W}ilvl") or 0), (kind, pattern, int(start) if start.isdecimal() else 1)


_NAMED_DEPTH = re.compile(r"list (?:bullet|number) ([2-9])")


def _named_role(style: str) -> str:
    if found := re.match(r"heading (\d)", style):
        return f"heading{min(max(int(found[1]), 1), 6)}"
    if style.startswith("toc "):
        return "skip"
    if style.startswith(("list bullet", "list number")):
        return "item"
    return {"title": "heading1", "subtitle": "heading2", "caption": "caption"}.get(style, "")


def _written(number: int, kind: str) -> str:
    if kind in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26)
        return letter.upper() if kind == "upperLetter" else letter
    if kind in ("lowerRoman", "upperRoman") and number < 40:
        said = ""
        for value, letters in _ROMAN:
            said, number = said + letters * (number // value), number % value
        return said.upper() if kind == "upperRoman" else said
    return str(number)


def _value(element: Any) -> str | None:
    return element.get(f"{_W}val") if element is not None else None
