"""JSON lines read one by one: a bad line is named, the others are kept."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from evals.types import Fault
from ingest.errors import CorpusError

Row = TypeVar("Row", bound=BaseModel)
Read = tuple[list[tuple[int, Row]], list[Fault]]


class Told(NamedTuple):
    """What is wrong with a line, and what to do about it."""

    what: str
    remedy: str


def read_rows(file: Path, kind: type[Row]) -> tuple[list[tuple[int, Row]], list[Fault]]:
    """The rows with their line numbers, and a fault for each line that is none; raises CorpusError without a file."""
    rows: list[tuple[int, Row]] = []
    faults: list[Fault] = []
    for number, line in _lines(file):
        try:
            rows.append((number, kind.model_validate_json(line)))
        except ValidationError as error:
            faults.append(Fault(file, number, *_told(error)))
    return rows, faults


def refuse_doubles(file: Path, rows: list[tuple[int, Row]]) -> tuple[list[tuple[int, Row]], list[Fault]]:
    """The rows whose `id` comes for the first time, and a fault for each of the others."""
    first: dict[object, int] = {}
    kept: list[tuple[int, Row]] = []
    faults: list[Fault] = []
    for number, row in rows:
        name = getattr(row, "id", None)
        if name in first:
            faults.append(Fault(file, number, f"the id « {name} » stands already at line {first[name]}", "give it an id of its own"))
        else:
            first[name] = number
            kept.append((number, row))
    return kept, faults


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """Lines that are not blank, numbered from 1; split at line feeds alone, as a string may hold other separators."""
    try:
        data = file.read_bytes()
    except OSError as error:
        told = f"this file could not be read ({error.strerror or error})"
        raise CorpusError(told, file=file, remedy="check that it is there and that you may read it") from error
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            yield number, line


def _told(error: ValidationError) -> Told:
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    if first["type"] == "json_invalid":
        return Told(f"this line is not valid JSON ({first['msg']})", "write one JSON object on this line")
    if first["type"] == "extra_forbidden":
        return Told(f"the field « {field} » is unknown", "correct its name or remove it")
    if first["type"] == "missing":
        return Told(f"the field « {field} » is missing", "add it")
    return Told(f"this row cannot be used ({': '.join(part for part in (field, first['msg']) if part)})", "correct this field")
