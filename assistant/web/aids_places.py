"""Communes by the first letters of their name or postcode, for the completion of a field."""

from functools import lru_cache
from typing import NamedTuple

from ingest.french import fold
from ingest.territories import Territories

MOST, LEAST = 8, 2


class Named(NamedTuple):
    """A commune as a person picks it: what the field then holds, and the intercommunalité that tells it apart."""

    value: str
    epci: str


class _Row(NamedTuple):
    keys: tuple[str, ...]
    population: int
    named: Named


def completions(typed: str, territories: Territories) -> list[Named]:
    """The communes that begin with these letters or digits, the largest first; none for a single letter."""
    wanted = _key(typed)
    if len(wanted) < LEAST:
        return []
    found = [row for row in _rows(_Held(territories)) if any(key.startswith(wanted) for key in row.keys)]
    found.sort(key=lambda row: (row.keys[0] != wanted, -row.population, row.named))
    return [row.named for row in found[:MOST]]


class _Held:
    """Tables told apart by identity: they hold mappings, which have no hash."""

    def __init__(self, territories: Territories) -> None:
        self.territories = territories

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.territories is self.territories

    def __hash__(self) -> int:
        return id(self.territories)


@lru_cache(maxsize=2)
def _rows(held: _Held) -> tuple[_Row, ...]:
    tables = held.territories.tables
    return tuple(
        _Row((_key(one.name), *one.postcodes), one.population, Named(f"{one.name} ({one.departement})", tables.epci[one.epci].name))
        for one in tables.communes.values()
    )


def _key(text: str) -> str:
    """A name as people type it: no accent, hyphen or apostrophe, « st » for « saint »."""
    words = fold(text).replace("-", " ").replace("'", " ").split()
    return " ".join({"saint": "st", "sainte": "ste"}.get(word, word) for word in words)
