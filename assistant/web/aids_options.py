"""What the wizard offers to choose from, in the words of the matcher."""

from functools import cache
from typing import Any, NamedTuple

from assistant.matching.situation import ASKERS, STAGES
from assistant.matching.spoken import named
from assistant.types import Language
from ingest.wording import load_data

Choice = tuple[str, str]
FAMILY = "family_"


class Options(NamedTuple):
    """Choices as (key, name); `needs` by families, the first of which holds what is asked for most."""

    askers: list[Choice]
    stages: list[Choice]
    needs: list[tuple[str, list[Choice]]]


@cache
def options(language: Language) -> Options:
    """The choices in one language."""
    rows: dict[str, Any] = load_data("assistant", "interface/aids")
    needs = [(row[language], _named("needs", row["needs"], language)) for name, row in rows.items() if name.startswith(FAMILY)]
    return Options(_named("asker", list(ASKERS), language), _named("stage", list(STAGES), language), needs)


def _named(kind: str, keys: list[str], language: Language) -> list[Choice]:
    return [(key, (name := named(kind, key, language))[:1].upper() + name[1:]) for key in keys]
