"""Decide, with reasons, how a question can be answered, and which provisions the answer rests on."""

from assistant.choose import choose
from assistant.context import Found, Turn
from assistant.patterns import slots
from assistant.references import Reference, named
from assistant.scope import out_of_scope
from assistant.texts import say
from assistant.types import NextQuestion, Reason, Status
from ingest.french import fold, tokenise_french

ABSENT = ("contact", "application", "deadline")


def run(turn: Turn) -> None:
    """Fill in `chosen`, `missing` and `status`; ends the path where there is nothing to compose."""
    if out_of_scope(turn):
        turn.end(Status.REFUSED, Reason.OUT_OF_SCOPE, say("out_of_scope", turn.language, documents=turn.engine.titles))
        return
    if not turn.found:
        turn.end(Status.REFUSED, Reason.NO_SOURCE, say("no_source", turn.language, documents=turn.engine.titles))
        return
    if _says_nothing(turn):
        turn.next_question = NextQuestion(slot="need", text=say("which_need", turn.language))
        turn.end(Status.CLARIFICATION, text=say("which_need", turn.language))
        return
    if _no_such_number(turn):
        return
    if _which_one(turn):
        return
    turn.chosen = choose(turn)
    turn.missing = [say(f"missing_{name}", turn.language) for name in missing_details(turn)]
    if turn.missing:
        turn.status = Status.PARTIAL


def _says_nothing(turn: Turn) -> bool:
    """A request for help that says neither what for nor for whom."""
    asked = turn.understood
    if asked.reference or asked.mentions.documents or asked.concepts or asked.follows:
        return False
    return len([token for token in tokenise_french(asked.search) if token in turn.engine.lookup.rarity]) <= 1 and "aid" in asked.intents


def _no_such_number(turn: Turn) -> bool:
    """A number that no text carries, such as a fifth axis where there are four: said, with what there is."""
    reference = turn.understood.reference
    if reference is None or turn.found[0].exact or len(reference.pieces) < 2:
        return False
    above = named(Reference(reference.pieces[:-1], ()), turn.engine.index.provisions.values())
    above = [p for p in above if p.document_id in turn.understood.mentions.documents] or above
    if not above:
        return False
    children = turn.engine.lookup.children.get(above[0].id, ())
    provisions = turn.engine.index.provisions
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


def missing_details(turn: Turn) -> list[str]:
    """The details asked for that no chosen provision gives."""
    wanted = list(turn.understood.slots)
    if "amount" in wanted and "count" in wanted:
        wanted.remove("count")
    if "date" in wanted and "deadline" in wanted:
        wanted.remove("date")
    return [name for name in wanted if not _given(turn, name)]


def _given(turn: Turn, name: str) -> bool:
    if name in ABSENT:
        return False
    slot = slots()[name]
    for found in turn.chosen:
        figures = [f for f in found.provision.figures if "*" in slot.units or f.unit in slot.units]
        if slot.units and any(_fits(turn, name, f.unit, f.written) for f in figures):
            return True
        if slot.text is not None and slot.text.search(fold(found.provision.quote_plain)):
            return True
    return False


def _fits(turn: Turn, name: str, unit: str, written: str) -> bool:
    """A figure counts unless it is only the year or the name of the thing asked about."""
    if name == "count":
        return unit not in ("year", "date", "period", "%", "€") and fold(written) not in turn.understood.folded
    return True
