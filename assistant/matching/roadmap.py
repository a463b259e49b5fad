"""The road map to take away: a match as Markdown, and as a page that prints well."""

import datetime as dt
import re
from collections.abc import Mapping
from importlib.resources import files

from jinja2 import Environment

from assistant.clock import spoken_date
from assistant.matching.report import Support, nearly, others, situation, supports, to_check, whom, word
from assistant.matching.types import MatchResult

_MARKUP = re.compile(r"([\\`*_\[\]<>#|])")


def roadmap_markdown(result: MatchResult, titles: Mapping[str, str], corpus_version: str, date: dt.date) -> str:
    """The road map in the result's language; `titles` are the documents' titles by id."""
    language = result.language
    lines = [f"# {word('title', language)}", "", _made(result, corpus_version, date), "", word("automatic", language), ""]
    colon = word("colon", language)
    lines += _section("situation", [f"{name}{colon}{value}" for name, value in situation(result)], result)
    lines += [f"## {word('supports', language)}", ""]
    shown = supports(result, titles)
    lines += [line for support in shown for line in _support(support)] or [word("none", language), ""]
    for name, rows in _lists(result):
        lines += _section(name, rows, result)
    return "\n".join(lines).rstrip() + "\n"


def roadmap_html(result: MatchResult, titles: Mapping[str, str], corpus_version: str, date: dt.date) -> str:
    """The same as a whole page of HTML: styled within, no script, nothing fetched, everything escaped."""
    words = {name: word(name, result.language) for name in ("title", "automatic", "situation", "supports", "none")}
    page = files("assistant.matching").joinpath("data", "roadmap.html").read_text(encoding="utf-8")
    return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(page).render(
        language=result.language, words=words, made=_made(result, corpus_version, date), situation=situation(result),
        supports=supports(result, titles), lists=[(word(name, result.language), rows) for name, rows in _lists(result)],
    )  # fmt: skip


def _made(result: MatchResult, corpus_version: str, date: dt.date) -> str:
    return word("made", result.language, date=spoken_date(date, result.language), version=corpus_version)


def _lists(result: MatchResult) -> list[tuple[str, list[str]]]:
    rows = [
        ("others", others(result)), ("almost", nearly(result)), ("to_check", to_check(result)),
        ("whom", whom(result)), ("know", result.notices),
    ]  # fmt: skip
    return [(name, found) for name, found in rows if found]


def _section(name: str, rows: list[str], result: MatchResult) -> list[str]:
    return [f"## {word(name, result.language)}", "", *(f"- {_plain(row)}" for row in rows), ""]


def _support(support: Support) -> list[str]:
    lines = [f"### {_plain(support.title)}", "", f"*{support.group}*", ""]
    for line in support.lines:
        lines += [_plain(line), ""]
    for reason in support.reasons:
        passage = _plain(" ".join(reason.passage.split()))
        lines += [f"- {_plain(reason.text)}", *([f"  > {passage}", ""] if passage else []), f"  — {_plain(reason.source)}"]
    return [*lines, ""]


def _plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _MARKUP.sub(r"\\\1", text)
