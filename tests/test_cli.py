from __future__ import annotations

import contextlib
import csv
import errno
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from made import paper, store_of
from PIL import Image

import rag.writer
from rag.cli import main
from rag.store import Store

ROOT = Path(__file__).resolve().parents[1]
QUESTION = "How many of Newham's looked-after children lived outside the borough in 2014?"
LETTER = [
    (72, 780, 16, True, "Visit to Anytown children's services"),
    (72, 730, 11, False, "Managers read 37 case files in March and found most of them up to date."),
    (72, 690, 11, False, "Foster carers said that the allotment club keeps teenagers busy."),
]
QUOTE = "the allotment club keeps teenagers busy"


class Said(NamedTuple):
    code: int
    out: str
    err: str


Command = Callable[..., Said]


@pytest.fixture
def findings_command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, sample: Path) -> Command:
    """Runs the command in this process; the model is compiled by then, since `sample` was made."""
    monkeypatch.setenv("FINDINGS_WORKERS", "1")

    def run(*argv: object) -> Said:
        capsys.readouterr()
        try:
            code = main([str(arg) for arg in argv])
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        return Said(code, *capsys.readouterr())

    return run


@pytest.fixture
def on_sample(findings_command: Command, sample: Path) -> Command:
    """Runs the command over the sample papers."""
    return lambda *argv: findings_command(*argv, "--store", sample)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, make_pdf: Callable[..., bytes], sample: Path) -> Path:
    """A folder of papers, and a store of them beside it. Shared: only read them."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "papers" / "sub").mkdir(parents=True)
    (folder / "papers" / "sub" / "letter.pdf").write_bytes(make_pdf([LETTER, LETTER[:1]]))
    (folder / "papers" / "note.md").write_text("# Note\n\nThe crèche opens at nine.\n", encoding="utf-8")
    assert main(["index", str(folder / "papers"), "--store", str(folder / "store")]) == 0
    return folder


@pytest.fixture
def copied(own: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    return Path(shutil.copytree(own, tmp_path / "copy"))


def document(said: Said) -> Any:
    """The one JSON document that is all of the output."""
    assert (said.code, said.err) == (0, "")
    assert said.out.endswith("\n")
    return json.loads(said.out)


def one_line(said: Said, code: int = 1) -> str:
    """The line that says what was wrong, where it is all that was said."""
    assert (said.code, said.out) == (code, "")
    assert said.err.startswith("findings: ")
    assert said.err.endswith("\n")
    assert len(said.err.splitlines()) == 1, said.err
    return said.err


def tree(folder: Path) -> list[str]:
    """All that lies in a store, but for the lock, which stays."""
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.name != "writer.lock")


# ── requests that are wrong ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([""], 'the question is empty; ask something like "'),
        ([" \n\t"], 'the question is empty; ask something like "'),
        (["x" * 100_000], "the question has 100,000 characters; ask in at most 2,000"),
        ([QUESTION, "--authority", "Gotham"], "'Gotham' is no English local authority .*; check its spelling"),
        ([QUESTION, "--region", "Mordor"], "'Mordor' is no English region; for example: London"),
        ([QUESTION, "--from", "2020", "--to", "2019-12-31"], "--from 2020 is later than --to 2019-12-31; turn them"),
    ],
)
def test_a_wrong_question(on_sample: Command, command: str, arguments: Sequence[str], said: str) -> None:
    line = one_line(on_sample(command, *arguments))
    assert matches(said, line)


def matches(pattern: str, text: str) -> bool:
    return re.search(pattern, text) is not None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "the following arguments are required: COMMAND; see findings --help"),
        (["dance"], "invalid choice: 'dance' .*; see findings --help"),
        (["ask"], "the following arguments are required: question; see findings ask --help"),
        (["ask", QUESTION, "--from", "31/12/2019"], "'31/12/2019' is no date; write 2019, 2019-03 or 2019-03-25"),
        (["ask", QUESTION, "--to", "2019-13"], "'2019-13' is no date; write"),
        (["ask", QUESTION, "--from", ""], "'' is no date; write"),
        (["ask", QUESTION, "--kind", "poem"], "invalid choice: 'poem' .*inspection"),
        (["ask", QUESTION, "--grade", "Super"], "invalid choice: 'Super' .*Outstanding"),
        (["ask", QUESTION, "--colour"], "unrecognized arguments: --colour"),
        (["ask", QUESTION, "--bad\x1b[2J\n"], "unrecognized arguments: --bad"),
        (["search", QUESTION, "-k", "0"], "'0' is no whole number from 1 on"),
        (["show", "a.pdf", "--page", "-1"], "is no whole number from 1 on|expected one argument"),
        (["check"], "one of the arguments ANSWER.json --quote is required"),
        (["check", "a.json", "--quote", "x"], "not allowed with argument"),
        (["eval", "q.jsonl"], "the following arguments are required: --out"),
    ],
)
def test_wrong_usage(findings_command: Command, arguments: Sequence[str], said: str) -> None:
    line = one_line(findings_command(*arguments), code=2)
    assert matches(said, line)
    assert "\x1b" not in line


def test_help_and_version(findings_command: Command) -> None:
    said = findings_command("ask", "--help")
    assert (said.code, said.err) == (0, "")
    assert "--authority NAME" in said.out
    assert findings_command("--version").out.startswith("findings ")


@pytest.mark.parametrize(
    "arguments",
    [["ask", QUESTION], ["search", QUESTION], ["documents"], ["documents", "--check"], ["check", "--quote", "abcdef"],
     ["show", "a.pdf"], ["remove", "a.pdf"], ["eval", "q.jsonl", "--out", "r.jsonl"], ["serve"]],
)  # fmt: skip
def test_no_store(findings_command: Command, tmp_path: Path, arguments: Sequence[str]) -> None:
    line = one_line(findings_command(*arguments, "--store", tmp_path / "none"))
    assert "there is no store in" in line
    assert "make one with: findings index PATH" in line
    assert not (tmp_path / "none").exists(), "asking makes no store"


def test_a_store_of_another_model(findings_command: Command, own: Path, tmp_path: Path) -> None:
    store = store_of(tmp_path / "store", [paper("a.pdf", "Plans were late.")])
    before = tree(store)
    for command in (["ask", QUESTION], ["search", QUESTION], ["index", own / "papers"]):
        line = one_line(findings_command(*command, "--store", store))
        assert "was made with the embedding model 'tiny', not 'findings-minilm'" in line
        assert "set FINDINGS_MODEL=tiny or index into another folder with --store" in line
    assert tree(store) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show", "none.pdf"], "no paper called 'none.pdf'; findings documents lists them"),
        (["show", "letter.pdf", "--page", "3"], "sub/letter.pdf has no page 3; it has 2"),
        (["show", "letter.pdf", "--quote", "never written"], "page 1 of sub/letter.pdf does not hold the quote 'never"),
        (["show", "letter.pdf", "--page", "2", "--quote", QUOTE], "page 2 of sub/letter.pdf does not hold the quote"),
        (["show", "note.md", "--png", "x.png"], "note.md has no pages to draw; findings show prints its text"),
        (["show", "letter.pdf", "--png", "none/x.png"], "No such file or directory: .*x.png; check the path"),
        (["check", "--quote", "a"], "the quote is too short to check; give at least 3 letters"),
        (["check", "--quote", QUOTE, "--document", "none.pdf"], "no paper called 'none.pdf'; findings documents lists"),
        (["check", "none.json"], "cannot read none.json; name a JSON file that holds an answer"),
        (["remove", "none.pdf"], "no paper called 'none.pdf'; findings documents lists them"),
        (["remove", "note.md", "none.pdf"], "no paper called 'none.pdf'; findings documents lists them"),
        (["eval", "none.jsonl", "--out", "r.jsonl"], "cannot read the questions in none.jsonl: no such file"),
        (
            ["eval", "none.jsonl", "--out", "r.jsonl", "--against", "o.jsonl"],
            "cannot read the results in o.jsonl: no such file",
        ),
    ],
)
def test_what_the_store_does_not_hold(
    findings_command: Command, copied: Path, monkeypatch: pytest.MonkeyPatch, arguments: Sequence[str], said: str
) -> None:
    monkeypatch.chdir(copied)
    before = tree(copied)
    assert matches(said, one_line(findings_command(*arguments, "--store", "store")))
    assert [name for name in tree(copied) if name not in before] == []


@pytest.mark.parametrize("content", ["{}", "[]", '{"answer": "x", "claims": []}', "no JSON"])
def test_a_check_file_without_claims(on_sample: Command, tmp_path: Path, content: str) -> None:
    (tmp_path / "answer.json").write_text(content, encoding="utf-8")
    line = one_line(on_sample("check", tmp_path / "answer.json"))
    assert matches("holds no claims; an answer has the keys|is not JSON; findings ask --json writes", line)


def test_settings_that_are_wrong(findings_command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINDINGS_COLOUR", "red")
    assert "unknown setting 'colour'; the settings are store, cache" in one_line(findings_command("documents"))


# ── indexing that fails ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "new.md").write_text("The pottery class meets on Tuesdays.\n", encoding="utf-8")
    return folder


def test_a_path_that_does_not_exist(findings_command: Command, store: Path, papers: Path) -> None:
    line = one_line(findings_command("index", papers, papers / "none", "--store", store))
    assert matches("there is no file or folder .*none; check the path", line)
    assert not store.exists()


def test_a_folder_with_nothing_to_read(findings_command: Command, store: Path, papers: Path) -> None:
    (papers / "new.md").rename(papers / "new.jpg")
    line = one_line(findings_command("index", papers, "--store", store))
    assert matches(r"nothing to read in .*papers; papers end in .*\.pdf", line)
    assert not store.exists()


def test_a_folder_with_nothing_readable(findings_command: Command, store: Path, papers: Path) -> None:
    (papers / "new.md").write_bytes(b"")
    (papers / "bad.pdf").write_bytes(b"no pdf")
    line = one_line(findings_command("index", papers, "--store", store))
    assert matches(r"none of the papers could be read: bad.pdf is not a PDF .*\(and 1 more\)", line)
    assert tree(store) == []


def say_no(number: int) -> Callable[..., Any]:
    def refuse(*_: object, **__: object) -> Any:
        raise OSError(number, os.strerror(number), "somewhere")

    return refuse


FULL = "the disk is full; free some space for the store in .*store"
CLOSED = r"cannot write the store in .*store \(read-only file system\); choose a folder .* with --store"


@pytest.mark.parametrize(
    ("owner", "name", "number", "said"),
    [
        (rag.writer.Path, "mkdir", errno.EROFS, CLOSED),
        (rag.writer.os, "replace", errno.EROFS, CLOSED),
        (rag.writer.sqlite3, "connect", errno.ENOSPC, FULL),
        (rag.writer.LexicalIndex, "save", errno.ENOSPC, FULL),
        (rag.writer, "_write_synced", errno.ENOSPC, FULL),
        (rag.writer.os, "replace", errno.EDQUOT, FULL),
    ],
)
@pytest.mark.parametrize("new", [True, False], ids=["new store", "old store"])
def test_a_disk_that_says_no(
    findings_command: Command, papers: Path, store: Path, own: Path, monkeypatch: pytest.MonkeyPatch,
    owner: Any, name: str, number: int, said: str, new: bool,
) -> None:  # fmt: skip
    if not new:
        shutil.copytree(own / "store", store)
    before = tree(store)
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, say_no(number))
        line = one_line(findings_command("index", papers, "--store", store))
    assert matches(said, line)
    assert set(tree(store)) - {*before, "generations"} == set(), "nothing half-written stays"
    if new:
        assert "there is no store" in one_line(findings_command("documents", "--store", store))
    else:
        assert set(before) <= set(tree(store))
        with Store(store) as opened:
            assert set(opened.records) == {"note.md", "sub/letter.pdf"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_output_onto_a_full_disk(sample: Path) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "rag", "documents", "--json", "--store", str(sample)],
            stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "findings: the disk is full; free some space\n")


# ── indexing that works ──────────────────────────────────────────────────────────────────────────────────────────


def test_index_twice_prune_and_remove(findings_command: Command, copied: Path) -> None:
    papers, store = copied / "papers", copied / "store"
    said = document(findings_command("index", papers, "--store", store, "--json"))
    assert said["store"] == str(store)
    assert {one["document"]: one["status"] for one in said["outcomes"]} == {
        "note.md": "unchanged", "sub/letter.pdf": "unchanged",
    }  # fmt: skip
    (papers / "note.md").unlink()
    said = findings_command("index", papers, "--store", store)
    assert said.code == 0
    assert "read 0 (0 pages, 0 passages), unchanged 1, removed 0, failed 0; " in said.out
    said = findings_command("index", papers, "--store", store, "--prune")
    assert "removed 1" in said.out
    assert "removed: note.md: its file is gone" in said.out
    assert [row["document"] for row in document(findings_command("documents", "--store", store, "--json"))] == [
        "sub/letter.pdf"
    ]
    assert document(findings_command("remove", "sub/letter.pdf", "--store", store, "--json")) == {
        "removed": ["sub/letter.pdf"]
    }
    assert document(findings_command("documents", "--store", store, "--json")) == []


def test_one_bad_paper_does_not_stop_the_rest(findings_command: Command, papers: Path, store: Path) -> None:
    (papers / "bad.pdf").write_bytes(b"no pdf")
    said = document(findings_command("index", papers, "--store", store, "--json", "--root-name", "mine"))
    bad, new = said["outcomes"]
    assert (bad["document"], bad["status"]) == ("mine/bad.pdf", "failed")
    assert bad["reason"]
    assert (new["document"], new["status"], new["passages"]) == ("mine/new.md", "read", 1)
    said = findings_command("remove", "mine/new.md", "--store", store)
    assert (said.code, said.out) == (0, "removed mine/new.md\n")


def test_progress_is_for_a_terminal_only(
    findings_command: Command, copied: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    papers, store = copied / "papers", copied / "store"
    (papers / "more.md").write_text("The choir sings in June.\n", encoding="utf-8")
    assert findings_command("index", papers, "--store", store).err == ""
    (papers / "more.md").write_text("The choir sings in July.\n", encoding="utf-8")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    said = findings_command("index", papers, "--store", store)
    assert "paper" in said.err
    assert "\r" in said.err
    assert "\r" not in said.out
    assert said.out.startswith("read 1 ")


# ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def answered(sample: Path) -> dict[str, Any]:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert main(["ask", QUESTION, "--json", "--store", str(sample)]) == 0
    return json.loads(out.getvalue())


def test_an_answer_is_a_record_that_the_evaluation_reads(answered: dict[str, Any]) -> None:
    assert answered.keys() >= {"question", "answer", "abstained", "notice", "claims", "passages", "seconds"}
    assert answered.keys() >= {"understood", "searched", "withheld"}
    assert (answered["question"], answered["abstained"]) == (QUESTION, False)
    assert "[1]" in answered["answer"]
    for claim in answered["claims"]:
        assert claim.keys() >= {"text", "frame", "citations", "verdict"}
        for citation in claim["citations"]:
            assert citation.keys() >= {"document", "page", "paragraph", "quote", "start", "end"}
            assert citation.keys() >= {"title", "authority", "date", "label", "attribution"}
    assert 0 < len(answered["passages"]) <= 10
    assert all(passage.keys() >= {"document", "page", "text"} for passage in answered["passages"])
    assert answered["seconds"] > 0


def test_quotes_stand_letter_for_letter(answered: dict[str, Any], sample: Path) -> None:
    with Store(sample) as opened:
        for claim in answered["claims"]:
            assert claim["citations"]
            for cited in claim["citations"]:
                text = opened.page_text(cited["document"], (cited["page"] or 1) - 1)
                assert text is not None
                assert text[cited["start"] : cited["end"]] == cited["quote"]


def test_an_answer_for_a_person(on_sample: Command) -> None:
    said = on_sample("ask", QUESTION, "--authority", "Newham", "--from", "2014", "--to", "2014-12")
    assert (said.code, said.err) == (0, "")
    assert "416" in said.out
    assert "[1] " in said.out
    assert "retold from" in said.out


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_follow_up(on_sample: Command, command: str) -> None:
    before = ["--after", "What about adoption in Leeds?", "--after", "How was Newham judged overall in 2019?"]
    said = on_sample(command, *before, "and in 2014?")
    assert said.code == 0
    assert "Understood: Newham · 2014" in said.out
    assert "Understood as: “How was Newham judged overall in 2014?”" in " ".join(said.out.split())
    record = json.loads(on_sample(command, "--json", *before, "and in 2014?").out)["understood"]
    assert (record["asked"], record["text"]) == ("and in 2014?", "How was Newham judged overall in 2014?")


def test_what_the_papers_do_not_say(on_sample: Command) -> None:
    said = document(on_sample("ask", "What did inspectors say about children in Cornwall?", "--json"))
    assert (said["abstained"], said["answer"], said["claims"]) == (True, "", [])
    assert said["notice"]


def test_an_answer_checked(on_sample: Command, answered: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "answer.json").write_text(json.dumps(answered), encoding="utf-8")
    checked = document(on_sample("check", tmp_path / "answer.json", "--json"))
    assert checked["stand"] == len(checked["claims"]) == len(answered["claims"]) > 0
    assert all(row["verdict"] != "withheld" for row in checked["claims"])
    assert f"{checked['stand']} of {checked['stand']} claims stand." in on_sample("check", tmp_path / "answer.json").out


def doctored(answered: dict[str, Any], where: str) -> dict[str, Any]:
    """The answer with another number of children in its first claim that gives one."""
    made = json.loads(json.dumps(answered))
    claim = next(claim for claim in made["claims"] if "416" in claim["text"])
    if where in ("text", "both"):
        claim["text"] = claim["text"].replace("416", "461")
    if where in ("quote", "both"):
        for citation in claim["citations"]:
            citation["quote"] = citation["quote"].replace("416", "461")
    if where == "document":
        for citation in claim["citations"]:
            citation["document"] = "newcastle-focused-visit-2018.md"
    return made


@pytest.mark.parametrize("where", ["text", "quote", "both", "document"])
def test_a_doctored_answer_checked(on_sample: Command, answered: dict[str, Any], tmp_path: Path, where: str) -> None:
    (tmp_path / "answer.json").write_text(json.dumps(doctored(answered, where)), encoding="utf-8")
    checked = document(on_sample("check", tmp_path / "answer.json", "--json"))
    assert checked["stand"] == len(answered["claims"]) - 1
    (withheld,) = [row for row in checked["claims"] if row["verdict"] == "withheld"]
    assert withheld["reason"]


def test_a_quote_checked(findings_command: Command, own: Path) -> None:
    store = own / "store"
    found = document(findings_command("check", "--quote", QUOTE, "--store", store, "--json"))
    (where,) = found["where"]
    assert found["found"]
    assert (where["document"], where["page"]) == ("sub/letter.pdf", 1)
    assert "sub/letter.pdf, page 1, characters" in findings_command("check", "--quote", QUOTE, "--store", store).out
    missing = document(findings_command("check", "--quote", "the trampoline club", "--store", store, "--json"))
    assert missing == {"found": False, "where": []}
    elsewhere = findings_command("check", "--quote", QUOTE, "--document", "note.md", "--store", store)
    assert (elsewhere.code, elsewhere.out) == (0, "The quote is in none of the papers.\n")


@pytest.mark.parametrize(
    ("backend", "said"),
    [
        ("nowhere", "unknown backend 'nowhere'; use extractive, ollama, openai-compatible, anthropic, llama-cpp"),
        ("no_such_module:LLM", "the backend 'no_such_module:LLM' cannot be loaded; check its spelling"),
    ],
)
def test_a_language_model_that_is_not_there(on_sample: Command, backend: str, said: str) -> None:
    assert said in one_line(on_sample("ask", QUESTION, "--backend", backend))


def test_search(on_sample: Command) -> None:
    said = document(on_sample("search", QUESTION, "-k", "3", "--json"))
    assert len(said["passages"]) == 3
    assert said["understood"]["authorities"] == ["Newham"]
    assert "\n\n1. Newham, 3 June 2014" in on_sample("search", QUESTION, "-k", "3").out


# ── the papers themselves ────────────────────────────────────────────────────────────────────────────────────────


def test_documents(on_sample: Command) -> None:
    rows = document(on_sample("documents", "--json"))
    assert len(rows) == 5
    table = list(csv.DictReader(io.StringIO(on_sample("documents", "--csv").out)))
    assert [row["document"] for row in table] == [row["document"] for row in rows]
    assert [row["authority"] for row in table] == [row["authority"] for row in rows]
    assert on_sample("documents").out.splitlines()[-1] == "5 papers"


def test_show(findings_command: Command, own: Path) -> None:
    said = document(findings_command("show", "letter.pdf", "--store", own / "store", "--json"))
    assert (said["document"], said["page"], said["png"]) == ("sub/letter.pdf", 1, None)
    assert any(QUOTE in block["text"] for block in said["blocks"])
    said = findings_command("show", "note.md", "--store", own / "store")
    assert "The crèche opens at nine." in said.out


def test_show_draws_the_page_with_a_box(findings_command: Command, own: Path, tmp_path: Path) -> None:
    def boxed(*quote: str) -> np.ndarray:
        file = tmp_path / "page.png"
        said = findings_command("show", "letter.pdf", "--png", file, *quote, "--store", own / "store")
        assert (said.code, said.out, said.err) == (0, f"wrote {file}\n", "")
        assert file.read_bytes().startswith(b"\x89PNG")
        pixels = np.asarray(Image.open(file)).astype(int)
        assert pixels.min() < 50, "there are letters on the page"
        return np.flatnonzero((pixels.max(axis=2) - pixels.min(axis=2) > 40).any(axis=1))

    assert not boxed().size
    rows = boxed("--quote", QUOTE) / 2  # two pixels a point
    assert 842 - 690 - 15 < rows.min() < rows.max() < 842 - 690 + 8
    file = tmp_path / "again.png"
    said = findings_command("show", "letter.pdf", "--png", file, "--json", "--store", own / "store")
    assert document(said)["png"] == str(file)


# ── three questions ──────────────────────────────────────────────────────────────────────────────────────────────


def test_eval(on_sample: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (ROOT / "eval" / "questions" / "sample.jsonl").read_text(encoding="utf-8").splitlines()[:3]
    questions, results = tmp_path / "three.jsonl", tmp_path / "results.jsonl"
    questions.write_text("\n".join(lines), encoding="utf-8")
    summary = document(on_sample("eval", questions, "--out", results, "--json"))
    assert summary["machine"]["documents"] == 5
    records = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    assert [record["id"] for record in records] == [json.loads(line)["id"] for line in lines]
    assert all(
        record.keys() >= {"id", "answer", "abstained", "claims", "passages", "seconds"} and "error" not in record
        for record in records
    )
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    said = on_sample("eval", questions, "--out", results)
    assert "evidence in the first passage" in said.out
    assert "3/3" in said.err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["results.jsonl", "three.jsonl"]
    said = on_sample("eval", questions, "--out", results, "--stages", "--against", results)
    assert "Stages of the search" in said.out
    assert "Beside results" in said.out


def test_results_do_not_replace_the_questions(on_sample: Command, tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_text('{"id": "1", "question": "x", "kind": "fact"}\n', encoding="utf-8")
    before = (tmp_path / "q.jsonl").read_bytes()
    one_line(on_sample("eval", tmp_path / "q.jsonl", "--out", tmp_path / "q.jsonl"))
    assert (tmp_path / "q.jsonl").read_bytes() == before


# ── without a store, and on an odd terminal ──────────────────────────────────────────────────────────────────────


def test_without_a_store_the_sample_papers_answer(
    findings_command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.config.data_dir", lambda: tmp_path)
    monkeypatch.setattr("rag.pipeline.data_dir", lambda: tmp_path)
    said = findings_command("ask", QUESTION, "--json")
    assert (said.code, said.err) == (0, "findings: no papers indexed yet: preparing the sample papers (once)\n")
    assert all(c["retold_from"] for claim in json.loads(said.out)["claims"] for c in claim["citations"])
    assert [p.name.partition("-")[0] for p in tmp_path.iterdir()] == ["sample"], "never in a person's own store"
    assert document(findings_command("ask", QUESTION, "--json"))["claims"]


def test_json_is_ascii_where_the_terminal_knows_no_more(own: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rag", "show", "note.md", "--json", "--store", str(own / "store")],
        capture_output=True, cwd=ROOT, env=os.environ | {"PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert any("crèche" in block["text"] for block in json.loads(done.stdout.decode("ascii"))["blocks"])


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end otherwise there")
def test_a_reader_that_has_seen_enough(sample: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "rag", "documents", "--store", str(sample)],
            stdout=writing, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        )  # fmt: skip
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")
