"""Does a sentence say only what its provisions say: every figure and date of it stands in them."""

import re
from collections.abc import Iterable
from functools import lru_cache

from assistant.clock import spoken_date
from ingest.figures import figures_of
from ingest.types import Document, Provision

DIGITS = re.compile(r"\d+(?:[.,]\d+)?")
GROUPED = re.compile(r"(?<=\d)[   .,](?=\d{3}(?!\d))")


def unsupported(sentence: str, provisions: Iterable[Provision], documents: Iterable[Document]) -> list[str]:
    """The figures of a sentence that stand neither in its provisions, their headings, nor the register's dates of their documents."""
    texts = {" ".join([p.quote_plain, *p.path, p.label, p.context]) for p in provisions}
    texts |= {" ".join([d.title, d.short_title, d.date_note, *_dates(d)]) for d in {d.id: d for d in documents}.values()}
    known = set[str]().union(*map(_numbers, texts))
    return [number for number in _numbers(sentence) if number not in known]


@lru_cache(maxsize=8192)
def _numbers(text: str) -> frozenset[str]:
    plain = GROUPED.sub("", text)
    written = {number.replace(",", ".") for number in DIGITS.findall(plain)}
    read = {f"{float(f.value):g}" for f in figures_of(plain) if re.fullmatch(r"\d+(?:\.\d+)?", f.value)}
    return frozenset(written | read | {str(int(float(n))) for n in written if float(n).is_integer()})


def _dates(document: Document) -> list[str]:
    days = [day for day in (document.date, document.in_force_from, document.in_force_until) if day is not None]
    return [spoken_date(day, "fr") + f" {day.month}" for day in days]
