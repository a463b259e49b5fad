"""A document as nested parts: which provisions are headings, how deep, and what stands below them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ingest.types import Kind, Provision

ALWAYS = frozenset({Kind.SECTION, Kind.PRIORITY})
NEVER = frozenset({Kind.TITLE, Kind.LIST, Kind.ITEM, Kind.CAPTION, Kind.PARAGRAPH})
LONGEST_HEADING = 200
TOP, DEEPEST = 3, 6
SHORT, SHORTER = 110, 70
"""Characters of a heading and of another provision that the outline shows at most."""


@dataclass(frozen=True)
class Part:
    """A provision and those below it; `level` is that of its heading, 0 when it is none, `rest` its address in the page."""

    provision: Provision
    rest: str
    level: int
    children: list["Part"] = field(default_factory=list)

    @property
    def listed(self) -> bool:
        """Whether the outline names it."""
        return self.level > 0 or self.provision.kind not in NEVER

    @property
    def short(self) -> str:
        """What the outline says of it: its first words, after its number when it is no heading."""
        words, most = " ".join(self.provision.quote_plain.split()), SHORT if self.level else SHORTER
        shown = words if len(words) <= most else f"{words[:most].rsplit(' ', 1)[0]}\u00a0…"
        return shown if self.level else f"{self.place.rsplit(', ', 1)[-1].capitalize()} – {shown}"

    @property
    def place(self) -> str:
        """Its label without the name of the document."""
        return self.provision.label.split(" · ", 1)[-1]


def outline(provisions: Iterable[Provision]) -> list[Part]:
    """The provisions of one document as a tree, in the order of the text."""
    rows = list(provisions)
    inside: dict[str | None, list[Provision]] = {}
    known = {row.id for row in rows}
    for row in rows:
        inside.setdefault(row.parent if row.parent in known else None, []).append(row)
    return [_part(row, TOP, inside) for row in inside.get(None, [])]


def _part(row: Provision, level: int, inside: dict[str | None, list[Provision]]) -> Part:
    below = inside.get(row.id, [])
    heading = row.kind in ALWAYS or (row.kind not in NEVER and bool(below) and len(row.quote_plain) <= LONGEST_HEADING)
    deeper = min(level + 1, DEEPEST) if heading else level
    return Part(row, row.id.split("/", 1)[1], level if heading else 0, [_part(child, deeper, inside) for child in below])
