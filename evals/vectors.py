"""Vectors of texts that are not the corpus's, computed once and kept beside the index."""

from collections.abc import Sequence

import numpy as np
from tqdm import tqdm

from ingest.encoder import Encoder, Vectors
from ingest.settings import Settings
from ingest.vector_cache import VectorCache

_FILE = "evals-vectors.sqlite"
_KEPT_TOGETHER = 4


def embedded_documents(settings: Settings, encoder: Encoder, texts: Sequence[str]) -> Vectors:
    """(n, dimension), each row of length 1; only texts never embedded before are embedded. Raises sqlite3.Error, OSError."""
    return _embedded(settings, encoder, texts, "embedding texts")


def embedded_queries(settings: Settings, encoder: Encoder, texts: Sequence[str]) -> Vectors:
    """(n, dimension), each row of length 1, embedded as questions are."""
    return _embedded(settings, _AsQueries(encoder), texts, "embedding queries")


class _AsQueries:
    """An encoder whose documents are questions."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.identity = f"{encoder.identity} queries"
        self.dimension = encoder.dimension

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self._encoder.encode_query(text) for text in texts])

    def encode_query(self, text: str) -> Vectors:
        return self._encoder.encode_query(text)


def _embedded(settings: Settings, encoder: Encoder, texts: Sequence[str], what: str) -> Vectors:
    settings.index.mkdir(parents=True, exist_ok=True)
    with (
        VectorCache(settings.index / _FILE, encoder) as cache,
        tqdm(total=len(texts), desc=what, unit=" texts", delay=1, leave=False) as shown,
    ):

        def progress(_stage: str, done: int, total: int) -> None:
            shown.total = total
            shown.update(done - shown.n)

        cache.complete(texts, settings.embedding_batch * _KEPT_TOGETHER, progress)
        return cache.vectors(texts)
