"""Vectors already computed, by model and text: a text is embedded once, whatever happens to the build."""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from ingest.encoder import Encoder, Progress, Vectors

_LOOKUP = 500


class VectorCache:
    """One SQLite file; raises sqlite3.Error when it cannot be written. Damaged, it is begun again: it is a cache."""

    def __init__(self, file: Path, encoder: Encoder) -> None:
        self._encoder = encoder
        try:
            self._rows = _connect(file)
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
                raise
            file.unlink()
            self._rows = _connect(file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._rows.close()

    def complete(self, texts: Sequence[str], batch: int, progress: Progress) -> int:
        """Embed the texts not known yet, `batch` at a time, shortest first, each batch kept at once; returns how many.

        Texts of like length are embedded together because a batch costs what its longest text costs.
        """
        missing = sorted(self._missing(texts), key=lambda text: (len(text), text))
        for start in range(0, len(missing), batch):
            progress("embedding", start, len(missing))
            self._keep(missing[start : start + batch])
        progress("embedding", len(missing), len(missing))
        return len(missing)

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """(n, dimension) in the order of the texts; raises KeyError for a text never embedded."""
        keys = [self._key(text) for text in texts]
        found = dict(self._lookup(keys))
        flat = b"".join(found[key] for key in keys)
        return np.frombuffer(flat, dtype="<f4").reshape(len(keys), self._encoder.dimension).astype(np.float32)

    def _missing(self, texts: Sequence[str]) -> list[str]:
        by_key = {self._key(text): text for text in texts}
        for key, _ in self._lookup(list(by_key)):
            del by_key[key]
        return list(by_key.values())

    def _keep(self, texts: list[str]) -> None:
        vectors = self._encoder.encode_documents(texts)
        if vectors.shape != (len(texts), self._encoder.dimension) or not np.isfinite(vectors).all():
            raise ValueError(f"the model {self._encoder.identity} gave vectors {vectors.shape} that cannot be used")
        rows = [(self._key(text), row.astype("<f4").tobytes()) for text, row in zip(texts, vectors, strict=True)]
        with self._rows:
            self._rows.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?)", rows)

    def _lookup(self, keys: list[bytes]) -> Iterator[tuple[bytes, bytes]]:
        whole = 4 * self._encoder.dimension
        for start in range(0, len(keys), _LOOKUP):
            some = keys[start : start + _LOOKUP]
            marks = ",".join("?" * len(some))
            query = f"SELECT key, value FROM vector WHERE length(value) = ? AND key IN ({marks})"
            with closing(self._rows.execute(query, (whole, *some))) as cursor:
                yield from cursor

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(f"{self._encoder.identity}\0{text}".encode()).digest()


def _connect(file: Path) -> sqlite3.Connection:
    rows = sqlite3.connect(file)
    try:
        rows.execute("CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID")
        rows.commit()
    except sqlite3.Error:
        rows.close()
        raise
    return rows
