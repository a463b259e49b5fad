"""What each place belongs to: from a code of the tables to a place with its EPCI, PETR and département."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from ingest.place_names import Kind, Sense
from ingest.territory_tables import Elsewhere, Label, Tables


@dataclass(frozen=True, slots=True)
class Place:
    """A place that a question names, or may name.

    `code` is an INSEE code, a SIREN, a label's id, a département's or a postcode; `epci` holds every EPCI it may lie in;
    `exact` is false for a homonym, a slip, and a postcode of several EPCI; `former` is the old name that was used;
    `written` stands at `start:end` of the question in NFC. Membership comes from the tables, never from a pact.
    """

    name: str
    kind: Kind
    code: str
    epci: tuple[str, ...]
    departement: str
    petr: str | None
    exact: bool
    written: str = ""
    start: int = 0
    end: int = 0
    former: str | None = None


class Gazetteer:
    """The tables seen from each place."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    def place(self, sense: Sense, exact: bool) -> Place:
        """The place of a sense; raises KeyError for a code that no table holds, unless it is outside."""
        code = sense.code
        if sense.kind == "outside":
            return self._outside(code, exact)
        epci = self._epci(sense)
        departements = {self.tables.communes[insee].departement for insee in self.area(sense)}
        departement = departements.pop() if len(departements) == 1 else ""
        single = sense.kind != "postcode" or len(epci) == 1
        return Place(self._name(sense), sense.kind, code, epci, departement, self._petr(epci), exact and single, former=sense.former)

    def kind_of(self, code: str) -> Kind | None:
        """What a code of the tables is the code of; None when they do not hold it."""
        kinds: tuple[tuple[Kind, Iterable[str]], ...] = (
            ("commune", self.tables.communes), ("epci", self.tables.epci), ("departement", self.tables.departements),
            ("postcode", self.by_postcode), ("petr", self.labels),
        )  # fmt: skip
        return next((kind for kind, codes in kinds if code in codes), None)

    def area(self, sense: Sense) -> frozenset[str]:
        """INSEE codes of the communes of the region that the place holds."""
        if sense.kind == "commune":
            return frozenset((sense.code,))
        if sense.kind == "postcode":
            return self.by_postcode[sense.code]
        if sense.kind == "departement":
            return self._by_departement.get(sense.code, frozenset())
        return frozenset(insee for epci in self._epci(sense) for insee in self.by_epci[epci])

    def _name(self, sense: Sense) -> str:
        if sense.kind == "commune":
            return self.tables.communes[sense.code].name
        if sense.kind == "epci":
            return self.tables.epci[sense.code].name
        if sense.kind == "petr":
            return self.labels[sense.code].name
        return self.tables.departements[sense.code] if sense.kind == "departement" else sense.code

    def _outside(self, code: str, exact: bool) -> Place:
        other = self.elsewhere.get(code)
        departement = other.departement if other else code[:2]
        return Place(other.name if other else code, "outside", code, (), departement, None, exact)

    def _epci(self, sense: Sense) -> tuple[str, ...]:
        if sense.kind == "epci":
            return (sense.code,)
        if sense.kind == "petr":
            return tuple(member.code for member in self.labels[sense.code].epci)
        if sense.kind == "outside":
            return ()
        return tuple(sorted({self.tables.communes[insee].epci for insee in self.area(sense)}))

    def _petr(self, epci: tuple[str, ...]) -> str | None:
        petr = {self._petr_of_epci.get(code) for code in epci}
        return petr.pop() if len(petr) == 1 else None

    @cached_property
    def labels(self) -> Mapping[str, Label]:
        """PETR by id."""
        return {label.id: label for label in self.tables.labels if label.kind == "petr"}

    @cached_property
    def elsewhere(self) -> Mapping[str, Elsewhere]:
        """Communes outside the region by INSEE code."""
        return {other.insee: other for other in self.tables.elsewhere}

    @cached_property
    def present(self) -> Mapping[str, str]:
        """Today's INSEE code by an old one."""
        return {row.insee: row.present for row in self.tables.former if row.insee not in self.tables.communes}

    @cached_property
    def by_postcode(self) -> Mapping[str, frozenset[str]]:
        """INSEE codes by postcode."""
        return _grouped((postcode, commune.insee) for commune in self.tables.communes.values() for postcode in commune.postcodes)

    @cached_property
    def by_epci(self) -> Mapping[str, frozenset[str]]:
        """INSEE codes by EPCI."""
        return _grouped((commune.epci, commune.insee) for commune in self.tables.communes.values())

    @cached_property
    def _by_departement(self) -> Mapping[str, frozenset[str]]:
        return _grouped((commune.departement, commune.insee) for commune in self.tables.communes.values())

    @cached_property
    def _petr_of_epci(self) -> Mapping[str, str]:
        return {member.code: label.id for label in self.labels.values() for member in label.epci}


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for key, insee in pairs:
        found[key].add(insee)
    return {key: frozenset(communes) for key, communes in found.items()}
