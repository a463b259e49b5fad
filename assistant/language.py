"""The language of a question: French, English or German, by its small words."""

import re
from functools import cache

from assistant.types import Language
from ingest.wording import load_data

WORD = re.compile(r"[a-zà-öø-ÿœß']+", re.I)


@cache
def _marks() -> dict[Language, frozenset[str]]:
    rows: dict[Language, str] = load_data("assistant", "languages")
    return {language: frozenset(words.split()) for language, words in rows.items()}


def language_of(text: str, before: Language = "fr") -> Language:
    """The language whose small words occur most; `before` when none occurs more than the others."""
    words = [w.lower() for w in WORD.findall(text)]
    counts = {language: sum(w in marks for w in words) for language, marks in _marks().items()}
    if re.search(r"[äß]|ü", text):
        counts["de"] += 2
    if re.search(r"[éèêàçœ]|\b[ldqnsjc]['’]", text, re.I):
        counts["fr"] += 1
    best = max(counts.values())
    winners = [language for language, count in counts.items() if count == best]
    return before if best == 0 or (len(winners) > 1 and before in winners) else winners[0]
