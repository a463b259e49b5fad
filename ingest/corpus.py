"""The corpus as a whole: each registered document with its text, its provisions and its notes."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ingest.notes import Note, load_notes
from ingest.provisions import Cut, cut_document
from ingest.reading import read_source
from ingest.register import load_register
from ingest.types import Document, Provision


@dataclass(frozen=True)
class Source:
    """One document read from the corpus folder."""

    document: Document
    corpus: Path

    @cached_property
    def text(self) -> str:
        """The source text; positions count its characters, line ends untouched."""
        return read_source(self.corpus / "sources" / self.document.source).text

    @cached_property
    def cut(self) -> Cut:
        """The document cut into provisions."""
        return cut_document(self.document, self.text)

    @property
    def provisions(self) -> list[Provision]:
        """The provisions in the order of the text."""
        return self.cut.provisions

    @cached_property
    def notes(self) -> dict[str, Note]:
        """The notes by provision id; empty for a document without notes."""
        return load_notes(self.corpus, self.document.id, self.provisions)


def sources_of(corpus: Path) -> list[Source]:
    """Every registered document; files are read when first asked for. Raises CorpusError."""
    return [Source(document, corpus) for document in load_register(corpus)]


def all_provisions(corpus: Path) -> Iterator[Provision]:
    """The provisions of every document, in the register's order."""
    for source in sources_of(corpus):
        yield from source.provisions


def corpus_digest(corpus: Path) -> str:
    """A digest of every file the index is made of: register, sources, notes."""
    sum_ = hashlib.sha256()
    for path in sorted(p for p in corpus.rglob("*") if p.is_file() and _counts(p.relative_to(corpus))):
        sum_.update(f"{path.relative_to(corpus).as_posix()}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return sum_.hexdigest()


def _counts(path: Path) -> bool:
    return path.parts[0] in ("sources", "notes", "schemes", "territories") or path.name == "documents.yaml"
