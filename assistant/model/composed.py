"""An answer composed with a model: in time, each sentence verified, or a reason why the offline answer must serve."""

import logging
import queue
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from langchain_core.language_models import BaseChatModel
from langsmith import tracing_context

from assistant.checking import faults
from assistant.context import Statement
from assistant.model.drafting import DraftCutError, DraftUnreadableError, Passage, TurnView, stream_draft
from assistant.model.lines import Drafted
from assistant.model.planted import gives_orders
from assistant.model.tokens import Tokens
from assistant.types import Language, Status
from ingest.notes import Note
from ingest.types import Document, Provision

log = logging.getLogger(__name__)
Failure = Literal["", "timeout", "unreachable", "empty", "malformed", "limit"]
SENTENCES = 12
CALLS = threading.BoundedSemaphore(8)
LIMIT_CODES = (402, 413, 429)


@dataclass
class Composed:
    """What a model's draft came to; with a failure nothing of it is to be shown and the offline answer serves.

    `statements` are the sentences kept, each with the ids of its provisions; `dropped` those left out, with why;
    `engine` is `provider:model`; `failure` is empty when the statements make an answer.
    """

    engine: str
    statements: list[Statement] = field(default_factory=list)
    dropped: list[tuple[str, list[str]]] = field(default_factory=list)
    failure: Failure = ""


@dataclass(frozen=True)
class _End:
    """How a draft ended: without failure when the model said all it had to say."""

    failure: Failure


def compose_with_model(
    question: str, language: Language, provisions: Sequence[Provision], notes: Mapping[str, Note], documents: Mapping[str, Document],
    status: Status, missing: Sequence[str], chat: BaseChatModel, deadline: float, engine: str = "",
) -> Composed:  # fmt: skip
    """The answer in a model's words, within `deadline` seconds whatever the model does.

    `notes` are by provision id, `documents` by document id; provisions that give orders to a reader are not shown to the
    model. A refusal, an error or no provision at all ends as `empty`, without a call.
    """
    shown = [p for p in provisions if not gives_orders(p)]
    composed = Composed(engine)
    if not shown or status not in (Status.ANSWERED, Status.PARTIAL):
        composed.failure = "empty"
        return composed
    tokens = Tokens.of(f"{question}\0{language}", (p.id for p in shown))
    view = TurnView(question, language, [_passage(p, notes, tokens, language) for p in shown], tuple(missing))
    by_id = {p.id: p for p in shown}
    for item in _in_time(view, chat, time.monotonic() + deadline):
        if isinstance(item, _End):
            composed.failure = item.failure
        else:
            _keep(composed, item, [by_id[name] for name in tokens.resolve(item.tokens)], notes, documents, question, language)
    if not composed.statements:
        composed.failure = composed.failure or "empty"
    if composed.failure:
        composed.statements = []
    return composed


def _passage(provision: Provision, notes: Mapping[str, Note], tokens: Tokens, language: Language) -> Passage:
    note = notes.get(provision.id)
    return Passage.of(tokens.token_of(provision.id), provision, getattr(note, language) or note.fr if note else "")


def _keep(
    composed: Composed, drafted: Drafted, provisions: list[Provision], notes: Mapping[str, Note], documents: Mapping[str, Document],
    question: str, language: Language,
) -> None:  # fmt: skip
    """Put a sentence among the statements, or among those dropped."""
    if not provisions:
        composed.dropped.append((drafted.sentence, ["no known source"]))
        return
    said = [documents[name] for name in dict.fromkeys(p.document_id for p in provisions)]
    own = [notes[p.id] for p in provisions if p.id in notes]
    wrong = _faults(drafted.sentence, provisions, said, question, own, language)
    if wrong:
        composed.dropped.append((drafted.sentence, wrong))
    elif all(drafted.sentence != statement.text for statement in composed.statements):
        composed.statements.append(Statement(drafted.sentence, [p.id for p in provisions]))


def _faults(
    sentence: str, provisions: list[Provision], documents: list[Document], question: str, notes: list[Note], language: Language
) -> list[str]:
    try:
        return faults(sentence, "sourced", provisions, documents, question, notes, language)
    except Exception:
        # A model may write anything: what cannot be checked is not shown.
        log.exception("a drafted sentence could not be checked")
        return ["not checked"]


def _in_time(view: TurnView, chat: BaseChatModel, until: float) -> Iterator[Drafted | _End]:
    """The draft's sentences, then at most one failure; read from a thread that may hang without holding us."""
    if not CALLS.acquire(blocking=False):
        yield _End("limit")
        return
    said: queue.Queue[Drafted | _End] = queue.Queue()
    stop = threading.Event()
    threading.Thread(target=_work, args=(view, chat, said, stop), daemon=True).start()
    try:
        for _ in range(SENTENCES + 1):
            item = said.get(timeout=max(0.0, until - time.monotonic()))
            if isinstance(item, _End) and not item.failure:
                return
            yield item
            if isinstance(item, _End):
                return
        yield _End("limit")
    except queue.Empty:
        yield _End("timeout")
    finally:
        stop.set()


def _work(view: TurnView, chat: BaseChatModel, said: "queue.Queue[Drafted | _End]", stop: threading.Event) -> None:
    try:
        with tracing_context(enabled=False):
            for drafted in stream_draft(view, chat):
                if stop.is_set():
                    return
                said.put(drafted)
        said.put(_End(""))
    except Exception as error:
        # Every provider raises its own kinds: none may reach the person, and their messages may hold the key.
        log.warning("the model's draft ended with %s", type(error).__name__)
        said.put(_End(_failure(error)))
    finally:
        CALLS.release()


def _failure(error: Exception) -> Failure:
    if isinstance(error, DraftCutError) or getattr(error, "status_code", None) in LIMIT_CODES:
        return "limit"
    if isinstance(error, DraftUnreadableError):
        return "malformed"
    return "timeout" if "timeout" in type(error).__name__.lower() else "unreachable"
