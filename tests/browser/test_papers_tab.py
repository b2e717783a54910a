"""The Papers page in a browser: own papers taken in, asked about and taken out, each test with a store of its own."""

from __future__ import annotations

import dataclasses
import threading
from pathlib import Path

import pytest
from doing import ask, go, press_until, sticks_out
from page_server import served

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore")]  # the page's libraries warn of each other

LEEDS = """# Focused visit to Leeds City Council children's services

Inspectors visited Leeds in May 2019.

Supervision of social workers is regular, and managers record it well.
"""
YORK = (
    "Monitoring visit to York City Council children's services, March 2021",
    "Return home interviews in York are offered within two days of a child's return.",
)
QUESTION = "How good is the supervision of social workers in Leeds?"


@pytest.fixture
def own(sample_findings, tmp_path):
    """The sample papers, with nothing yet in the place where own papers would be."""
    from rag.pipeline import Findings
    from rag.store import Store

    settings = dataclasses.replace(
        sample_findings.settings, store=str(tmp_path / "store"), papers=str(tmp_path / "papers"), workers=1,
        history=f"sqlite:///{tmp_path / 'history.sqlite'}",
    )  # fmt: skip
    with Findings(Store(sample_findings.store.folder), settings, sample=True) as findings:
        findings._embedder, findings._reranker = sample_findings.embedder, sample_findings.reranker
        yield findings


@pytest.fixture
def page(tab, own):
    """The tab, on the Papers page with "Add papers" unfolded."""
    from ui import app

    with served(app.application(own)) as address:
        tab.goto(address)
        go(tab, "Papers")
        tab.wait_for_selector("#papers-table >> text=5 of 5 papers")
        tab.get_by_role("button", name="Add papers").click()
        yield tab


@pytest.fixture
def files(tmp_path, make_pdf):
    """A folder of two papers and a file that only says that it is one."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "leeds.md").write_text(LEEDS)
    (folder / "york.pdf").write_bytes(make_pdf([[(60, 760 - 40 * i, 11, i == 0, line) for i, line in enumerate(YORK)]]))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    return folder


@pytest.fixture
def held_up(monkeypatch):
    """Indexing waits, once the papers are read, until this is set."""
    from rag import index

    go_on, embed = threading.Event(), index._embed_and_add

    def later(*given):
        assert go_on.wait(60)
        embed(*given)

    monkeypatch.setattr(index, "_embed_and_add", later)
    return go_on


def choose(page, *files: Path) -> None:
    page.set_input_files("#files input[type=file]", [str(file) for file in files])
    for file in files:
        page.wait_for_selector(f"#files >> text={file.stem}")


def shown(page, count: int) -> None:
    page.wait_for_selector(f"#papers-table >> text=/^{count} of {count} papers?$/")


def test_papers_are_added_with_progress_and_asked_about(page, files, held_up):
    assert "Sample papers" in page.inner_text("header")
    assert page.locator("#papers-table [data-remove]").count() == 0  # samples go when own papers come
    choose(page, files / "leeds.md", files / "york.pdf", files / "broken.pdf")
    page.click("#add-them")
    page.wait_for_selector("#adding progress")
    page.wait_for_selector("#adding .progress >> text=Reading the papers. 0 of 2.")
    held_up.set()
    page.wait_for_selector("#adding >> text=2 papers were added.")
    failed = page.locator("#adding li")
    assert failed.all_inner_texts() == [
        "broken.pdf: is cut short: the mark that ends a PDF is missing; download it again"
    ]
    # They are there, and the samples have given way.
    shown(page, 2)
    titles = page.locator("#papers-table tbody .title").all_inner_texts()
    assert any("Leeds" in title for title in titles) and any("York" in title for title in titles)
    assert not page.is_visible("#cancel-adding")
    assert "Sample papers" not in page.inner_text("header")
    assert not sticks_out(page, 320)
    page.set_viewport_size({"width": 1280, "height": 900})
    # What was added is not still chosen: it would be added again with the next.
    assert page.locator("#files >> text=leeds").count() == 0
    go(page, "Ask")
    ask(page, QUESTION)
    assert "record it well" in page.inner_text("#now .claim >> nth=0")
    assert "Leeds" in page.inner_text("#now .source >> nth=0")


def test_a_folder_is_read_where_it_is(page, own, files):
    page.fill("#folder input, #folder textarea", str(files / "nowhere"))
    page.click("#add-them")
    page.wait_for_selector("#adding >> text=there is no file or folder")
    page.fill("#folder input, #folder textarea", str(files))
    page.click("#add-them")
    page.wait_for_selector("#adding >> text=2 papers were added.")
    assert "broken.pdf" in page.inner_text("#adding li")
    shown(page, 2)
    assert not Path(own.settings.papers).exists()


def test_a_paper_is_removed_and_its_copy_with_it(page, own, files):
    choose(page, files / "leeds.md", files / "york.pdf")
    page.click("#add-them")
    shown(page, 2)
    kept = [path for path in Path(own.settings.papers).rglob("*") if path.suffix in (".md", ".pdf")]
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.click("#papers-table tr:has-text('Leeds') [data-remove]")
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.click("#papers-table tr:has-text('York') [data-remove]")
    page.wait_for_selector("#papers-noted >> text=was removed")
    shown(page, 1)
    assert "Leeds" in page.inner_text("#papers-table tbody")  # to the first question the answer was no
    assert len(asked) == 2 and "york" in asked[1]
    assert [path.suffix for path in kept if path.exists()] == [".md"] and len(kept) == 2
    assert (files / "york.pdf").exists()
    # The last one as well: then there is nothing to ask, which is said.
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("#papers-table [data-remove]")
    page.wait_for_selector("#papers-table >> text=There are no papers yet")
    go(page, "Ask")
    ask(page, QUESTION)
    assert page.inner_text("#now .notice, #now .error")


def test_called_off_everything_is_as_before_and_can_be_begun_again(page, own, files, held_up):
    from filelock import FileLock

    from rag.store import current_generation

    page.fill("#folder input, #folder textarea", str(files))
    page.click("#add-them")
    page.wait_for_selector("#adding .progress >> text=1 of 3")  # now it is held up, with the store in hand
    page.click("#cancel-adding")
    page.wait_for_selector("#adding >> text=Called off")
    assert not page.is_visible("#cancel-adding")
    # What still goes on behind does not keep the page from saying so.
    press_until(page, "#add-them", "#adding", "try again when it is done")
    held_up.set()
    with FileLock(Path(own.settings.store) / "writer.lock", timeout=30):
        assert current_generation(Path(own.settings.store)) is None
    page.click("#add-them")
    page.wait_for_selector("#adding >> text=2 papers were added.")
    shown(page, 2)


def test_what_is_missing_or_contradicts_itself_is_answered_in_words(page, files):
    page.click("#add-them")
    page.wait_for_selector("#adding >> text=Choose papers first, or name a folder.")
    choose(page, files / "leeds.md")
    page.fill("#folder input, #folder textarea", str(files))
    page.click("#add-them")
    page.wait_for_selector("#adding >> text=one after the other")
    assert page.locator("#files >> text=leeds").count() >= 1
    page.get_by_role("button", name="Fetch published reports").click()
    page.click("#fetch-them")
    page.wait_for_selector("#adding >> text=Choose authorities first.")
    page.fill("#fetch-places input", "leeds")
    page.keyboard.press("Enter")
    page.fill("#fetch-since input, #fetch-since textarea", "soon")
    page.click("#fetch-them")
    page.wait_for_selector("#adding >> text=“soon” is no year")
