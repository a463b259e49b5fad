"""Texts to vectors: the default model or any sentence-transformers model, always behind one `Embedder`."""

import hashlib
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from ingest.errors import CorpusError
from ingest.settings import Settings
from ingest.weights import FP32_GRAPH, ensure_default_model, pins

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from ingest.onnx_bert import OnnxBert

DEFAULT = "default"


class Embedder:
    """A sentence-transformers model with the name by which an index remembers it."""

    def __init__(self, model: "SentenceTransformer", identity: str, batch: int) -> None:
        self.identity = identity
        self._model, self._batch = model, batch
        self.dimension = int(model.get_embedding_dimension() or len(self.encode_query("")))

    def encode_documents(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> NDArray[np.float32]:
        """Unit vectors, shape (len(texts), dimension); `progress` is told how many more texts are done."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        longest_first = sorted(range(len(texts)), key=lambda index: (-len(texts[index]), index))
        for start in range(0, len(texts), self._batch):
            chosen = longest_first[start : start + self._batch]
            vectors[chosen] = self._model.encode_document(
                [texts[index] for index in chosen],
                batch_size=self._batch,
                show_progress_bar=False,
                normalize_embeddings=True,
            )
            if progress:
                progress(len(chosen))
        return vectors

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """One unit vector, shape (dimension,)."""
        vector = self._model.encode_query(text, show_progress_bar=False, normalize_embeddings=True)
        return np.asarray(vector, np.float32)


class LangChainEmbeddings(Embeddings):
    """An `Embedder` as LangChain's vector stores expect it."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One unit vector a text."""
        return [list(map(float, row)) for row in self._embedder.encode_documents(texts)]

    def embed_query(self, text: str) -> list[float]:
        """One unit vector."""
        return list(map(float, self._embedder.encode_query(text)))


def load_embedder(settings: Settings) -> Embedder:
    """The model the settings name; raises IndexUnusableError (default model) or CorpusError (any other)."""
    if settings.embedding_model == DEFAULT:
        return _load_default(settings)
    return _load_other(settings)


def model_identity(settings: Settings) -> str:
    """What `load_embedder` would give as identity, found without loading the default model's weights."""
    if settings.embedding_model == DEFAULT:
        return f"{pins().name}@{pins().digest[:16]}"
    return _load_other(settings).identity


def bare_query_seconds(settings: Settings, queries: Sequence[str], threads: int = 1) -> float:
    """Median seconds of one query embedding by the default model in onnxruntime fp32: the yardstick of every cost.

    Tokens, network and normalisation, nothing else, after one run to warm up, whatever model the product uses.
    """
    from ingest.onnx_bert import OnnxBert

    bert = OnnxBert(ensure_default_model(settings), threads_per_text=threads, graph=FP32_GRAPH)
    _bare_query(bert, queries[0])
    taken = []
    for query in queries:
        began = time.perf_counter()
        _bare_query(bert, query)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def _bare_query(bert: "OnnxBert", query: str) -> NDArray[np.float32]:
    ids = np.array(bert.tokenizer.encode(f"query: {query}").ids, np.int64)
    vector = bert.run(ids)[0]
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def _load_default(settings: Settings) -> Embedder:
    folder = ensure_default_model(settings)
    from sentence_transformers import SentenceTransformer

    # Trusted: the digests just checked cover modules.json, which names a class of this package.
    model = SentenceTransformer(
        str(folder),
        device="cpu",
        trust_remote_code=True,
        local_files_only=True,
        model_kwargs={"texts_at_once": settings.embedding_threads},
    )
    return Embedder(model, model_identity(settings), settings.embedding_batch)


def _load_other(settings: Settings) -> Embedder:
    import torch
    from sentence_transformers import SentenceTransformer

    name = settings.embedding_model
    torch.set_num_threads(settings.embedding_threads)
    try:
        model = SentenceTransformer(name, device="cpu")
        return Embedder(model, f"{name}@{_digest(name)[:16]}", settings.embedding_batch)
    except Exception as error:  # a model can fail in as many ways as there are libraries under it
        raise CorpusError(
            f"the embedding model {name!r} cannot be loaded ({str(error).splitlines()[0] if str(error) else error!r})",
            remedy="give in PACTES_EMBEDDING_MODEL the hub name or the path of a sentence-transformers model, "
            "or leave it out for the default model",
        ) from error


def _digest(name: str) -> str:
    """A digest of the model's files; for a model of the hub, the digest of its commit's folder in the hub's cache."""
    from huggingface_hub import snapshot_download

    folder = Path(name) if Path(name).is_dir() else Path(snapshot_download(name, local_files_only=True))
    whole = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        with file.open("rb") as stream:
            content = hashlib.file_digest(stream, "sha256").hexdigest()
        whole.update(f"{file.relative_to(folder).as_posix()} {content}\n".encode())
    return whole.hexdigest()
