"""Today, as a clock that tests can set, and what it makes of a document."""

import datetime as dt
import os
import re

from assistant.types import InForce, Language
from ingest.types import Document

MONTHS = {
    "fr": ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"],
    "en": ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
    "de": ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"],
}


def today() -> dt.date:
    """The date of today, or the one the variable PACTES_TODAY gives (YYYY-MM-DD)."""
    given = os.environ.get("PACTES_TODAY")
    return dt.date.fromisoformat(given) if given else dt.date.today()


def in_force(document: Document) -> InForce:
    """Whether a document is in force today, as far as its own dates say."""
    if document.in_force != "dated":
        return "unknown"
    if document.in_force_until is not None and today() > document.in_force_until:
        return "ended"
    return "yes"


def spoken_date(day: dt.date, language: Language) -> str:
    """A date as people read it: « 31 décembre 2021 », « 1er janvier 2018 », “31 December 2021”, „31. Dezember 2021“."""
    mark = "." if language == "de" else "er" if language == "fr" and day.day == 1 else ""
    return f"{day.day}{mark} {MONTHS[language][day.month - 1]} {day.year}"


def date_of(document: Document, language: Language) -> str:
    """A document's date as people read it; the month alone where the register's note on the date names no day. Empty without a date."""
    day, note = document.date, document.date_note
    if day is None:
        return ""
    known = not note or re.search(rf"\b{day.day}(?:er)?\b", note) is not None
    return spoken_date(day, language) if known else f"{MONTHS[language][day.month - 1]} {day.year}"
