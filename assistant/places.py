"""Where provisions stand: by document and kind, at the top of a document, by the end of their address, and in groups."""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from ingest.types import Kind, Provision

Key = TypeVar("Key", bound=Hashable)


class Groups(Mapping[str, tuple[str, ...]]):
    """For each member of a group the others, in the group's order; a group is kept once, however large."""

    def __init__(self, groups: Iterable[tuple[str, ...]]) -> None:
        self._group = {name: group for group in groups for name in group}

    def __getitem__(self, name: str) -> tuple[str, ...]:
        return tuple(other for other in self._group[name] if other != name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._group)

    def __len__(self) -> int:
        return len(self._group)


@dataclass(frozen=True)
class Places:
    """Provisions in the order of the texts, and which of them stand where: no question need look through all of them.

    `ends` goes by how the last piece of an address begins: « priorite » for « …/priorite-3 », « 2.5 » for « …/2.5-bis ».
    """

    provisions: tuple[Provision, ...]
    kinds: Mapping[tuple[str, Kind], list[int]]
    tops: Mapping[str, list[int]]
    ends: Mapping[str, list[int]]

    @classmethod
    def over(cls, provisions: Collection[Provision]) -> "Places":
        """Read every provision once."""
        return cls(
            tuple(provisions),
            _grouped((p.document_id, p.kind) for p in provisions),
            _grouped(p.document_id if p.parent is None else "" for p in provisions),
            _grouped(_end(p.id) for p in provisions),
        )

    def of_kinds(self, documents: Iterable[str], kinds: Iterable[Kind]) -> list[Provision]:
        """The provisions of these kinds in these documents."""
        wanted = frozenset(kinds)
        return self._at(at for document in documents for kind in wanted for at in self.kinds.get((document, kind), ()))

    def at_the_top(self, document: str) -> list[Provision]:
        """What has no heading above it."""
        return self._at(self.tops.get(document, ()))

    def ending_on(self, pieces: Iterable[str]) -> list[Provision]:
        """At least every provision whose address ends on one of the pieces of a reference (see `references`)."""
        return self._at(at for piece in pieces for end in self._ends_of(piece) for at in self.ends.get(end, ()))

    def _ends_of(self, piece: str) -> Iterable[str]:
        """« region/-1 » is the last of those that end on a bare number."""
        end = _end(piece)
        return [end] if end else [number for number in self.ends if number.isdecimal()]

    def _at(self, places: Iterable[int]) -> list[Provision]:
        return [self.provisions[at] for at in sorted(set(places))]


def _end(address: str) -> str:
    return address.rsplit("/", 1)[-1].split("-", 1)[0]


def _grouped(keys: Iterable[Key]) -> dict[Key, list[int]]:
    """The places of each key, in ascending order."""
    groups: dict[Key, list[int]] = {}
    for at, key in enumerate(keys):
        groups.setdefault(key, []).append(at)
    return groups
