"""Settings: one frozen table of name, default and help. `FINDINGS_<NAME>` overrides a TOML file, which overrides
the default; an unknown key is an error."""

from __future__ import annotations

import dataclasses
import math
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rag.errors import ConfigError

PREFIX = "FINDINGS_"


def _setting(default: Any, help: str) -> Any:
    return dataclasses.field(default=default, metadata={"help": help})


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    store: str = _setting("", "folder of the store; empty means the platform's data folder")
    cache: str = _setting("", "folder for compiled models; empty means the platform's cache folder")
    papers: str = _setting("", "folder that papers are fetched to; empty means the platform's data folder")
    model: str = _setting(
        "findings-minilm",
        "embedding model: the tuned one, all-MiniLM-L6-v2 as it comes, or any sentence-transformers name or folder",
    )
    passage_words: int = _setting(160, "words that a passage holds at most, unless one sentence is longer")
    candidates: int = _setting(60, "passages that each search contributes before fusion")
    rrf_k: int = _setting(10, "constant of reciprocal rank fusion")
    dense_weight: float = _setting(2.0, "what a rank among the vectors counts in fusion, where one by BM25 counts 1")
    reranker: str = _setting(
        "findings-reranker",
        "cross-encoder that reads question and passage together: the one that ships, a folder with another, or none",
    )
    rerank_passages: int = _setting(24, "passages that are reranked at most")
    rerank_seconds: float = _setting(0.45, "seconds after which reranking leaves the rest as it stands")
    confidence: float = _setting(0.35, "below this confidence in its best sentence the embedded answerer abstains")
    workers: int = _setting(0, "processes that read files while indexing; 0 means one a core")
    backend: str = _setting(
        "extractive",
        "who writes the answer: extractive (no language model), ollama, openai-compatible, anthropic, llama-cpp or "
        "module:Class",
    )
    backend_model: str = _setting("", "name of the language model, as its server knows it; for llama-cpp, its file")
    backend_url: str = _setting("", "address of the language model's server; empty means the backend's own default")
    backend_connect: float = _setting(5.0, "seconds to wait for a connection to the language model's server")
    backend_timeout: float = _setting(120.0, "seconds to wait for the language model's whole reply")
    backend_agreed: str = _setting(
        "", "servers on other machines that passages may go to, as https://api.openai.com, with spaces between"
    )
    max_question: int = _setting(2000, "longest question accepted, in characters")
    history: str = _setting(
        "",
        "database of questions and answers, as postgresql://HOST/NAME; empty means a file in the data folder",
    )
    port: int = _setting(7860, "port of the web interface on 127.0.0.1")

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
        """Settings from the TOML file, the environment and `overrides` (None there means: not given), the later
        ones winning. Raises ConfigError for an unknown key or a value of the wrong type."""
        environ = os.environ if environ is None else environ
        values: dict[str, Any] = {}
        path = config_path(environ)
        if path is not None:
            try:
                values |= tomllib.loads(path.read_text(encoding="utf-8"))
            except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
                raise ConfigError(f"cannot read the settings file {path}: {error}; mend or remove it") from error
        ignored = {"CONFIG"}
        values |= {
            name.removeprefix(PREFIX).lower(): value
            for name, value in environ.items()
            if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in ignored
        }
        values |= {name: value for name, value in overrides.items() if value is not None}
        fields = {f.name: f for f in dataclasses.fields(cls)}
        unknown = sorted(values.keys() - fields.keys())
        if unknown:
            raise ConfigError(f"unknown setting {unknown[0]!r}; the settings are {', '.join(fields)}")
        settings = cls(**{name: _convert(name, value, fields[name].default) for name, value in values.items()})
        for name, (least, most) in _RANGES.items():
            if not least <= getattr(settings, name) <= most:
                bounds = f"at least {least}" if most == math.inf else f"from {least} to {most}"
                raise ConfigError(f"setting {name} must be {bounds}, not {getattr(settings, name)}")
        return settings


_RANGES: dict[str, tuple[float, float]] = {
    "passage_words": (1, math.inf),
    "candidates": (1, math.inf),
    "rrf_k": (1, math.inf),
    "dense_weight": (0, math.inf),
    "rerank_passages": (1, math.inf),
    "rerank_seconds": (0, math.inf),
    "max_question": (1, math.inf),
    "confidence": (0, 1),
    "workers": (0, math.inf),
    "backend_connect": (0, 86_400),
    "backend_timeout": (0, 86_400),
    "port": (0, 65_535),
}


def config_path(environ: Mapping[str, str]) -> Path | None:
    """The TOML file in use: `FINDINGS_CONFIG`, else `findings.toml` in the platform's configuration folder."""
    named = environ.get(PREFIX + "CONFIG")
    if named:
        return Path(named)
    import platformdirs

    default = Path(platformdirs.user_config_dir("findings", appauthor=False)) / "findings.toml"
    return default if default.is_file() else None


def data_dir() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir("findings", appauthor=False))


def store_dir(settings: Settings) -> Path:
    """The folder of the person's own store, whether or not there is one yet."""
    return Path(settings.store) if settings.store else data_dir() / "store"


def papers_dir(settings: Settings) -> Path:
    """The folder of the papers that were fetched or added, whether or not there is one yet."""
    return Path(settings.papers) if settings.papers else data_dir() / "papers"


def cache_dir(settings: Settings) -> Path:
    import platformdirs

    return Path(settings.cache or platformdirs.user_cache_dir("findings", appauthor=False))


def _convert(name: str, value: Any, default: Any) -> Any:
    """A text, which is all that an environment variable can be, may stand for a number; nothing else is converted."""
    kind = type(default)
    wanted = {str: "a text", int: "a whole number", float: "a number"}[kind]
    try:
        if isinstance(value, bool) or not isinstance(value, (str, kind) if kind is not float else (str, int, float)):
            raise TypeError
        return kind(value)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"setting {name} must be {wanted}, not {value!r}") from error
