"""Today, as a clock that tests can set, and what it makes of a document."""

import datetime as dt
import os

from assistant.types import InForce
from ingest.types import Document


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
