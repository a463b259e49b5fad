"""Means with 95 % intervals, and which differences between two systems are real."""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from evals.types import Measure

SEED = 20250717
RESAMPLES = 2000
_Z = 1.959963984540054


def measure(values: Sequence[float | None]) -> Measure:
    """The mean of the values there are; Wilson's interval (1927) when all are 0 or 1, else a percentile bootstrap.

    The bootstrap has a fixed seed: the same values give the same digits.
    """
    known = [value for value in values if value is not None]
    if not known:
        return Measure(value=None)
    mean = math.fsum(known) / len(known)
    low, high = wilson(mean, len(known)) if set(known) <= {0.0, 1.0} else bootstrap(known)
    return Measure(value=_digits(mean), low=_digits(low), high=_digits(high), n=len(known))


def wilson(share: float, n: int) -> tuple[float, float]:
    """The 95 % interval of a proportion seen on `n` questions."""
    centre, spread = share + _Z**2 / (2 * n), _Z * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return max(0.0, (centre - spread) / (1 + _Z**2 / n)), min(1.0, (centre + spread) / (1 + _Z**2 / n))


def bootstrap(values: Sequence[float]) -> tuple[float, float]:
    """The 2.5th and 97.5th percentiles of the means of 2,000 resamples (Efron 1979)."""
    means = np.asarray(values, dtype=np.float64)[_resamples(len(values))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def bootstrap_ratio(parts: Sequence[float], wholes: Sequence[float]) -> tuple[float, float]:
    """The 2.5th and 97.5th percentiles of sum(parts) / sum(wholes) over 2,000 resamples of the pairs; 0 where a whole is 0."""
    drawn = _resamples(len(parts))
    above, below = (np.asarray(values, dtype=np.float64)[drawn].sum(axis=1) for values in (parts, wholes))
    low, high = np.percentile(np.divide(above, below, out=np.zeros_like(above), where=below > 0), [2.5, 97.5])
    return float(low), float(high)


def mcnemar(ours: Sequence[bool], theirs: Sequence[bool]) -> float:
    """The exact two-sided p of McNemar's test (1947) on the questions that only one of the two passed; 1 without any."""
    only_ours = sum(a and not b for a, b in zip(ours, theirs, strict=True))
    only_theirs = sum(b and not a for a, b in zip(ours, theirs, strict=True))
    n = only_ours + only_theirs
    tail: float = sum(math.comb(n, k) for k in range(min(only_ours, only_theirs) + 1)) / 2**n
    return min(1.0, 2 * tail)


def holm(chances: Mapping[str, float]) -> dict[str, float]:
    """The p values of several comparisons, corrected for their number (Holm 1979), in the order given."""
    corrected: dict[str, float] = {}
    highest = 0.0
    for rank, name in enumerate(sorted(chances, key=lambda name: (chances[name], name))):
        highest = max(highest, min(1.0, (len(chances) - rank) * chances[name]))
        corrected[name] = highest
    return {name: corrected[name] for name in chances}


@lru_cache(maxsize=32)
def _resamples(n: int) -> NDArray[np.int64]:
    return np.random.default_rng(SEED).integers(0, n, size=(RESAMPLES, n))


def _digits(value: float) -> float:
    return round(value, 6)
