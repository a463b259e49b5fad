"""What answers: an open index, the model that made it, and the path of a question."""

import logging
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from threadpoolctl import threadpool_limits

from assistant.acronyms import Acronyms
from assistant.context import Turn
from assistant.learned import Learned
from assistant.lookup import Lookup
from assistant.matching.catalogue import Catalogue
from assistant.model.chat import Chat, open_chat
from assistant.path import follow
from assistant.spelling import Speller
from assistant.streaming import pieces
from assistant.texts import say
from assistant.types import Answer, Question, Reason, Status
from ingest.embeddings import load_embedder
from ingest.encoder import Encoder
from ingest.errors import IndexUnusableError
from ingest.index import Index, open_index
from ingest.pipeline import build_index, up_to_date
from ingest.schemes import standing_on
from ingest.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Engine:
    """An index and the model that embeds questions for it; many questions may use one engine at once.

    `observer` hears of every turn when it has ended.
    """

    index: Index
    embedder: Encoder
    lookup: Lookup
    speller: Speller
    acronyms: Acronyms
    learned: Learned | None
    catalogue: Catalogue
    chat: Chat | None = None
    observer: Callable[[Turn], None] = lambda turn: None

    @classmethod
    def over(cls, index: Index, embedder: Encoder, chat: Chat | None = None) -> "Engine":
        """The engine over an open index, with what it reads of it once; `chat` words answers where one is set."""
        texts = (view.text for view in index.views.values())
        schemes = standing_on(index.schemes, index.provisions)
        lookup = Lookup.over(index.provisions, index.views, schemes)
        catalogue = Catalogue.of(schemes, index.provisions, index.documents, index.territories)
        acronyms = Acronyms.of(index.provisions.values())
        return cls(index, embedder, lookup, Speller.over(texts), acronyms, Learned.load(embedder.identity), catalogue, chat)

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
            follow(turn)
        except Exception as error:
            # The message of an exception may hold the question: only its kind and place are logged.
            log.error("a step failed: %s", "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__)
            turn.end(Status.ERROR, Reason.INTERNAL, say("internal", turn.language))
            turn.citations, turn.missing, turn.schemes, turn.next_question = [], [], [], None
        self.observer(turn)
        return turn

    def stream(self, question: Question) -> Iterator[str | Answer]:
        """The answer's text piece by piece, then the Answer; the pieces put together are its text to the letter.

        Nothing goes out before the whole answer is verified, a model's too: every marker of a piece resolves in it.
        """
        answer = self.answer(question)
        yield from pieces(answer.text)
        yield answer

    def answer(self, question: Question) -> Answer:
        """The answer to a question."""
        return self.turn(question).answer()


def _one_thread_an_answer() -> None:
    """Keep linear algebra to the thread that asks: its products are small, and threads waiting for each other cost ten times as much."""
    threadpool_limits(1, user_api="blas")


def open_engine(settings: Settings) -> Engine:
    """The engine on the current index; builds the index first when it is missing or out of date. Raises CorpusError.

    The language model that the settings name is opened too; nothing is asked of it yet.
    """
    _one_thread_an_answer()
    embedder, chat = load_embedder(settings), open_chat(settings)
    if not up_to_date(settings, embedder):
        build_index(settings, embedder)
    try:
        return Engine.over(open_index(settings, embedder.identity), embedder, chat)
    except IndexUnusableError:
        build_index(settings, embedder)
        return Engine.over(open_index(settings, embedder.identity), embedder, chat)
