"""Geometry of the report's curve; the page draws it."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from evals.benchfile import Size

WIDTH, HEIGHT, LEFT, BOTTOM = 340.0, 200.0, 58.0, 28.0
_TOP, _RIGHT = 10.0, 14.0
LINES: dict[str, Callable[[Size], float]] = {
    "answer": lambda size: size.answer, "retrieval": lambda size: size.retrieval,
}  # fmt: skip


class Tick(NamedTuple):
    """A place on an axis and what stands there."""

    at: float
    label: str


class Curve(NamedTuple):
    """Seconds by number of provisions, both axes logarithmic: points of each line, ticks of each axis."""

    width: float
    height: float
    left: float
    bottom: float
    lines: dict[str, list[tuple[float, float]]]
    across: list[Tick]
    up: list[Tick]


def curve(sizes: Sequence[Size]) -> Curve | None:
    """The growth of the time of an answer and of retrieval; None for fewer than two sizes."""
    if len(sizes) < 2:
        return None
    ordered = sorted(sizes, key=lambda size: size.provisions)
    values = [value(size) for value in LINES.values() for size in ordered]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    right, across = WIDTH - _RIGHT, [math.log10(size.provisions) for size in ordered]
    x = _scale(across[0], across[-1], LEFT, right)
    y = _scale(low, high, HEIGHT - BOTTOM, _TOP)
    lines = {name: [(x(math.log10(size.provisions)), y(math.log10(value(size)))) for size in ordered] for name, value in LINES.items()}
    ups = [Tick(y(power), f"{10.0**power * 1000:g} ms") for power in range(low, high + 1)]
    return Curve(WIDTH, HEIGHT, LEFT, BOTTOM, lines, [Tick(x(at), f"{s.provisions:,}") for at, s in zip(across, ordered, strict=True)], ups)


def _scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    width = (high - low) or 1.0
    return lambda value: round(start + (value - low) / width * (end - start), 1)
