"""The evaluation figures that this version ships: written by the evaluation, read here, absent from a page when there are none."""

import datetime as dt
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from assistant.types import Language
from ingest.types import Strict

SHIPPED = Path(str(files("assistant").joinpath("data", "figures.json")))
Split = Literal["dev", "test"]
SHARES = ("passed", "citation_precision", "citation_recall", "quotations_exact", "false_refusal")
"""The measures that the page explains, each a share from 0 to 1."""


class Share(Strict):
    """A share from 0 to 1 with its 95 % interval, where one is known; None where the measure does not apply."""

    value: float | None
    low: float | None = None
    high: float | None = None


class System(Strict):
    """One system: its shares by name, and its median time in seconds."""

    shares: dict[str, Share]
    median: float | None = None


class Measured(Strict):
    """One set of questions."""

    finished: dt.datetime
    questions: int
    systems: dict[str, System]


class Figures(Strict):
    """The run of one version of the program and the corpus."""

    version: str
    splits: dict[Split, Measured]


@cache
def shipped(file: Path = SHIPPED) -> Figures | None:
    """The figures of the file; None when it is absent or of another format."""
    try:
        return Figures.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        return None


def percent(share: Share | None, language: Language) -> str:
    """« 80,8 % (78 à 84) »; a dash where there is nothing to say."""
    if share is None or share.value is None:
        return "–"
    sign = "%" if language == "en" else "\u00a0%"
    value = f"{100 * share.value:.1f}{sign}".replace(".", "." if language == "en" else ",")
    if share.low is None or share.high is None:
        return value
    to = {"fr": "à", "en": "to", "de": "bis"}[language]
    return f"{value} ({100 * share.low:.0f}\u00a0{to}\u00a0{100 * share.high:.0f})"
