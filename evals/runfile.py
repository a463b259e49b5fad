"""What a run leaves behind for machines: `run.json`, one a version of the project and the corpus."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from assistant.types import Language
from evals.compare import Comparison
from evals.files import replace_file
from evals.intervals import SEED
from evals.revision import Origin
from evals.types import Result, Split
from ingest.types import Strict

NAME = "run.json"


class SystemRun(Strict):
    """One system on one split; a row for each question is kept for our engine alone, else only who passed."""

    result: Result
    passed: dict[str, bool | None]


class Shown(Strict):
    """A question that did not pass, with what came and what should have come."""

    id: str
    question: str
    history: list[str]
    language: Language
    category: str
    hard: str
    why: list[str]
    text: str
    cited: list[str]
    expected: list[list[str]]


class Independence(Strict):
    """How far the questions stand from their passages and from our notes."""

    many_shared_words: float | None
    near_wordings: list[str]


class SplitRun(Strict):
    """Everything of one split. Failed questions are kept for `dev` only: nobody reads those of `test`."""

    finished: dt.datetime
    revision: str
    origin: Origin
    seed: int = SEED
    systems: dict[str, SystemRun]
    comparisons: list[Comparison]
    independence: Independence
    failed: list[Shown]


class RunFile(Strict):
    """The splits that were run for one version."""

    version: str
    splits: dict[Split, SplitRun]


class Change(Strict):
    """Our engine now against the run before: questions that pass now and did not, and the other way round."""

    against: str
    finished: dt.datetime
    gained: list[str]
    lost: list[str]


def read_run(folder: Path) -> RunFile | None:
    """The run of a version, or None when there is none that this program can read."""
    try:
        return RunFile.model_validate_json((folder / NAME).read_bytes())
    except (OSError, ValidationError):
        return None


def write_run(folder: Path, run: RunFile) -> None:
    """Write the run of a version; raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    replace_file(folder / NAME, run.model_dump_json(indent=1) + "\n")


def last_run(reports: Path, split: Split) -> tuple[str, SplitRun] | None:
    """The version and the run of a split that ended last, whatever its version."""
    runs = [run for run in map(read_run, sorted(p for p in reports.glob("*") if p.is_dir())) if run and split in run.splits]
    last = max(runs, key=lambda run: run.splits[split].finished, default=None)
    return (last.version, last.splits[split]) if last else None


def change(before: tuple[str, SplitRun] | None, now: Mapping[str, bool | None]) -> Change | None:
    """What changed on the questions of both runs; None without a run before."""
    if before is None or "engine" not in before[1].systems:
        return None
    version, run = before
    old = run.systems["engine"].passed
    common = [name for name in now if name in old]
    return Change(
        against=f"{version} ({run.revision})", finished=run.finished,
        gained=[name for name in common if now[name] and not old[name]],
        lost=[name for name in common if old[name] and not now[name]],
    )  # fmt: skip
