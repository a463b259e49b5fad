"""Which of the provisions found an answer rests on: one, its near equals, or all of a list."""

import math
import re
from itertools import takewhile, zip_longest

from assistant.aids import profile_of, support, wants_support
from assistant.context import Found, Turn
from assistant.ranking import NUMBERED
from assistant.references import words_in
from assistant.rows import LARGEST_FAMILY, MANY, PACTS, row_asked_for, wants_many
from assistant.sets import more, shares_alike
from assistant.texts import say
from assistant.weights import weights
from ingest.types import Kind, Provision

ABOUT_DOCUMENTS = {
    "poce", "declaration-commune", "duree-fin", "signature-signataires", "territoires-industrie", "presse-note", "ptrte-suite",
    "evaluation-bilan",
}  # fmt: skip
PARTS = frozenset({"priorite", "axe"})
HOLDERS = (Kind.SECTION, Kind.PRIORITY, Kind.AXIS)
SURELY, OFTEN = 0.5, 0.25
"""From which share of the questions most alike a passage surely answers, or answers often enough to be shown too."""
EITHER = re.compile(r"\b(?:ou|or|oder)\b")


def choose(turn: Turn) -> list[Found]:
    """The provisions to show, decisive first; a twin in another document is cited with its twin, not apart."""
    exact = [found for found in turn.found if found.exact]
    if exact:
        named = without_twins(turn, _with_children(turn, exact))
        return [*_treated_elsewhere(turn, exact), *named, *_beside(turn, exact)]
    chosen = _sides(turn) or without_twins(turn, row_asked_for(turn)) or _support(turn) or _nearest(turn)
    return [*chosen, *_other_figures(turn, chosen)]


def _treated_elsewhere(turn: Turn, exact: list[Found]) -> list[Found]:
    """The passage that treats what is asked, where the number named is another's: « la priorité 6, c'est les friches ? »."""
    asked, cards = turn.understood, turn.engine.lookup.cards
    if wants_many(asked) or asked.follows:
        return []
    under = tuple(f"{found.provision.id}/" for found in exact)
    inside = [found for found in turn.found if found.exact or found.provision.id.startswith(under)]
    outside = [found for found in turn.found if found not in inside and found.provision.kind is not Kind.SECTION]
    if not outside or outside[0].score < max(found.score for found in inside) + weights().margins["elsewhere"]:
        return []
    known = frozenset[str]().union(*(cards[found.provision.id].concepts for found in inside))
    surely = shares_alike(turn).get(outside[0].provision.id, 0.0) >= SURELY
    if not surely and not asked.concepts & cards[outside[0].provision.id].concepts - known:
        return []
    turn.premise = say("treated_in", turn.language, label=outside[0].provision.label)
    return [outside[0]]


def _beside(turn: Turn, exact: list[Found]) -> list[Found]:
    """Passages beside the one that is named by its number, where they answer what is asked of it: « la deuxième étape, qui la paie ? »."""
    asked = turn.understood
    if len(exact) > 1 or wants_many(asked) or turn.engine.lookup.children.get(exact[0].provision.id):
        return []
    if not (asked.concepts - ABOUT_DOCUMENTS or asked.slots):
        return []  # only the passage itself is asked for
    one, shares = exact[0], shares_alike(turn)
    beside = [found for found in turn.found if not found.exact and found.provision.parent == one.provision.parent]
    near = [found for found in beside if found.score >= one.score - weights().margins["beside"]]
    return [found for found in near if shares.get(found.provision.id, 0.0) >= OFTEN][: weights().most["passage"]]


def _nearest(turn: Turn) -> list[Found]:
    return _opened(turn, more(turn, without_twins(turn, turn.found)))


def candidates(turn: Turn) -> list[Found]:
    """What the passages of an answer are taken from, best first: for somebody who asks for support, what may help him."""
    found = support(turn, profile_of(turn)).found if wants_support(turn) else []
    return without_twins(turn, found or turn.found)


def _near(turn: Turn, ranked: list[Found], sort: str) -> list[Found]:
    """Those near the best, as far and as many as this sort of question allows."""
    best = ranked[0].score
    near = [found for found in ranked if found.score >= best - weights().margins[sort]]
    return without_twins(turn, near)[: weights().most[sort]]


