"""Tables of patterns kept in data files, read once."""

import re
from dataclasses import dataclass
from functools import cache

from ingest.wording import load_data


def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern written over several lines: the blanks around each leading `|` are no part of it."""
    return re.compile(re.sub(r"\s+\|(?=\\b|\^|<)", "|", pattern.strip()))


def joined(pattern: str) -> str:
    """A pattern of a data file on one line: the blanks before each `|` only fold the file's line."""
    return re.sub(r"\s+\|", "|", pattern.strip())


@cache
def intents() -> dict[str, re.Pattern[str]]:
    """What kinds of answer a question can ask for."""
    return {name: compiled(pattern) for name, pattern in load_data("assistant", "intents").items()}


@dataclass(frozen=True)
class Slot:
    """A detail that a question can ask for, and what a passage must hold to give it."""

    name: str
    asked: re.Pattern[str]
    units: frozenset[str]
    text: re.Pattern[str] | None


@cache
def slots() -> dict[str, Slot]:
    """The details, by name."""
    rows = load_data("assistant", "slots")
    return {
        name: Slot(name, compiled(row["asked"]), frozenset(row.get("units", [])), compiled(row["text"]) if "text" in row else None)
        for name, row in rows.items()
    }


@cache
def ceiling() -> re.Pattern[str]:
    """Words for the most that can be had: an example's sum is no answer to them."""
    return compiled(load_data("assistant", "ceilings")["ceiling"])


@cache
def attacks() -> list[re.Pattern[str]]:
    """Ways of asking for the instructions or for something other than an answer."""
    return [compiled(pattern) for pattern in load_data("assistant", "attacks")["patterns"]]
