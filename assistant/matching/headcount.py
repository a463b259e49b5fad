"""How many people work somewhere, read from a message: never a number that counts something else."""

import math
import re
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from assistant.matching.flat import Flat, pattern
from assistant.matching.numbers import Number, numbers_in
from assistant.matching.types import Headcount
from ingest.wording import load_data

_WINDOW = 60


class Amount(NamedTuple):
    """A number or a range with its modifiers, at `start:end` of a flat text; a negative `low` is kept, to be refused."""

    low: int
    high: int | None
    start: int
    end: int


@cache
def _rules() -> Any:
    return load_data("assistant", "profile/headcount")


def highest() -> int:
    """The greatest headcount that can be."""
    return int(_rules()["highest"])


def absurd(amount: Amount) -> bool:
    """Whether so many people cannot work anywhere."""
    return amount.low < 0 or (amount.high or amount.low) > highest()


def headcounts_in(flat: Flat, asked: bool = False) -> list[Amount]:
    """The headcounts a message gives, from left to right; when `asked` a bare number is one too."""
    amounts = _amounts(flat.text)
    counted = [one for one in amounts if _counts_people(one, flat.text, asked)]
    return _summed(counted, flat.text) or _in_words(flat.text, asked)


def as_headcount(amount: Amount, flat: Flat) -> Headcount:
    """As the profile keeps it."""
    return Headcount(low=amount.low, high=amount.high, written=flat.written(amount.start, amount.end))


def _amounts(text: str) -> list[Amount]:
    numbers, amounts = numbers_in(text), []
    at = 0
    while at < len(numbers):
        pair = numbers[at : at + 2]
        together = len(pair) == 2 and _is_range(pair[0], pair[1], text)
        amounts.append(_ranged(pair[0], pair[1], text) if together else _modified(numbers[at], text))
        at += 2 if together else 1
    return amounts


def _is_range(one: Number, other: Number, text: str) -> bool:
    gap, before = text[one.end : other.start], text[: one.start]
    joined = pattern(_rules()["range"]).search(gap) or (
        pattern(_rules()["between_and"]).search(gap) and pattern(_rules()["between"]).search(before)
    )
    return bool(joined) and one.value <= other.value


def _ranged(one: Number, other: Number, text: str) -> Amount:
    """« de 10 à 15 », but the first of « passer de 10 à 15 » and the second of « passés de 10 à 15 »."""
    before = text[max(0, one.start - _WINDOW) : one.start]
    if pattern(_rules()["grown"]).search(before):
        return Amount(int(other.value), int(other.value), one.start, other.end)
    if pattern(_rules()["growing"]).search(before):
        return Amount(int(one.value), int(one.value), one.start, other.end)
    return Amount(int(one.value), int(other.value), one.start, other.end)


def _modified(number: Number, text: str) -> Amount:
    before, after = text[max(0, number.start - _WINDOW) : number.start], text[number.end : number.end + _WINDOW]
    for name, written in _rules()["before"].items():
        if found := pattern(written).search(before):
            return _as_said(name, number, number.start - len(before) + found.start(), number.end)
    for name, written in _rules()["after"].items():
        if found := pattern(written).search(after) or pattern(written).search(_past_unit(after)):
            return _as_said(name, number, number.start, number.end + (found.end() if found.string is after else 0))
    return _as_said("about" if number.about else "exactly", number, number.start, number.end)


def _past_unit(after: str) -> str:
    found = pattern(_rules()["unit"]).match(after)
    return after[found.end() :] if found else ""


def _as_said(name: str, number: Number, start: int, end: int) -> Amount:
    value, spread = number.value, _rules()["spread"]
    low, high = math.floor(value), math.ceil(value)
    said: dict[str, tuple[int, int | None]] = {
        "exactly": (low, high), "less": (0, max(0, high - 1)), "more": (low + 1, None), "least": (low, None), "most": (0, high),
        "about": (round(value * (1 - spread)), round(value * (1 + spread))), "just_under": (round(value * (1 - spread)), high),
    }  # fmt: skip
    return Amount(*said[name], start, end)


def _counts_people(amount: Amount, text: str, asked: bool) -> bool:
    before, after = text[max(0, amount.start - _WINDOW) : amount.start], text[amount.end :]
    if pattern(_rules()["not_after"]).search(after) or pattern(_rules()["other_people"]).search(before):
        return False
    unit = pattern(_rules()["unit"]).match(after)
    if pattern(_rules()["other_people_after"]).search(after[unit.end() :] if unit else after):
        return False
    free = bool(pattern(_rules()["free_after"]).search(after))
    return bool(unit) or (free and (asked or bool(pattern(_rules()["lead"]).search(before))))


def _summed(amounts: list[Amount], text: str) -> list[Amount]:
    """« 5 ouvriers et 2 employés » is seven; « moi et 2 salariés » is three."""
    found: list[Amount] = []
    for amount in amounts:
        one = _with_me(amount, text)
        if found and _added(found[-1], one, text):
            last = found.pop()
            high = None if last.high is None or one.high is None else last.high + one.high
            one = Amount(last.low + one.low, high, last.start, one.end)
        found.append(one)
    return found


def _with_me(amount: Amount, text: str) -> Amount:
    after = pattern(_rules()["and_me"]).search(_past_unit(text[amount.end : amount.end + _WINDOW]))
    if not after and not pattern(_rules()["with_me"]).search(text[: amount.start]):
        return amount
    return amount._replace(low=amount.low + 1, high=None if amount.high is None else amount.high + 1)


def _added(one: Amount, other: Amount, text: str) -> bool:
    gap = text[one.end : other.start]
    unit = pattern(_rules()["unit"]).match(gap)
    return bool(unit and pattern(_rules()["and_also"]).search(gap[unit.end() :]))


def _in_words(text: str, asked: bool) -> list[Amount]:
    """« tout seul », « avec ma femme », « zu dritt »."""
    if asked and (none := pattern(_rules()["nobody"]).search(text.strip())):
        return [Amount(0, 0, *none.span())]
    threes = "|".join(_rules()["ordinal_zu"])
    if zu := re.search(rf"\bzu ({threes})\b", text):
        value = _rules()["ordinal_zu"][zu[1]]
        return [Amount(value, value, *zu.span())]
    for row in reversed(_rules()["words"]):
        if found := pattern(row["pattern"]).search(text):
            return [Amount(row["low"], row["low"], *found.span())]
    return []


def agreeing(amounts: list[Amount]) -> Amount | None:
    """The narrowest of amounts that can all hold; None when two of them cannot."""
    for one, other in pairwise(sorted(amounts, key=lambda amount: amount.low)):
        if one.high is not None and one.high < other.low:
            return None
    return min(amounts, key=lambda amount: math.inf if amount.high is None else amount.high - amount.low)
