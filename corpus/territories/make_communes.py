"""Write the reduced tables of this folder from an unpacked `@etalab/decoupage-administratif`; run by hand, once a year.

    npm pack @etalab/decoupage-administratif@6.0.0 && tar xzf etalab-decoupage-administratif-6.0.0.tgz
    python corpus/territories/make_communes.py package

The text of README.md (version, date, licence) is kept by hand: correct it when the package changes.
"""

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
REGION = "44"
KNOWN_ELSEWHERE = 5000
"""Inhabitants from which a commune outside the region is kept, so that its name is recognised."""
Row = dict[str, Any]


def main(package: Path) -> None:
    """Write communes.csv, former_communes.csv, epci.csv, departements.csv and elsewhere.csv beside this script."""
    communes, groups, departments = (_read(package, name) for name in ("communes", "epci", "departements"))
    present = [row for row in communes if row["type"] == "commune-actuelle"]
    inside = {row["code"]: row for row in present if row["region"] == REGION}
    epci_of = {member["code"]: group["code"] for group in groups for member in group["membres"]}
    used = {epci_of[code] for code in inside}
    _write("communes.csv", ("insee", "name", "postcodes", "epci", "departement", "population"), [
        (code, row["nom"], " ".join(sorted(row["codesPostaux"])), epci_of[code], row["departement"], row["population"])
        for code, row in inside.items()
    ])  # fmt: skip
    _write("former_communes.csv", ("insee", "name", "present"), _former(communes, inside))
    _write("epci.csv", ("siren", "name", "type"), [(row["code"], row["nom"], row["type"]) for row in groups if row["code"] in used])
    _write("departements.csv", ("code", "name"), [(row["code"], row["nom"]) for row in departments if row["region"] == REGION])
    _write("elsewhere.csv", ("insee", "name", "departement", "population"), [
        (row["code"], row["nom"], row.get("departement", ""), row["population"])
        for row in present if row["region"] != REGION and row.get("population", 0) >= KNOWN_ELSEWHERE
    ])  # fmt: skip


def _former(communes: list[Row], inside: dict[str, Row]) -> Iterable[tuple[str, str, str]]:
    """Former codes and names; a code that the package gives without a name has an empty one."""
    named = {row["code"]: row for row in communes if row.get("chefLieu") in inside}
    for code, row in named.items():
        if row["nom"] != inside[row["chefLieu"]]["nom"]:
            yield code, row["nom"], row["chefLieu"]
    for present, row in inside.items():
        yield from ((code, "", present) for code in row.get("anciensCodes", []) if code not in named and code not in inside)


def _read(package: Path, name: str) -> list[Row]:
    rows: list[Row] = json.loads((package / "data" / f"{name}.json").read_text(encoding="utf-8"))
    return rows


def _write(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(header)
        table.writerows(sorted(rows, key=str))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
