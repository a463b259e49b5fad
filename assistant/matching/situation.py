"""Where a firm or project stands, who asks, and what for, read from a message."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple, get_args

from assistant.matching.flat import TRADE, Flat, pattern
from assistant.matching.phrases import Phrases, inflected
from assistant.matching.types import Asker, Stage
from ingest.french import fold
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


def speaks_as_firm(flat: Flat, needs: list[str]) -> bool:
    """Whether somebody speaks of himself and has a need that only firms have, or that only they have together."""
    rules = _askers()
    alone = set(needs) & set(rules["firm_needs"]) and pattern(rules["first_person"]).search(flat.text)
    return bool(alone or (set(needs) & set(rules["together_needs"]) and pattern(rules["together"]).search(flat.text)))


def speaks_for(flat: Flat, start: int, end: int) -> bool:
    """Whether the body that is named at `start:end`, an intercommunalité, is the one that asks."""
    body, before = _askers()["body"], flat.text[:start]
    lead = re.sub(body + r" ?(?:de |du |d'|des |von |of )?$", "", before)
    named = lead != before or pattern(body).match(flat.text[start:end]) or pattern(body).match(flat.text[end:].lstrip())
    return bool(named and pattern(_askers()["on_behalf"]).search(lead))


def asker_of(needs: list[str]) -> str | None:
    """Who has these needs, when a kind of asker alone has one."""
    return next((who for need, who in _askers()["asker_of_need"].items() if need in needs), None)


def asker_answered(flat: Flat) -> str | None:
    """The asker that an answer of a word or two names."""
    return next((who for who, written in _askers()["answers"].items() if pattern(written).search(flat.text.strip())), None)


@cache
def _needs() -> Phrases:
    """The table of needs, with expressions whose small words matter, without those that say too little."""
    more = load_data("assistant", "profile/needs")
    rows: list[tuple[str, dict[str, list[str]]]] = []
    for need, terms in load("needs").items():
        little = {language: {fold(word) for word in words.split(", ")} for language, words in more["too_little"].items()}
        own = more["expressions"].get(need, {})
        kept = {language: [one for one in said if fold(str(one)) not in little[language]] for language, said in terms.items()}
        rows.append((need, {language: [*said, *own.get(language, ())] for language, said in kept.items()}))
    return Phrases.of(rows, inflected)


def needs_in(flat: Flat, known: list[tuple[int, int]]) -> list[str]:
    """Needs by their everyday words; words that only name a trade, at `known`, are none."""
    flat = flat.hiding(_asides(flat.text))
    said = {need for one in _needs().find(flat) if not _inside(one.start, one.end, known) for need in one.keys}
    said |= _written(flat, "patterns")
    return in_order(said or _written(flat, "alone"))


def _written(flat: Flat, rules: str) -> set[str]:
    patterns: dict[str, str] = load_data("assistant", "profile/needs")[rules]
    return {need for need, written in patterns.items() if pattern(written).search(flat.text)}


def _asides(text: str) -> list[tuple[int, int]]:
    """« Former mes gars aux nouvelles machines » is a training and no purchase."""
    return [found.span("aside") for found in pattern(load_data("assistant", "profile/needs")["aside"]).finditer(text)]


def needs_of(asker: str | None, flat: Flat) -> list[str]:
    """Needs by words that mean something from one kind of asker only: « formation » from a firm."""
    rows = load_data("assistant", "profile/needs")["by_asker"].get(asker, {})
    return [need for need, written in rows.items() if pattern(written).search(flat.text)]


def stage_of(needs: list[str]) -> str | None:
    """The stage that a need tells when nothing else does."""
    return next((stage for stage, need in _stages()["told_by"].items() if need in needs), None)


def in_order(needs: Iterable[str], stage: str | None = None, asker: str | None = None) -> list[str]:
    """Needs in the order of their table, with those that a stage or a kind of asker is."""
    said = {*needs, _stages()["needs"].get(stage, "")} - {""}
    if asker == "investor":
        said = {need for need in said if need != "create"} | {"settle-investor"}
    said = {_in_place_of(need, asker) for need in said}
    if asker == "jobseeker" and not said:
        said = {"jobseeker-training"}
    if said - set(load_data("assistant", "profile/needs")["give_way"]):
        said -= set(load_data("assistant", "profile/needs")["give_way"])
    return [need for need in load("needs") if need in said]


def _in_place_of(need: str, asker: str | None) -> str:
    """« Une formation » of a jobseeker trains no staff."""
    other: str = load_data("assistant", "profile/needs")["becomes"].get(asker, {}).get(need, need)
    return other


def _inside(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    return any(first <= start and end <= last for first, last in spans)
