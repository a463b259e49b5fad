"""What the installed environment is made of: `python -m ingest.licences` lists each library's licence and size."""

import json
import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from packaging.requirements import Requirement

PROGRAM = "pactes-grand-est"
PREFIX = "License :: OSI Approved :: "
LONGEST = 60


class Library(NamedTuple):
    """One installed library; `size` in bytes on this disk."""

    name: str
    version: str
    licence: str
    size: int


def libraries(program: str = PROGRAM) -> list[Library]:
    """All that the program needs to run, directly or not, the largest first; raises PackageNotFoundError without the program itself."""
    found: dict[str, Library] = {}
    waiting = _needed(distribution(program), frozenset())
    seen = set(waiting)
    while waiting:
        name, extras = waiting.pop()
        try:
            one = distribution(name)
        except PackageNotFoundError:
            continue  # asked for on another system only
        found[name] = Library(one.name, one.version, licence_of(one), size_of(one))
        more = [pair for pair in _needed(one, extras) if pair not in seen]
        seen.update(more)
        waiting += more
    return sorted(found.values(), key=lambda library: (-library.size, library.name))


def licence_of(one: Distribution) -> str:
    """The licence as a library states it: its SPDX expression, else its classifiers, else the first line of its own words."""
    told = one.metadata.json
    if expression := told.get("license_expression"):
        return str(expression)
    classes = [value.removeprefix(PREFIX) for value in told.get("classifier", []) if value.startswith("License ::")]
    words = str(told.get("license", "")).strip().splitlines()
    return ", ".join(classes) or (words[0][:LONGEST] if words else "not stated")


def size_of(one: Distribution) -> int:
    """Bytes of the library's files."""
    paths = (Path(str(file.locate())) for file in one.files or [])
    return sum(path.stat().st_size for path in paths if path.is_file())


def _needed(one: Distribution, extras: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
    """Names, and extras of each, that a library asks for on this machine."""
    asked = [Requirement(line) for line in one.requires or []]
    here = [each for each in asked if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in extras | {""})]
    return [(re.sub(r"[-_.]+", "-", each.name).lower(), frozenset(each.extras)) for each in here]


def main(as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False) -> None:
    """List the licence and the size of every library that the program runs on, the largest first."""
    rows = libraries()
    if as_json:
        typer.echo(json.dumps([row._asdict() for row in rows], ensure_ascii=False, indent=1))
        return
    for row in rows:
        typer.echo(f"{row.size / 1e6:9.1f} MB  {row.name:40} {row.version:16} {row.licence}")
    typer.echo(f"{sum(row.size for row in rows) / 1e6:9.1f} MB  in {len(rows)} libraries")


if __name__ == "__main__":
    typer.run(main)
