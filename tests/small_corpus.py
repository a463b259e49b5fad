"""A small corpus made up for the tests of the index, and an encoder that counts what it is asked."""

import time
from collections.abc import Sequence
from pathlib import Path

from ingest.build import BuildReport, build
from ingest.content import Entry
from ingest.encoder import Vectors
from ingest.settings import Settings
from ingest.toy import ToyEmbedder
from ingest.types import Document, Kind, Provision
from ingest.views import views_of

SUBJECTS = ["le foncier", "la formation", "le numérique", "la décarbonation", "l'innovation", "la relocalisation", "l'eau", "le fret"]
VERBS = ["soutient", "accompagne", "finance", "anime", "planifie"]


def a_document(name: str) -> Document:
    return Document(
        id=name, title=f"Pacte {name}", short_title=name, kind="pact", publisher="Région",
        source=f"{name}.txt", digest=f"sha256:{'0' * 64}", rights="essai",
    )  # fmt: skip


def a_provision(document: str, number: int, text: str) -> Provision:
    return Provision(
        id=f"{document}/{number}", document_id=document, kind=Kind.AXIS, path=[f"Pacte {document}", f"Priorité {number}"],
        label=f"{document}, {number}", actors=["Région"], serves=[], quote=text, quote_plain=text, start=0, end=len(text),
    )  # fmt: skip


def an_entry(name: str, size: int, turn: int = 0) -> Entry:
    """A document of `size` provisions; another `turn` gives it other words."""
    texts = [f"La Région {VERBS[(n + turn) % 5]} {SUBJECTS[n % 8]} par l'action {turn}.{n} du pacte {name}." for n in range(size)]
    return Entry(a_document(name), [a_provision(name, n, text) for n, text in enumerate(texts, start=1)])


class CountingEmbedder(ToyEmbedder):
    """The toy model, which remembers the texts it was given and can take its time."""

    def __init__(self, pause: float = 0.0) -> None:
        super().__init__()
        self.seen: list[str] = []
        self._pause = pause

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        time.sleep(self._pause)
        self.seen += texts
        return super().encode_documents(texts)


def settings_in(folder: Path) -> Settings:
    (folder / "corpus").mkdir(parents=True, exist_ok=True)
    return Settings(corpus=folder / "corpus", index=folder / "index", embedding_batch=4)


def build_from(settings: Settings, entries: Sequence[Entry], embedder: ToyEmbedder | None = None) -> BuildReport:
    return build(settings, embedder=embedder or ToyEmbedder(), read=lambda: entries, views_of=views_of)
