"""What goes with every answer: the standing notice, what has ended said to have ended, and what to ask next."""

from assistant.clock import spoken_date
from assistant.context import Turn
from assistant.suggest import suggestions
from assistant.texts import say


def run(turn: Turn) -> None:
    """Fill in `notices` and `suggestions`."""
    turn.suggestions = suggestions(turn)
    turn.notices = [say("notice", turn.language), *turn.notices]
    for document_id in dict.fromkeys(c.document_id for c in turn.citations if c.in_force == "ended"):
        document = turn.engine.index.documents[document_id]
        end = document.in_force_until
        if end is not None:
            when = spoken_date(end, turn.language)
            turn.notices.append(say("ended", turn.language, document=document.short_title, date=when))
