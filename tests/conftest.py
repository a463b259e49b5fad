"""What many tests share: the real corpus, and small corpora written on the spot."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from playwright.sync_api import expect

from ingest.corpus import Source, sources_of
from ingest.register import digest_of
from ingest.types import Document, Provision

if TYPE_CHECKING:
    from assistant.engine import Engine

expect.set_options(timeout=20_000)  # milliseconds: a busy machine is slow, not wrong
REAL_CORPUS = Path(__file__).parents[1] / "corpus"
MakeCorpus = Callable[..., Path]


def document_of(name: str, data: bytes = b"") -> dict[str, object]:
    """A complete row of a register."""
    return {
        "id": name, "title": f"Pacte {name}", "short_title": name, "kind": "pact", "publisher": "un territoire imaginaire",
        "source": f"{name}.md", "digest": digest_of(data), "rights": "texte d'essai",
    }  # fmt: skip


def source_of(text: str, name: str = "essai", **more: object) -> Source:
    """A text as a document of a corpus that needs no folder."""
    source = Source(Document.model_validate(document_of(name) | more), Path("nowhere"))
    source.__dict__["text"] = text
    return source


@pytest.fixture(scope="session")
def real_sources() -> dict[str, Source]:
    """The five published documents, cut once for all tests, by id."""
    return {source.document.id: source for source in sources_of(REAL_CORPUS)}


@pytest.fixture(scope="session")
def real_provisions(real_sources: dict[str, Source]) -> dict[str, Provision]:
    """Every provision of the published documents by id."""
    return {provision.id: provision for source in real_sources.values() for provision in source.provisions}


@pytest.fixture(scope="session")
def real_engine() -> "Engine":
    """The product's engine over the real corpus and model, on the index it uses, built first when out of date."""
    from assistant.engine import open_engine  # seconds to load: only for the tests that ask
    from ingest.settings import settings

    return open_engine(settings().model_copy(update={"corpus": REAL_CORPUS}))


@pytest.fixture
def make_corpus(tmp_path: Path) -> MakeCorpus:
    """Writes a corpus of Markdown texts, without notes or inventory; fields given by name go to every row."""

    def make(texts: dict[str, str] | None = None, **more: object) -> Path:
        corpus = tmp_path / "corpus"
        (corpus / "sources").mkdir(parents=True, exist_ok=True)
        rows = []
        for name, text in (texts or {}).items():
            (corpus / "sources" / f"{name}.md").write_text(text, encoding="utf-8")
            rows.append(document_of(name, text.encode()) | more)
        (corpus / "documents.yaml").write_text(yaml.safe_dump(rows, allow_unicode=True, sort_keys=False), encoding="utf-8")
        return corpus

    return make
