from __future__ import annotations

import sys
import types

import pytest

from rag.backend.keys import key, without


def keyring(monkeypatch: pytest.MonkeyPatch, held: dict[tuple[str, str], str] | Exception) -> None:
    module = types.ModuleType("keyring")

    def get_password(service: str, user: str) -> str | None:
        if isinstance(held, Exception):
            raise held
        return held.get((service, user))

    module.get_password = get_password  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", module)


def test_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring(monkeypatch, {("findings", "api.example.org"): "ring"})
    assert key("SOME_API_KEY", "api.example.org") == "ring"
    monkeypatch.setenv("SOME_API_KEY", "environment")
    assert key("SOME_API_KEY", "api.example.org") == "environment"


def test_a_host_gets_its_own_key_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring(monkeypatch, {("findings", "api.example.org"): "ring"})
    assert key("SOME_API_KEY", "elsewhere.example.org") == ""


@pytest.mark.parametrize("error", [RuntimeError("no keyring here"), OSError("locked")])
def test_a_keyring_that_fails_has_no_key(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    keyring(monkeypatch, error)
    assert key("SOME_API_KEY", "api.example.org") == ""


def test_without_the_package_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert key("SOME_API_KEY", "api.example.org") == ""


def test_a_key_is_taken_out_of_a_text() -> None:
    assert without("wrong key abc, abc!", "abc") == "wrong key …, …!"
    assert without("nothing", "") == "nothing"
