"""What a question carries along its path: each step reads it and fills in its part."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from assistant.learned import NOTHING_ALIKE, Alike
from assistant.matching.types import Profile
from assistant.mentions import Mentions
from assistant.references import Reference
from assistant.types import Answer, Citation, Language, NextQuestion, Question, Reason, Status
from ingest.encoder import Vectors
from ingest.french import tokenise_french
from ingest.types import Provision

if TYPE_CHECKING:
    from assistant.engine import Engine


@dataclass(frozen=True)
class Found:
    """A provision that retrieval holds for relevant: its score, and whether the question named it by its number."""

    provision: Provision
    score: float
    exact: bool = False


class Fit(NamedTuple):
    """How well the best candidates fit, feature by feature, and what answers the questions most alike: for deciding on top of ranking."""

    covered: float = 0.0
    dense: float = 0.0
    concepts: float = 0.0
    alike: Alike = NOTHING_ALIKE


@dataclass(frozen=True)
class Asked:
    """What a question asks for, once its words are understood."""

    search: str
    folded: str
    intents: frozenset[str]
    slots: tuple[str, ...]
    mentions: Mentions
    reference: Reference | None = None
    actors: frozenset[str] = frozenset()
    concepts: frozenset[str] = frozenset()
    follows: bool = False
    spoken: str = ""
    own: str = ""
    scope: dict[str, float] = field(default_factory=dict)
    kind: dict[str, float] = field(default_factory=dict)
    detail: dict[str, float] = field(default_factory=dict)

    @cached_property
    def tokens(self) -> list[str]:
        """The stems of what is searched for, in order."""
        return tokenise_french(self.search)


@dataclass
class Statement:
    """One sentence of the answer, the provisions it rests on, and the words of the first that are quoted below it."""

    text: str
    sources: list[str]
    quoted: str = ""
    kind: str = "sourced"


@dataclass
class Turn:
    """One question on its path."""

    asked: Question
    engine: "Engine"
    words: str = ""
    language: Language = "fr"
    meant: Asked | None = None
    vector: Vectors | None = None
    order: list[tuple[Provision, float]] = field(default_factory=list)
    fit: Fit | None = None
    found: list[Found] = field(default_factory=list)
    profile: Profile | None = None
    schemes: list[dict[str, Any]] = field(default_factory=list)
    closed: bool = False
    chosen: list[Found] = field(default_factory=list)
    sides: list[tuple[str, list[str]]] = field(default_factory=list)
    premise: str = ""
    statements: list[Statement] = field(default_factory=list)
    status: Status = Status.ANSWERED
    reason: Reason = Reason.NONE
    text: str = ""
    citations: list[Citation] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)
    next_question: NextQuestion | None = None
    spoken_by: str = "offline"
    times: dict[str, float] = field(default_factory=dict)
    ended: bool = False

    @property
    def understood(self) -> Asked:
        """What `understand` made of the question."""
        if self.meant is None:
            raise RuntimeError("the question was not understood yet")
        return self.meant

    @property
    def embedded(self) -> Vectors:
        """The vector of the question, made once."""
        if self.vector is None:
            raise RuntimeError("the question was not embedded yet")
        return self.vector

    @property
    def retrieved(self) -> list[str]:
        """Provision ids, best first: those the answer rests on, then the others found; none for a refusal."""
        if self.status is Status.REFUSED:
            return []
        return list(dict.fromkeys(found.provision.id for found in (*self.chosen, *self.found)))

    def end(self, status: Status, reason: Reason = Reason.NONE, text: str = "") -> None:
        """End the path here: no later step runs."""
        self.status, self.reason, self.text, self.ended = status, reason, text or self.text, True

    def answer(self) -> Answer:
        """The answer as it stands."""
        return Answer(
            question=self.asked.question, language=self.language, status=self.status, reason=self.reason, text=self.text,
            citations=self.citations, schemes=self.schemes, missing=self.missing, notices=self.notices, suggestions=self.suggestions,
            next_question=self.next_question, corpus_version=self.engine.corpus_version, engine=self.spoken_by,
        )  # fmt: skip
