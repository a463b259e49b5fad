"""Questions, citations and answers: the contract other programs rely on."""

import datetime as dt
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Language = Literal["fr", "en", "de"]
InForce = Literal["yes", "ended", "unknown"]


class Status(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    CLARIFICATION = "clarification"
    REFUSED = "refused"
    ERROR = "error"


class Reason(StrEnum):
    """Why a question was refused or failed; empty for the other statuses."""

    NONE = ""
    OUT_OF_SCOPE = "out_of_scope"
    NO_SOURCE = "no_source"
    UNSAFE = "unsafe"
    INTERNAL = "internal"


class Frozen(BaseModel):
    """A record that refuses unknown fields and never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Citation(Frozen):
    """A passage that a marker of the text points to; `quote` is the exact slice of the source."""

    marker: int
    provision_id: str
    document_id: str
    label: str
    path: list[str]
    quote: str
    quote_plain: str
    start: int
    end: int
    date: dt.date | None
    in_force: InForce


class NextQuestion(Frozen):
    """The one question put back, and which fact it asks for."""

    slot: str
    text: str


class Answer(Frozen):
    """What comes back for every question, whatever its status."""

    question: str
    language: Language
    status: Status
    reason: Reason = Reason.NONE
    text: str
    citations: list[Citation] = []
    schemes: list[dict[str, Any]] = []
    missing: list[str] = []
    notices: list[str] = []
    suggestions: list[str] = []
    next_question: NextQuestion | None = None
    corpus_version: str = ""
    engine: str = "offline"


class Question(Frozen):
    """A question and the earlier user turns, oldest first."""

    question: str
    history: list[str] = Field(default=[])
