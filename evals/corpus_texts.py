"""The corpus as the scorer needs it: provisions by id and the source texts, without index or model."""

from dataclasses import dataclass
from pathlib import Path

from ingest.corpus import sources_of
from ingest.types import Provision


@dataclass(frozen=True)
class CorpusTexts:
    """Provisions by id; source texts by document id, positions counting their characters."""

    provisions: dict[str, Provision]
    sources: dict[str, str]


def corpus_texts(corpus: Path) -> CorpusTexts:
    """Read and cut every registered document. Raises CorpusError."""
    provisions: dict[str, Provision] = {}
    sources: dict[str, str] = {}
    for source in sources_of(corpus):
        sources[source.document.id] = source.text
        provisions |= {provision.id: provision for provision in source.provisions}
    return CorpusTexts(provisions, sources)
