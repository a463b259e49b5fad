"""Who acts in a sentence and who is served by it, in three languages: so that swapped actors show."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from assistant.names import Mention, audiences_in, mentions, table
from assistant.overlap import stems
from assistant.patterns import joined
from assistant.types import Language
from ingest.wording import load_data

SPELT: dict[str, str | int | None] = {"œ": "oe", "Œ": "OE", "æ": "ae", "ß": "ss", "’": "'", "‘": "'", "‑": "-", "‐": "-"}
ALONE = re.compile(r"(?<!\w)[àÀ](?!\w)")
CLAUSE = re.compile(r"[;:!?–—]|[.,](?!\d)")
COMMA = re.compile(r"^(?: grand est)?(?: \([^)]*\))?, (?!(?:et|ou|and|or|und|oder) )")
NEAR = 80
LAST_WORD = re.compile(r"([^\W\d_]+'?|@)\s*$")
BESIDE = re.compile(r"\([^)]*\)")


@dataclass(frozen=True)
class Roles:
    """Bodies and audiences by what a text makes of them: those who act, those served as its subject, the others it names.

    `deeds` pairs those who act with the stems of the words next to them.
    """

    agents: frozenset[str]
    served: frozenset[str]
    others: frozenset[str]
    deeds: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class _Group:
    """Names that stand together, and where."""

    names: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True)
class _Grammar:
    """One language's way to tell an agent."""

    agent: frozenset[str]
    oblique: frozenset[str]
    relative: re.Pattern[str]
    not_verb: frozenset[str]
    verb: re.Pattern[str]
    clitics: re.Pattern[str]
    inverted: re.Pattern[str]
    causative: frozenset[str]
    enabled: re.Pattern[str]
    passive: re.Pattern[str]
    served: re.Pattern[str]
    stative: re.Pattern[str]


@lru_cache(maxsize=4096)
def roles(text: str, language: Language) -> Roles:
    """Read every body and audience that a text names as agent, as served, or as neither."""
    found: dict[str, set[str]] = {"agent": set(), "served": set(), "other": set()}
    deeds: set[tuple[str, str]] = set()
    cased = _unaccented(text)
    groups = list(_groups(cased.lower()))
    for group in groups:
        beside = any(aside.start() < group.start < aside.end() for aside in BESIDE.finditer(cased))
        role = "other" if beside else _role(cased, group, groups, language)
        found[role].update(group.names)
        if role == "agent":
            deeds |= {(name, stem) for name in group.names for stem in _beside(cased, group, language)}
    agents, served, others = (frozenset(found[role]) for role in ("agent", "served", "other"))
    return Roles(agents, served, others, frozenset(deeds))


def _beside(text: str, group: _Group, language: Language) -> list[str]:
    """The stems of what an agent does: two words after a subject, two before « par », in German one on the other side too."""
    before = [stem for stem in stems(text[max(0, group.start - NEAR) : group.start], language) if stem not in _named(language)]
    after = [stem for stem in stems(BESIDE.sub("", text[group.end :])[:NEAR], language) if stem not in _named(language)]
    last = LAST_WORD.search(_before().sub("", text[: group.start].lower()).rstrip())
    inverted = _grammar(language).inverted.search(_before().sub("", text[: group.start].lower()).rstrip()) is not None
    by = inverted or (last is not None and last[1] in (*_grammar(language).agent, "von", "vom", *_data()["jointly"]["with"]))
    enabled = re.search(_data()["german_enabled"], _clause(text.lower(), group)) is not None
    more = 1 if language == "de" and not enabled else 0
    return [*before[-2:], *after[:more]] if by else [*after[:2], *before[len(before) - more :]]


@cache
def _named(language: Language) -> frozenset[str]:
    return frozenset(stems(" ".join(_data()["named"]), language))


def _role(text: str, group: _Group, groups: list[_Group], language: Language) -> str:
    grammar, lower = _grammar(language), text.lower()
    ahead = BESIDE.sub(lambda aside: " " * len(aside[0]), lower[: group.start])
    before = _before().sub("", ahead)
    article = ahead[len(before) :].strip()
    last = LAST_WORD.search(before.rstrip())
    word = last[1] if last and before.rstrip().endswith(last[1]) else ""
    if word in grammar.agent or (language == "de" and word in ("von", "vom") and grammar.passive.search(_clause(lower, group))):
        return "agent"
    if word in _data()["jointly"]["with"] and re.search(_data()["jointly"]["clause"], _clause(lower, group)):
        return "agent"
    if _enabled(lower, group, before, article, language):
        return "agent"
    if word in grammar.oblique or _oblique_article(article, group, language):
        return "other"
    after = lower[group.end :]
    subject = _german_subject(text, group, groups, article) if language == "de" else _subject(before, after, word, grammar)
    if not subject or grammar.stative.search(_after().sub("", after, count=1).lstrip()):
        return "other"
    verb = _clause(lower, group) if language == "de" else re.split(r"[,;:.]", _after().sub("", after, count=1))[0][:70]
    return "served" if grammar.passive.search(verb) or grammar.served.search(verb) else "agent"


