"""One version of the index: written into a folder of its own, and checked before it serves."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ingest.chroma_server import ChromaServer
from ingest.content import Content, Manifest
from ingest.encoder import Progress, Vectors
from ingest.errors import CorpusError
from ingest.french import tokenise_french
from ingest.index import open_version, seal_of
from ingest.lexical import LexicalIndex
from ingest.search_settings import search_weights
from ingest.vector_cache import VectorCache
from ingest.vectors import BATCH, write_collection, write_vectors

_PROBES = 16


def write_version(
    building: Path, content: Content, manifest: Manifest, cache: VectorCache, progress: Progress, server: ChromaServer | None = None
) -> None:
    """Write a whole version into a new folder, sealed and on disk, its vectors on the server if one is given.

    Raises OSError, sqlite3.Error, VectorStoreError or ChromaUnreachableError.
    """
    building.mkdir()
    for name, data in content.files.items():
        (building / name).write_bytes(data)
    tokens = {view.record_id: tokenise_french(view.text) for view in content.views}
    LexicalIndex.from_tokens(tokens, search_weights().lexical).save(building / "lexical")
    batches, weights = _batches(content, cache, progress), search_weights().vectors
    if server is not None:
        write_collection(server, manifest.collection, batches, weights)
    else:
        write_vectors(building / "chroma", batches, weights)
    (building / "manifest.json").write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
    (building / "seal.json").write_text(json.dumps(seal_of(building), indent=1), encoding="utf-8")
    to_disk(building)


def _batches(content: Content, cache: VectorCache, progress: Progress) -> Iterator[tuple[list[str], Vectors]]:
    for start in range(0, len(content.views), BATCH):
        some = content.views[start : start + BATCH]
        yield [view.record_id for view in some], cache.vectors([view.text for view in some])
        progress("indexing", start + len(some), len(content.views))


def check_version(building: Path, content: Content, cache: VectorCache, server: ChromaServer | None = None) -> None:
    """Open the new version as a reader would: every record in both legs, every vector as computed, search at work.

    Raises CorpusError when anything is wanting.
    """
    index = open_version(building, server=server)
    try:
        ids = [view.record_id for view in content.views]
        faults = [index.lexical.ids != ids, index.vectors.ids != ids, len(index.provisions) != content.provisions]
        faults += [not _same_vectors(index.vectors.vectors(some), given) for some, given in _batches(content, cache, _quiet)]
        for view in content.views[:: max(1, len(ids) // _PROBES)]:
            nearest, tokens = index.vectors.search(cache.vectors([view.text])[0], 1), tokenise_french(view.text)
            faults += [not nearest or nearest[0][1] < 0.999, bool(tokens) and not index.lexical.search(tokens, 1)]
    finally:
        index.close()
    if any(faults):
        raise CorpusError("the new index failed its own check and was thrown away", remedy="check the disk, then build again")


def _same_vectors(found: Vectors, given: Vectors) -> bool:
    return found.shape == given.shape and bool(np.allclose(found, given, atol=1e-5))


def _quiet(stage: str, done: int, total: int) -> None:
    """No progress to tell."""


def to_disk(root: Path) -> None:
    """Have the system write a folder and all it holds to the disk."""
    for path in (root, *root.rglob("*")):
        sync(path)


def sync(path: Path) -> None:
    """Have the system write one file, or the list of a folder's files, to the disk."""
    if path.is_dir() and os.name == "nt":
        return  # Windows has no handle to a folder.
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
