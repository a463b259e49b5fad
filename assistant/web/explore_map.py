"""What does not change while an index serves: passages by theme, document and actor, counted once."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any

from ingest.index import Index
from ingest.notes import Note
from ingest.types import Document, Provision
from ingest.wording import load_data

REGION, LOCAL, TOGETHER, OTHERS, NOBODY = ACTORS = ("region", "local", "together", "others", "nobody")
KINDS = ("commitment", "axis", "objective", "measure")
"""Kinds of provisions that bind somebody, in the order in which a comparison shows them."""


@dataclass(frozen=True)
class Row:
    """A provision with its note's themes and the group of who acts in it; `order` is its place in the corpus."""

    provision: Provision
    note: Note | None
    document: Document
    actor: str
    order: int

    @property
    def themes(self) -> list[str]:
        """The themes of its note; none without a note."""
        return self.note.themes if self.note else []

    @property
    def binds(self) -> bool:
        """Whether it is a commitment, an axis, an objective or a measure."""
        return self.provision.kind in KINDS


@dataclass(frozen=True)
class Map:
    """Every provision of an index, ready to be counted and filtered."""

    rows: tuple[Row, ...]

    def where(self, theme: str = "", document: str = "", actor: str = "") -> list[Row]:
        """The rows of a theme, a document and a group of actors, in the order of the texts; empty means any."""
        return [
            row for row in self.rows
            if theme in ("", *row.themes) and document in ("", row.document.id) and actor in ("", row.actor)
        ]  # fmt: skip

    @cached_property
    def by_document(self) -> Mapping[tuple[str, str], int]:
        """Passages by (theme, document id)."""
        return Counter((theme, row.document.id) for row in self.rows for theme in row.themes)

    @cached_property
    def by_actor(self) -> Mapping[tuple[str, str], int]:
        """Passages by (theme, group of actors)."""
        return Counter((theme, row.actor) for row in self.rows for theme in row.themes)


def map_of(index: Index) -> Map:
    """The map of an index, made once for it."""
    return _held(_Key(index))


@lru_cache(maxsize=2)
def _held(key: "_Key") -> Map:
    index = key.index
    return Map(
        tuple(
            Row(one, index.notes.get(one.id), index.documents[one.document_id], group_of(one.actors), order)
            for order, one in enumerate(index.provisions.values())
        )
    )


class _Key:
    """An index told apart by identity: it holds mappings, which have no hash."""

    def __init__(self, index: Index) -> None:
        self.index = index

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.index is self.index

    def __hash__(self) -> int:
        return id(self.index)


def group_of(actors: list[str]) -> str:
    """Who acts: the Région, the intercommunalités, both together, others, or nobody that the text names."""
    found = set(actors)
    region, local = (bool(found & _names(group)) for group in (REGION, LOCAL))
    if found & _names(TOGETHER) or (region and local):
        return TOGETHER
    return REGION if region else LOCAL if local else OTHERS if found else NOBODY


@cache
def themes() -> dict[str, list[str]]:
    """The themes of each family, in the order of display."""
    return {name: row["themes"] for name, row in _data().items() if "themes" in row}


def _names(group: str) -> frozenset[str]:
    return frozenset(_data()[f"actor_{group}"]["names"])


@cache
def _data() -> dict[str, Any]:
    return dict(load_data("assistant", "interface/explore"))
