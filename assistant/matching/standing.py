"""Where each scheme stands for an asker: the verdicts on its conditions and the worst of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.matching.catalogue import Condition, Entry
from assistant.matching.criteria import Facts, verdict
from assistant.matching.spoken import table
from assistant.matching.types import Outcome, Verdict

ANY_AID = "know-aids"
"""The need of who asks what there is, and names no other."""
FIXED = frozenset({"place", "asker", "period"})
"""What an asker cannot change: such a condition is never the one that is « almost » met."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A scheme, the verdicts in the order of its conditions, and what follows."""

    entry: Entry
    verdicts: tuple[Verdict, ...]
    status: Outcome


def standing(entry: Entry, facts: Facts) -> Standing:
    """The standing of one scheme."""
    verdicts = tuple(verdict(condition, facts) for condition in entry.conditions)
    return Standing(entry, verdicts, outcome(entry.conditions, verdicts))


def outcome(conditions: Sequence[Condition], verdicts: Sequence[Verdict]) -> Outcome:
    """The worst verdict; « almost » when exactly one condition fails and the asker could change it."""
    failing = [condition for condition, one in zip(conditions, verdicts, strict=True) if one == "no"]
    if failing:
        return "almost" if len(failing) == 1 and failing[0].slot not in FIXED else "no"
    return "to_check" if "to_check" in verdicts else "yes"


def wanted(facts: Facts) -> frozenset[str]:
    """The needs that were named; without any, those of the stage and the broad ones of such an asker."""
    return facts.needs or _broad(facts)


def _broad(facts: Facts) -> frozenset[str]:
    askers = table("askers")
    by_stage = [need for stage in facts.stages or () for need in askers["stages"].get(stage, [])]
    return frozenset([*by_stage, *askers["broad"].get(facts.asker or "unknown", [])])


def listed(entries: Sequence[Entry], facts: Facts) -> list[Entry]:
    """The schemes that meet a need that was named; without any, the first ones of the catalogue that suit the asker.

    Who only asks what there is sees both. A household is shown only what speaks to those who live there.
    """
    if facts.asker == "household":
        return [entry for entry in entries if entry.needs & facts.needs and _speaks_to(entry, "household")]
    if facts.needs and facts.needs - {ANY_AID}:
        return [entry for entry in entries if entry.needs & facts.needs]
    broad, families, named = _broad(facts), facts.families or frozenset(), facts.needs or frozenset()
    return [e for e in entries if e.needs & named or (e.scheme.rank == 1 and (e.needs & broad or e.sectors & families))]


def _speaks_to(entry: Entry, asker: str) -> bool:
    return any(condition.slot == "asker" and asker in condition.any for condition in entry.conditions)
