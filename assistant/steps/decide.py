"""Decide, with reasons, how a question can be answered, and which provisions the answer rests on."""

import re

from assistant.aids import BROAD, nothing_for_the_trade, profile_of, wants_support
from assistant.choose import choose
from assistant.clock import date_of, in_force, spoken_date
from assistant.context import Found, Turn
from assistant.details import likeliest_absent, missing_details, of_another_place, rescued
from assistant.matching.spoken import phrase
from assistant.matching.standing import ANY_AID
from assistant.matching.types import Profile
from assistant.premise import corrected_premise
from assistant.references import Reference, named
from assistant.rows import PACTS
from assistant.scope import out_of_scope
from assistant.signs import absence_odds, left_open, outside_odds
from assistant.special import about_letters, acronym, asks_validity, dated, validity
from assistant.texts import say
from assistant.types import NextQuestion, Reason, Status
from assistant.weights import weights
from ingest.types import Kind

HARDLY = 0.25
UNSEEN = 0.5
"""From which odds a detail is absent although no pattern saw the question ask for one."""
MOST = 0.6
"""The share of a question's words, each counted by its rarity, that a passage holds to be surely about it."""
SURELY_GIVEN = -2.0
"""Up to which odds, of those that a passage leaves a question open, it is held to give the number asked for."""
FEW = 3
"""Words known to the texts, at most, in a request for help that says nothing else."""
WORKING = ("firm", "farmer", "intercommunalité", "structure", "investor")
SURELY_OUTSIDE = 0.97
STILL = re.compile(r"\b(?:encore|toujours|reste|puis[- ]je|peut[- ]on|profiter|droit|still|noch|over|vorbei|fini|mort|202[3-9]|2030)\b")


def run(turn: Turn) -> None:
    """Fill in `chosen`, `missing` and `status`; ends the path where there is nothing to compose."""
    if _says_nothing(turn):
        turn.next_question = NextQuestion(slot="need", text=say("which_need", turn.language))
        turn.end(Status.CLARIFICATION, text=say("which_need", turn.language))
        return
    outside = out_of_scope(turn) if turn.engine.learned is None else outside_odds(turn) > 0
    if outside and not _seeks_support_here(turn) and not _names_a_pact(turn) and not _told_by_a_later_text(turn):
        at_home = wants_support(turn) and profile_of(turn).asker == "household"
        said = phrase("household", turn.language) if at_home else say("out_of_scope", turn.language, documents=turn.engine.titles)
        turn.end(Status.REFUSED, Reason.OUT_OF_SCOPE, said)
        return
    if not turn.found:
        turn.end(Status.REFUSED, Reason.NO_SOURCE, say("no_source", turn.language, documents=turn.engine.titles))
        return
    if _no_such_number(turn):
        return
    if _which_one(turn):
        return
    if asks_validity(turn):
        turn.chosen = validity(turn)
        if not dated(turn):
            turn.missing, turn.status = [_undated(turn)], Status.PARTIAL
        else:
            turn.premise = _validity(turn)
        return
    if about_letters(turn):
        turn.chosen, never = acronym(turn)
        if never:
            turn.missing, turn.status = [say("missing_letters", turn.language, letters=never)], Status.PARTIAL
        if turn.chosen:
            return
    turn.chosen = choose(turn)
    turn.premise = turn.premise or corrected_premise(turn)
    lacking, ended = absent_details(turn), all_ended(turn)
    asked_by_name = turn.understood.slots or not turn.premise
    turn.missing = [say(f"missing_{name}", turn.language) for name in lacking if asked_by_name] + ended
    if (turn.closed or _for_another_place(turn)) and not turn.missing:
        turn.missing = [say("not_for_you", turn.language)]
    if not turn.missing and nothing_for_the_trade(turn):
        turn.missing = [say("trade_not_named", turn.language)]
    if turn.missing:
        turn.status = Status.PARTIAL


def _for_another_place(turn: Turn) -> bool:
    """Whether somebody asks what there is for him, and all that was found stands in a pact of another place than his."""
    return bool(turn.chosen) and wants_support(turn) and all(of_another_place(turn, found.provision) for found in turn.chosen)


def absent_details(turn: Turn) -> list[str]:
    """The details asked for that the texts do not give on this; what a neighbouring passage gives is added to the answer."""
    lacking = []
    for name in missing_details(turn):
        if found := rescued(turn, name):
            turn.chosen.append(found)
        else:
            lacking.append(name)
    if turn.engine.learned is None:
        return lacking
    paid = "amount" in turn.understood.slots and not lacking
    if not turn.chosen or paid or absence_odds(turn) <= (0.0 if lacking else UNSEEN):
        return []
    first = turn.chosen[0].provision
    if lacking == ["count"] and not of_another_place(turn, first) and left_open(turn, [first])[0] <= SURELY_GIVEN:
        return []  # the thing counted has another name in the passage
    if not lacking and first.id not in turn.engine.learned.place:
        return []  # a passage that came later: nothing was learned of what it leaves open
    if not lacking and wants_support(turn) and turn.understood.detail.get("none", 1.0) >= HARDLY:
        return []
    return lacking or [likeliest_absent(turn)]


