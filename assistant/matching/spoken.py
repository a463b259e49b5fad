"""The matcher's words for people, by language."""

from functools import cache
from typing import Any

from assistant.types import Language
from ingest.schemes import Spoken
from ingest.wording import load_data

LANGUAGES: tuple[Language, ...] = ("fr", "en", "de")


@cache
def table(name: str) -> dict[str, Any]:
    """The data file `assistant/matching/data/<name>.yaml`."""
    return dict(load_data("assistant.matching", name))


def phrase(name: str, language: Language, **values: object) -> str:
    """The phrase of that name, its places filled in."""
    said: str = table("spoken")[name][language]
    return said.format(**values) if values else said


def named(kind: str, code: str, language: Language) -> str:
    """What people call a code of that kind (`stage`, `needs`, `group`…); the code itself when the table lacks it."""
    row: dict[Language, str] = table("spoken_names")[kind].get(code, {})
    return row.get(language, code)


def told(text: Spoken, language: Language) -> str:
    """A text of the catalogue in that language, in French where it has no other."""
    return {"fr": text.fr, "en": text.en, "de": text.de}[language] or text.fr


def choice(names: list[str], language: Language) -> str:
    """« a, b ou c »."""
    *head, last = names or [""]
    return f"{', '.join(head)} {phrase('or', language)} {last}" if head else last


def spelt_out(name: str) -> str:
    """A grouping's name with the initials at its head written in full."""
    head, _, rest = name.partition(" ")
    return f"{table('spoken_names')['initials'].get(head, head)} {rest}".strip()
