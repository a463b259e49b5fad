"""Which schemes are for an asker: every condition with its verdict and its passage, best results first."""

import datetime as dt

from assistant.citing import cited
from assistant.clock import today
from assistant.matching.catalogue import Catalogue, Condition
from assistant.matching.criteria import Facts, facts_of
from assistant.matching.nextq import question_on
from assistant.matching.notices import notices
from assistant.matching.order import ordered
from assistant.matching.said import said, said_of
from assistant.matching.spoken import named, told
from assistant.matching.standing import Standing, listed, standing
from assistant.matching.types import CriterionResult, MatchResult, Profile, SchemeResult, Verdict
from assistant.types import Citation, Language
from ingest.schemes import Scheme


def match(profile: Profile, catalogue: Catalogue, language: Language) -> MatchResult:
    """The schemes that meet a need of the profile, best first; without a need, the broad ones of the first rank.

    Deterministic, and the same whatever the order of the schemes. What is not known is to check, never yes and never no.
    """
    facts = facts_of(profile, catalogue)
    standings = ordered([standing(entry, facts) for entry in listed(catalogue.entries, facts)], facts)
    known = said_of(profile, facts, language)
    return MatchResult(
        profile=profile,
        language=language,
        results=[_result(one, profile, known, catalogue, language) for one in standings],
        notices=notices(profile, facts, standings, catalogue, language),
        next_question=question_on(profile, facts, catalogue, language),
    )


def result_of(one: Standing, profile: Profile, facts: Facts, catalogue: Catalogue, language: Language) -> SchemeResult:
    """One standing as programs and people read it."""
    return _result(one, profile, said_of(profile, facts, language), catalogue, language)


def _result(one: Standing, profile: Profile, known: dict[str, str], catalogue: Catalogue, language: Language) -> SchemeResult:
    scheme, conditions = one.entry.scheme, one.entry.conditions

    def criterion(condition: Condition, verdict: Verdict) -> CriterionResult:
        return CriterionResult(
            name=condition.name, asked=told(condition.asked, language), said=said(condition, profile, known, language),
            verdict=verdict, provision_id=condition.provision, quote=catalogue.provisions[condition.provision].quote,
        )  # fmt: skip

    return SchemeResult(
        scheme_id=scheme.id, title=told(scheme.title, language), nature=scheme.nature, status=one.status,
        gives=told(scheme.summary, language), audience=list(scheme.audience), ended=scheme.ended,
        criteria=[criterion(condition, verdict) for condition, verdict in zip(conditions, one.verdicts, strict=True)],
        contacts=[named("contact", scheme.see, language)] if scheme.see else [],
        open=told(scheme.open, language) if scheme.open else "", group=scheme.group, territory=scheme.territory,
        offered_by=list(scheme.offered_by), citations=_citations(scheme, conditions, catalogue),
    )  # fmt: skip


def _citations(scheme: Scheme, conditions: tuple[Condition, ...], catalogue: Catalogue) -> list[Citation]:
    """The passages of a scheme, of its conditions and of whom to see, numbered from 1, the decisive one first."""
    names = [*scheme.provisions, *(condition.provision for condition in conditions), *([scheme.see] if scheme.see else [])]
    day = today()
    return [_cited(name, marker, day, catalogue) for marker, name in enumerate(dict.fromkeys(names), start=1)]


def _cited(name: str, marker: int, day: dt.date, catalogue: Catalogue) -> Citation:
    """A citation, made once a day: `in_force` follows the clock."""
    if (name, marker, day) not in catalogue.cited:
        provision = catalogue.provisions[name]
        catalogue.cited[name, marker, day] = cited(provision, catalogue.documents[provision.document_id], marker)
    return catalogue.cited[name, marker, day]
