"""What answers: an open index, the model that made it, and the path of a question."""

import logging
from dataclasses import dataclass

from assistant.acronyms import Acronyms
from assistant.context import Turn
from assistant.learned import Learned
from assistant.lookup import Lookup
from assistant.matching.catalogue import Catalogue
from assistant.path import follow
from assistant.spelling import Speller
from assistant.texts import say
from assistant.types import Answer, Question, Reason, Status
from ingest.embeddings import load_embedder
from ingest.encoder import Encoder
from ingest.errors import IndexUnusableError
from ingest.index import Index, open_index
from ingest.pipeline import build_index, up_to_date
from ingest.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Engine:
    """An index and the model that embeds questions for it; many questions may use one engine at once."""

    index: Index
    embedder: Encoder
    lookup: Lookup
    speller: Speller
    acronyms: Acronyms
    learned: Learned | None
    catalogue: Catalogue

    @classmethod
    def over(cls, index: Index, embedder: Encoder) -> "Engine":
        """The engine over an open index, with what it reads of it once."""
        texts = (view.text for view in index.views.values())
        lookup = Lookup.over(index.provisions, index.views, index.schemes)
        catalogue = Catalogue.of(index.schemes, index.provisions, index.documents, index.territories)
        acronyms = Acronyms.of(index.provisions.values())
        return cls(index, embedder, lookup, Speller.over(texts), acronyms, Learned.load(embedder.identity), catalogue)

    @property
    def titles(self) -> str:
        """The documents' short titles, as a list in a sentence."""
        return "; ".join(document.short_title for document in self.index.documents.values())

    @property
    def corpus_version(self) -> str:
        """The version of the corpus that answers come from."""
        return self.index.manifest.corpus_version

    def turn(self, question: Question) -> Turn:
        """Follow the path; an outage ends as `error`, never as a refusal."""
        turn = Turn(question, self)
        try:
            return follow(turn)
        except Exception:
            log.exception("a step failed")
            turn.end(Status.ERROR, Reason.INTERNAL, say("internal", turn.language))
            turn.citations, turn.missing = [], []
            return turn

    def answer(self, question: Question) -> Answer:
        """The answer to a question."""
        return self.turn(question).answer()


def open_engine(settings: Settings) -> Engine:
    """The engine on the current index; builds the index first when it is missing or out of date. Raises CorpusError."""
    embedder = load_embedder(settings)
    if not up_to_date(settings, embedder):
        build_index(settings, embedder)
    try:
        return Engine.over(open_index(settings, embedder.identity), embedder)
    except IndexUnusableError:
        build_index(settings, embedder)
        return Engine.over(open_index(settings, embedder.identity), embedder)
