"""A match as sections of plain text: what the road map and the terminal both show."""

from collections.abc import Mapping
from typing import NamedTuple

from assistant.matching.order import first
from assistant.matching.said import headcount
from assistant.matching.spoken import named, table
from assistant.matching.types import CriterionResult, MatchResult, Profile, SchemeResult, Slot
from assistant.types import Citation, Language


class Reason(NamedTuple):
    """One condition: its sentence with the verdict, and the passage it rests on, empty where it stands above already."""

    text: str
    passage: str
    source: str


class Support(NamedTuple):
    """One result in words; `lines` come before the reasons."""

    title: str
    group: str
    lines: list[str]
    reasons: list[Reason]


def word(name: str, language: Language, **values: object) -> str:
    """A word of the road map, its places filled in."""
    said: str = table("roadmap")[name][language]
    return said.format(**values) if values else said


def situation(result: MatchResult) -> list[tuple[str, str]]:
    """What is known of the asker, a name and a value each, unknown facts included."""
    language, profile = result.language, result.profile
    known = {slot: value for slot, value in _known(profile, language).items() if value}
    slots: tuple[Slot, ...] = ("asker", "place", "headcount", "sector", "stage", "needs")
    unsaid = {slot: word("unsure" if slot in profile.unknown else "unsaid", language) for slot in slots}
    return [(word(slot, language), known.get(slot, unsaid[slot])) for slot in slots]


def _known(profile: Profile, language: Language) -> dict[str, str]:
    return {
        "asker": named("asker", profile.asker, language) if profile.asker else "",
        "place": profile.place_written or profile.outside,
        "headcount": headcount(profile.headcount, language) if profile.headcount else "",
        "sector": profile.sector.written if profile.sector else "",
        "stage": named("stage", profile.stage, language) if profile.stage else "",
        "needs": ", ".join(named("needs", need, language) for need in profile.needs),
    }


def supports(result: MatchResult, titles: Mapping[str, str]) -> list[Support]:
    """The results of the first screen, group by group; `titles` are the documents' titles by id."""
    return [_support(one, titles, result.language) for one in first(result)]


def _support(one: SchemeResult, titles: Mapping[str, str], language: Language) -> Support:
    status = named("status", one.status, language)
    lines = [f"{status} · {named('nature', one.nature, language)}", one.gives]
    lines += [f"{word('offered', language)}{word('colon', language)}{', '.join(one.offered_by)}"] if one.offered_by else []
    lines += [f"{word('open', language)}{word('colon', language)}{one.open}"] if one.open else []
    cited = {citation.provision_id: citation for citation in one.citations}
    main = one.citations[0]
    reasons = [Reason(word("passage", language), main.quote_plain, _source(main, titles, language))]
    reasons += [_reason(criterion, cited[criterion.provision_id], titles, language) for criterion in one.criteria]
    return Support(one.title, named("group", one.group, language), lines, _once(reasons))


def _once(reasons: list[Reason]) -> list[Reason]:
    """Each passage with the first condition that rests on it."""
    firsts = {reason.source: at for at, reason in reversed(list(enumerate(reasons)))}
    return [reason if firsts[reason.source] == at else reason._replace(passage="") for at, reason in enumerate(reasons)]


def _reason(criterion: CriterionResult, cited: Citation, titles: Mapping[str, str], language: Language) -> Reason:
    verdict = table("roadmap")["verdict"][criterion.verdict][language]
    text = f"{criterion.asked} → {verdict} ({word('said', language, said=criterion.said)})"
    return Reason(text, cited.quote_plain, _source(cited, titles, language))


def _source(cited: Citation, titles: Mapping[str, str], language: Language) -> str:
    parts = [cited.label, titles.get(cited.document_id, ""), word("in_french", language)]
    return ", ".join(part for part in parts if part)


def others(result: MatchResult) -> list[str]:
    """Titles of the results still possible beyond the first screen."""
    top = {one.scheme_id for one in first(result)}
    return [one.title for one in result.results if one.status in ("yes", "to_check") and one.scheme_id not in top]


def nearly(result: MatchResult) -> list[str]:
    """The results that one condition keeps away, each with that condition."""
    rows = [(one, next(c for c in one.criteria if c.verdict == "no")) for one in result.results if one.status == "almost"]
    return [f"{one.title} — {word('missing', result.language, asked=missing.asked)}" for one, missing in rows]


def to_check(result: MatchResult) -> list[str]:
    """The conditions of the first screen that only the asker, or who runs the scheme, can tell; each once."""
    rows = (criterion.asked for one in first(result) for criterion in one.criteria if criterion.verdict == "to_check")
    return list(dict.fromkeys(rows)) or [word("nothing_to_check", result.language)]


def whom(result: MatchResult) -> list[str]:
    """Whom the texts name for the results of the first screen, each once."""
    rows = dict.fromkeys(contact for one in first(result) for contact in one.contacts)
    return list(rows) or [word("nobody", result.language)]
