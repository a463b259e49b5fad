"""The vector leg: with `chroma_server`, the only module that knows Chroma, through LangChain's vector store."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import chromadb
import numpy as np
from chromadb.api.client import Client
from chromadb.api.collection_configuration import CreateCollectionConfiguration, CreateHNSWConfiguration
from chromadb.errors import NotFoundError
from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from ingest.chroma_server import ChromaServer, OwnSettings, connect
from ingest.encoder import Vectors
from ingest.private_copy import PrivateCopy
from ingest.ranking import best_places
from ingest.search_settings import VectorWeights

COLLECTION = "provisions"
BATCH = 1000
DECIMALS = 6
"""Of a cosine: equal rows can differ beyond, by the order of their sums."""


class VectorStoreError(Exception):
    """Chroma could not write, open or search; the message is its own, `server` the address of a server that failed."""

    def __init__(self, message: str, server: str = "") -> None:
        super().__init__(message)
        self.server = server


class VectorIndex:
    """Vectors by record id, ranked by cosine; reads only."""

    def __init__(self, client: Client, weights: VectorWeights, release: Callable[[], None], collection: str = COLLECTION) -> None:
        self._client, self._weights, self._release = client, weights, release
        with _chroma_errors():
            self._store = Chroma(collection, client=client, create_collection_if_not_exists=False)
            self.ids = sorted(self._store.get(include=[])["ids"])

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def open(cls, folder: Path, weights: VectorWeights) -> "VectorIndex":
        """Open a folder that `write_vectors` made; raises OSError or VectorStoreError.

        Chroma writes to a folder as it opens it, and a process that reads a folder another one writes to can crash:
        each reader therefore opens a copy of its own, and the index itself may be read-only.
        """
        copy = PrivateCopy(folder)
        try:
            return cls(_client(copy.folder), weights, copy.close)
        except BaseException:
            copy.close()
            raise

    @classmethod
    def on_server(cls, server: ChromaServer, collection: str, weights: VectorWeights) -> "VectorIndex":
        """Open a collection that `write_collection` made; raises VectorStoreError and ChromaUnreachableError.

        Where every cosine is computed, all rows are read now: a server that fails later is not missed.
        """
        client = connect(server)
        try:
            index = cls(client, weights, _nothing, collection)
            if 0 < len(index) <= weights.exact_up_to:
                index._rows.setflags(write=False)
        except BaseException:
            client.close()
            raise
        return index

    def close(self) -> None:
        """Give back the files and the memory."""
        with _chroma_errors():
            self._client.close()
        self._release()

    def search(self, vector: Vectors, k: int, allowed: set[str] | None = None) -> list[tuple[str, float]]:
        """The `k` best (record id, cosine), best first, ties by id; `allowed` keeps only those record ids.

        Up to `exact_up_to` records, and among allowed ones, every cosine is computed, on rows read from Chroma once;
        beyond, Chroma's graph is asked.
        """
        return self.searches(vector[None], k, allowed)[0]

    def searches(self, vectors: Vectors, k: int, allowed: set[str] | None = None) -> list[list[tuple[str, float]]]:
        """The same for several vectors (m, d) at once: the rows are read through once for all of them."""
        if k < 1 or not self.ids:
            return [[] for _ in vectors]
        if allowed is None and len(self) > self._weights.exact_up_to:
            return [self._by_graph(vector, k) for vector in vectors]
        return self._by_every_cosine(vectors, k, allowed)

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """(n, d) in the order of the ids; raises KeyError for an id that is not there."""
        with _chroma_errors():
            found = self._store.get(ids=list(ids), include=["embeddings"])
        rows = dict(zip(found["ids"], found["embeddings"], strict=True))
        return np.array([rows[record_id] for record_id in ids], dtype=np.float32)

    def _by_graph(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        wanted = k * self._weights.over_fetch
        while True:
            found = self._ask(vector, min(wanted, len(self)))
            # Which of the records that tie with the last one came is chance: ask on until none ties with the k-th.
            if wanted >= len(self) or found[-1][1] < found[:k][-1][1]:
                return found[:k]
            wanted *= 2

    def _ask(self, vector: Vectors, wanted: int) -> list[tuple[str, float]]:
        with _chroma_errors():
            pairs = self._store.similarity_search_by_vector_with_relevance_scores(vector.tolist(), k=wanted)
        # What LangChain calls relevance here is Chroma's cosine distance.
        found = [(document.id or "", round(1.0 - distance, DECIMALS)) for document, distance in pairs]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def _by_every_cosine(self, vectors: Vectors, k: int, allowed: set[str] | None) -> list[list[tuple[str, float]]]:
        unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        cosines = np.round((self._rows @ unit.T).T, DECIMALS)  # in this order: twice as fast
        if allowed is None:
            return [self._named(row, best_places(row, k)) for row in cosines]
        among = np.array(sorted(self._place[one] for one in allowed if one in self._place), dtype=np.intp)
        return [self._named(row, among[best_places(row[among], k)]) for row in cosines]

    def _named(self, cosines: Vectors, places: NDArray[Any]) -> list[tuple[str, float]]:
        return list(zip([self.ids[place] for place in places.tolist()], cosines[places].tolist(), strict=True))

    @cached_property
    def _place(self) -> dict[str, int]:
        return {record_id: place for place, record_id in enumerate(self.ids)}

    @cached_property
    def _rows(self) -> Vectors:
        """(n, d) in the order of `ids`, each row of length 1."""
        parts = [self.vectors(self.ids[start : start + BATCH]) for start in range(0, len(self), BATCH)]
        rows = np.concatenate(parts)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def write_vectors(folder: Path, batches: Iterable[tuple[Sequence[str], Vectors]], weights: VectorWeights) -> None:
    """Write batches of (record ids, their vectors (n, d)) into a new folder; raises OSError or VectorStoreError."""
    folder.mkdir()
    client = _client(folder)
    try:
        _fill(client, COLLECTION, batches, weights)
    finally:
        client.close()


def write_collection(
    server: ChromaServer, collection: str, batches: Iterable[tuple[Sequence[str], Vectors]], weights: VectorWeights
) -> None:
    """The same on a server; raises VectorStoreError and ChromaUnreachableError.

    A collection of that name is written over record by record: its name tells its content, and others may be reading it.
    """
    client = connect(server)
    try:
        _fill(client, collection, batches, weights)
    except VectorStoreError as error:
        raise VectorStoreError(str(error), server.url) from error
    finally:
        client.close()


def holds(server: ChromaServer, collection: str, records: int) -> bool:
    """Whether a server has this collection with that many records; raises ChromaUnreachableError."""
    client = connect(server)
    try:
        with _chroma_errors(), suppress(NotFoundError):
            return client.get_collection(collection, embedding_function=None).count() == records
        return False
    finally:
        client.close()


def _fill(client: Client, collection: str, batches: Iterable[tuple[Sequence[str], Vectors]], weights: VectorWeights) -> None:
    graph = CreateHNSWConfiguration(
        space="cosine",
        ef_construction=weights.ef_construction,
        max_neighbors=weights.max_neighbors,
        ef_search=weights.ef_search,
    )
    given = _GivenVectors()
    with _chroma_errors():
        shape = CreateCollectionConfiguration(hnsw=graph)
        store = Chroma(collection, embedding_function=given, client=client, collection_configuration=shape)
    for ids, vectors in batches:
        given.rows = vectors
        # The text is kept once, beside Chroma: here the id stands for it.
        with _chroma_errors():
            store.add_texts(list(ids), ids=list(ids))


def _nothing() -> None:
    """Nothing lies on this machine's disk."""


class _GivenVectors(Embeddings):
    """Hands LangChain vectors that were computed before."""

    rows: Vectors

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        if len(texts) != len(self.rows):
            raise ValueError(f"{len(texts)} texts for {len(self.rows)} vectors")
        rows: list[list[float]] = self.rows.tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        raise NotImplementedError("queries come as vectors")


def _client(folder: Path) -> Client:
    with _chroma_errors():
        return cast(Client, chromadb.PersistentClient(str(folder), settings=OwnSettings(anonymized_telemetry=False)))


@contextmanager
def _chroma_errors() -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        # A panic in Chroma's engine arrives as a BaseException of its own.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise VectorStoreError(f"{type(error).__name__}: {error}") from error
        raise
