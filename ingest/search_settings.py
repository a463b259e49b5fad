"""The weights of `data/search.toml`, typed."""

import tomllib
from functools import cache
from pathlib import Path

from ingest.types import Strict

WEIGHTS = Path(__file__).parent / "data" / "search.toml"


class LexicalWeights(Strict):
    """BM25's saturation `k1` and length correction `b`."""

    k1: float
    b: float


class VectorWeights(Strict):
    """Records up to which every cosine is computed; Chroma's HNSW graph; candidates asked of it a record wanted."""

    exact_up_to: int
    ef_construction: int
    max_neighbors: int
    ef_search: int
    over_fetch: int


class SearchWeights(Strict):
    """The whole file."""

    lexical: LexicalWeights
    vectors: VectorWeights


@cache
def search_weights() -> SearchWeights:
    """The weights of this process, read once."""
    return SearchWeights.model_validate(tomllib.loads(WEIGHTS.read_text(encoding="utf-8")))