def all_ended(turn: Turn) -> list[str]:
    """For somebody who asks for support: that the only pact found has ended, with the page that says so.

    Where the question names that pact, its end is said and the rest answered.
    """
    index, asked = turn.engine.index, turn.understood
    documents = {found.provision.document_id for found in turn.chosen}
    ended = [d for d in documents if in_force(index.documents[d]) == "ended"]
    named = bool(set(ended) & set(asked.mentions.documents))
    if not ended or not (STILL.search(asked.folded) or wants_support(turn)):
        return []
    told = {found.provision.id for found in turn.chosen}
    titles = turn.engine.lookup.places.of_kinds(ended, [Kind.TITLE])
    turn.chosen += [Found(title, 0.0, exact=True) for title in titles if title.id not in told]
    document = index.documents[ended[0]]
    if len(documents) > 1 or document.in_force_until is None:
        return []
    said = say("ended", turn.language, document=document.short_title, date=spoken_date(document.in_force_until, turn.language))
    if named:
        turn.premise = turn.premise or said
    return [] if named else [said]


def _undated(turn: Turn) -> str:
    document = turn.engine.index.documents[turn.chosen[0].provision.document_id]
    return say("undated" if document.date is None else "no_end", turn.language, document=document.short_title)


def _validity(turn: Turn) -> str:
    """What the register says of the document's date and end."""
    document = turn.engine.index.documents[turn.chosen[0].provision.document_id]
    if document.in_force_until is not None and in_force(document) == "ended":
        return say("ended", turn.language, document=document.short_title, date=spoken_date(document.in_force_until, turn.language))
    if document.date is None:
        return ""
    return say("dated", turn.language, document=document.short_title, date=date_of(document, turn.language))


def _says_nothing(turn: Turn) -> bool:
    """A request for help that says neither what for nor for whom."""
    asked = turn.understood
    if asked.reference or asked.mentions.documents or asked.follows:
        return False
    known = [token for token in asked.tokens if token in turn.engine.lookup.rarity]
    if not asked.concepts and len(known) <= 1 and "aid" in asked.intents:
        return True
    bare = not asked.concepts - BROAD and len(known) <= FEW and "aid" in asked.intents and not asked.actors
    vague = bare or asked.scope.get("vague", 0.0) >= weights().vague
    return vague and not _tells(profile_of(turn))


def _names_a_pact(turn: Turn) -> bool:
    """Whether a question names one of the pacts: what it asks of it may be absent, but is no other subject."""
    documents = turn.engine.index.documents
    return any(documents[name].kind in PACTS for name in turn.understood.mentions.documents)


def _told_by_a_later_text(turn: Turn) -> bool:
    """Whether the best passage came after all that was learned, and holds most of the question's words."""
    learned = turn.engine.learned
    if learned is None or not turn.found or turn.fit is None or turn.found[0].provision.id in learned.place:
        return False
    return turn.fit.covered >= MOST


def _seeks_support_here(turn: Turn) -> bool:
    """Whether a firm of the region says what it needs: whatever else its words hold, the texts are about that."""
    profile, asked = profile_of(turn), turn.understood
    if profile.asker not in (None, *WORKING) or not profile.places or profile.outside or asked.scope.get("outside", 0.0) >= SURELY_OUTSIDE:
        return False
    return bool(profile.needs) and bool(profile.sector or profile.headcount or asked.follows)


def _tells(profile: Profile) -> bool:
    """Whether somebody said anything of himself that support could depend on."""
    return bool(set(profile.needs) - {ANY_AID} or profile.sector or profile.stage or profile.headcount or profile.places or profile.outside)


def _no_such_number(turn: Turn) -> bool:
    """A number that no text carries, such as a fifth axis where there are four: said, with what there is."""
    reference = turn.understood.reference
    if reference is None or turn.found[0].exact or len(reference.pieces) < 2:
        return False
    provisions, lookup = turn.engine.index.provisions, turn.engine.lookup
    left_out = [tuple(piece for piece in reference.pieces if piece != gone) for gone in reference.pieces]
    above = [p for pieces in left_out for p in named(Reference(pieces, ()), lookup.places.ending_on(pieces)) if lookup.children.get(p.id)]
    above = [p for p in above if p.document_id in turn.understood.mentions.documents] or above
    if not above:
        return False
    children = lookup.children.get(above[0].id, ())
    turn.chosen = [Found(above[0], 1.0, exact=True), *(Found(provisions[name], 1.0, exact=True) for name in children)]
    turn.missing = [say("missing_number", turn.language, label=above[0].label, count=len(children))]
    turn.status = Status.PARTIAL
    return True


def _which_one(turn: Turn) -> bool:
    """A number that several headings carry, and nothing else to tell which is meant: asked back."""
    asked = turn.understood
    exact = [found.provision for found in turn.found if found.exact]
    parents = {provision.parent for provision in exact}
    families = {provision.id.split("/", 1)[1] for provision in exact}
    if len(parents) < 3 or len(families) < 3 or asked.concepts or asked.mentions.documents:
        return False
    labels = "; ".join(dict.fromkeys(provision.label for provision in exact[:6]))
    turn.next_question = NextQuestion(slot="reference", text=say("which_one", turn.language))
    turn.end(Status.CLARIFICATION, text=f"{say('which_one', turn.language)} {labels}…")
    return True
