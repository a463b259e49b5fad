"""Figures and dates of a sentence in one normal form, whatever the language: « 1 500 », “1,500”, „1.500“, “twenty”, « 16 M€ »."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from ingest.french import fold
from ingest.wording import load_data

GROUPED = re.compile(r"(?<=\d)(?:[    ]|[.,'’](?=\d{3}(?!\d)))(?=\d{3}(?!\d))")
ISO = re.compile(r"(?<!\d)((?:19|20)\d{2})-(\d{2})-(\d{2})(?!\d)")
SLASHED = re.compile(r"(?<![\d/.])(\d{1,2}) ?[/.] ?(\d{1,2}) ?[/.] ?((?:20)?\d{2})(?![\d/])")
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[km]d?€|[^\W\d_]+(?:-[^\W\d_]+)*|[%€]")
YEAR = re.compile(r"(?:19|20)\d{2}$")
FORMS = ("words", "scales", "months", "parts")


@dataclass(frozen=True)
class Numbers:
    """Values as text (« 1.33 », « 16000000 »), those given in %, those given in €, and months (1 to 12)."""

    values: frozenset[str]
    percents: frozenset[str]
    euros: frozenset[str]
    months: frozenset[int]

    def missing_from(self, known: "Numbers") -> list[str]:
        """What stands here and not there: a value, or the unit of a value."""
        lacking = sorted(self.values - known.values)
        lacking += [f"{value} %" for value in sorted(self.percents - known.percents) if value in known.values]
        lacking += [f"{value} €" for value in sorted(self.euros - known.euros) if value in known.values]
        return lacking + [f"month {month}" for month in sorted(self.months - known.months)]


@dataclass(frozen=True)
class _Words:
    """The number words, by their form."""

    values: dict[str, int]
    scales: dict[str, int]
    months: dict[str, int]
    parts: dict[str, int]
    percent: tuple[str, ...]
    money: tuple[str, ...]
    apart: tuple[str, ...]


@cache
def _words() -> _Words:
    data = load_data("assistant", "numbers")
    words, scales, months, parts = ({form: value for value, forms in data[name].items() for form in forms.split()} for name in FORMS)
    return _Words(words, scales, months, parts, tuple(data["percent"]), tuple(data["money"]), tuple(data["apart"]))


@lru_cache(maxsize=4096)
def numbers_in(text: str) -> Numbers:
    """Every figure of a text, in digits or words, with its unit where it is a rate or an amount, and every month beside a figure."""
    plain = _plain(text)
    tokens = TOKEN.findall(plain)
    values: set[str] = set()
    percents: set[str] = set()
    euros: set[str] = set()
    for at, token in enumerate(tokens):
        written = _value(token)
        if written is None:
            continue
        if tokens[at + 1 : at + 2] and (part := _words().parts.get(tokens[at + 1])):
            values.add(f"{_shown(written)}/{part}")
            continue
        scaled, after = _scaled(written, tokens[at + 1 : at + 4])
        values.add(_shown(scaled))
        percents |= {_shown(scaled)} if _unit(after, _words().percent) else set()
        euros |= {_shown(scaled)} if _unit(after, _words().money) or (at and tokens[at - 1] in ("€", "eur")) else set()
    return Numbers(frozenset(values), frozenset(percents), frozenset(euros), frozenset(_months(tokens)))


def years_beside(text: str) -> dict[str, str]:
    """For each figure of a text that is no year, the year nearest to it."""
    tokens = TOKEN.findall(_plain(text))
    years = [at for at, token in enumerate(tokens) if YEAR.match(token)]
    figures = {at: _value(token) for at, token in enumerate(tokens) if token[0].isdigit() and at not in years}
    return {_shown(value): tokens[min(years, key=lambda y: abs(y - at))] for at, value in figures.items() if years and value is not None}


def _plain(text: str) -> str:
    folded = fold(ISO.sub(lambda m: f"{int(m[3])} / {int(m[2])} / {m[1]}", text))
    for words in _words().apart:
        folded = folded.replace(words, " ")
    dated = SLASHED.sub(_spoken, folded)
    return GROUPED.sub("", re.sub(r"(\d)\s?(?=(?:[km]|md)€)", r"\1 ", dated))


def _spoken(found: re.Match[str]) -> str:
    names = {value: form for form, value in reversed(_words().months.items())}
    month = names.get(int(found[2]))
    return f"{int(found[1])} {month} {found[3] if len(found[3]) == 4 else '20' + found[3]}" if month else found[0]


def _value(token: str) -> float | None:
    if NUMBER.fullmatch(token):
        return float(token.replace(",", "."))
    found = _words().values.get(token)
    if found is None and token in _words().scales:
        return None
    return float(found) if found is not None else None


def _scaled(value: float, following: list[str]) -> tuple[float, list[str]]:
    if following and following[0] in _words().scales:
        return value * _words().scales[following[0]], [*(["€"] if "€" in following[0] else []), *following[1:]]
    if following and following[0] == "k€":
        return value * 1000, ["€"]
    return value, following


def _unit(after: list[str], forms: tuple[str, ...]) -> bool:
    near = " ".join(after[:3])
    return any(near == form or near.startswith((f"{form} ", f"de {form}", f"d {form}")) for form in forms)


def _shown(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:g}"


def _months(tokens: list[str]) -> set[int]:
    """Months with a figure just before or after: « may » and « mars » alone are words."""
    months = _words().months
    return {months[t] for at, t in enumerate(tokens) if t in months and any(n[0].isdigit() for n in tokens[max(0, at - 1) : at + 2])}
