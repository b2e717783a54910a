from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest

from rag.backend import consent
from rag.backend.server import server_at
from rag.config import Settings
from rag.errors import ConsentMissing, StoreUnwritable

FAR, OTHER, HERE = (server_at(f"http://{host}/v1") for host in ("example.org", "example.org:8080", "127.0.0.1"))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path / "findings"


def test_agreeing_is_remembered_for_that_server_alone(folder: Path) -> None:
    assert not consent.agreed(FAR, Settings())
    assert not folder.exists(), "asking leaves nothing behind"
    consent.agree(FAR)
    assert consent.agreed(FAR, Settings()) and not consent.agreed(OTHER, Settings())
    consent.agree(OTHER)
    assert consent.agreed(FAR, Settings()) and consent.agreed(OTHER, Settings())
    assert [path.name for path in folder.iterdir()] == ["agreed.json"], "written in one step"
    assert json.loads((folder / "agreed.json").read_text())[FAR.name] == datetime.date.today().isoformat()


def test_this_machine_needs_no_consent() -> None:
    assert consent.agreed(HERE, Settings())
    consent.require(HERE, Settings())


def test_the_settings_may_agree() -> None:
    settings = Settings(backend_agreed="http://example.org:8080 https://else.example.org")
    assert consent.agreed(OTHER, settings) and not consent.agreed(FAR, settings)


def test_without_consent_one_line_names_the_server_and_the_fix() -> None:
    with pytest.raises(ConsentMissing, match=r"would go to http://example\.org, .*; agree with --agree, once, or"):
        consent.require(FAR, Settings())


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"null", b"\xff"])
def test_a_damaged_file_agrees_to_nothing_and_is_replaced(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / "agreed.json").write_bytes(content)
    assert not consent.agreed(FAR, Settings())
    consent.agree(FAR)
    assert consent.agreed(FAR, Settings())


def test_where_it_cannot_be_written(folder: Path) -> None:
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("a file in the way")
    with pytest.raises(StoreUnwritable, match=r"cannot be written .*; make the folder writable, or set FINDINGS_BACK"):
        consent.agree(FAR)
