"""Who acts in a provision, and whom it speaks to, read from its own words."""

import re
from functools import cache

from ingest.wording import load

OPENING = re.compile(
    r"^(?:(?:dans|pour|au|aux|à|a|afin|par|en|dès|depuis|sur|s'agissant|au-delà|malgré|actuellement|ainsi|enfin|initié)\b"
    r"(?:[^.;:,]{0,16} |[^.;:]{0,190}?, ))"
    r"(?=(?:l[ae]s? |l'|chaque )?(?:régions?|intercommunalités?|[ée]tat|petr|epci)\b)",
    re.I,
)


@cache
def _names() -> dict[str, str]:
    return dict(load("actors")["names"])


@cache
def _subject() -> re.Pattern[str]:
    each = "|".join(f"(?:{pattern})" for pattern in _names().values())
    return re.compile(rf"^(?:{each})(?:(?:,? (?:et|ou|comme) |, |/| )(?:{each}))*(?=\W|$)", re.I)


@cache
def _agent() -> re.Pattern[str]:
    each = "|".join(f"(?:{pattern})" for pattern in _names().values())
    return re.compile(
        rf"\b(?:financ\w+|port\w+|copil\w+|pilot\w+|lanc\w+|déploy\w+|men\w+|accompagn\w+|organis\w+|impuls\w+|instaur\w+|élabor\w+"
        rf"|construit\w*|constru\w+|labell\w+|(?<=-)construit\w*|propos\w+|ouvrage|gér\w+|sign\w+|cofinanc\w+|co-financement|financement)"
        rf"(?: [^.;:]{{0,40}}?)? (?:par|avec|entre|de) ((?:{each})(?:(?:,? (?:et|et/ou|ou) |, |/)(?:{each}))*)(?=\W|$)",
        re.I,
    )


def named_actors(text: str) -> list[str]:
    """Every actor a phrase names, in the order of the names' table."""
    found = []
    for name, pattern in _names().items():
        if re.search(rf"(?<!\w)(?:{pattern})(?!\w)", text, re.I):
            found.append(name)
    return found


def acting(text: str) -> list[str]:
    """Actors that are the subject of a sentence of this text, or named as those who finance, carry or lead."""
    found: list[str] = []
    for sentence in re.split(r"(?<=[.!?;:])\s+", text):
        opening = OPENING.match(sentence)
        subject = _subject().match(sentence) or (_subject().match(sentence[opening.end() :]) if opening else None)
        if subject:
            found += named_actors(subject[0])
        for agent in _agent().finditer(sentence):
            found += named_actors(agent[1])
    return list(dict.fromkeys(found))


def served(text: str) -> list[str]:
    """Whom the words speak of as those they are for: firm, intercommunalité, person, structure."""
    table: dict[str, str] = load("actors")["served"]
    return [who for who, pattern in table.items() if re.search(pattern, text, re.I)]
