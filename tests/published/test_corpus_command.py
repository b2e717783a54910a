"""`findings corpus` as a person runs it, against a site on this machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from played_site import Site, kept, link, pdf, provider, reply

from corpus.manifest import Manifest
from rag.cli import main

NEWHAM = "/provider/44/80511"
QUESTION = "How many children had a child protection plan in Newham?"


@pytest.fixture
def letters(make_pdf: Callable[..., bytes]) -> list[bytes]:
    """Two small reports."""
    said = "In Newham, 239 children had a child protection plan.", "In Newham, managers saw social workers monthly."
    return [make_pdf([[(72, 760, 14, True, "London Borough of Newham"), (72, 700, 11, False, text)]]) for text in said]


@pytest.fixture
def run(tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Runs a command on a store and a folder of papers of its own; returns (exit code, stdout, stderr)."""
    monkeypatch.setattr("corpus.manners.PAUSE", 0.0)
    monkeypatch.setattr("corpus.web.back_off", lambda failed: 0.0)
    monkeypatch.setenv("FINDINGS_WORKERS", "1")

    def run(*args: str) -> tuple[int, str, str]:
        more = ["--store", str(tmp_path / "store")]
        if args[0] == "corpus":
            more += ["--papers", str(tmp_path / "papers")]
            more += ["--allow-private"] if args[1] != "verify" else []
            more += ["--site", site.base] if args[1] == "fetch" else []
        code = main([*args, *more])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_fetch_ask_change_verify_fetch(site: Site, run, letters: list[bytes], tmp_path: Path) -> None:
    links = link("/v1/file/1", "Inspection, pdf - 8 August 2014"), link("/v1/file/2", "Monitoring visit - 7 April 2022")
    site.pages |= {NEWHAM: provider(*links), "/v1/file/1": kept(letters[0]), "/v1/file/2": kept(letters[1], '"b"')}
    code, out, err = run("corpus", "fetch", "newham")
    assert (code, out.splitlines()[0].split(";")[0]) == (0, "fetched 2, updated 0, unchanged 0, left out 0, failed 0")
    assert "read 2 (2 pages" in out and "Newham (1 of 1)" in err

    code, out, _ = run("ask", QUESTION)
    assert code == 0 and "239 children" in out and "has changed" not in out
    assert run("corpus", "verify")[:2] == (0, "2 of 2 papers are as they were\n")

    changed = tmp_path / "papers" / "Newham" / "2014-08-08 inspection.pdf"
    data = bytearray(changed.read_bytes())
    data[-1] ^= 1
    changed.write_bytes(data)
    code, out, err = run("corpus", "verify")
    assert code == 1 and out.startswith("changed: Newham/2014-08-08 inspection.pdf is not what it was")
    assert err == "findings: Newham/2014-08-08 inspection.pdf is not as it was; the lines above say what to do\n"
    assert "the paper has changed since it was indexed" in " ".join(run("ask", QUESTION)[1].split())

    code, out, _ = run("corpus", "fetch", "Newham")
    assert code == 0 and "updated 1, unchanged 1" in out
    assert run("corpus", "verify")[0] == 0
    assert "has changed" not in run("ask", QUESTION)[1]


def test_what_failed_makes_the_exit_code_and_the_rest_is_indexed(site: Site, run, letters: list[bytes]) -> None:
    links = link("/1", "Inspection, 8 August 2014"), link("/2", "Focused visit, 4 March 2021"), link("/3", "Area SEND")
    site.pages |= {NEWHAM: provider(*links), "/1": pdf(letters[0]), "/2": reply(b"<html>Sorry</html>")}
    code, out, err = run("corpus", "fetch", "Newham", "--json")
    row = json.loads(out)
    assert code == 1
    assert [(o["status"], o["file"]) for o in row["outcomes"]] == [
        ("fetched", "Newham/2014-08-08 inspection.pdf"), ("failed", ""), ("left out", "")
    ]  # fmt: skip
    assert [(o["document"], o["status"]) for o in row["indexed"]] == [("Newham/2014-08-08 inspection.pdf", "read")]
    assert err.splitlines()[-1].startswith("findings: 1 thing could not be fetched or read")


def test_what_came_is_reported_though_it_cannot_be_indexed(
    site: Site, run, letters: list[bytes], tmp_path: Path
) -> None:
    (tmp_path / "store").write_text("no folder")
    site.pages |= {NEWHAM: provider(link("/1", "Inspection, 8 August 2014")), "/1": pdf(letters[0])}
    code, out, err = run("corpus", "fetch", "Newham")
    assert code == 1 and "fetched: Newham, inspection 2014-08-08: Newham/2014-08-08 inspection.pdf" in out
    assert "(the papers are kept in " in err.splitlines()[-1]


def test_nothing_came(site: Site, run, tmp_path: Path) -> None:
    code, out, _ = run("corpus", "fetch", "Newham")
    assert code == 1 and "failed: Newham: " in out and "(404 Not Found)" in out
    assert not (tmp_path / "store").exists()


