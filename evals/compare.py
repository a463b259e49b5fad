"""Which systems differ for good: paired tests on the questions that both answered."""

from collections.abc import Mapping

from evals.intervals import holm, mcnemar
from ingest.types import Strict

Passed = Mapping[str, bool | None]


class Comparison(Strict):
    """Our engine against another system on the `n` questions without error on either side; `p` corrected (Holm)."""

    other: str
    n: int
    only_ours: int
    only_theirs: int
    difference: float
    p_alone: float
    p: float


def comparisons(ours: Passed, others: Mapping[str, Passed]) -> list[Comparison]:
    """One exact McNemar test a system, p values corrected for their number."""
    pairs = {name: _pairs(ours, theirs) for name, theirs in others.items()}
    alone = {name: mcnemar([a for a, _ in both], [b for _, b in both]) for name, both in pairs.items()}
    corrected = holm(alone)
    return [_comparison(name, both, alone[name], corrected[name]) for name, both in pairs.items()]


def _pairs(ours: Passed, theirs: Passed) -> list[tuple[bool, bool]]:
    both = ((ours[name], theirs.get(name)) for name in ours)
    return [(a, b) for a, b in both if a is not None and b is not None]


def _comparison(name: str, both: list[tuple[bool, bool]], alone: float, corrected: float) -> Comparison:
    only_ours, only_theirs = sum(a and not b for a, b in both), sum(b and not a for a, b in both)
    difference = (only_ours - only_theirs) / len(both) if both else 0.0
    return Comparison(
        other=name, n=len(both), only_ours=only_ours, only_theirs=only_theirs, difference=round(difference, 6),
        p_alone=round(alone, 6), p=round(corrected, 6),
    )  # fmt: skip
