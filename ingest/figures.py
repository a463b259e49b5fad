"""Figures and dates of a passage, as written and in one normal form."""

import re
from collections.abc import Iterator

from ingest.types import Figure

MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
NUMBER = r"\d{1,3}(?:[ \u00a0\u202f\u2009.]\d{3})+(?!\d)|\d+(?:[.,]\d+)?"
DAY = re.compile(r"(?<![\d/])(\d{1,2})\s?/\s?(\d{1,2})\s?/\s?(\d{4}|\d{2})(?!\d)")
SPOKEN_DAY = re.compile(rf"\b(\d{{1,2}})(?:er)?\s({MONTHS})\b(?:\s(\d{{4}}))?", re.I)
MONTH = re.compile(rf"\b({MONTHS})[\s.](\d{{4}})\b", re.I)
SPAN = re.compile(r"(?<!\d)((?:19|20)\d{2})\s?[-–/]\s?((?:19|20)\d{2})(?!\d)")
YEAR = re.compile(r"(?<![\d.,])((?:19|20)\d{2})(?![\d.,]*\d)")
UNIT = r"%|M€|k€|€|euros?|millions?|milliards?|ktCO2eq?|ktCO<sub>2</sub>e|km|m²|ha|ETP|[a-zà-ÿœ]{3,}"
QUANTITY = re.compile(rf"(?<![\w/.,])(?<![^\W\d_]-)({NUMBER})(?:\s?({UNIT}))?(?!\w)", re.I)
UNITS = {"m€": ("€", 1_000_000), "k€": ("€", 1_000), "euro": ("€", 1), "euros": ("€", 1), "€": ("€", 1)}


def figures_of(text: str) -> list[Figure]:
    """Quantities, dates and periods in the order of the text; a passage counts once, as its longest reading."""
    taken = bytearray(len(text))
    found: list[tuple[int, Figure]] = []
    for start, end, figure in _candidates(text):
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            found.append((start, figure))
    return [figure for _, figure in sorted(found, key=lambda row: row[0])]


def _candidates(text: str) -> Iterator[tuple[int, int, Figure]]:
    for m in DAY.finditer(text):
        year = m[3] if len(m[3]) == 4 else f"20{m[3]}"
        yield *m.span(), Figure(written=m[0], value=f"{year}-{int(m[2]):02}-{int(m[1]):02}", unit="date")
    for m in SPOKEN_DAY.finditer(text):
        value = f"{m[3] or '----'}-{_month(m[2]):02}-{int(m[1]):02}"
        yield *m.span(), Figure(written=m[0], value=value, unit="date")
    for m in MONTH.finditer(text):
        yield *m.span(), Figure(written=m[0], value=f"{m[2]}-{_month(m[1]):02}", unit="date")
    for m in SPAN.finditer(text):
        yield *m.span(), Figure(written=m[0], value=f"{m[1]}/{m[2]}", unit="period")
    for m in YEAR.finditer(text):
        yield *m.span(), Figure(written=m[0], value=m[1], unit="year")
    for m in QUANTITY.finditer(text):
        yield *m.span(), _quantity(m)


def _month(name: str) -> int:
    return MONTHS.split("|").index(name.lower()) + 1


def _quantity(found: re.Match[str]) -> Figure:
    unit = (found[2] or "").lower().replace("<sub>2</sub>", "2")
    name, factor = UNITS.get(unit, (unit, 1))
    return Figure(written=found[0].strip(), value=_number(found[1], factor), unit=name)


def _number(written: str, factor: int) -> str:
    digits = re.sub(r"\s", "", written)
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+", digits):
        digits = digits.replace(".", "")
    value = float(digits.replace(",", ".")) * factor
    return f"{value:g}" if value != int(value) else str(int(value))
