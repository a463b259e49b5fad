"""The commitments as rows to filter and to download."""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from assistant.clock import in_force
from assistant.links import link_to
from assistant.types import Language
from assistant.web.explore_map import Map, Row
from assistant.web.explore_views import actors
from assistant.web.rendering import words
from ingest.french import fold

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
BOM = "\ufeff"


@dataclass(frozen=True)
class Filters:
    """What is asked for; empty means any."""

    actor: str = ""
    document: str = ""
    theme: str = ""
    kind: str = ""
    text: str = ""


def commitments(found: Map, filters: Filters) -> list[Row]:
    """Commitments, axes, objectives and measures that pass every filter, in the order of the texts.

    Every word asked for begins a word of the quotation, of our notes or of the label.
    """
    rows = found.where(filters.theme, filters.document, filters.actor)
    wanted = _words(filters.text)
    return [row for row in rows if row.binds and filters.kind in ("", row.provision.kind) and _holds(row, wanted)]


def _holds(row: Row, wanted: list[str]) -> bool:
    if not wanted:
        return True
    note = row.note
    said = [row.provision.quote_plain, row.provision.label, *row.provision.path[-1:], *row.provision.actors]
    text = _words(" ".join([*said, *((note.fr, note.en, note.de) if note else ())]))
    return all(any(word.startswith(one) for word in text) for one in wanted)


def _words(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in fold(text)).split()


def as_csv(rows: Iterable[Row], language: Language, address: Callable[[str], str]) -> bytes:
    """The rows for a spreadsheet: UTF-8 with its mark, semicolons, no cell that a spreadsheet would run as a formula.

    `address` makes the full address of a path of ours.
    """
    said = words("explore", language)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([said[name] for name in ("who", "kind", "quoted", "what", "label", "document", "date", "state", "address")])
    for row in rows:
        writer.writerow([_harmless(cell) for cell in _cells(row, said, language, address)])
    return (BOM + out.getvalue()).encode()


def _cells(row: Row, said: dict[str, str], language: Language, address: Callable[[str], str]) -> list[str]:
    common = words("common", language)
    state = {"yes": common["in_force"], "ended": common["ended"], "unknown": common["unknown_force"]}[in_force(row.document)]
    note = {"fr": row.note.fr, "en": row.note.en, "de": row.note.de}[language] if row.note else ""
    one = row.provision
    date = row.document.date.isoformat() if row.document.date else said["undated"]
    kind = said[f"kind_{one.kind}"]
    return [actors(row, language), kind, one.quote_plain, note, one.label, row.document.title, date, state, address(link_to(one.id))]


def _harmless(cell: str) -> str:
    return "'" + cell if cell.startswith(FORMULA) else cell
