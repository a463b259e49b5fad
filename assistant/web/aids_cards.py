"""The results of a match as the page shows them: cards by what they give, the rest a step away."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from assistant.matching.order import Group, first, shown
from assistant.matching.spoken import named
from assistant.matching.types import CriterionResult, MatchResult, SchemeResult
from assistant.types import Citation, Language
from ingest.types import Document


class Passage(NamedTuple):
    """A quoted passage; `verbatim` is false for a note after the press, which is shown without quotation marks."""

    provision_id: str
    label: str
    quote: str
    verbatim: bool
    in_force: str


class Shown(NamedTuple):
    """One condition: what is asked, what was said, the verdict, and its passage."""

    asked: str
    said: str
    verdict: str
    verdict_said: str
    passage: Passage


@dataclass(frozen=True)
class Card:
    """One result; `missing` is the one condition that keeps it away, where it is « almost »."""

    scheme_id: str
    title: str
    status: str
    status_said: str
    nature: str
    gives: str
    offered_by: str
    open: str
    ended: bool
    missing: str
    contacts: list[str]
    main: Passage
    criteria: list[Shown]


class Cards(NamedTuple):
    """Every result once: the first screen by groups, the rest, one condition away, ended, and what does not fit."""

    groups: list[tuple[str, list[Card]]]
    others: list[Card]
    almost: list[Card]
    ended: list[Card]
    unfit: list[Card]


def cards(result: MatchResult, documents: Mapping[str, Document]) -> Cards:
    """The results of a match in the order of the match."""

    def card(one: SchemeResult) -> Card:
        return _card(one, documents, result.language)

    top = {one.scheme_id for one in first(result)}
    rest = [one for one in result.results if one.scheme_id not in top]
    over = [one for one in rest if one.ended]
    return Cards(
        groups=[_group(group, documents, result.language) for group in shown(result)],
        others=[card(one) for one in rest if one.status in ("yes", "to_check") and not one.ended],
        almost=[card(one) for one in rest if one.status == "almost" and not one.ended],
        ended=[card(one) for one in over],
        unfit=[card(one) for one in rest if one.status == "no" and not one.ended],
    )


def _group(group: Group, documents: Mapping[str, Document], language: Language) -> tuple[str, list[Card]]:
    return group.label, [_card(one, documents, language) for one in group.results]


def _card(one: SchemeResult, documents: Mapping[str, Document], language: Language) -> Card:
    passages = {cited.provision_id: _passage(cited, documents) for cited in one.citations}
    lacks = next((criterion.asked for criterion in one.criteria if criterion.verdict == "no"), "") if one.status == "almost" else ""
    return Card(
        scheme_id=one.scheme_id, title=one.title, status=one.status, status_said=named("status", one.status, language),
        nature=named("nature", one.nature, language), gives=one.gives, offered_by=", ".join(one.offered_by), open=one.open,
        ended=one.ended, missing=lacks, contacts=one.contacts, main=passages[one.citations[0].provision_id],
        criteria=[_shown(criterion, passages[criterion.provision_id], language) for criterion in one.criteria],
    )  # fmt: skip


def _shown(criterion: CriterionResult, passage: Passage, language: Language) -> Shown:
    return Shown(criterion.asked, criterion.said, criterion.verdict, named("status", criterion.verdict, language), passage)


def _passage(cited: Citation, documents: Mapping[str, Document]) -> Passage:
    return Passage(cited.provision_id, cited.label, cited.quote_plain, documents[cited.document_id].verbatim, cited.in_force)
