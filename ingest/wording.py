"""The words by which French public texts announce their structure, read from data files."""

import re
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from ingest.types import Kind
from ingest.yaml_text import read_yaml


class Word(NamedTuple):
    """A structural word: what it makes of a provision, and how ids and labels write it."""

    kind: Kind
    slug: str
    label: str
    child: str = "point"


class ActorHeading(NamedTuple):
    """A heading that is only the name of who commits."""

    actor: str
    slug: str
    label: str


class Container(NamedTuple):
    """A heading such as « Annexes » that holds numbered parts of its own."""

    slug: str
    label: str


@cache
def load_data(package: str, name: str) -> Any:
    """The data file `<package>/data/<name>.yaml`."""
    return read_yaml(files(package).joinpath("data", f"{name}.yaml").read_text(encoding="utf-8"))


def load(name: str) -> dict[str, Any]:
    """The data file `ingest/data/<name>.yaml`."""
    return dict(load_data("ingest", name))


@cache
def numbered_words() -> dict[str, Word]:
    """Words that number a heading (« priorité », « axe »…), by their lower-case form."""
    table: dict[str, dict[str, str]] = load("wording")["numbered_headings"]
    return {word: Word(Kind(row["kind"]), row["slug"], row["label"], row["child"]) for word, row in table.items()}


@cache
def word_number() -> re.Pattern[str]:
    """« Priorité 3 : titre », « ORIENTATION STRATÉGIQUE N°2 »: groups word, number and title."""
    words = "|".join(re.escape(word) for word in sorted(numbered_words(), key=len, reverse=True))
    kinds = "|".join(load("wording")["qualifiers"])
    return re.compile(rf"^({words})\s*(?:\s(?:{kinds})\s*)?(?:n\s*[°º]\s*)?(\d+(?:\.\d+)*|[IVX]+)\b\s*(?:[:.)–—-]+\s*)?(.*)$", re.I | re.S)


@cache
def slug_words() -> dict[str, Word]:
    """The same words by the form they take in ids."""
    return {word.slug: word for word in numbered_words().values()}


@cache
def _lead_ins() -> list[tuple[re.Pattern[str], Word]]:
    rows: list[dict[str, str]] = load("wording")["lead_ins"]
    return [(re.compile(r["pattern"], re.I | re.S), Word(Kind(r["kind"]), r["slug"], r["label"])) for r in rows]


def lead_in_word(text: str) -> Word | None:
    """What the items of a list are, by the last sentence before it, or None."""
    last = re.split(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý])", text.strip())[-1]
    return next((word for pattern, word in _lead_ins() if pattern.search(last)), None)


@cache
def _actor_headings() -> list[tuple[re.Pattern[str], ActorHeading]]:
    rows: dict[str, dict[str, str]] = load("wording")["actor_headings"]
    return [(re.compile(pattern, re.I), ActorHeading(**row)) for pattern, row in rows.items()]


def actor_heading(text: str) -> ActorHeading | None:
    """Who commits below this heading, when the heading is a name and a colon."""
    name, colon, rest = text.rpartition(":")
    if not colon or rest.strip():
        return None
    return next((head for pattern, head in _actor_headings() if pattern.match(name.strip())), None)


@cache
def _containers() -> list[tuple[re.Pattern[str], Container]]:
    rows: dict[str, dict[str, str]] = load("wording")["containers"]
    return [(re.compile(pattern, re.I), Container(**row)) for pattern, row in rows.items()]


def container(text: str) -> Container | None:
    """The container this heading opens, or None."""
    return next((found for pattern, found in _containers() if pattern.match(text.strip(" :."))), None)


def plain_word(name: str) -> Container:
    """How ids and labels write a plain paragraph, a list, an item, a caption, a title."""
    row: dict[str, str] = load("wording")["words"][name]
    return Container(**row)
