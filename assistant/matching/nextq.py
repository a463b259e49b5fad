"""The one question to put back: the fact whose answer would change the results most."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from assistant.matching.catalogue import Catalogue
from assistant.matching.criteria import Facts, facts_of, verdict
from assistant.matching.said import MOST, place_names
from assistant.matching.spoken import choice, table
from assistant.matching.standing import Standing, listed, outcome, standing
from assistant.matching.types import Headcount, Profile, Slot, Verdict
from assistant.types import Language, NextQuestion


def next_question(profile: Profile, catalogue: Catalogue, language: Language) -> NextQuestion | None:
    """The question on the unknown fact that changes most; None when none changes anything.

    A fact answered « je ne sais pas » is not asked again; alike, the order is that of `order.yaml`.
    """
    return question_on(profile, facts_of(profile, catalogue), catalogue, language)


def question_on(profile: Profile, facts: Facts, catalogue: Catalogue, language: Language) -> NextQuestion | None:
    """As `next_question`, over facts that are made already."""
    slot = _best(profile, facts, catalogue)
    return NextQuestion(slot=slot, text=_text(slot, profile, facts, language)) if slot else None


def _best(profile: Profile, facts: Facts, catalogue: Catalogue) -> Slot | None:
    slots = _open(profile, facts)
    if "needs" in slots:
        possible = any(standing(entry, facts).status != "no" for entry in catalogue.entries)
        return "needs" if possible else None
    base = [standing(entry, facts) for entry in listed(catalogue.entries, facts)]
    weights = {slot: _weight(slot, base, facts, catalogue) for slot in slots}
    best = max(slots, key=lambda slot: weights[slot], default=None)
    return best if best and weights[best] else None


def _open(profile: Profile, facts: Facts) -> list[Slot]:
    """Slots that are neither known nor answered « je ne sais pas »; a place stays open while it may be in or out of an area."""
    if facts.asker == "household":
        return []
    unsure = facts.areas is None or "to_check" in facts.areas.values()
    is_open: dict[Slot, bool] = {
        "needs": not facts.needs, "place": unsure, "headcount": facts.headcount is None,
        "sector": facts.families is None, "stage": facts.stages is None, "asker": facts.asker is None,
    }  # fmt: skip
    slots: list[Slot] = table("order")["question"]["slots"]
    return [slot for slot in slots if is_open[slot] and slot not in profile.unknown]


def _weight(slot: Slot, base: Sequence[Standing], facts: Facts, catalogue: Catalogue) -> Fraction:
    """What an answer changes on average; a fraction, so that slots that weigh alike are equal."""
    touched = [one for one in base if one.status != "no" and any(condition.slot == slot for condition in one.entry.conditions)]
    answers = list(_answers(slot, facts, catalogue))
    total = sum(share * _changes(slot, touched, asked) for share, asked in answers)
    if not facts.needs:
        before = {one.entry.scheme.id for one in base}
        total += sum(share * _moved(before, asked, catalogue) for share, asked in answers)
    return Fraction(total, sum(share for share, _ in answers))


def _answers(slot: Slot, facts: Facts, catalogue: Catalogue) -> Iterator[tuple[int, Facts]]:
    """The facts with each plausible answer, and its share."""
    if slot == "place" and facts.areas is not None:
        yield from ((1, replace(facts, areas=areas)) for areas in _candidates(facts, catalogue))
        return
    shares: dict[str, int] = table("order")["question"][slot]
    for answer, share in shares.items():
        yield share, _with(slot, answer, facts, catalogue)


def _with(slot: Slot, answer: str, facts: Facts, catalogue: Catalogue) -> Facts:
    if slot == "place":
        return replace(facts, areas=catalogue.samples[answer])
    if slot == "headcount":
        return replace(facts, headcount=Headcount(low=int(answer), high=int(answer)))
    if slot == "sector":
        return replace(facts, families=frozenset([answer]))
    return replace(facts, stages=frozenset([answer])) if slot == "stage" else replace(facts, asker=answer)


def _candidates(facts: Facts, catalogue: Catalogue) -> list[dict[str, Verdict]]:
    """Each situation that the places named may mean, once."""
    gazetteer = catalogue.territories.gazetteer
    parts = {epci for place in facts.places for epci in place.epci}
    around = [catalogue.around(gazetteer.by_epci[epci] & facts.communes) for epci in sorted(parts)]
    return [areas for at, areas in enumerate(around) if areas not in around[:at]]


def _moved(before: set[str], asked: Facts, catalogue: Catalogue) -> int:
    """What the schemes that come and go with an answer weigh."""
    after = {entry.scheme.id for entry in listed(catalogue.entries, asked)}
    return len(before ^ after) * int(table("order")["question"]["changed"]["result"])


def _changes(slot: Slot, touched: Sequence[Standing], asked: Facts) -> int:
    """What the changes of status and of verdicts weigh among the schemes that ask for this fact."""
    weights = table("order")["question"]["changed"]
    return sum(_change(one, slot, asked, weights) for one in touched)


def _change(one: Standing, slot: Slot, asked: Facts, weights: dict[str, int]) -> int:
    conditions = one.entry.conditions
    pairs = zip(conditions, one.verdicts, strict=True)
    verdicts = [verdict(condition, asked) if condition.slot == slot else before for condition, before in pairs]
    changed = sum(now != before for now, before in zip(verdicts, one.verdicts, strict=True))
    if not changed:
        return 0
    return changed * weights["condition"] + weights["result"] * (outcome(conditions, verdicts) != one.status)


def _text(slot: Slot, profile: Profile, facts: Facts, language: Language) -> str:
    texts = table("spoken_names")["question"]
    names = place_names(profile, facts)
    if slot == "place" and len(names) > 1:
        return str(texts["which_place"][language].format(places=choice(names[:MOST], language)))
    return str(texts[slot][language])
