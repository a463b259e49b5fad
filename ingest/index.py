"""The index as a reader sees it: one whole version in a folder that nothing changes any more.

.index/current            name of the version that serves, then the digest of what it was made from
.index/v-<digest>/        manifest.json, documents.jsonl, provisions.jsonl, notes.jsonl, views.jsonl,
                          the tables of territories, lexical/, chroma/, seal.json (the digest of every other file)
.index/vectors.sqlite     vectors computed so far (see vector_cache)
"""

import errno
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import ValidationError

from ingest.chroma_server import ChromaServer, server_of
from ingest.content import FORMAT, Manifest, View, rules_digest
from ingest.errors import IndexUnusableError
from ingest.lexical import LexicalIndex
from ingest.notes import Note
from ingest.schemes import SCHEMES, Scheme, from_lines
from ingest.search_settings import search_weights
from ingest.settings import Settings
from ingest.territories import Territories
from ingest.types import Document, Provision, Strict
from ingest.vectors import VectorIndex, VectorStoreError

REMEDY = "build it again with `python -m ingest build`"
_SWAPS = 3
Row = TypeVar("Row", bound=Strict)


@dataclass(frozen=True)
class Index:
    """One version, open for reading; provisions in the order of documents' ids and of each text."""

    folder: Path
    manifest: Manifest
    documents: Mapping[str, Document]
    provisions: Mapping[str, Provision]
    notes: Mapping[str, Note]
    views: Mapping[str, View]
    territories: Territories
    schemes: Sequence[Scheme]
    lexical: LexicalIndex
    vectors: VectorIndex

    def close(self) -> None:
        """Give back the vector leg's files and memory."""
        self.vectors.close()


class Current(NamedTuple):
    """What the file `current` says: the version's folder name, and the digest of the inputs it was made from."""

    version: str
    inputs: str


def read_current(index: Path) -> Current | None:
    """The version that serves; None when there is none."""
    try:
        version, inputs = (index / "current").read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return None
    return Current(version, inputs)


def open_index(settings: Settings, embedding: str | None = None) -> Index:
    """Open the version that serves, every file checked against the seal.

    `embedding` is the identity of the model that will encode the questions; None when none will be encoded.
    Raises IndexUnusableError when the index is missing, damaged, or of another format, program or model, and
    ChromaUnreachableError when its vectors are on a server that does not answer.
    """
    for _ in range(_SWAPS):
        current = read_current(settings.index)
        if current is None:
            raise IndexUnusableError("there is no index here", file=settings.index, remedy=REMEDY)
        try:
            return open_version(settings.index / current.version, embedding, server_of(settings))
        except IndexUnusableError:
            # Builds that ended meanwhile may have removed this version.
            if read_current(settings.index) == current:
                raise
    raise IndexUnusableError("the index changes too fast to be opened", file=settings.index, remedy="try again")


def open_version(folder: Path, embedding: str | None = None, server: ChromaServer | None = None) -> Index:
    """Open one version folder; raises IndexUnusableError and ChromaUnreachableError."""
    try:
        return _open(folder, embedding, server)
    except (OSError, ValueError, KeyError, VectorStoreError) as error:
        full = isinstance(error, OSError) and error.errno == errno.ENOSPC
        remedy = "free some space in the temporary folder, or set TMPDIR to another" if full else REMEDY
        raise IndexUnusableError(f"the index could not be opened ({error})", file=folder, remedy=remedy) from error


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a version; raises IndexUnusableError when it is missing or of another format."""
    try:
        saved = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if saved["format"] != FORMAT:
            told = f"the index has format {saved['format']} and this program reads format {FORMAT}"
            raise IndexUnusableError(told, file=folder, remedy=REMEDY)
        return Manifest.model_validate(saved)
    except (OSError, ValueError, KeyError, TypeError, ValidationError) as error:
        raise IndexUnusableError("the index is only half written", file=folder, remedy=REMEDY) from error


def seal_of(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file of a version but the seal itself, by its path in the folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "seal.json")
    return {path.relative_to(folder).as_posix(): _sha256(path) for path in files}


def check_seal(folder: Path) -> None:
    """Raise IndexUnusableError naming the first file that is missing, added or changed."""
    try:
        saved: dict[str, str] = json.loads((folder / "seal.json").read_text(encoding="utf-8"))
        found = seal_of(folder)
    except (OSError, ValueError) as error:
        raise IndexUnusableError("the index is only half written", file=folder, remedy=REMEDY) from error
    for name in sorted(saved.keys() | found.keys()):
        if saved.get(name) != found.get(name):
            raise IndexUnusableError("the index is damaged: this file is not as it was built", file=folder / name, remedy=REMEDY)


def _open(folder: Path, embedding: str | None, server: ChromaServer | None) -> Index:
    manifest = read_manifest(folder)
    _check_maker(folder, manifest, embedding)
    check_seal(folder)
    views = {row.record_id: row for row in _rows(folder / "views.jsonl", View)}
    return Index(
        folder=folder,
        manifest=manifest,
        documents={row.id: row for row in _rows(folder / "documents.jsonl", Document)},
        provisions={row.id: row for row in _rows(folder / "provisions.jsonl", Provision)},
        notes={row.id: row for row in _rows(folder / "notes.jsonl", Note)},
        views=views,
        territories=Territories.read(folder),
        schemes=from_lines((folder / SCHEMES).read_bytes()),
        lexical=LexicalIndex.load(folder / "lexical"),
        vectors=_vectors(folder, manifest, server, sorted(views)),
    )


def _vectors(folder: Path, manifest: Manifest, server: ChromaServer | None, ids: list[str]) -> VectorIndex:
    if not manifest.collection:
        return VectorIndex.open(folder / "chroma", search_weights().vectors)
    if server is None:
        told = "the vectors of this index are on a Chroma server, and none is set"
        raise IndexUnusableError(told, file=folder, remedy=f"set PACTES_CHROMA_URL, or {REMEDY}")
    vectors = VectorIndex.on_server(server, manifest.collection, search_weights().vectors)
    if vectors.ids != ids:
        vectors.close()
        raise ValueError(f"the collection {manifest.collection} on {server.url} is not whole")
    return vectors


def _check_maker(folder: Path, manifest: Manifest, embedding: str | None) -> None:
    if embedding not in (None, manifest.embedding):
        told = f"the index was made by the model {manifest.embedding}, and {embedding} is set now"
        remedy = "set embedding_model back, or build it again with `python -m ingest build`"
        raise IndexUnusableError(told, file=folder, remedy=remedy)
    if manifest.rules != rules_digest():
        raise IndexUnusableError("the index was made by another version of this program", file=folder, remedy=REMEDY)


def _rows(file: Path, kind: type[Row]) -> list[Row]:
    # Split at line feeds alone: a quote may hold other line separators.
    return [kind.model_validate_json(line) for line in file.read_bytes().split(b"\n") if line]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
