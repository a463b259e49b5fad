"""What a question takes for granted, held against the passages: an actor, a number, a date, a count."""

import re

from assistant.clock import date_of
from assistant.context import Found, Turn
from assistant.references import counted_words, plural
from assistant.texts import say
from ingest.actors import named_actors
from ingest.figures import figures_of
from ingest.french import fold
from ingest.types import Kind

COMMITTING = (Kind.COMMITMENT,)
RIVALS = {"Région", "intercommunalités", "État"}
OF_YEAR = re.compile(
    r"\b(?:declaration|erklarung)(?: commune| conjointe)?(?: (?:signee|faite|conclue|adoptee|publiee|signed|made))?"
    r"(?: (?:a|in|at) [^\W\d_]+)?"
    r" (?:de|en|du|of|from|von|vom|aus|in)(?: [^\W\d_]+)? (20\d\d)\b"
)
CHOICE = re.compile(r"\b(?:ou|or|oder|qui|who|wer|quel\w*|which|welche\w*|compar\w+)\b")


def corrected_premise(turn: Turn) -> str:
    """A sentence that sets right what the question takes for granted, or nothing."""
    if not turn.chosen:
        return ""
    return _count(turn) or _date(turn) or _actor(turn) or _figure(turn)


def _count(turn: Turn) -> str:
    """« les quatre axes » where the text has three."""
    kinds = {found.provision.kind for found in turn.chosen}
    whole = all(found.exact for found in turn.chosen) and len(kinds) == 1 and len(turn.chosen) > 1
    for number, slug in counted_words(turn.understood.folded):
        own = [found for found in turn.chosen if found.provision.id.rsplit("/", 1)[1].startswith(f"{slug}-")]
        if whole and len(own) == len(turn.chosen) and number != len(own):
            return say("count_is", turn.language, count=len(own), asked=number, what=plural(slug, turn.language))
    return ""


def _date(turn: Turn) -> str:
    """A day or a year named for a document that bears another."""
    for document_id in turn.understood.mentions.documents:
        document = turn.engine.index.documents[document_id]
        year = OF_YEAR.search(turn.understood.folded)
        if document.date is not None and document.kind == "declaration" and year and int(year[1]) != document.date.year:
            return say("dated", turn.language, document=document.short_title, date=date_of(document, turn.language))
        days = {figure.value for figure in figures_of(turn.words) if figure.unit == "date" and figure.value.count("-") == 2}
        if document.date is not None and days and document.kind == "declaration" and document.date.isoformat() not in days:
            return say("dated", turn.language, document=document.short_title, date=date_of(document, turn.language))
    return ""


def _actor(turn: Turn) -> str:
    """A commitment put in the mouth of another than the one who made it."""
    first = turn.chosen[0].provision
    asked = turn.understood.actors & RIVALS
    if first.kind not in COMMITTING or len(asked) != 1 or CHOICE.search(turn.understood.folded):
        return ""
    said = set(named_actors(first.quote_plain))
    if asked & set(first.actors) or "ensemble" in first.actors or asked & said or not set(first.actors) & RIVALS:
        return ""
    return say("actor_is", turn.language, actor=say(f"actor_{fold(first.actors[0])}", turn.language))


def _figure(turn: Turn) -> str:
    """A figure of the question that differs from the only one of its unit in the passage."""
    first: Found = turn.chosen[0]
    for asked in figures_of(turn.words):
        if asked.unit not in ("%", "€"):
            continue
        same = {figure.value: figure.written for figure in first.provision.figures if figure.unit == asked.unit}
        if len(same) == 1 and asked.value not in same:
            return say("figure_is", turn.language, written=next(iter(same.values())), asked=asked.written)
    return ""
