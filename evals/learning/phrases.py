"""The examples: how people ask for each passage, and what lies outside the texts."""

from collections.abc import Collection
from pathlib import Path
from typing import Literal

from pydantic import Field

from assistant.types import Language
from evals.jsonl import read_rows
from evals.types import Fault
from ingest.errors import CorpusError
from ingest.types import Strict

FOLDER = Path(__file__).parent
Scope = Literal["covered", "harmless", "outside", "attack", "about", "vague"]
Kind = Literal["passage", "list", "who", "quantity", "date", "definition", "aid", "where", "compare", "status", "yesno", "followup"]


class Wording(Strict):
    """One way of asking for a passage; `missing` names the detail asked for that neither it nor any other text gives."""

    provision: str
    language: Language
    kind: Kind
    text: str = Field(min_length=1)
    missing: str = ""
    history: list[str] = []


class SetQuestion(Strict):
    """A question and every passage that its answer should cite, the decisive one first; `also` holds what is right beside or instead.

    `missing` names the detail asked for that none of the texts gives.
    """

    text: str = Field(min_length=1)
    language: Language
    kind: Kind
    provisions: list[str] = Field(min_length=1)
    also: list[str] = []
    missing: str = ""
    history: list[str] = []


class Scoped(Strict):
    """One question and where it belongs; `harmless` looks like an attack and is none."""

    scope: Scope
    language: Language
    text: str = Field(min_length=1)


def wordings(known: Collection[str]) -> list[Wording]:
    """Every wording; raises CorpusError for a broken line or for a passage that does not exist."""
    file = FOLDER / "wordings.jsonl"
    rows, faults = read_rows(file, Wording)
    lost = [Fault(file, line, f"« {row.provision} » does not exist", "correct the id") for line, row in rows if row.provision not in known]
    _refuse([*faults, *lost])
    return [row for _, row in rows]


def set_questions(known: Collection[str]) -> list[SetQuestion]:
    """Every question with its whole set that the ranking learns from; raises CorpusError for a broken line or a lost passage."""
    return _sets(FOLDER / "sets.jsonl", known)


def held_out(known: Collection[str]) -> list[SetQuestion]:
    """Those that it has not seen, for weights that are fitted on top of it; raises CorpusError likewise."""
    return _sets(FOLDER / "held_out.jsonl", known)


def _sets(file: Path, known: Collection[str]) -> list[SetQuestion]:
    rows, faults = read_rows(file, SetQuestion)
    lost = [
        Fault(file, line, f"« {name} » does not exist", "correct the id")
        for line, row in rows
        for name in (*row.provisions, *row.also)
        if name not in known
    ]
    _refuse([*faults, *lost])
    return [row for _, row in rows]


def scoped() -> list[Scoped]:
    """Every phrase of another scope that the heads learn from; raises CorpusError for a broken line."""
    return _scoped(FOLDER / "scope.jsonl")


def held_out_scoped() -> list[Scoped]:
    """Those that they have not seen; raises CorpusError likewise."""
    return _scoped(FOLDER / "held_out_scope.jsonl")


def _scoped(file: Path) -> list[Scoped]:
    rows, faults = read_rows(file, Scoped)
    _refuse(faults)
    return [row for _, row in rows]


def _refuse(faults: list[Fault]) -> None:
    if faults:
        first = faults[0]
        raise CorpusError(first.what, file=first.file, line=first.line, remedy=first.remedy)
