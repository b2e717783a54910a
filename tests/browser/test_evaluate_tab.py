"""The Evaluate page in a browser: a question set of one's own is run, looked into, compared and called off."""

from __future__ import annotations

import json
import threading

import pytest
from doing import go, press_until, serious, sticks_out

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore")]  # the page's libraries warn of each other

NEWHAM = "newham-inspection-2014.md"
QUESTIONS = (
    {
        "id": "one", "question": "How many under 18s lived in Newham when Ofsted inspected in 2014?", "kind": "fact",
        "evidence": [
            {"document": NEWHAM, "page": None, "quote": "who were under the age of 18 was approximately 77,828"}
        ],
        "answer": "About 77,828.", "must_include": [["77,828"]],
    },
    {
        "id": "two", "question": "How was Newham judged overall in 2014?", "kind": "judgement",
        "evidence": [{"document": NEWHAM, "page": None, "quote": "Requires improvement"}],
        "answer": "It was found to be outstanding.", "must_include": [["outstanding"]],
    },
    {"id": "three", "question": "What did Ofsted say about Tower Hamlets?", "kind": "unanswerable"},
)  # fmt: skip
WRONG = QUESTIONS[1]


@pytest.fixture
def page(page, monkeypatch, tmp_path):
    """The tab, on the Evaluate page, with no runs kept yet."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    go(page, "Evaluate")
    page.wait_for_selector("#run")
    return page


def choose(page, path, *lines) -> None:
    """Choose a question set of these lines, in place of that chosen before."""
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    if page.locator("#own-questions button[aria-label*='lear']").count():
        page.click("#own-questions button[aria-label*='lear']")
    page.set_input_files("#own-questions input[type=file]", str(path))
    page.wait_for_selector(f"#own-questions >> text={path.stem}")


def run(page, lead: str) -> None:
    """Run the set, and wait for what its figures say of the wrong answers."""
    page.click("#run")
    page.wait_for_selector(f"#figures >> text={lead}")
    page.wait_for_selector("#running >> text=Done")


def pick(page, within: str, name: str) -> None:
    page.click(f"{within} input")
    page.get_by_role("option", name=name).click()
    page.wait_for_selector("[role=option]", state="hidden")


def runs(tmp_path) -> list[str]:
    return sorted(path.stem for path in (tmp_path / "data" / "findings" / "evaluations").glob("*.json"))


def test_a_set_is_run_the_wrong_answer_stands_beside_what_was_expected_and_two_runs_are_compared(page, tmp_path):
    choose(page, tmp_path / "first.jsonl", *QUESTIONS)
    run(page, "1 of 3 answers is wrong")
    (wrong,) = page.locator("#figures .wrongs li").all()
    assert wrong.locator("h4").inner_text() == WRONG["question"]
    expected, answered = wrong.locator(".pair > div").all_inner_texts()
    assert WRONG["answer"] in expected and "Requires improvement" in answered
    assert "does not say what it should" in wrong.inner_text()
    right = page.locator("#figures .plot li", has_text="Right answers").inner_text()
    assert "50%" in right  # of the two that can be answered
    declined = page.locator("#figures .plot li", has_text="Unanswerable questions declined").inner_text()
    assert "100%" in declined

    choose(page, tmp_path / "second.jsonl", *QUESTIONS[:1])
    run(page, "None of the 1 answer is wrong.")
    assert [name.split()[-1] for name in runs(tmp_path)] == ["first", "second"]

    pick(page, "#other-run", "first")
    page.wait_for_selector("#comparison table")
    heads = page.locator("#comparison thead th").all_inner_texts()
    assert [head.split()[-1] for head in heads[:2]] == ["second", "first"]
    pick(page, "#shown-run", "first")  # the run before is still there
    page.wait_for_selector("#figures >> text=1 of 3 answers is wrong")
    assert serious(page) == []
    assert not sticks_out(page, 320)


def test_called_off_no_run_is_kept(page, tmp_path, monkeypatch):
    from eval import report

    go_on, evaluate = threading.Event(), report.evaluate
    ended = threading.Event()

    def slowly(findings, questions, out, progress, *rest, **named):
        def held(done, total):
            progress(done - 1, total)
            assert go_on.wait(60)
            progress(done, total)

        try:
            return evaluate(findings, questions, out, held, *rest, **named)
        finally:
            ended.set()

    monkeypatch.setattr(report, "evaluate", slowly)
    choose(page, tmp_path / "first.jsonl", *QUESTIONS)
    page.click("#run")
    page.wait_for_selector("#running .progress >> text=0 of 3")
    page.click("#cancel-run")
    page.wait_for_selector("#running >> text=Called off; no run was kept.")
    assert not page.is_visible("#cancel-run")
    go_on.set()
    assert ended.wait(30)
    assert runs(tmp_path) == []
    press_until(page, "#run", "#figures", "1 of 3 answers is wrong")  # and it can be begun again
    assert len(runs(tmp_path)) == 1


def test_a_file_that_is_no_question_set_is_answered_in_words(page, tmp_path):
    choose(page, tmp_path / "broken.jsonl", QUESTIONS[0], '{"id": "two", "question": "Why')
    page.click("#run")
    page.wait_for_selector("#running .error")
    said = page.inner_text("#running .error")
    assert said.startswith("No run was kept: ") and "broken.jsonl" in said and "line 2" in said
    assert str(tmp_path) not in said and "gradio" not in said
    assert runs(tmp_path) == []
    choose(page, tmp_path / "empty.jsonl")
    page.click("#run")
    page.wait_for_selector("#running .error >> text=empty.jsonl")
