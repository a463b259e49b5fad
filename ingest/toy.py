"""A toy embedding model: a hashed bag of French tokens, fast and the same everywhere, for trials and tests."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from ingest.encoder import Vectors
from ingest.french import RULES, tokenise_french

DIMENSION = 128


class ToyEmbedder:
    """An encoder without weights: texts that share words are near, nothing more (feature hashing, Weinberger 2009)."""

    dimension = DIMENSION

    def __init__(self) -> None:
        self.identity = f"toy-{DIMENSION}-{hashlib.sha256(RULES.read_bytes()).hexdigest()[:12]}"

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """(n, 128), each row of length 1."""
        return np.stack([self.encode_query(text) for text in texts]) if texts else np.zeros((0, DIMENSION), np.float32)

    def encode_query(self, text: str) -> Vectors:
        """(128,), of length 1; a text without any token points along the first axis."""
        vector = np.zeros(DIMENSION, np.float32)
        for token in tokenise_french(text):
            place, sign = _bucket(token)
            vector[place] += sign
        if not vector.any():
            vector[0] = 1.0
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


@lru_cache(maxsize=50_000)
def _bucket(token: str) -> tuple[int, float]:
    digest = hashlib.blake2b(token.encode(), digest_size=5).digest()
    return int.from_bytes(digest[:4], "big") % DIMENSION, 1.0 if digest[4] & 1 else -1.0
