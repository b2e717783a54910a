"""A source with its page: the picture of the PDF's page is there at once, and is turned and enlarged."""

from __future__ import annotations

import dataclasses
import shutil
import time

import pytest
from doing import ask, serious, sticks_out
from page_server import served

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore")]  # the page's libraries warn of each other

PAPERS = (
    "80511_newham/children's services inspection - 25 march 2019.pdf",
    "80479_knowsley/children's services inspection - 03 december 2021.pdf",
)
QUESTION = "How good is the supervision of social workers in Newham?"
SECONDS = 1.0  # of which a picture takes a fifth on a machine with nothing else to do


@pytest.fixture(scope="module")
def address(papers, sample_findings, tmp_path_factory):
    """The page over two published papers."""
    from rag.index import index
    from rag.pipeline import Findings
    from rag.store import Store
    from ui import app
    from ui.pictures import Drawing

    folder = tmp_path_factory.mktemp("published")
    for name in PAPERS:
        shutil.copy(papers / "ilacs" / name, folder / name.replace("/", " "))
    settings = dataclasses.replace(sample_findings.settings, workers=1)
    index([folder], folder / "store", settings)
    drawing = Drawing()
    drawing.warm()
    with Findings(Store(folder / "store"), settings) as findings:
        findings._embedder, findings._reranker = sample_findings.embedder, sample_findings.reranker
        with served(app.application(findings, None, drawing)) as address:
            yield address
    drawing.close()


@pytest.fixture
def page(tab, address):
    """The tab, with the question answered and its first source beside, the picture there."""
    tab.goto(address)
    tab.wait_for_selector("#ask")
    ask(tab, QUESTION)
    tab.locator("#now .mark").first.click()
    drawn(tab, quoted(tab))
    return tab


def quoted(page) -> int:
    return int(page.get_attribute("#now .source >> nth=0", "data-page"))


def pages(page) -> int:
    return int(page.get_attribute("#now .source >> nth=0", "data-pages"))


def drawn(page, number: int) -> None:
    """Wait for the picture of that page to be shown whole."""
    page.wait_for_function(
        """number => document.documentElement.dataset.pictured === String(number)
            && document.getElementById('panel-picture').naturalWidth > 0
            && !document.querySelector('#panel-picture.loading')""",
        arg=number,
    )
    assert page.inner_text("#panel-where").startswith(f"Page {number} of {pages(page)}")


def disabled(page, what: str) -> bool:
    return page.get_attribute(f"[data-panel={what}]", "aria-disabled") == "true"


def width(page) -> float:
    return page.locator("#panel-picture").bounding_box()["width"]


def test_a_mark_shows_the_page_with_the_quote_boxed_and_in_sight(page):
    assert page.inner_text("#panel-where") == f"Page {quoted(page)} of {pages(page)}, the quote is boxed"
    assert "with the quote boxed" in page.get_attribute("#panel-picture", "alt")
    # The box is drawn in a colour that the page itself does not have, and the sheet is scrolled to it.
    top, bottom, shown, height = page.evaluate(
        """() => {
            const picture = document.getElementById('panel-picture'), sheet = picture.parentElement;
            const canvas = document.createElement('canvas');
            canvas.width = picture.naturalWidth; canvas.height = picture.naturalHeight;
            const context = canvas.getContext('2d');
            context.drawImage(picture, 0, 0);
            const data = context.getImageData(0, 0, canvas.width, canvas.height).data;
            const rows = [];
            for (let at = 0; at < data.length; at += 4)
                if (data[at] === 200 && data[at + 1] === 80 && data[at + 2] === 0)
                    rows.push(Math.floor(at / 4 / canvas.width));
            const scale = picture.clientHeight / picture.naturalHeight;
            return [rows[0] * scale, rows.at(-1) * scale, sheet.scrollTop, sheet.clientHeight];
        }"""
    )
    assert shown <= top < bottom <= shown + height
    assert serious(page) == []


def test_pages_are_turned_and_the_quoted_one_found_again(page):
    home, last = quoted(page), pages(page)
    page.click("[data-panel=back]")
    drawn(page, home - 1)
    assert "boxed" not in page.inner_text("#panel-where")
    page.click("[data-panel=on]")
    drawn(page, home)
    assert "the quote is boxed" in page.inner_text("#panel-where")
    for number in range(home + 1, last + 1):
        page.click("[data-panel=on]")
        drawn(page, number)
    assert disabled(page, "on") and not disabled(page, "back")
    page.click("[data-panel=on]", force=True)  # there is none behind the last
    page.click("[data-panel=quoted]")
    drawn(page, home)
    assert not disabled(page, "on")


def test_the_picture_is_enlarged_and_made_smaller_up_to_the_ends(page):
    first = width(page)
    assert disabled(page, "out") and not disabled(page, "in")
    widths = [first]
    while not disabled(page, "in"):
        page.click("[data-panel=in]")
        widths.append(width(page))
    assert widths == sorted(set(widths)) and widths[-1] == pytest.approx(3 * first, rel=0.05)
    page.click("[data-panel=in]", force=True)
    assert width(page) == widths[-1]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")  # it is the sheet that scrolls
    while not disabled(page, "out"):
        page.click("[data-panel=out]")
    assert width(page) == first


def test_all_of_it_by_keyboard(page):
    home, before = quoted(page), width(page)
    reached = []
    for _ in range(20):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.dataset.panel || document.activeElement.className"))
        if reached[-1] == "sheet":
            break
    assert reached[-6:] == ["back", "on", "quoted", "out", "in", "sheet"]
    # The arrows move the picture in its sheet.
    page.focus("[data-panel=in]")
    page.keyboard.press("Enter")
    assert width(page) > before
    at = page.evaluate("document.querySelector('.sheet').scrollTop = 0")
    page.focus(".sheet")
    page.keyboard.press("ArrowDown")
    page.wait_for_function("at => document.querySelector('.sheet').scrollTop > at", arg=at)
    page.focus("[data-panel=back]")
    page.keyboard.press("Space")
    drawn(page, home - 1)
    page.keyboard.press("Escape")
    assert not page.is_visible("#panel")


def test_a_page_is_there_at_once(page):
    """After the first picture; no page is asked for twice, so that none has been kept."""
    took = []
    for number in range(quoted(page) - 1, 0, -1):
        began = time.perf_counter()
        page.click("[data-panel=back]")
        drawn(page, number)
        took.append(time.perf_counter() - began)
    took.sort()
    print(f"a picture takes {1000 * took[len(took) // 2]:.0f} ms, the slowest {1000 * took[-1]:.0f} ms")
    assert took[len(took) // 2] < SECONDS


@pytest.mark.parametrize("size", [320, 1440])
def test_nothing_sticks_out_with_a_picture(page, size):
    assert not sticks_out(page, size)
