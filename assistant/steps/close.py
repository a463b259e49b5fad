"""What goes with every answer: the standing notice, and what has ended said to have ended."""

from assistant.context import Turn
from assistant.texts import say

MONTHS = {
    "fr": ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"],
    "en": ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
    "de": ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"],
}


def run(turn: Turn) -> None:
    """Fill in `notices`."""
    turn.notices = [say("notice", turn.language)]
    for document_id in dict.fromkeys(c.document_id for c in turn.citations if c.in_force == "ended"):
        document = turn.engine.index.documents[document_id]
        end = document.in_force_until
        if end is not None:
            when = f"{end.day}{'.' if turn.language == 'de' else ''} {MONTHS[turn.language][end.month - 1]} {end.year}"
            turn.notices.append(say("ended", turn.language, document=document.short_title, date=when))
