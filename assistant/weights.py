"""The weights of `data/weights.toml`, typed."""

import tomllib
from functools import cache
from importlib.resources import files

from assistant.types import Frozen


class Weights(Frozen):
    """How the legs are fused and how much of the ranking is kept."""

    dense: float
    depth: int
    kept: int


@cache
def weights() -> Weights:
    """The weights of this process, read once."""
    return Weights.model_validate(tomllib.loads(files("assistant").joinpath("data", "weights.toml").read_text(encoding="utf-8")))
