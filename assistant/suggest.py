"""Questions to ask next that the texts answer: the ways of asking that our notes give for the passages nearby."""

from collections.abc import Iterator
from functools import cache

from assistant.context import Turn
from assistant.language import language_of
from assistant.types import Language, Status
from ingest.wording import load_data

SHOWN, LONGEST, LOOKED_AT = 3, 100, 12


def suggestions(turn: Turn) -> list[str]:
    """Up to three questions in the asker's language, one a passage, none on what was just shown; after a refusal, three to begin with."""
    if turn.status is Status.REFUSED:
        return list(_words()["begin"][turn.language])
    if turn.status not in (Status.ANSWERED, Status.PARTIAL) or turn.next_question is not None:
        return []
    told = {cited.provision_id for cited in turn.citations}
    twins = turn.engine.lookup.twins
    found: list[str] = []
    for name in _nearby(turn):
        question = "" if name in told else _question(turn, name)
        told |= {name, *twins.get(name, ())}
        if question and question not in found:
            found.append(question)
    return found[:SHOWN]


def _nearby(turn: Turn) -> Iterator[str]:
    """What stands below and beside the first passage shown, then what else was found."""
    if turn.chosen:
        first, children = turn.chosen[0].provision, turn.engine.lookup.children
        yield from children.get(first.id, ())
        row = children.get(first.parent or "", ())
        at = row.index(first.id) if first.id in row else 0
        yield from (*row[at + 1 : at + 3], *row[max(0, at - 1) : at])
    yield from (found.provision.id for found in turn.found[:LOOKED_AT])


def _question(turn: Turn, name: str) -> str:
    """The first plain question among the note's wordings in the asker's language, or nothing."""
    note = turn.engine.index.notes.get(name)
    for wording in note.wordings if note else []:
        if _plain(wording, turn.language):
            return wording[:1].upper() + wording[1:]
    return ""


def _plain(wording: str, language: Language) -> bool:
    begins = wording.lower().startswith(tuple(_words()["openings"][language]))
    return begins and wording.endswith("?") and len(wording) <= LONGEST and language_of(wording, language) == language


@cache
def _words() -> dict[str, dict[Language, list[str]]]:
    return dict(load_data("assistant", "suggestions"))
