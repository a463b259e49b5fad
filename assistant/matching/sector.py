"""The trade of an asker: as it was written, with its section and division of the NAF and its families of schemes."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from assistant.matching.flat import Flat, pattern
from assistant.matching.phrases import Phrases, plural
from assistant.matching.types import Sector
from ingest.wording import load_data

_WINDOW = 60
_CODE = re.compile(r"([A-U])?\s?(?:(\d{2})(?:\.?\d{1,2}\s?[A-Z]?)?)?")


@dataclass(frozen=True)
class Trade:
    """A row of the data file: a division of the NAF or a section only, and families of the catalogue."""

    section: str
    division: str
    families: tuple[str, ...]
    general: bool


class Said(NamedTuple):
    """A trade at `start:end` of a flat text."""

    trade: Trade
    start: int
    end: int


@cache
def _data() -> Any:
    return load_data("assistant", "profile/trades")


def section_of(division: str) -> str:
    """The section of the NAF that holds a division; empty for a division that does not exist."""
    return next((letter for letter, (first, last) in _data()["sections"].items() if first <= int(division) <= last), "")


@cache
def _trades() -> tuple[Trade, ...]:
    return tuple(
        Trade(section_of(naf), naf, tuple(row["families"]), row.get("general", False))
        if (naf := row["naf"]).isdigit()
        else Trade(naf, "", tuple(row["families"]), row.get("general", False))
        for row in _data()["trades"]
    )


def _terms(row: Any) -> dict[str, list[str]]:
    return {language: row.get(language, "").split(",") for language in ("fr", "en", "de")}


@cache
def _names() -> Phrases:
    return Phrases.of(((str(at), _terms(row)) for at, row in enumerate(_data()["trades"])), plural)


@cache
def _customers() -> Phrases:
    return Phrases.of(((family, _terms(row)) for family, row in _data()["works_for"].items()), plural)


def trades_in(flat: Flat, asked: bool = False) -> list[Said]:
    """The trades of the asker or his firm, the one that says most first; any trade when `asked`.

    Left out are the trades he looks for, sells to or buys from.
    """
    rules = load_data("assistant", "profile/sector")
    found = [Said(_trades()[int(one.keys[0])], one.start, one.end) for one in _names().find(flat)]
    own = [one for one in found if asked or not _of_others(one, flat.text, rules)]
    return sorted(own, key=lambda one: one.trade.general or _is_customer(one, flat.text, rules))


def _of_others(one: Said, text: str, rules: Any) -> bool:
    before, after = text[max(0, one.start - _WINDOW) : one.start], text[one.end : one.end + _WINDOW]
    whole = f"{before}‹{text[one.start : one.start + _WINDOW]}"
    if pattern(rules["others_whole"]).search(whole) and not pattern(rules["mine"]).search(before):
        return True
    if pattern(rules["apprentice"]).search(before):
        return False
    others = pattern(rules["others_before"]).search(before) or pattern(rules["going_there"]).search(before)
    return bool(others or pattern(rules["others_after"]).search(after))


def _is_customer(one: Said, text: str, rules: Any) -> bool:
    """« Fournisseur de l'industrie automobile » may have a trade of its own."""
    customers = any(family in _data()["works_for"] for family in one.trade.families)
    return customers and bool(pattern(rules["works_for_before"]).search(text[: one.start]))


def disagreeing(said: list[Said], text: str) -> tuple[Said, Said] | None:
    """Two trades of two divisions, each said to be the asker's own."""
    rules = load_data("assistant", "profile/sector")
    own = [one for one in said if one.trade.division and pattern(rules["mine"]).search(text[: one.start])]
    return next(((own[0], one) for one in own[1:] if one.trade.division != own[0].trade.division), None)


def sector_of(said: list[Said], flat: Flat) -> Sector | None:
    """The first trade, with the families of those it works for."""
    if not said:
        return None
    trade, start, end = said[0]
    families = list(dict.fromkeys([*trade.families, *_families(flat)]))
    return Sector(written=flat.written(start, end), section=trade.section, division=trade.division, families=families)


def _families(flat: Flat) -> list[str]:
    """Families of customers: « sous-traitant pour la défense », but not « se diversifier vers la défense »."""
    rules = load_data("assistant", "profile/sector")
    found = _customers().find(flat)
    kept = [one for one in found if not pattern(rules["going_there"]).search(flat.text[max(0, one.start - _WINDOW) : one.start])]
    theirs = [one for one in kept if pattern(rules["works_for_before"]).search(flat.text[: one.start])]
    return list(dict.fromkeys(family for one in theirs for family in one.keys))


def sector_of_code(text: str) -> Sector | None:
    """The sector of a NAF code: « 10.71C », « 10 », « C »; None when it is none."""
    found = _CODE.fullmatch(text.strip())
    if not found or not text.strip():
        return None
    division, letter = found[2] or "", found[1] or ""
    section = section_of(division) if division else letter
    if not section or (letter and letter != section):
        return None
    return Sector(written=text.strip(), section=section, division=division, families=_of_division(division, section))


def _of_division(division: str, section: str) -> list[str]:
    first, last = _data()["sections"][section]
    low, high = (int(division), int(division)) if division else (first, last)
    return [family for family, (start, end) in _data()["families"].items() if start <= low and high <= end]


def spans(said: list[Said]) -> list[tuple[int, int]]:
    """Where the first trade, and others of its division, stand."""
    return [(one.start, one.end) for one in said if one.trade.general or one.trade.division == said[0].trade.division]
