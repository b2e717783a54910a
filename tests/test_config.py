from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from rag.config import Settings, cache_dir, config_path, data_dir, store_dir
from rag.errors import ConfigError


def names() -> list[str]:
    return [f.name for f in dataclasses.fields(Settings)]


def test_defaults() -> None:
    settings = Settings.load({})
    assert settings == Settings()
    assert (settings.store, settings.backend, settings.port, settings.rrf_k) == ("", "extractive", 7860, 10)
    assert settings.model == "findings-minilm"


def test_every_setting_has_a_help_and_a_plain_type() -> None:
    for one in dataclasses.fields(Settings):
        assert one.metadata["help"], one.name
        assert type(one.default) in (str, int, float), one.name


def test_the_table_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().port = 1


@pytest.mark.parametrize("name", names())
def test_every_setting_can_be_set_in_the_environment(name: str) -> None:
    default = getattr(Settings(), name)
    value = "other" if isinstance(default, str) else "1"
    changed = getattr(Settings.load({f"FINDINGS_{name.upper()}": value}), name)
    assert changed == type(default)(value)
    assert type(changed) is type(default)


def test_file_then_environment_then_options(tmp_path: Path) -> None:
    file = tmp_path / "findings.toml"
    file.write_text('port = 1\nrrf_k = 2\nmodel = "file"\nbackend_timeout = 5', encoding="utf-8")
    environ = {"FINDINGS_CONFIG": str(file), "FINDINGS_RRF_K": "3", "FINDINGS_MODEL": "environment", "HOME": "/x"}
    settings = Settings.load(environ, model="option", store=None)
    assert (settings.port, settings.rrf_k, settings.model, settings.store) == (1, 3, "option", "")
    assert settings.backend_timeout == 5.0
    assert isinstance(settings.backend_timeout, float)


def test_the_platforms_file_is_used_where_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert config_path({}) is None
    (tmp_path / "findings").mkdir()
    (tmp_path / "findings" / "findings.toml").write_text("port = 9")
    assert Settings.load({}).port == 9


@pytest.mark.parametrize("environ", [{"FINDINGS_COLOUR": "red"}, {"FINDINGS_": "x"}])
def test_unknown_setting_in_the_environment(environ: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="unknown setting .*; the settings are store, cache,"):
        Settings.load(environ)


@pytest.mark.parametrize("content", ["colour = 1", "[port]\nx = 1\n[findings]\n", "Port = 1"])
def test_unknown_setting_in_the_file(tmp_path: Path, content: str) -> None:
    (tmp_path / "f.toml").write_text(content)
    with pytest.raises(ConfigError, match="unknown setting"):
        Settings.load({"FINDINGS_CONFIG": str(tmp_path / "f.toml")})


@pytest.mark.parametrize("content", [b"port = ", b"\xff\xfe", None])
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "f.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError, match="cannot read the settings file .*; mend or remove it"):
        Settings.load({"FINDINGS_CONFIG": str(file)})


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"FINDINGS_PORT": "http"}, "setting port must be a whole number, not 'http'"),
        ({"FINDINGS_PORT": "1.5"}, "setting port must be a whole number"),
        ({"FINDINGS_PORT": ""}, "setting port must be a whole number, not ''"),
        ({"FINDINGS_CONFIDENCE": "high"}, "setting confidence must be a number"),
        ({"FINDINGS_PORT": "70000"}, "setting port must be from 0 to 65535, not 70000"),
        ({"FINDINGS_WORKERS": "-1"}, "setting workers must be at least 0, not -1"),
        ({"FINDINGS_CONFIDENCE": "nan"}, "setting confidence must be from 0 to 1, not nan"),
        ({"FINDINGS_RRF_K": "0"}, "setting rrf_k must be at least 1, not 0"),
        ({"FINDINGS_CANDIDATES": "0"}, "must be at least 1"),
        ({"FINDINGS_PASSAGE_WORDS": "-5"}, "must be at least 1"),
        ({"FINDINGS_MAX_QUESTION": "0"}, "must be at least 1"),
        ({"FINDINGS_BACKEND_TIMEOUT": "-1"}, "backend_timeout must be from 0"),
    ],
)
def test_wrong_value(environ: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        Settings.load(environ)


@pytest.mark.parametrize(
    "content", ["port = true", "port = 1.5", 'port = ["1"]', "store = 5", "store = ['a']", "confidence = false"]
)
def test_wrong_type_in_the_file(tmp_path: Path, content: str) -> None:
    (tmp_path / "f.toml").write_text(content)
    with pytest.raises(ConfigError, match="must be a"):
        Settings.load({"FINDINGS_CONFIG": str(tmp_path / "f.toml")})


def test_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert data_dir() == tmp_path / "data" / "findings"
    assert store_dir(Settings()) == tmp_path / "data" / "findings" / "store"
    assert store_dir(Settings(store="/elsewhere")) == Path("/elsewhere")
    assert cache_dir(Settings()) == tmp_path / "cache" / "findings"
    assert cache_dir(Settings(cache="/elsewhere")) == Path("/elsewhere")
    assert not (tmp_path / "data").exists(), "asking for a folder makes none"
