from __future__ import annotations

import sys
import types
from pathlib import Path

import httpx
import pytest

from rag.backend.registry import BACKENDS, IN_PROCESS, load, server_of
from rag.config import Settings
from rag.errors import ConfigError
from rag.llamaindex import ScriptedLLM

KEY = "sk-never-to-be-seen"


def module_of(monkeypatch: pytest.MonkeyPatch, name: str = "stranger", **classes: object) -> None:
    stranger = types.ModuleType(name)
    vars(stranger).update(classes)
    monkeypatch.setitem(sys.modules, name, stranger)


def taking(given: dict[str, object]) -> type[ScriptedLLM]:
    class Model(ScriptedLLM):
        def __init__(self, **arguments: object) -> None:
            super().__init__()
            given.update(arguments)

    return Model


def test_any_llm_class_by_name() -> None:
    assert load("rag.llamaindex:ScriptedLLM", Settings()).complete("prompt") == '{"claims": []}'


@pytest.mark.parametrize(
    ("backend", "said"),
    [
        (
            "gpt",
            "unknown backend 'gpt'; use extractive, ollama, openai-compatible, anthropic, llama-cpp or module:Class",
        ),
        ("", "unknown backend ''"),
        ("no.such.module:X", "cannot be loaded; check its spelling and that its package is installed"),
        ("json:NoSuchClass", "cannot be loaded"),
        (":X", "cannot be loaded"),
        ("..x:Y", "cannot be loaded"),
        ("json:JSONDecoder", "is not a LlamaIndex LLM class"),
        ("json:dumps", "is not a LlamaIndex LLM class"),
    ],
)
def test_what_is_no_backend(backend: str, said: str) -> None:
    for function in (load, server_of):
        with pytest.raises(ConfigError, match=said):
            function(backend, Settings())


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_missing_package_names_how_to_get_it(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, BACKENDS[backend].module, None)
    with pytest.raises(
        ConfigError, match=rf"cannot be loaded; run: pip install 'findings\[{BACKENDS[backend].extra}\]'"
    ):
        load(backend, Settings(backend_model="m"))


@pytest.mark.parametrize("backend", BACKENDS)
def test_without_a_model_there_is_none_by_default(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module_of(monkeypatch, BACKENDS[backend].module, **{BACKENDS[backend].name: ScriptedLLM})
    with pytest.raises(ConfigError, match="needs a model; set FINDINGS_BACKEND_MODEL to its name"):
        load(backend, Settings())


@pytest.mark.parametrize("backend", [name for name, kind in BACKENDS.items() if kind.address])
@pytest.mark.parametrize("url", ["", "http://127.0.0.1:1/v1"])
def test_settings_reach_the_class_by_its_own_names(backend: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kind, given = BACKENDS[backend], {}
    if backend == "ollama":
        pytest.importorskip("ollama", reason="needs ollama")
    module_of(monkeypatch, kind.module, **{kind.name: taking(given)})
    monkeypatch.setenv(kind.variable or "NO_SUCH_KEY", KEY)
    # Variables that packages read on their own must lead nowhere else.
    for name in ("OPENAI_API_BASE", "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL", "OLLAMA_HOST"):
        monkeypatch.setenv(name, "http://elsewhere.example.org")
    model = load(backend, Settings(backend_model="m", backend_url=url, backend_timeout=7.0))
    wanted = {"backend_model": "m", "backend_url": url or kind.address, "backend_timeout": 7.0}
    client = given.pop("http_client", None) or getattr(given.pop("client", None), "_client", None)
    assert given == {argument: wanted[setting] for setting, argument in kind.arguments.items()} | kind.constant | (
        {"api_key": KEY} if kind.variable else {}
    )
    if backend != "anthropic":  # its class takes none
        assert isinstance(client, httpx.Client)
        assert (client.timeout, client.follow_redirects) == (httpx.Timeout(7.0, connect=5.0), False)
    assert model.server.url == wanted["backend_url"]
    assert KEY not in repr(model) + repr(vars(model).get("server"))


def test_a_model_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, object] = {}
    module_of(monkeypatch, BACKENDS["llama-cpp"].module, LlamaCPP=taking(given))
    with pytest.raises(ConfigError, match="there is no model file .*; set FINDINGS_BACKEND_MODEL to one"):
        load("llama-cpp", Settings(backend_model=str(tmp_path / "none.gguf")))
    (tmp_path / "m.gguf").write_bytes(b"GGUF")
    assert load("llama-cpp", Settings(backend_model=str(tmp_path / "m.gguf"))).server == IN_PROCESS
    assert given["model_path"] == str(tmp_path / "m.gguf")
    with pytest.raises(ConfigError, match="has no server; unset FINDINGS_BACKEND_URL"):
        load("llama-cpp", Settings(backend_model="m", backend_url="http://127.0.0.1"))


def test_where_the_servers_are() -> None:
    assert server_of("ollama", Settings()).local
    assert server_of("openai-compatible", Settings()).name == "https://api.openai.com"
    assert server_of("anthropic", Settings()).name == "https://api.anthropic.com"
    assert not server_of("ollama", Settings(backend_url="http://example.org")).local
    assert server_of("openai-compatible", Settings(backend_url="http://127.0.0.1:1/v1")).local


def test_a_stranger_is_elsewhere_unless_it_takes_an_address_here(monkeypatch: pytest.MonkeyPatch) -> None:
    class Served(ScriptedLLM):
        api_base: str = ""
        model: str = ""

    module_of(monkeypatch, Served=Served)
    server = server_of("stranger:Served", Settings())
    assert (server.name, server.local) == ("stranger:Served", False)
    here = Settings(backend_url="http://127.0.0.1:1/v1", backend_model="m")
    model = load("stranger:Served", here)
    assert model.server.local
    assert (model._client.api_base, model._client.model) == ("http://127.0.0.1:1/v1", "m")
    with pytest.raises(ConfigError, match="takes no address; unset FINDINGS_BACKEND_URL"):
        load("rag.llamaindex:ScriptedLLM", here)


@pytest.mark.parametrize("error", [ValueError(), ValueError("two\nlines"), RuntimeError(f"x {KEY}")])
def test_a_class_that_cannot_be_set_up(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    class Bad(ScriptedLLM):
        def __init__(self, **_: object) -> None:
            raise error

    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    module_of(monkeypatch, BACKENDS["openai-compatible"].module, OpenAILike=Bad)
    with pytest.raises(ConfigError, match=r"cannot be set up \(.+\); set FINDINGS_BACKEND_MODEL") as caught:
        load("openai-compatible", Settings(backend_model="m"))
    assert "\n" not in str(caught.value) and KEY not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("backend", ["ollama", "openai-compatible", "anthropic"])
def test_the_real_classes_take_what_they_are_given(backend: str) -> None:
    pytest.importorskip(BACKENDS[backend].module)
    model = load(backend, Settings(backend_model="claude-3-haiku-20240307", backend_url="http://127.0.0.1:1"))
    assert model.server.local
