"""Which of the provisions found an answer rests on: one, its near equals, or all of a list."""

from assistant.aids import fitting, situation_of, wants_support
from assistant.context import Found, Turn
from assistant.ranking import NUMBERED
from assistant.references import words_in
from assistant.weights import weights
from ingest.types import Kind, Provision

HOLDERS = (Kind.SECTION, Kind.PRIORITY, Kind.AXIS)
LARGEST_FAMILY = 12
ACTORS = {"Région": "region", "intercommunalités": "interco", "ensemble": "ensemble"}


def choose(turn: Turn) -> list[Found]:
    """The provisions to show, decisive first; a twin in another document is cited with its twin, not apart."""
    exact = [found for found in turn.found if found.exact]
    if exact:
        return without_twins(turn, _with_children(turn, exact))
    chosen = _sides(turn) or _family(turn) or _support(turn) or _nearest(turn)
    return [*chosen, *_other_figures(turn, chosen)]


def _nearest(turn: Turn) -> list[Found]:
    many = "list" if turn.understood.intents & {"list", "compare"} else "passage"
    return _opened(turn, _near(turn, turn.found, many))


def _near(turn: Turn, ranked: list[Found], sort: str) -> list[Found]:
    """Those near the best, as far and as many as this sort of question allows."""
    best = ranked[0].score
    near = [found for found in ranked if found.score >= best - weights().margins[sort]]
    return without_twins(turn, near)[: weights().most[sort]]


def _opened(turn: Turn, chosen: list[Found]) -> list[Found]:
    """A heading that answers best brings what stands below it, which says more than its title."""
    first = chosen[0]
    names = turn.engine.lookup.children.get(first.provision.id, ()) if first.provision.kind in (Kind.PRIORITY, Kind.AXIS) else ()
    below = [Found(turn.engine.index.provisions[name], first.score) for name in names]
    return without_twins(turn, [first, *below, *chosen[1:]])[: len(below) + 1] if below else chosen


def _support(turn: Turn) -> list[Found]:
    situation = situation_of(turn.understood, turn.engine.index.territories)
    if not wants_support(turn.understood, situation):
        return []
    return _near(turn, fitting(turn, situation), "list" if "list" in turn.understood.intents else "aid")


def _with_children(turn: Turn, exact: list[Found]) -> list[Found]:
    """A heading named by its number brings what stands below it."""
    shown: list[Found] = []
    for found in exact:
        names = turn.engine.lookup.children.get(found.provision.id, ())
        below = [Found(turn.engine.index.provisions[name], found.score, exact=True) for name in names]
        keep = [found] if found.provision.kind is not Kind.SECTION or not below else []
        shown += [*keep, *(below if found.provision.kind in HOLDERS else [])]
    return shown


def without_twins(turn: Turn, chosen: list[Found]) -> list[Found]:
    """The same without sections, and without provisions that only repeat another in a second document."""
    shown: list[Found] = []
    told: set[str] = set()
    for found in chosen:
        if found.provision.id in told or found.provision.kind is Kind.SECTION:
            continue
        told |= {found.provision.id, *turn.engine.lookup.twins.get(found.provision.id, ())}
        shown.append(found)
    return shown


def _family(turn: Turn) -> list[Found]:
    """All the siblings of the numbered provisions that fit best, when the question names their sort or the best ones share a heading."""
    named = words_in(turn.understood.folded)
    if not named and "list" not in turn.understood.intents:
        return []
    scores: dict[tuple[str, str | None, Kind], float] = {}
    best = turn.found[0].score
    for found in turn.found[: 40 if named else 12]:
        provision = found.provision
        if provision.kind in NUMBERED and (not named or _slug(provision) in named) and _promised_by(turn, provision):
            key = (provision.document_id, provision.parent, provision.kind)
            scores[key] = scores.get(key, 0.0) + max(0.0, found.score - best + weights().margins["family"])
    if not scores:
        return []
    key = max(scores, key=lambda one: (scores[one], one[0], one[1] or "", one[2]))
    row = [p for p in turn.engine.index.provisions.values() if (p.document_id, p.parent, p.kind) == key]
    ours = [f for f in turn.found[:6] if (f.provision.document_id, f.provision.parent, f.provision.kind) == key]
    first = turn.found[0].provision
    together = (first.document_id, first.parent) == key[:2]
    near = bool(ours) and ours[0].score >= best - weights().margins["near"]
    fits = (together or near) if named else (together and first.kind is key[2] and len(ours) > 1)
    fits = fits and 1 < len(row) <= LARGEST_FAMILY
    return without_twins(turn, [Found(p, best, exact=True) for p in row]) if fits else []


def _promised_by(turn: Turn, provision: Provision) -> bool:
    """Of commitments, those of the actor that the question names first."""
    if provision.kind is not Kind.COMMITMENT:
        return True
    places = {name: at for name, word in ACTORS.items() if (at := turn.understood.folded.find(word)) >= 0}
    return not places or provision.actors == [min(places, key=lambda name: places[name])]


def _slug(provision: Provision) -> str:
    last = provision.id.rsplit("/", 1)[1]
    return "engagement" if provision.kind is Kind.COMMITMENT else last.rsplit("-", 1)[0]


def _sides(turn: Turn) -> list[Found]:
    """For a comparison, the best of each document named, else of each actor named."""
    asked = turn.understood
    named = asked.mentions.documents
    nearby = () if set(named) & set(asked.mentions.territory) else asked.mentions.territory[:1]
    documents = list(dict.fromkeys([*named, *nearby]))
    if len(documents) > 1:
        groups = [[f for f in turn.found if f.provision.document_id == name] for name in documents]
    elif len(asked.actors) > 1 and "compare" in asked.intents:
        groups = [[f for f in turn.found if f.provision.actors[:1] == [name]] for name in sorted(asked.actors)]
    else:
        return []
    shown = [found for group in groups if group for found in _near(turn, group, "side")]
    return without_twins(turn, shown) if len({f.provision.document_id for f in shown}) > 1 or len(documents) < 2 else []


def _other_figures(turn: Turn, chosen: list[Found]) -> list[Found]:
    """What another text says otherwise: both stand in the answer."""
    asked = turn.understood
    if not chosen or not (set(asked.slots) & {"count", "rate", "date"} or "compare" in asked.intents or len(chosen) == 1):
        return []
    note = turn.engine.index.notes.get(chosen[0].provision.id)
    told = {found.provision.id for found in chosen}
    others = [name for name in (note.differs if note else []) if name not in told]
    return [Found(turn.engine.index.provisions[name], chosen[0].score, exact=True) for name in others]


def twins_of(turn: Turn, provision: Provision) -> list[str]:
    """The same words in other documents."""
    return list(turn.engine.lookup.twins.get(provision.id, ()))
