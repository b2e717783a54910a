"""Which language models there are: by name, or any LlamaIndex `LLM` class by `module:Class`."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from llama_index.core.llms import LLM

from rag.backend.bounded import options
from rag.backend.keys import key, without
from rag.backend.model import Model
from rag.backend.server import Server, server_at
from rag.config import Settings
from rag.errors import ConfigError

CONTEXT = 8192  # tokens: the passages take 2,500; as many as a model can hold may fill a laptop's memory
REPLY = 2048  # tokens

IN_PROCESS = Server("this process", "", True)


@dataclass(frozen=True)
class Kind:
    """A backend. `arguments` names the class's own argument for a setting; `address` is where its server is unless a
    setting says otherwise, "" for a model in this process; `variable` is the environment variable of its key; `client`
    makes the argument that holds an HTTP client of ours, where the class takes one, from address and httpx options."""

    module: str
    name: str
    extra: str
    arguments: Mapping[str, str]
    address: str = ""
    variable: str = ""
    client: Callable[[str, dict[str, Any]], dict[str, Any]] = lambda url, options: {}
    constant: Mapping[str, Any] = field(default_factory=dict)


# Trying again is ours to do, in the time that is left: the clients must not do it on their own.
BACKENDS: dict[str, Kind] = {
    "ollama": Kind(
        "llama_index.llms.ollama", "Ollama", "ollama",
        {"backend_model": "model", "backend_url": "base_url", "backend_timeout": "request_timeout"},
        "http://127.0.0.1:11434",
        client=lambda url, options: {"client": importlib.import_module("ollama").Client(url, **options)},
        constant={"temperature": 0.0, "context_window": CONTEXT},
    ),
    "openai-compatible": Kind(
        "llama_index.llms.openai_like", "OpenAILike", "openai",
        {"backend_model": "model", "backend_url": "api_base", "backend_timeout": "timeout"},
        "https://api.openai.com/v1", "OPENAI_API_KEY",
        lambda url, options: {"http_client": httpx.Client(**options)},
        {"is_chat_model": True, "max_retries": 0, "reuse_client": False, "max_tokens": REPLY, "temperature": 0.0},
    ),
    "anthropic": Kind(
        "llama_index.llms.anthropic", "Anthropic", "anthropic",
        {"backend_model": "model", "backend_url": "base_url", "backend_timeout": "timeout"},
        "https://api.anthropic.com", "ANTHROPIC_API_KEY",
        constant={"max_retries": 0, "max_tokens": REPLY},
    ),
    "llama-cpp": Kind(
        "llama_index.llms.llama_cpp", "LlamaCPP", "llama-cpp",
        {"backend_model": "model_path"},
        constant={"temperature": 0.0, "context_window": CONTEXT, "max_new_tokens": REPLY, "verbose": False},
    ),
}  # fmt: skip
_ADDRESSES = ("base_url", "api_base", "api_url", "endpoint", "url")  # what classes call their server's address


def server_of(backend: str, settings: Settings) -> Server:
    """Where what is sent to a backend goes. Raises ConfigError for an unknown backend or what is no address."""
    kind = _kind(backend)
    if kind is None:
        _stranger(backend)  # nobody is asked to agree to what there is not
    if kind is not None and not kind.address:
        if settings.backend_url:
            raise ConfigError(f"the backend {backend!r} has no server; unset FINDINGS_BACKEND_URL")
        return IN_PROCESS
    address = settings.backend_url or (kind.address if kind else "")
    return server_at(address) if address else Server(backend, "", False)


def load(backend: str, settings: Settings) -> Model:
    """The language model of a backend. Raises ConfigError where there is no such thing or it cannot be set up."""
    kind, server = _kind(backend), server_of(backend, settings)
    if kind is None:
        found = _stranger(backend)
        return Model(backend, _construct(backend, found, _of_stranger(backend, found, settings)), server, settings)
    found = _class(backend, kind.module, kind.name, f"run: pip install 'findings[{kind.extra}]'")
    if not settings.backend_model:
        raise ConfigError(f"the backend {backend!r} needs a model; set FINDINGS_BACKEND_MODEL to its name")
    given = {argument: getattr(settings, setting) for setting, argument in kind.arguments.items()}
    if not kind.address and not Path(settings.backend_model).is_file():  # the class would download one of its own
        raise ConfigError(f"there is no model file {settings.backend_model}; set FINDINGS_BACKEND_MODEL to one")
    if kind.address:
        # Always named, so that no variable that the package reads on its own leads elsewhere than was agreed to.
        given[kind.arguments["backend_url"]] = server.url
    secret = key(kind.variable, server.host) if kind.variable else ""
    given |= kind.client(server.url, options(settings.backend_connect, settings.backend_timeout))
    if kind.variable:
        given["api_key"] = secret or "none"
    client = _construct(backend, found, given | kind.constant, secret)
    return Model(backend, client, server, settings, kind.variable, secret)


def _kind(backend: str) -> Kind | None:
    """None for `module:Class`. Raises ConfigError for what is neither."""
    if backend not in BACKENDS and not backend.partition(":")[2]:
        known = ", ".join(("extractive", *BACKENDS))
        raise ConfigError(f"unknown backend {backend!r}; use {known} or module:Class of a LlamaIndex LLM")
    return BACKENDS.get(backend)


def _stranger(backend: str) -> type[LLM]:
    module, _, name = backend.partition(":")
    return _class(backend, module, name, "check its spelling and that its package is installed")


def _class(backend: str, module: str, name: str, fix: str) -> type[LLM]:
    try:
        found = getattr(importlib.import_module(module), name)
    except Exception as error:  # importing a stranger's module can fail in any way
        raise ConfigError(f"the backend {backend!r} cannot be loaded; {fix}") from error
    if not (isinstance(found, type) and issubclass(found, LLM)):
        raise ConfigError(f"the backend {backend!r} is not a LlamaIndex LLM class")
    return found


def _of_stranger(backend: str, found: type[LLM], settings: Settings) -> dict[str, Any]:
    """Arguments for a class that nothing is known of but its fields."""
    given: dict[str, Any] = {"model": settings.backend_model} if settings.backend_model else {}
    if settings.backend_url:
        taken = next((name for name in _ADDRESSES if name in found.model_fields), None)
        if taken is None:  # the person would be told of a server that the class does not use
            raise ConfigError(f"the backend {backend!r} takes no address; unset FINDINGS_BACKEND_URL")
        given[taken] = settings.backend_url
    return given


def _construct(backend: str, found: type[LLM], given: Mapping[str, Any], secret: str = "") -> LLM:
    try:
        return found(**given)
    except Exception as error:
        cause = without((str(error).splitlines() or [""])[0], secret) or type(error).__name__
        # The error itself may show the arguments, and the key among them.
        raise ConfigError(f"the backend {backend!r} cannot be set up ({cause}); set FINDINGS_BACKEND_MODEL") from None
