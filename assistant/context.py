"""What a question carries along its path: each step reads it and fills in its part."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.types import Answer, Citation, Language, Question, Reason, Status
from ingest.types import Provision

if TYPE_CHECKING:
    from assistant.engine import Engine


@dataclass(frozen=True)
class Found:
    """A provision that retrieval holds for relevant, and how much (0 to 1)."""

    provision: Provision
    score: float
    exact: bool = False


@dataclass
class Statement:
    """One sentence of the answer and the provisions it rests on."""

    text: str
    sources: list[str]
    quoted: str = ""


@dataclass
class Turn:
    """One question on its path."""

    asked: Question
    engine: "Engine"
    words: str = ""
    language: Language = "fr"
    found: list[Found] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    status: Status = Status.ANSWERED
    reason: Reason = Reason.NONE
    text: str = ""
    citations: list[Citation] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)
    ended: bool = False

    def end(self, status: Status, reason: Reason = Reason.NONE, text: str = "") -> None:
        """End the path here: no later step runs."""
        self.status, self.reason, self.text, self.ended = status, reason, text or self.text, True

    def answer(self) -> Answer:
        """The answer as it stands."""
        return Answer(
            question=self.asked.question, language=self.language, status=self.status, reason=self.reason, text=self.text,
            citations=self.citations, missing=self.missing, notices=self.notices, suggestions=self.suggestions,
            corpus_version=self.engine.corpus_version,
        )  # fmt: skip
