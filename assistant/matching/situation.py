"""Where a firm or project stands, who asks, and what for, read from a message."""

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple, get_args

from assistant.matching.flat import TRADE, Flat, pattern
from assistant.matching.phrases import Phrases, inflected
from assistant.matching.types import Asker, Stage
from ingest.wording import load, load_data

ASKERS: tuple[Asker, ...] = get_args(Asker)
STAGES: tuple[Stage, ...] = get_args(Stage)


class Sign(NamedTuple):
    """Words at `start:end` of a flat text that give a stage or an asker away."""

    name: str
    start: int
    end: int


@cache
def _stages() -> Any:
    return load_data("assistant", "profile/stages")


@cache
def _askers() -> Any:
    return load_data("assistant", "profile/askers")


def stages_in(flat: Flat, trades: list[tuple[int, int]]) -> list[Sign]:
    """The stages that a message tells, the one that counts first; `trades` are where it names trades."""
    others = bool(pattern(_stages()["not_closure"]).search(flat.text))
    texts = (flat.text, flat.hiding(trades, TRADE).text)
    return [
        Sign(row["stage"], *found.span())
        for row in _stages()["patterns"]
        if not (row["stage"] == "closure" and others)
        if (found := next((one for text in texts if (one := pattern(row["pattern"]).search(text))), None))
    ]


def stage_answered(flat: Flat) -> str | None:
    """The stage that an answer of a word or two names; empty when it says that it is none of them."""
    text = flat.text.strip()
    named = next((stage for stage, written in _stages()["answers"].items() if pattern(written).search(text)), None)
    return named or ("" if pattern(_stages()["none"]).search(text) else None)


def asker_in(flat: Flat) -> Sign | None:
    """Who asks, by what he says of himself; a firm only when nothing else is said."""
    for row in _askers()["patterns"]:
        written = _askers()["me"].strip() + row["pattern"].strip() if row.get("me") else row["pattern"]
        if found := pattern(written).search(flat.text):
            return Sign(row["asker"], *found.span())
    found = pattern(_askers()["firm"]).search(flat.text)
    return Sign("firm", *found.span()) if found else None


def asker_answered(flat: Flat) -> str | None:
    """The asker that an answer of a word or two names."""
    return next((who for who, written in _askers()["answers"].items() if pattern(written).search(flat.text.strip())), None)


@cache
def _needs() -> Phrases:
    return Phrases.of(load("needs").items(), inflected)


def needs_in(flat: Flat, known: list[tuple[int, int]]) -> list[str]:
    """Needs by their everyday words; words that only name a trade are none."""
    said = {need for one in _needs().find(flat) if not _inside(one.start, one.end, known) for need in one.keys}
    return in_order(said)


def in_order(needs: Iterable[str], stage: str | None = None) -> list[str]:
    """Needs in the order of their table, with the one that a stage is."""
    said = {*needs, _stages()["needs"].get(stage, "")}
    return [need for need in load("needs") if need in said]


def _inside(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    return any(first <= start and end <= last for first, last in spans)
