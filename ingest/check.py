"""Is everything the texts define found, under the right name, and does every character have a place?"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml
from pydantic import Field, ValidationError

from ingest.corpus import Source, sources_of
from ingest.errors import CorpusError
from ingest.furniture import furniture_spans
from ingest.normal import to_normal_form
from ingest.notes import quote_digest
from ingest.schemes import load_schemes, refuse_unknown
from ingest.types import Kind, Provision, Strict

MARKUP = re.compile(r":?-{2,}:?|[\s#*_>|`\\/=+-]|[•→➔▣–]|\d{1,3}[.)](?=\s)|</?\w+>")
MOST_FURNITURE = 0.03
RELEASED = "released.json"


class Place(Strict):
    """A verbatim piece of a source."""

    document: str
    needle: str
    kind: Kind | None = None


class Row(Strict):
    """One thing the texts define, and the provision that must hold it."""

    id: str
    document: str
    needle: str
    kind: Kind
    actors: list[str] = Field(default=[])
    also: list[Place] = Field(default=[])


class Finding(NamedTuple):
    """A row as found: `wanting` is empty when all is right."""

    row: Row
    provision: Provision | None
    wanting: str


class Coverage(NamedTuple):
    """Characters of one source: all of them, those of declared furniture, and what belongs nowhere."""

    document_id: str
    characters: int
    furniture: list[str]
    share: float
    lost: list[str]


def load_inventory(corpus: Path) -> list[Row]:
    """The rows of `inventory.yaml`. Raises CorpusError naming the row."""
    path = corpus / "inventory.yaml"
    if not path.is_file():
        return []
    try:
        return [Row.model_validate(row) for row in yaml.safe_load(path.read_text(encoding="utf-8")) or []]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise CorpusError("not valid YAML", file=path, line=mark.line + 1 if mark else None, remedy="correct this line") from error
    except ValidationError as error:
        raise CorpusError(f"a row of the inventory cannot be read ({error.errors()[0]['msg']})", file=path, remedy="correct it") from error


def find_rows(rows: list[Row], sources: list[Source]) -> list[Finding]:
    """Each row with the smallest provision that holds its needle."""
    by_id = {source.document.id: source for source in sources}
    return [_find(row, by_id) for row in rows]


def _find(row: Row, sources: dict[str, Source]) -> Finding:
    first: Provision | None = None
    for place in [Place(document=row.document, needle=row.needle), *row.also]:
        held = _holder(place, sources)
        if isinstance(held, str):
            return Finding(row, first, held)
        first = first or held
        if held.kind is not (place.kind or row.kind):
            return Finding(row, held, f"is a {held.kind}, expected {place.kind or row.kind}")
        if row.actors and set(row.actors) != set(held.actors):
            return Finding(row, held, f"actors {held.actors or '(none)'}, expected {row.actors}")
    return Finding(row, first, "")


def _holder(place: Place, sources: dict[str, Source]) -> Provision | str:
    source = sources.get(place.document)
    if source is None:
        return f"the document {place.document} is not registered"
    at = source.text.find(place.needle)
    if at < 0:
        return f"« {place.needle} » is not in the text of {place.document}"
    end = at + len(place.needle)
    holders = [p for p in source.provisions if p.start <= at and end <= p.end]
    return min(holders, key=lambda p: p.end - p.start) if holders else f"« {place.needle} » lies in no provision"


def coverage(source: Source) -> Coverage:
    """Which characters belong to a provision, a heading or declared furniture, and which to nothing."""
    cut = source.cut
    held = sorted([(p.start, p.end) for p in cut.provisions] + cut.bare_headings + cut.furniture)
    furniture = [source.text[a:b] for a, b in cut.furniture]
    lost, at = [], 0
    for start, end in [*held, (len(source.text), len(source.text))]:
        if start > at and (rest := MARKUP.sub("", to_normal_form(source.text[at:start]).text)):
            lost.append(rest)
        at = max(at, end)
    share = sum(len("".join(piece.split())) for piece in furniture) / max(1, len("".join(source.text.split())))
    return Coverage(source.document.id, len(source.text), furniture, share, lost)


def broken_quotes(source: Source) -> list[str]:
    """Provisions whose quote is not the slice of the source that they name."""
    return [p.id for p in source.provisions if source.text[p.start : p.end] != p.quote]


def changed_ids(corpus: Path, sources: list[Source]) -> list[str]:
    """Ids of the last release that are gone, or that now name other words."""
    path = corpus / RELEASED
    if not path.is_file():
        return []
    now = {p.id: quote_digest(p.quote) for source in sources for p in source.provisions}
    then: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return [f"{name}: {'gone' if name not in now else 'names other words'}" for name, digest in then.items() if now.get(name) != digest]


def write_release(corpus: Path) -> int:
    """Record today's ids as those of the release; returns how many."""
    ids = {p.id: quote_digest(p.quote) for source in sources_of(corpus) for p in source.provisions}
    (corpus / RELEASED).write_text(json.dumps(ids, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    return len(ids)


def shortcomings(corpus: Path) -> tuple[list[Finding], list[Coverage], list[str]]:
    """Everything `ingest check` shows: inventory rows, coverage by source, and further faults in words."""
    sources = sources_of(corpus)
    findings = find_rows(load_inventory(corpus), sources)
    covered = [coverage(source) for source in sources]
    return findings, covered, list(_faults(corpus, sources, covered))


def _faults(corpus: Path, sources: list[Source], covered: list[Coverage]) -> Iterator[str]:
    for source in sources:
        yield from (f"quote is not the source slice: {name}" for name in broken_quotes(source))
        len(source.notes)  # reading the notes checks them
        for declared in source.document.furniture:
            if not furniture_spans(to_normal_form(source.text).text, [declared]):
                yield f"{source.document.id}: the declared furniture « {declared.text[:80]} » stands nowhere on lines of its own"
    refuse_unknown(load_schemes(corpus), {p.id for source in sources for p in source.provisions}, corpus / "schemes")
    yield from (f"id changed since the last release: {told}" for told in changed_ids(corpus, sources))
    for row in covered:
        yield from (f"{row.document_id}: characters that belong to nothing: « {piece[:80]} »" for piece in row.lost)
        if row.share > MOST_FURNITURE:
            yield f"{row.document_id}: furniture is {row.share:.1%} of the text (at most {MOST_FURNITURE:.0%})"
