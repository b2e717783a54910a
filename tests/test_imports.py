"""What the program may load when: heavy libraries only where they are used, a language model's only on request."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import rag

ROOT = Path(__file__).resolve().parents[1]
HEAVY = {"torch", "sentence_transformers", "transformers", "chromadb", "gradio", "llama_index"}
MODEL = {"torch", "sentence_transformers", "transformers"}
TELL = "import sys, json; print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"


def loaded(script: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded once it has run the script."""
    done = subprocess.run(
        [sys.executable, "-c", f"{script}\n{TELL}"],
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        env=dict(os.environ),
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("module", ["rag", "rag.cli", "rag.pipeline", "ui", "eval"])
def test_importing_is_light(module: str) -> None:
    assert not loaded(f"import {module}") & HEAVY


def test_the_package_alone_loads_none_of_its_modules() -> None:
    script = "import rag, sys; assert not [m for m in sys.modules if m.startswith('rag.')], sys.modules"
    assert "rag" in loaded(script)


def test_asking_over_a_warm_store_loads_no_torch(sample: Path) -> None:
    question = "How many of Newham's looked-after children lived outside the borough in 2014?"
    found = loaded(f"from rag.cli import main; assert main(['ask', {question!r}, '--store', {str(sample)!r}]) == 0")
    assert "openvino" in found, "the question was embedded"
    assert not found & {*MODEL, "gradio", "llama_index"}


# ── who may import what ──────────────────────────────────────────────────────────────────────────────────────────


def importers(names: set[str]) -> set[str]:
    """Files of the program, below its root, that import one of these libraries anywhere."""
    return {path.relative_to(ROOT).as_posix() for path in sources() if imported(path) & names}


def sources() -> Iterator[Path]:
    for package in ("rag", "ui", "eval", "corpus"):
        yield from (ROOT / package).rglob("*.py")


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def ours(names: set[str]) -> set[str]:
    """Without what trains models and what is measured beside the program."""
    return {name for name in names if not name.startswith(("eval/train/", "eval/peers/"))}


def test_llama_index_stays_in_its_adapters() -> None:
    assert ours(importers({"llama_index"})) == {"rag/llamaindex.py", "rag/backend/registry.py"}


def test_the_model_stays_where_texts_become_vectors() -> None:
    assert ours(importers(MODEL)) == {"rag/embed.py"}


def test_gradio_stays_in_the_page() -> None:
    assert all(name.startswith("ui/") for name in importers({"gradio"}))


# ── the public names ─────────────────────────────────────────────────────────────────────────────────────────────


def test_public_names() -> None:
    assert rag.__all__ == ["Answer", "Filters", "Findings", "FindingsError", "Settings"]
    assert set(rag.__all__) == set(rag._HOMES)
    assert set(rag.__all__) <= set(dir(rag))
    for name in rag.__all__:
        value = getattr(rag, name)
        assert (value.__name__, value.__module__) == (name, rag._HOMES[name])


def test_the_names_for_type_checkers_are_the_public_ones() -> None:
    tree = ast.parse((ROOT / "rag" / "__init__.py").read_text(encoding="utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    homes = {alias.name: one.module for one in block.body for alias in one.names if isinstance(one, ast.ImportFrom)}
    assert homes == rag._HOMES


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="module 'rag' has no attribute 'findings'"):
        rag.findings  # noqa: B018
    with pytest.raises(ImportError):
        from rag import nothing  # noqa: F401
