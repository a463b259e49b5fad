"""Golden profiles: situations with the schemes that should come first, may come, or must not, held against the matcher."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.matching.catalogue import Catalogue
from assistant.matching.matcher import match
from assistant.matching.types import Outcome, Profile
from evals.intervals import measure
from evals.jsonl import read_rows, refuse_doubles
from evals.profiling import FOLDER
from evals.types import Fault, Measure
from ingest.types import Strict

POSSIBLE: tuple[Outcome, ...] = ("yes", "to_check")
UNLISTED: tuple[Outcome, ...] = ("no", "almost")
"""What a scheme that a result does not list may be said to be: it meets none of the needs, or fails."""


class Shown(Strict):
    """What should be shown; `first` in order, schemes of one group of `ties` in any order."""

    nothing: bool
    first: list[str]
    ties: list[list[str]]
    among: list[str]
    never: list[str]
    verdicts: dict[str, Outcome]


class Golden(Strict):
    """A situation, what should be shown of it, and why."""

    id: str
    profile: Profile
    expect: Shown
    why: str


class Difference(Strict):
    """Where the matcher and a golden profile differ."""

    id: str
    what: str


class Matching(Strict):
    """How many golden profiles are matched as expected, in all and by kind of expectation, and every difference."""

    profiles: int
    passed: Measure
    by: dict[str, Measure]
    differences: list[Difference]


KINDS = ("first", "among", "never", "verdicts", "nothing")


def load_golden(file: Path = FOLDER / "golden.jsonl") -> tuple[list[Golden], list[Fault]]:
    """The golden profiles, and a fault for each line that is none; raises CorpusError without a file."""
    rows, faults = read_rows(file, Golden)
    kept, doubles = refuse_doubles(file, rows)
    return [row for _, row in kept], [*faults, *doubles]


def match_golden(rows: Sequence[Golden], catalogue: Catalogue) -> Matching:
    """Every golden profile matched and compared, its expectations kind by kind."""
    found = {row.id: list(differences(row, catalogue)) for row in rows}
    kinds: dict[str, list[float | None]] = {kind: [] for kind in KINDS}
    for row in rows:
        for kind in KINDS:
            asked = bool(getattr(row.expect, kind))
            kinds[kind].append(float(all(one != kind for one, _ in found[row.id])) if asked else None)
    return Matching(
        profiles=len(rows),
        passed=measure([float(not found[row.id]) for row in rows]),
        by={kind: measure(values) for kind, values in kinds.items()},
        differences=[Difference(id=name, what=f"{kind}: {what}") for name, told in found.items() for kind, what in told],
    )


def differences(row: Golden, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Each difference as its kind and a sentence."""
    results = match(row.profile, catalogue, "fr").results
    status = {one.scheme_id: one.status for one in results}
    shown = [name for name, one in status.items() if one in POSSIBLE]
    expect = row.expect
    if told := _order(expect.first, shown, expect.ties):
        yield "first", told
    for name in expect.among:
        if name not in shown:
            yield "among", f"« {name} » is {status.get(name, 'not listed')}"
    for name in expect.never:
        if name in shown:
            yield "never", f"« {name} » is {status[name]}"
    for name, verdict in expect.verdicts.items():
        if status.get(name) != verdict and not (name not in status and verdict in UNLISTED):
            yield "verdicts", f"« {name} » is {status.get(name, 'not listed')}, not {verdict}"
    if expect.nothing and shown:
        yield "nothing", f"{', '.join(shown)} shown"


def _order(first: list[str], shown: list[str], ties: list[list[str]]) -> str:
    """What is wrong with the first ones; a scheme of a tie group may stand where another of its group is expected."""
    if len(set(shown[: len(first)])) == len(first) and all(map(lambda want, got: _alike(want, got, ties), first, shown)):
        return ""
    return f"expected {', '.join(first)}; found {', '.join(shown[: len(first)]) or 'nothing'}"


def _alike(want: str, got: str, ties: list[list[str]]) -> bool:
    return want == got or any(want in group and got in group for group in ties)
