"""Passages as the pages show them: the counts of the table, the lines of a list, two texts side by side."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from assistant.clock import in_force
from assistant.types import Language
from assistant.web.explore_map import ACTORS, KINDS, Map, Row, themes
from assistant.web.rendering import words
from ingest.french import fold
from ingest.types import Document

FIRST = 3
"""Passages of a theme that a comparison shows for each text; the others are a link away."""
MOSTLY = 5
FRAME = "family_frame"


class Cell(NamedTuple):
    """A count with the column it stands in; `share` is its part of the column's passages, in hundredths."""

    column: str
    passages: int
    share: float


class Line(NamedTuple):
    """A theme with its counts."""

    theme: str
    name: str
    cells: list[Cell]


class Table(NamedTuple):
    """Counts by theme, in families; `columns` are (key, name, passages), `mostly` the main themes of each column in words."""

    columns: list[tuple[str, str, int]]
    families: list[tuple[str, list[Line]]]
    mostly: list[tuple[str, str]]


class Item(NamedTuple):
    """A passage: our note in the page's language, the quotation, and where it stands."""

    provision_id: str
    label: str
    note: str
    quote: str
    verbatim: bool
    document: Document
    kind: str
    actors: str
    in_force: str
    lead: str
    shared: bool


class Side(NamedTuple):
    """What one text says of a theme: the first passages and how many there are."""

    document: Document
    passages: list[Item]
    total: int


def table(found: Map, by_actor: bool, language: Language) -> Table:
    """The counts by document, or by group of actors."""
    said = words("explore", language)
    counts = found.by_actor if by_actor else found.by_document
    totals = Counter(row.actor if by_actor else row.document.id for row in found.rows)
    names = {key: said[f"actor_{key}"] for key in ACTORS} if by_actor else documents(found)
    columns = [(key, name, totals[key]) for key, name in names.items()]
    families = [(said[family], [_line(one, counts, columns, said) for one in listed]) for family, listed in themes().items()]
    return Table(columns, families, [(name, _mostly(key, counts, said)) for key, name, _ in columns])


def documents(found: Map) -> dict[str, str]:
    """Short titles by id, in the order of the corpus."""
    return {row.document.id: row.document.short_title for row in found.rows}


def _line(theme: str, counts: Mapping[tuple[str, str], int], columns: Sequence[tuple[str, str, int]], said: dict[str, str]) -> Line:
    cells = [Cell(key, count := counts.get((theme, key), 0), round(100 * count / total, 1) if total else 0) for key, _, total in columns]
    return Line(theme, said[f"theme_{theme}"], cells)


def _mostly(column: str, counts: Mapping[tuple[str, str], int], said: dict[str, str]) -> str:
    """The themes with most passages, those that frame every text apart."""
    ranked = [(-counts.get((theme, column), 0), theme) for family, listed in themes().items() if family != FRAME for theme in listed]
    return ", ".join(f"{said[f'theme_{theme}']} ({-count})" for count, theme in sorted(ranked)[:MOSTLY] if count)


def item(row: Row, language: Language, shared: bool = False) -> Item:
    """One passage; `shared` when another text says it in the same words."""
    one, note = row.provision, row.note
    told = {"fr": note.fr, "en": note.en, "de": note.de}[language] or note.fr if note else ""
    return Item(
        one.id, one.label, told, one.quote_plain, row.document.verbatim, row.document, one.kind, actors(row, language),
        in_force(row.document), one.path[-1] if row.binds and one.path and one.path[-1].rstrip().endswith(":") else "", shared,
    )  # fmt: skip


def actors(row: Row, language: Language) -> str:
    """Who acts, as the text names them; « ensemble » in the page's language."""
    together = words("explore", language)["actor_together"]
    return ", ".join(together if name == "ensemble" else name for name in row.provision.actors)


def compared(found: Map, first: str, second: str, language: Language) -> tuple[list[tuple[str, str, list[Side]]], list[list[Line]]]:
    """The themes of both texts as (theme, name, two sides), and for each text the themes that it alone has."""
    said = words("explore", language)
    listed = [theme for family in themes().values() for theme in family]
    rows = {name: {theme: found.where(theme=theme, document=name) for theme in listed} for name in (first, second)}
    both = [theme for theme in listed if rows[first][theme] and rows[second][theme]]
    same = _wording(found, first) & _wording(found, second)
    sides = [(theme, said[f"theme_{theme}"], [_side(rows[name][theme], same, language) for name in (first, second)]) for theme in both]
    alone = [[_alone(theme, name, rows, said) for theme in listed if rows[name][theme] and theme not in both] for name in (first, second)]
    return sides, alone


def _alone(theme: str, document: str, rows: Mapping[str, Mapping[str, list[Row]]], said: dict[str, str]) -> Line:
    return Line(theme, said[f"theme_{theme}"], [Cell(document, len(rows[document][theme]), 0)])


def _side(rows: list[Row], same: frozenset[str], language: Language) -> Side:
    best = sorted(rows, key=lambda row: (KINDS.index(row.provision.kind) if row.binds else len(KINDS), row.order))
    return Side(rows[0].document, [item(row, language, _folded(row) in same) for row in best[:FIRST]], len(rows))


def _wording(found: Map, document: str) -> frozenset[str]:
    return frozenset(_folded(row) for row in found.where(document=document))


def _folded(row: Row) -> str:
    return " ".join(fold(row.provision.quote_plain).replace("’", "'").split())
