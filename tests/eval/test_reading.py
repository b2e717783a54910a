"""The command that measures how fast papers are read."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*paths: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "eval.reading", "--workers", "1", *map(str, paths)],
        capture_output=True, text=True, timeout=120, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def test_it_counts_pages_and_says_where_time_went(tmp_path: Path, make_pdf) -> None:
    (tmp_path / "a.pdf").write_bytes(make_pdf([[(72, 700, 12, False, "Plans were late.")]] * 3))
    (tmp_path / "b.md").write_text("Visits were regular.", encoding="utf-8")
    (tmp_path / "bad.pdf").write_bytes(b"no pdf")
    (tmp_path / "other.png").write_bytes(b"\x89PNG")
    done = run(tmp_path)
    counted, speed, stages = done.stdout.splitlines()
    assert counted == "2 papers, 4 pages (0 by OCR)"
    assert re.fullmatch(r"[\d.]+ s with 1 processes, \d+ pages a second", speed)
    assert re.fullmatch(r"load [\d.]+ s, parse [\d.]+ s, describe [\d.]+ s, chunk [\d.]+ s", stages)
    assert "bad.pdf is not a PDF" in done.stderr and "other.png" not in done.stderr
    assert done.returncode == 0
    assert run(tmp_path / "bad.pdf").returncode == 1
