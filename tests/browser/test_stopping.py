"""Ctrl-C while a page is open in a browser: its streams end with the program, and nothing is printed of that."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to one process on Windows")
def test_with_a_page_open_ctrl_c_stops_it_without_a_word(tab):
    tests = Path(__file__).resolve().parents[1]
    code = "import conftest; from ui.serving import serve; serve(lambda report: conftest.FakeFindings(), 0)"
    paths = os.pathsep.join([str(tests / "ui"), str(tests.parent)])
    process = subprocess.Popen(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": paths}, stderr=subprocess.PIPE, text=True
    )
    try:
        tab.goto(process.stderr.readline().split()[3])
        tab.wait_for_selector("#ask")
        with tab.expect_request("**/heartbeat/**"):  # the stream by which Gradio knows that a page is there
            tab.reload()
        tab.wait_for_selector("#ask")
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=30)
        assert (process.returncode, rest) == (0, "")
    finally:
        process.kill()
        process.wait()
