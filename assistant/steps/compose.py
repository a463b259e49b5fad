"""Say what was found: the best passage first, each with the words it rests on."""

from assistant.context import Statement, Turn
from assistant.steps.cite import citations_for
from assistant.texts import say
from assistant.types import Reason, Status

SHOWN = 3


def run(turn: Turn) -> None:
    """Fill in `statements`, `citations` and `text`."""
    if not turn.found:
        titles = "; ".join(d.short_title for d in turn.engine.index.documents.values())
        turn.end(Status.REFUSED, Reason.NO_SOURCE, say("no_source", turn.language, documents=titles))
        return
    shown = turn.found[:SHOWN]
    turn.statements = [Statement(f.provision.label, [f.provision.id], f.provision.quote_plain) for f in shown]
    turn.citations = citations_for(turn, [f.provision.id for f in shown])
    turn.text = "\n\n".join([say("says", turn.language), *(_passage(turn, at) for at in range(len(shown)))])


def _passage(turn: Turn, at: int) -> str:
    statement, citation = turn.statements[at], turn.citations[at]
    verbatim = turn.engine.index.documents[citation.document_id].verbatim
    words = " ".join(statement.quoted.split())
    quoted = f"« {words} »" if verbatim else f"{words} {say('press', turn.language)}"
    return f"**{citation.label}** [{citation.marker}]\n\n> {quoted}"
