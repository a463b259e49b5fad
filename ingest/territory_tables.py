"""The tables of territories as files: communes, EPCI, départements, labels, and their checks."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, NamedTuple

import yaml
from pydantic import ValidationError

from ingest.errors import CorpusError
from ingest.types import Strict
from ingest.yaml_text import read_yaml

FILES = ("communes.csv", "former_communes.csv", "epci.csv", "departements.csv", "elsewhere.csv", "labels.yaml")
LabelKind = Literal["petr", "territoire_industrie"]


class Commune(NamedTuple):
    """A commune of the region; `epci` is a SIREN, `population` the population municipale of the table's year."""

    insee: str
    name: str
    postcodes: tuple[str, ...]
    epci: str
    departement: str
    population: int


class Former(NamedTuple):
    """A code, and the name when it is known, of a commune that belongs today to the commune `present`."""

    insee: str
    name: str
    present: str


class Epci(NamedTuple):
    """An intercommunalité of the region; `type` is CC, CA, CU or METRO."""

    siren: str
    name: str
    type: str


class Elsewhere(NamedTuple):
    """A commune outside the region that is large enough for its name to be recognised."""

    insee: str
    name: str
    departement: str
    population: int


class LabelMember(Strict):
    """One EPCI of a label and where that is written."""

    code: str
    name: str
    source: str


class Label(Strict):
    """A grouping of EPCI: PETR or Territoire d'industrie; `communes_said` is what its source says, `communes_today` our count."""

    id: str
    kind: LabelKind
    name: str
    names: list[str]
    epci: list[LabelMember]
    communes_said: int | None
    communes_said_by: str
    communes_today: int
    checked_on: date


@dataclass(frozen=True)
class Tables:
    """All rows, by code; `former` in the order of the file."""

    communes: Mapping[str, Commune]
    former: tuple[Former, ...]
    epci: Mapping[str, Epci]
    departements: Mapping[str, str]
    elsewhere: tuple[Elsewhere, ...]
    labels: tuple[Label, ...]


def read_files(folder: Path) -> dict[str, bytes]:
    """The tables of a folder by name, not looked into; none when it holds none of them. Raises CorpusError when one is missing."""
    present = [name for name in FILES if (folder / name).is_file()]
    if missing := sorted(set(FILES) - set(present)) if present else []:
        told = "this table of territories is missing"
        raise CorpusError(told, file=folder / missing[0], remedy="put it back, or write it again with make_communes.py")
    return {name: (folder / name).read_bytes() for name in present}


def checked_files(folder: Path) -> dict[str, bytes]:
    """As `read_files`, after every row and code was checked. Raises CorpusError naming file and line."""
    files = read_files(folder)
    tables_of(files)
    return files


def tables_of(files: Mapping[str, bytes]) -> Tables:
    """The tables in these files; empty for no file. Raises CorpusError naming file and line."""
    if not files:
        return Tables({}, (), {}, {}, (), ())
    tables = Tables(
        communes={row[0]: _commune(row) for row in _rows(files, "communes.csv", 6)},
        former=tuple(Former(*row) for row in _rows(files, "former_communes.csv", 3)),
        epci={row[0]: Epci(*row) for row in _rows(files, "epci.csv", 3)},
        departements={row[0]: row[1] for row in _rows(files, "departements.csv", 2)},
        elsewhere=tuple(Elsewhere(row[0], row[1], row[2], int(row[3])) for row in _rows(files, "elsewhere.csv", 4)),
        labels=_labels(files["labels.yaml"]),
    )
    _check(tables)
    return tables


def _commune(row: list[str]) -> Commune:
    return Commune(row[0], row[1], tuple(row[2].split()), row[3], row[4], int(row[5]))


def _rows(files: Mapping[str, bytes], file: str, width: int) -> Iterator[list[str]]:
    try:
        header, *lines = files[file].decode("utf-8").splitlines() or [""]
    except UnicodeDecodeError as error:
        raise CorpusError("this table is not in UTF-8", file=file, remedy="save it as UTF-8") from error
    counted = header.endswith(",population")
    for number, row in enumerate(csv.reader(lines), start=2):
        if len(row) != width:
            raise CorpusError(f"this row has {len(row)} fields and {width} are needed", file=file, line=number, remedy="correct it")
        if counted and not row[-1].isdecimal():
            raise CorpusError(f"« {row[-1]} » is not a number of inhabitants", file=file, line=number, remedy="correct it")
        yield row


def _labels(data: bytes) -> tuple[Label, ...]:
    file = "labels.yaml"
    try:
        rows: list[dict[str, Any]] = read_yaml(data)
        return tuple(Label.model_validate(row) for row in rows)
    except (TypeError, yaml.YAMLError) as error:
        raise CorpusError(f"the labels could not be read ({error})", file=file, remedy="correct the file") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise CorpusError(f"a label cannot be read ({place}: {first['msg']})", file=file, remedy="correct it") from error


def _check(tables: Tables) -> None:
    """Every code that one file uses stands in the file it comes from."""
    for commune in tables.communes.values():
        _known(commune.epci, tables.epci, "communes.csv")
        _known(commune.departement, tables.departements, "communes.csv")
    for former in tables.former:
        _known(former.present, tables.communes, "former_communes.csv")
    for label in tables.labels:
        for member in label.epci:
            _known(member.code, tables.epci, "labels.yaml")


def _known(code: str, table: Mapping[str, object], file: str) -> None:
    if code not in table:
        raise CorpusError(f"the code « {code} » is in no other table", file=file, remedy="correct the code, or write the tables again")
