"""What matching and place look-up cost, each call timed on its own, in seconds and in yardsticks."""

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from assistant.matching.catalogue import Catalogue
from assistant.matching.matcher import match
from assistant.matching.types import Profile
from ingest.territories import Territories
from ingest.types import Strict

ROUNDS = 5
T = TypeVar("T")


class Timing(Strict):
    """Mean, median and 95th percentile of the seconds of `n` calls; `yardsticks` is the median against one bare query embedding."""

    n: int
    mean: float
    median: float
    p95: float
    yardsticks: float


class ProfileCosts(Strict):
    """One look-up of each commune by its name, alone and in a sentence; one match of each profile, its best of five rounds."""

    yardstick: float
    lookup: Timing
    mention: Timing
    match: Timing


def profile_costs(territories: Territories, catalogue: Catalogue, profiles: Sequence[Profile], yardstick: float) -> ProfileCosts:
    """The costs in one run; `yardstick` in seconds."""
    names = [commune.name for commune in territories.tables.communes.values()]
    territories.find(names[0])
    matching = match_seconds(catalogue, profiles)
    looking = _seconds(territories.find, names)
    naming = _seconds(territories.mentions_in, [f"Nous sommes une entreprise de 12 salariés à {name}." for name in names])
    found = {"lookup": looking, "mention": naming, "match": matching}
    return ProfileCosts(yardstick=yardstick, **{name: _timing(seconds, yardstick) for name, seconds in found.items()})


def match_seconds(catalogue: Catalogue, profiles: Sequence[Profile]) -> list[float]:
    """Seconds of one match of each profile, the best of five rounds."""
    rounds = [_seconds(lambda profile: match(profile, catalogue, "fr"), profiles) for _ in range(ROUNDS)]
    return [min(times) for times in zip(*rounds, strict=True)]


def _seconds(call: Callable[[T], object], inputs: Iterable[T]) -> list[float]:
    taken = []
    for given in inputs:
        began = time.perf_counter()
        call(given)
        taken.append(time.perf_counter() - began)
    return taken


def _timing(seconds: Sequence[float], yardstick: float) -> Timing:
    median = statistics.median(seconds)
    return Timing(
        n=len(seconds), mean=statistics.fmean(seconds), median=median, p95=statistics.quantiles(seconds, n=20)[-1],
        yardsticks=median / yardstick,
    )  # fmt: skip