def _opened(turn: Turn, chosen: list[Found]) -> list[Found]:
    """A heading that answers best brings what stands below it; a lead-in (« … passe par : ») the items it announces."""
    first = chosen[0]
    if first.provision.kind in (Kind.PRIORITY, Kind.AXIS):
        below = [turn.engine.index.provisions[name] for name in turn.engine.lookup.children.get(first.provision.id, ())]
    else:
        below = announced(turn, first.provision)
    if not below:
        return chosen
    return without_twins(turn, [first, *(Found(provision, first.score, exact=True) for provision in below)])


def announced(turn: Turn, lead_in: Provision) -> list[Provision]:
    """The numbered passages that follow a lead-in under the same heading, to the next of another sort."""
    if not lead_in.quote_plain.rstrip(" *_").endswith(":") or lead_in.kind in NUMBERED:
        return []
    siblings = [turn.engine.index.provisions[name] for name in turn.engine.lookup.children.get(lead_in.parent or "", ())]
    after = siblings[siblings.index(lead_in) + 1 :] if lead_in in siblings else []
    row = list(takewhile(lambda provision: provision.kind is after[0].kind, after)) if after else []
    row = row if row and (row[0].kind in NUMBERED or row[0].kind is Kind.ITEM) else []
    return row if len(row) <= LARGEST_FAMILY else []


def _support(turn: Turn) -> list[Found]:
    """For somebody who asks what there is for him: the passages of what may help, and the schemes themselves."""
    if not wants_support(turn):
        return []
    found = support(turn, profile_of(turn))
    if found.closed and (not found.found or found.closed[0].score > _best_found(turn, found.found) + weights().aids["closed"]):
        turn.closed = found.closed[0].provision.id in found.elsewhere
        return _near(turn, found.closed, "passage")
    turn.schemes, turn.next_question = found.results, found.next_question
    turn.notices += found.notices
    ranked = without_twins(turn, found.found)
    return found.found if found.found[0].exact else more(turn, ranked, weights().aids["more"])[: weights().most["aid"]]


def _best_found(turn: Turn, among: list[Found]) -> float:
    """The best score that retrieval alone gives one of these passages."""
    names = {one.provision.id for one in among}
    return max((found.score for found in turn.found if found.provision.id in names), default=-math.inf)


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


def _sides(turn: Turn) -> list[Found]:
    """For a comparison, the best of each document named, else of each actor named."""
    asked = turn.understood
    named = asked.mentions.documents
    nearby = () if set(named) & set(asked.mentions.territory) else asked.mentions.territory[:1]
    documents = list(dict.fromkeys([*named, *nearby]))
    if len(documents) > 1:
        titles = [turn.engine.index.documents[name].short_title for name in documents]
        groups = [_main_parts(turn, name) or [f for f in turn.found if f.provision.document_id == name] for name in documents]
    elif len(asked.actors) > 1 and "compare" in asked.intents:
        titles = sorted(asked.actors)
        groups = [[f for f in turn.found if f.provision.actors[:1] == [name]] for name in titles]
    elif len(asked.actors) > 1 and asked.kind.get("who", 0.0) >= MANY and EITHER.search(asked.folded):
        titles = sorted(asked.actors)
        groups = [_promised(turn, name) for name in titles]
        if not all(groups):
            return []
    else:
        return []
    sides = [(title, group if group[0].exact else _near(turn, group, "side")) for title, group in zip(titles, groups, strict=True) if group]
    shown = without_twins(turn, [found for row in zip_longest(*(own for _, own in sides)) for found in row if found])
    if len(documents) > 1 and len({found.provision.document_id for found in shown}) < 2:
        return []
    turn.sides = [(title, [found.provision.id for found in own]) for title, own in sides]
    return shown


def _promised(turn: Turn, actor: str) -> list[Found]:
    """What one of the actors promises on this, where it fits about as well as the best passage found."""
    least = turn.found[0].score - weights().margins["side"]
    own = [found for found in turn.found if found.provision.kind is Kind.COMMITMENT and found.provision.actors[:1] == [actor]]
    return [found for found in own if found.score >= least]


def _main_parts(turn: Turn, document_id: str) -> list[Found]:
    """Of a document that is compared as a whole, on no subject: its priorities or axes."""
    asked, pact = turn.understood, turn.engine.index.documents[document_id].kind in PACTS
    if not pact or asked.concepts - ABOUT_DOCUMENTS or not words_in(asked.folded) & PARTS:
        return []
    top = turn.engine.lookup.places.of_kinds([document_id], [Kind.PRIORITY]) or turn.engine.lookup.places.of_kinds(
        [document_id], [Kind.AXIS]
    )
    return [Found(provision, 0.0, exact=True) for provision in top]


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
