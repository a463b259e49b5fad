"""What must not get worse: properties that hold for every answer, and the dev questions that passed in the committed run."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from evals.files import replace_file
from evals.metrics import PROPERTIES
from evals.types import RowScore
from ingest.errors import CorpusError
from ingest.types import Strict


class Gate(Strict):
    """The committed run: why it was made, from which revision and corpus, and the questions that passed."""

    reason: str
    revision: str
    corpus_version: str
    passed: list[str]


def read_gate(file: Path) -> Gate | None:
    """The committed run, or None when there is none yet; raises CorpusError when the file cannot be used."""
    if not file.is_file():
        return None
    try:
        return Gate.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        told = "the committed run cannot be read"
        raise CorpusError(told, file=file, remedy="take it back from version control, or run with --renew REASON") from error


def write_gate(file: Path, rows: Sequence[RowScore], reason: str, revision: str, corpus_version: str) -> None:
    """Make these rows the committed run. Raises CorpusError without a reason, OSError."""
    if not reason.strip():
        raise CorpusError("a committed run is not renewed without a reason", remedy="say why after --renew")
    passed = sorted(row.id for row in rows if row.passed)
    gate = Gate(reason=reason.strip(), revision=revision, corpus_version=corpus_version, passed=passed)
    file.parent.mkdir(parents=True, exist_ok=True)
    replace_file(file, gate.model_dump_json(indent=1) + "\n")


def broken_properties(rows: Sequence[RowScore]) -> list[str]:
    """Each answer for which a property that must always hold does not, errors apart."""
    return [
        f"{row.id}: {name.replace('_', ' ')} does not hold"
        for row in rows
        for name in PROPERTIES
        if row.passed is not None and row.metrics[name] != 1.0
    ]


def lost_passes(rows: Sequence[RowScore], gate: Gate | None) -> list[str]:
    """Each question that passed in the committed run and does not pass now, with the reason."""
    now = {row.id: row for row in rows}
    return [f"{name}: passed before, {_now(now.get(name))}" for name in (gate.passed if gate else []) if not _passes(now.get(name))]


def _passes(row: RowScore | None) -> bool:
    return row is not None and row.passed is True


def _now(row: RowScore | None) -> str:
    if row is None:
        return "is not asked any more"
    return "ends in an error now" if row.passed is None else f"now {'; '.join(row.why)}"
