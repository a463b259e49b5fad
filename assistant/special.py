"""Questions that the register or an acronym answers better than a ranking: what a document is worth today, what letters stand for."""

import re

from assistant.choose import ABOUT_DOCUMENTS, without_twins
from assistant.context import Found, Turn
from ingest.types import Kind

HARDLY = 0.05
"""Below this likelihood of a kind of answer, words that sound like it ask for something else: « what is the share of R&D ? »."""


def asks_validity(turn: Turn) -> bool:
    """Whether a question asks for the date, the duration or the end of a document, and not of something in it."""
    asked = turn.understood
    if not (asked.mentions.documents or asked.mentions.territory) or "validity" not in asked.intents:
        return False
    likely = asked.kind.get("status", 1.0) + asked.kind.get("date", 1.0) + asked.kind.get("yesno", 1.0)
    return len(asked.concepts - ABOUT_DOCUMENTS) <= 1 and likely >= HARDLY


def validity(turn: Turn) -> list[Found]:
    """The passages that date the document asked about: its title page, and for a note what says how it is dated."""
    asked = turn.understood
    documents = asked.mentions.documents or asked.mentions.territory[:1]
    places = turn.engine.lookup.places
    pages = places.of_kinds(documents[:1], [Kind.TITLE])
    document = turn.engine.index.documents[documents[0]]
    if not document.verbatim:
        pages += places.of_kinds([document.id], [Kind.PARAGRAPH])[:1]
    return [Found(page, 1.0, exact=True) for page in pages or [turn.found[0].provision]]


def dated(turn: Turn) -> bool:
    """Whether the document asked about says when it ends, or the question asks only for a date that it has."""
    asked = turn.understood
    document = turn.engine.index.documents[(asked.mentions.documents or asked.mentions.territory)[0]]
    wants_end = {"deadline", "duration"} & set(asked.slots) or "in_force" in asked.intents
    return document.in_force_until is not None if wants_end else document.date is not None


def acronym(turn: Turn) -> tuple[list[Found], str]:
    """For a question on letters: the passages that write them out, else those that use them; and the letters never written out."""
    asked = sorted(turn.engine.acronyms.asked(turn.words), key=len, reverse=True)
    provisions = turn.engine.index.provisions
    written = [name for one in asked for name in turn.engine.acronyms.written_out[one]]
    if written:
        order = {found.provision.id: at for at, found in enumerate(turn.found)}
        best = sorted(dict.fromkeys(written), key=lambda name: order.get(name, len(order)))
        return [Found(provisions[name], 1.0, exact=True) for name in best[:2]], ""
    letters = asked[0]
    uses = [found for found in turn.found if re.search(rf"(?<!\w){re.escape(letters)}(?!\w)", found.provision.quote_plain, re.I)]
    return without_twins(turn, uses)[:2], letters.upper()


def about_letters(turn: Turn) -> bool:
    """Whether a question is about what letters stand for: it asks for a meaning, or says hardly anything else."""
    asked = turn.engine.acronyms.asked(turn.words)
    if not asked:
        return False
    others = {word for word in re.findall(r"[^\W\d_]{4,}", turn.understood.folded) if word not in asked}
    if not others:
        return True
    if "definition" not in turn.understood.intents or len(others) > 8:
        return False
    return turn.understood.kind.get("definition", 1.0) >= HARDLY
