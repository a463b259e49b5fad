"""What the asker said of each fact, as it is shown beside a condition."""

from assistant.matching.catalogue import Condition
from assistant.matching.criteria import Facts
from assistant.matching.spoken import choice, named, phrase, spelt_out
from assistant.matching.types import Headcount, Profile
from assistant.types import Language

MOST = 5
"""Names of possible places in one sentence."""


def said_of(profile: Profile, facts: Facts, language: Language) -> dict[str, str]:
    """What was said by slot; slots of which nothing was said are absent, but for « je ne sais pas »."""
    found: dict[str, str] = {slot: phrase("not_known", language) for slot in profile.unknown}
    known = {
        "place": _place(profile, facts, language),
        "headcount": headcount(profile.headcount, language) if profile.headcount else "",
        "sector": profile.sector.written if profile.sector else "",
        "stage": ", ".join(named("stage", stage, language) for stage in sorted(facts.stages or ())),
        "asker": named("asker", profile.asker, language) if profile.asker else "",
        "period": phrase("over", language),
    }
    return found | {slot: text for slot, text in known.items() if text}


def said(condition: Condition, profile: Profile, known: dict[str, str], language: Language) -> str:
    """What was said of the fact that decides one condition."""
    if condition.slot == "needs":
        met = [named("needs", need, language) for need in profile.needs if need in condition.any]
        return ", ".join(met) or phrase("not_said", language)
    return known.get(condition.slot, phrase("not_said", language))


def _place(profile: Profile, facts: Facts, language: Language) -> str:
    """The places by name, or as they were written when they are many."""
    names = place_names(profile, facts)
    return profile.place_written if profile.place_written and len(names) > MOST else choice(names, language)


def place_names(profile: Profile, facts: Facts) -> list[str]:
    """The places a profile may mean, the one outside the region last; homonyms with their département."""
    names = [spelt_out(place.name) for place in facts.places]
    doubled = {name for name in names if names.count(name) > 1} if len(names) > 1 else set()
    told = [f"{name} ({place.departement})" if name in doubled else name for name, place in zip(names, facts.places, strict=True)]
    return [*told, *([profile.outside] if profile.outside else [])]


def headcount(count: Headcount, language: Language) -> str:
    """« 12 salariés », « 10 à 19 salariés », « 50 salariés ou plus »."""
    if count.high is None:
        return phrase("headcount_more", language, low=count.low)
    if count.low == count.high == 1:
        return phrase("headcount_single", language, low=1)
    form = "headcount_one" if count.low == count.high else "headcount_range"
    return phrase(form, language, low=count.low, high=count.high)
