"""One condition held against what is known of an asker: yes, no, or to check when it is not known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from assistant.matching.catalogue import Catalogue, Condition
from assistant.matching.spoken import table
from assistant.matching.types import Headcount, Profile, Verdict
from ingest.territories import Place

OUTSIDE = "outside"
CREATOR = "creator"


@dataclass(frozen=True)
class Facts:
    """What a profile says, ready for comparison; None wherever it says nothing.

    `places` are those named in the region, `communes` what they hold together; `areas` gives for each area whether the
    asker is there; `stages` holds the stage, or what a need says of it.
    """

    places: tuple[Place, ...] = ()
    communes: frozenset[str] = frozenset()
    areas: Mapping[str, Verdict] | None = None
    headcount: Headcount | None = None
    families: frozenset[str] | None = None
    stages: frozenset[str] | None = None
    needs: frozenset[str] = field(default=frozenset())
    asker: str | None = None


def facts_of(profile: Profile, catalogue: Catalogue) -> Facts:
    """The facts of a profile; a sector counts as known once it has a family or a section of the NAF."""
    sector, needs = profile.sector, frozenset(profile.needs)
    places = tuple(place for code in profile.places if (place := catalogue.territories.place(code)))
    communes = catalogue.communes(places)
    here = communes | {OUTSIDE} if profile.outside else communes
    return Facts(
        places=places,
        communes=communes,
        areas=catalogue.around(here) if here else None,
        headcount=profile.headcount,
        families=frozenset(sector.families) if sector and (sector.families or sector.section) else None,
        stages=stages_of(profile.stage, needs),
        needs=needs,
        asker=profile.asker,
    )


def stages_of(stage: str | None, needs: frozenset[str]) -> frozenset[str] | None:
    """The stage that was said, and the one that a need such as « reprendre » says by itself."""
    by_need: dict[str, str] = table("askers")["stage_of_need"]
    return frozenset([*([stage] if stage else []), *(by_need[need] for need in needs if need in by_need)]) or None


def verdict(condition: Condition, facts: Facts) -> Verdict:
    """Whether a condition is met; « to check » whenever its fact is not known."""
    return _BY_SLOT[condition.slot](condition, facts)


def _place(condition: Condition, facts: Facts) -> Verdict:
    if facts.areas is None:
        return "to_check"
    found = {facts.areas[name] for name in condition.any}
    if "yes" in found:
        return "yes"
    near = any(facts.areas[name] != "no" for name in condition.maybe)
    return "to_check" if near or "to_check" in found else "no"


def _headcount(condition: Condition, facts: Facts) -> Verdict:
    count, most = facts.headcount, condition.most
    if count is None or most is None:
        return "to_check"
    if count.low > most:
        return "no"
    return "yes" if count.high is not None and count.high <= most else "to_check"


def _needs(condition: Condition, facts: Facts) -> Verdict:
    """A need that was not named may still be there."""
    return "yes" if condition.any & facts.needs else "to_check"


def _asker(condition: Condition, facts: Facts) -> Verdict:
    """Who asks; a person who may be the creator that is meant is one once the stage says so."""
    found = _one_of(condition, frozenset([facts.asker]) if facts.asker else None)
    creating = facts.asker and facts.stages and facts.stages & frozenset(table("askers")["creating"])
    return "yes" if found == "to_check" and creating and CREATOR in condition.any else found


def _one_of(condition: Condition, known: frozenset[str] | None) -> Verdict:
    if known is None:
        return "to_check"
    if known & condition.any:
        return "yes"
    return "to_check" if known & condition.maybe else "no"


_BY_SLOT: dict[str, Callable[[Condition, Facts], Verdict]] = {
    "place": _place,
    "headcount": _headcount,
    "needs": _needs,
    "sector": lambda condition, facts: _one_of(condition, facts.families),
    "stage": lambda condition, facts: _one_of(condition, facts.stages),
    "asker": _asker,
    "period": lambda condition, facts: "no",
    "": lambda condition, facts: "to_check",
}
