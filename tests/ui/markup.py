"""Reading markup strictly: what does not belong is noticed."""

from __future__ import annotations

from html.parser import HTMLParser

HOSTILE = """<script>alert(1)</script><img src=x onerror="alert(1)">' " & ${alert(1)} {{value}}\u202ecod.exe"""
SHOWN = HOSTILE.replace("\u202e", "")  # what turns the direction of writing round is left out
VOID = {"br", "img", "hr", "input"}


class Page(HTMLParser):
    """Every tag, attribute and id, the text, and the text inside of each `mark`."""

    def __init__(self, markup: str):
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.marked: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(markup)
        self.close()
        assert self._open == [], f"unclosed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)
        if tag == "mark":
            self.marked.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if "mark" in self._open:
            self.marked[-1] += data

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.attributes if key == name]


def assert_inert(markup: str) -> Page:
    """Nothing in it runs, loads or leads anywhere but to the page itself or a web address."""
    page = Page(markup)
    assert not {"script", "img", "iframe", "style", "link", "object"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert all(href.startswith(("#", "/", "https://", "http://")) for href in page.all("href"))
    assert not [href for href in page.all("href") if href.startswith("//")]
    assert "\u202e" not in markup
    return page