def _enabled(text: str, group: _Group, before: str, article: str, language: Language) -> bool:
    """Whether something lets the group act: « permettra à la Région de… », “lets the Région…”, „ermöglicht den EPCI…“."""
    if language == "de":
        dative = article.split(" ")[0] in ("den", "der", "dem")
        return dative and re.search(_data()["german_enabled"], _clause(text, group)) is not None
    joined = f"{before.rstrip()} {article}".rstrip() if language == "fr" else before.rstrip()
    following = re.match(r"[ ]([a-z-]+)", text[group.end :])
    acts = language == "fr" or (following is not None and following[1] not in _grammar(language).not_verb)
    return acts and _grammar(language).enabled.search(joined) is not None


def _subject(before: str, after: str, word: str, grammar: _Grammar) -> bool:
    if grammar.inverted.search(before.rstrip()):
        return True
    if word in grammar.causative or after.startswith(("'s", "’s", "' ", "'")):
        return False
    skipped = _after().match(after)
    if skipped is None:
        return False
    rest = grammar.relative.sub("", after[skipped.end() :], count=1).lstrip()
    rest = grammar.clitics.sub("", rest)
    following = re.match(r"[a-z'-]+", rest)
    return following is not None and following[0] not in grammar.not_verb and grammar.verb.fullmatch(following[0]) is not None


def _german_subject(text: str, group: _Group, groups: list[_Group], article: str) -> bool:
    """The first name of a clause that can be a nominative, unless the clause is an infinitive."""
    start, end = _clause_span(text, group)
    clause = text[start:end].strip().lower()
    if re.match(r"(?:um|ohne|statt)\b", clause) or re.search(r"\bzu \w+en\W*$|\w+zu\w+en\W*$", clause):
        return False
    earlier = [other for other in groups if start <= other.start < group.start]
    return article not in ("den", "dem", "des") and all(_not_nominative(text, other) for other in earlier)


def _not_nominative(text: str, group: _Group) -> bool:
    lower = text.lower()[: group.start]
    before = _before().sub("", lower)
    last = LAST_WORD.search(before)
    article = lower[len(before) :].strip()
    return (
        (last is not None and last[1] in _grammar("de").oblique)
        or _oblique_article(article, group, "de")
        or article in ("den", "dem", "des")
    )


def _oblique_article(article: str, group: _Group, language: Language) -> bool:
    if language == "fr":
        return article.split(" ")[0] in ("du", "des", "au", "aux") or article.startswith("d'")
    return language == "de" and article.split(" ")[0] == "der" and group.names[0] not in _data()["german_masculine"]


def _clause(text: str, group: _Group) -> str:
    start, end = _clause_span(text, group)
    return text[start:end]


def _clause_span(text: str, group: _Group) -> tuple[int, int]:
    starts = [found.end() for found in CLAUSE.finditer(text, 0, group.start)]
    end = CLAUSE.search(text, group.end)
    return (starts[-1] if starts else 0), (end.start() if end else len(text))


def _groups(text: str) -> Iterator[_Group]:
    """Names of bodies and audiences, those joined by « et », commas or strokes taken together."""
    bodies = [m for m in mentions(text) if m.name in table().actors]
    audiences = [m for m in audiences_in(text) if all(m.end <= body.start or m.start >= body.end for body in bodies)]
    found = sorted([*bodies, *audiences], key=lambda m: m.start)
    waiting: list[Mention] = []
    for mention, goes_on in zip(found, _joined_to_next(text, found), strict=True):
        waiting.append(mention)
        if not goes_on:
            yield _group(waiting)
            waiting = []


def _joined_to_next(text: str, found: list[Mention]) -> list[bool]:
    """Whether each name and the next are one subject; a comma alone joins only where the list goes on."""
    joined = [False] * len(found)
    for at in range(len(found) - 2, -1, -1):
        between = text[found[at].end : found[at + 1].start]
        joined[at] = _joins().match(between) is not None and (not COMMA.match(between) or joined[at + 1])
    return joined


def _group(found: list[Mention]) -> _Group:
    return _Group(tuple(m.name for m in found), found[0].start, found[-1].end)


def _unaccented(text: str) -> str:
    """The text without accents or ligatures, capitals kept; the preposition « à » as « @ », which no verb is."""
    marked = ALONE.sub("@", unicodedata.normalize("NFKC", text))
    cased = "".join(letter for letter in unicodedata.normalize("NFD", marked) if not unicodedata.combining(letter))
    return " ".join(cased.translate(str.maketrans(SPELT)).split())


@cache
def _data() -> dict[str, Any]:
    return dict(load_data("assistant", "roles"))


@cache
def _before() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){joined(_data()['before'])}")


@cache
def _joins() -> re.Pattern[str]:
    return re.compile(joined(_data()["joins"]))


@cache
def _after() -> re.Pattern[str]:
    return re.compile(joined(_data()["after"]))


@cache
def _grammar(language: Language) -> _Grammar:
    row = _data()["languages"][language]
    return _Grammar(
        agent=frozenset(row["agent"]), oblique=frozenset(row["oblique"]), relative=re.compile(rf"^(?:{row['relative']})\b"),
        not_verb=frozenset(row["not_verb"].split()), verb=re.compile(row["verb"]), clitics=re.compile(row["clitics"]),
        inverted=re.compile(row["inverted"]), causative=frozenset(row["causative"]),
        enabled=re.compile(row["enabled"]), passive=re.compile(row["passive"]),
        served=re.compile(row["served"]), stative=re.compile(row["stative"]),
    )  # fmt: skip
