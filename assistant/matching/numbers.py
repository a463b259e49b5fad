"""Numbers as people write them: digits, words in three languages, « une vingtaine »."""

import re
from functools import cache
from typing import NamedTuple

from ingest.wording import load_data

_DIGITS = r"(?<![\w.,])-?(?:\d{1,3}(?:[ .']\d{3})+(?![\d.,]\d)|\d+)(?:[.,]\d+)?"


class Number(NamedTuple):
    """A number that stands at `start:end`; `about` for « une vingtaine »."""

    value: float
    start: int
    end: int
    about: bool = False


@cache
def _values() -> dict[str, int]:
    """Number words below a hundred, and one hundred."""
    data = load_data("assistant", "profile/numbers")
    values: dict[str, int] = {}
    for language in ("fr", "en", "de"):
        for value, forms in enumerate(data[language].split(",")):
            values |= {form: value for written in forms.split("|") for form in _spaced(written.strip())}
    return values


def _spaced(form: str) -> set[str]:
    """« vingt-deux », « vingt deux », « twentytwo »."""
    return {form, form.replace("-", " "), form.replace("-", "")}


@cache
def _round() -> dict[str, int]:
    data = load_data("assistant", "profile/numbers")
    return dict(data["about"] | data["several"])


@cache
def _reading() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, _values()), key=len, reverse=True))
    rounds = "|".join(sorted(map(re.escape, _round()), key=len, reverse=True))
    hundred = "|".join(word for forms in load_data("assistant", "profile/numbers")["hundred"].values() for word in forms)
    hundreds = rf"(?P<times>(?:{words}|a)[ -]?)?(?:{hundred})(?:(?: and |und| et |[ -])?(?P<rest>{words}))?"
    return re.compile(
        rf"(?P<digits>{_DIGITS})|\b(?:(?:une?|a|ein) )?(?P<round>{rounds})s?\b|\b(?P<hundreds>{hundreds})\b|\b(?P<word>{words})\b"
    )


def numbers_in(text: str) -> list[Number]:
    """The numbers of a text in small letters without accents, from left to right."""
    return [_number(found) for found in _reading().finditer(text)]


def _number(found: re.Match[str]) -> Number:
    start, end = found.span()
    if found["digits"]:
        whole = re.sub(r"(?<=\d)[ .'](?=\d{3}(?!\d))", "", found["digits"])
        return Number(float(whole.replace(",", ".")), start, end)
    if found["round"]:
        return Number(_round()[found["round"]], start, end, about=True)
    if found["hundreds"]:
        times = _values().get((found["times"] or "").strip(" -"), 1)
        return Number(100 * times + _values().get(found["rest"] or "", 0), start, end)
    return Number(_values()[found["word"]], start, end)
