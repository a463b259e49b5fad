"""Which of the provisions found an answer rests on: one, its near equals, or all of a list."""

from assistant.aids import fitting, situation_of, wants_support
from assistant.context import Found, Turn
from assistant.ranking import NUMBERED
from assistant.weights import weights
from ingest.types import Kind, Provision

HOLDERS = (Kind.SECTION, Kind.PRIORITY, Kind.AXIS)


def choose(turn: Turn) -> list[Found]:
    """The provisions to show, decisive first; a twin in another document is cited with its twin, not apart."""
    exact = [found for found in turn.found if found.exact]
    if exact:
        return _without_twins(turn, _with_children(turn, exact))
    intents = turn.understood.intents
    situation = situation_of(turn.words, turn.understood, turn.engine.index.territories)
    if wants_support(turn.understood, situation):
        fits = fitting(turn, situation)
        return _without_twins(turn, [f for f in fits if f.score >= fits[0].score - weights().margins["aid"]])[: weights().most["aid"]]
    if "compare" in intents and (sides := _sides(turn)):
        return sides
    if "list" in intents and (family := _family(turn)):
        return family
    margin = weights().margins["list" if intents & {"list", "compare"} else "aid" if "aid" in intents else "passage"]
    most = weights().most["list" if intents & {"list", "compare"} else "aid" if "aid" in intents else "passage"]
    best = turn.found[0].score
    near = [found for found in turn.found if found.score >= best - margin]
    return _without_twins(turn, near)[:most]


def _with_children(turn: Turn, exact: list[Found]) -> list[Found]:
    """A heading named by its number brings what stands below it."""
    shown: list[Found] = []
    for found in exact:
        names = turn.engine.lookup.children.get(found.provision.id, ())
        below = [Found(turn.engine.index.provisions[name], found.score, exact=True) for name in names]
        keep = [found] if found.provision.kind is not Kind.SECTION or not below else []
        shown += [*keep, *(below if found.provision.kind in HOLDERS else [])]
    return shown


def _without_twins(turn: Turn, chosen: list[Found]) -> list[Found]:
    shown: list[Found] = []
    told: set[str] = set()
    for found in chosen:
        if found.provision.id in told or found.provision.kind is Kind.SECTION:
            continue
        told |= {found.provision.id, *turn.engine.lookup.twins.get(found.provision.id, ())}
        shown.append(found)
    return shown


def _family(turn: Turn) -> list[Found]:
    """All the siblings of the numbered provisions that fit best, when the best ones share a heading."""
    scores: dict[tuple[str, Kind], float] = {}
    best = turn.found[0].score
    for found in turn.found[:10]:
        provision = found.provision
        if provision.kind in NUMBERED and provision.parent is not None:
            key = (provision.parent, provision.kind)
            scores[key] = scores.get(key, 0.0) + max(0.0, found.score - best + weights().margins["family"])
    if not scores:
        return []
    parent, kind = max(scores, key=lambda key: (scores[key], key))
    members = [turn.engine.index.provisions[name] for name in turn.engine.lookup.children.get(parent, ())]
    row = [Found(p, best, exact=True) for p in members if p.kind is kind]
    together = sum(found.provision.parent == parent and found.provision.kind is kind for found in turn.found[:5])
    return row if together >= 2 and 1 < len(row) <= 12 else []


def _sides(turn: Turn) -> list[Found]:
    """For a comparison, the best of each document named, else of each actor named."""
    asked = turn.understood
    if len(asked.mentions.documents) > 1:
        groups = [[f for f in turn.found if f.provision.document_id == name] for name in asked.mentions.documents]
    elif len(asked.actors) > 1:
        groups = [[f for f in turn.found if name in f.provision.actors] for name in sorted(asked.actors)]
    else:
        return []
    return _without_twins(turn, [found for group in groups for found in group[: weights().most["side"]]])


def twins_of(turn: Turn, provision: Provision) -> list[str]:
    """The same words in other documents."""
    return list(turn.engine.lookup.twins.get(provision.id, ()))