def test_add_an_address_and_a_file(site: Site, run, letters: list[bytes], tmp_path: Path) -> None:
    site.pages["/minutes.pdf"] = pdf(letters[0])
    (tmp_path / "own.pdf").write_bytes(letters[1])
    code, out, _ = run("corpus", "add", f"{site.base}/minutes.pdf", str(tmp_path / "own.pdf"))
    assert code == 0 and "fetched 2" in out
    assert "added/minutes.pdf" in run("documents")[1]


def test_private_addresses_want_the_flag(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    args = ["--store", str(tmp_path / "s"), "--papers", str(tmp_path / "p")]
    assert main(["corpus", "add", f"{site.base}/a.pdf", *args]) == 1
    assert "--allow-private" in capsys.readouterr().out
    assert site.paths() == []


@pytest.mark.parametrize(
    "args",
    [
        ["fetch"],
        ["fetch", "Atlantis"],
        ["fetch", "--region", "Midgard"],
        ["fetch", "Newham", "--site", "ftp://a.org"],
        ["fetch", "Newham", "--site", "nonsense"],
        ["add", "no-such-file.pdf"],
        ["verify"],
    ],
)
def test_what_cannot_be_done_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], args: list[str]) -> None:
    code = main(["corpus", *args, "--store", str(tmp_path / "s"), "--papers", str(tmp_path / "p")])
    assert code == 1
    err = capsys.readouterr().err
    assert err.startswith("findings: ") and err.count("\n") == 1


@pytest.mark.parametrize("args", [[], ["fetch", "--since", "lately", "Newham"], ["add"], ["burn"]])
def test_wrong_usage(capsys: pytest.CaptureFixture[str], args: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["corpus", *args])
    assert stopped.value.code == 2


def test_a_page_cannot_command_the_terminal(site: Site, run) -> None:
    site.pages |= {NEWHAM: provider(link("/1", "Inspection \x1b[2J\u202e of 8 August 2014")), "/1": reply(status=404)}
    code, out, err = run("corpus", "fetch", "Newham")
    assert code == 1 and not {"\x1b", "\u202e"} & set(out + err)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="processes are killed otherwise here")
def test_killed_at_any_moment_it_goes_on_from_there(site: Site, letters: list[bytes], tmp_path: Path) -> None:
    """No half file is ever among the papers, and what has come of it is not asked for again."""
    body = letters[0].replace(b"%%EOF", b"%" + b"0" * 400_000 + b"\n%%EOF")
    held: list[BaseHTTPRequestHandler] = []

    def slowly(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.send_header("ETag", '"one"')
        handler.end_headers()
        handler.wfile.write(body[:200_000])
        handler.wfile.flush()
        held.append(handler)
        time.sleep(20)

    site.pages |= {NEWHAM: provider(link("/1", "Inspection, 8 August 2014")), "/1": [slowly, kept(body)]}
    papers = tmp_path / "papers"
    command = [
        *(
            sys.executable,
            "-c",
            "import sys, corpus.manners as m; m.PAUSE = 0.0; from rag.cli import main; sys.exit(main())",
        ),
        *("corpus", "fetch", "Newham", "--site", site.base, "--allow-private", "--papers", str(papers)),
        *("--store", str(tmp_path / "store")),
    ]
    root = Path(__file__).resolve().parents[2]
    environ = {**os.environ, "PYTHONPATH": str(root)}
    with subprocess.Popen(command, cwd=root, env=environ, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        until = time.monotonic() + 60
        while time.monotonic() < until and sum(p.stat().st_size for p in papers.glob(".parts/*.part")) < 200_000:
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
    assert held
    assert not list(papers.rglob("*.pdf")) and Manifest(papers).papers == {}
    done = subprocess.run(command, cwd=root, env=environ, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert site.headers("/1")[-1]["range"] == "bytes=200000-"
    assert (papers / "Newham" / "2014-08-08 inspection.pdf").read_bytes() == body
    assert not list(papers.glob(".parts/*"))


def test_interrupted_it_says_what_is_kept(
    site: Site, run, letters: list[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    links = link("/1", "Inspection, 8 August 2014"), link("/2", "Focused visit, 4 March 2021")

    def stop(*args: object, **rest: object) -> None:
        raise KeyboardInterrupt

    site.pages |= {NEWHAM: provider(*links), "/1": pdf(letters[0])}
    from corpus import fetch

    keep, calls = fetch.keep_from_site, []
    monkeypatch.setattr(
        fetch, "keep_from_site", lambda *a, **k: (calls.append(1), stop() if len(calls) > 1 else keep(*a, **k))[1]
    )
    code, _, err = run("corpus", "fetch", "Newham")
    assert code == 1 and err.splitlines()[-1].startswith("findings: interrupted; what has come is kept")
    assert list(Manifest(tmp_path / "papers").papers) == ["Newham/2014-08-08 inspection.pdf"]
