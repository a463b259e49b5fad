"""What the evaluation reads and writes: question rows, answer rows, scores."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from assistant.types import Answer, Language, Reason, Status
from ingest.types import Strict

Split = Literal["dev", "test"]
Group = Annotated[list[str], Field(min_length=1)]
Turns = Annotated[list[str], BeforeValidator(lambda given: given or [])]


class Ask(BaseModel):
    """What answering needs of a row: an id, a question, the earlier user turns; further fields are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str | int
    question: str
    history: Turns = []


class QuestionRow(Strict):
    """A question with what a right answer looks like.

    `evidence` holds groups of provision ids: every group is needed, any id of a group will do. `must_contain` holds
    groups of alternatives in the same way.
    """

    id: str = Field(min_length=1)
    question: str
    history: list[str] = Field(default=[])
    language: Language
    category: str = Field(min_length=1)
    status: Status
    reason: Reason = Reason.NONE
    evidence: list[Group] = Field(default=[])
    must_contain: list[Group] = Field(default=[])
    must_not_contain: list[str] = Field(default=[])
    hard: str = ""

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.status is Status.ERROR:
            raise ValueError("nobody can expect the status « error »")
        if (self.status is Status.REFUSED) != (self.reason is not Reason.NONE):
            raise ValueError("`reason` stands with the status « refused », and only there")
        if self.status is Status.REFUSED and self.evidence:
            raise ValueError("a question to refuse has no evidence")
        return self

    def ask(self) -> Ask:
        """What the answering side is shown."""
        return Ask(id=self.id, question=self.question, history=self.history)


class AnswerRow(BaseModel):
    """One answered question: `retrieved` best first, `legs` the ranking of each leg when they were recorded."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str | int
    answer: Answer
    retrieved: list[str] = []
    seconds: float
    legs: dict[str, list[str]] | None = None


@dataclass(frozen=True)
class Fault:
    """Something left out: where it stands, what is wrong, what to do."""

    file: Path
    line: int | None
    what: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else f"{self.file}"
        return f"{place}: {self.what} — {self.remedy}"


class Measure(Strict):
    """A mean with its 95 % interval over `n` questions; no value when n is 0."""

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0


class RowScore(Strict):
    """One question scored; `passed` is None for an error, which is neither a success nor a failure."""

    id: str
    category: str
    language: Language
    documents: list[str]
    expected: Status
    given: Status
    passed: bool | None
    why: list[str]
    metrics: dict[str, float | None]
    seconds: float


class Latency(Strict):
    """Seconds an answer took, errors apart."""

    p50: float | None
    p95: float | None
    n: int


class Result(Strict):
    """A scored run: each row, then means by metric overall and by category, language and document."""

    rows: list[RowScore]
    overall: dict[str, Measure]
    by: dict[str, dict[str, dict[str, Measure]]]
    status_table: dict[str, dict[str, int]]
    latency: Latency
    errors: int
    left_out: list[str]
