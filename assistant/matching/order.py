"""Which results stand first, and which of them the first screen holds."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from assistant.matching.criteria import Facts
from assistant.matching.spoken import named, table
from assistant.matching.standing import Standing, wanted
from assistant.matching.types import MatchResult, SchemeResult


class Group(NamedTuple):
    """Results that give the same kind of help; `label` is its name in the result's language."""

    name: str
    label: str
    results: list[SchemeResult]


def ordered(standings: Sequence[Standing], facts: Facts) -> list[Standing]:
    """Best first; the same whatever the order given."""
    rules, needs = table("order"), wanted(facts)
    return sorted(standings, key=lambda one: (rules["status"].index(one.status), _beside(one, facts), *_key(one, needs, rules)))


def _beside(one: Standing, facts: Facts) -> bool:
    """Whether a scheme is shown beside those that meet the need named: who asks what there is sees both."""
    return bool(facts.needs) and not one.entry.needs & facts.needs


def _key(one: Standing, needs: frozenset[str], rules: dict[str, Any]) -> tuple[int | str, ...]:
    scheme = one.entry.scheme
    return (
        rules["closeness"][scheme.territory],
        -one.verdicts.count("yes"),
        -len(one.entry.needs & needs),
        scheme.needs[0] not in needs if scheme.needs else True,
        scheme.rank,
        rules["nature"].index(scheme.nature),
        scheme.id,
    )


def first(result: MatchResult) -> list[SchemeResult]:
    """The results of the first screen, best first: those still possible, five at most."""
    return [one for one in result.results if one.status in ("yes", "to_check")][: table("order")["shown"]]


def shown(result: MatchResult) -> list[Group]:
    """The results of the first screen by what they give, each group where its best result stands."""
    groups: dict[str, Group] = {}
    for one in first(result):
        groups.setdefault(one.group, Group(one.group, named("group", one.group, result.language), [])).results.append(one)
    return list(groups.values())
