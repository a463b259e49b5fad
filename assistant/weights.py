"""The weights of `data/weights.toml`, typed."""

import tomllib
from functools import cache
from importlib.resources import files

from assistant.types import Frozen


class Weights(Frozen):
    """How the legs are fused, how much of the ranking is kept, and the weight of each feature."""

    dense: float
    depth: int
    kept: int
    candidates: int
    sure: float
    vague: float
    strange: list[tuple[float, float]]
    margins: dict[str, float]
    most: dict[str, int]
    attack: dict[str, float]
    about: dict[str, float]
    leans: dict[str, float]
    scope: dict[str, float]
    absent: dict[str, float]
    more: dict[str, float]
    row: dict[str, float]
    aids: dict[str, float]
    features: dict[str, float]


@cache
def weights() -> Weights:
    """The weights of this process, read once."""
    return Weights.model_validate(tomllib.loads(files("assistant").joinpath("data", "weights.toml").read_text(encoding="utf-8")))
