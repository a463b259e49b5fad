"""Whether the parser reads what people say of themselves: F1 by slot over made-up phrases, kept ones apart."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from assistant.matching.profile import read_profile
from assistant.matching.types import Asker, Profile, Stage
from assistant.spelling import Speller
from assistant.types import Language
from evals.intervals import bootstrap_ratio, wilson
from evals.jsonl import read_rows, refuse_doubles
from evals.types import Fault, Measure
from ingest.french import fold
from ingest.territories import Territories
from ingest.types import Strict

FOLDER = Path(__file__).parent / "profiles"
Part = Literal["dev", "kept"]
PARTS: tuple[Part, ...] = ("dev", "kept")
Told = Literal["place", "outside", "headcount", "section", "division", "stage", "needs", "asker"]
SLOTS: tuple[Told, ...] = ("place", "outside", "headcount", "section", "division", "stage", "needs", "asker")


class Expected(Strict):
    """What a phrase says, slot by slot; empty where it says nothing. `headcount` is a range of people."""

    place: str
    place_candidates: list[str]
    outside: str
    headcount: tuple[int, int | None] | None
    section: str
    division: str
    stage: Stage | None
    needs: list[str]
    asker: Asker | None


class Phrase(Strict):
    """A phrase as it was typed, and what it says; `kept` ones are never used to improve the parser."""

    id: str
    set: Part
    text: str
    language: Language
    expect: Expected


class Score(Strict):
    """How one slot is read: facts found, facts that stand there, those that are both, and F1 with its 95 % interval."""

    found: int
    said: int
    right: int
    f1: Measure


class Miss(Strict):
    """A slot of a `dev` phrase read wrongly."""

    id: str
    slot: Told
    expected: list[str]
    found: list[str]


class Reading(Strict):
    """F1 by part and slot; `misses` are those of `dev` alone, so that nobody learns from the kept phrases."""

    phrases: dict[Part, int]
    slots: dict[Part, dict[Told, Score]]
    misses: list[Miss]


class _Held(NamedTuple):
    """One slot of one phrase: what it should give and what it gave."""

    expected: frozenset[str]
    found: frozenset[str]


def load_phrases(file: Path = FOLDER / "phrases.jsonl") -> tuple[list[Phrase], list[Fault]]:
    """The phrases, and a fault for each line that is none; raises CorpusError without a file."""
    rows, faults = read_rows(file, Phrase)
    kept, doubles = refuse_doubles(file, rows)
    return [row for _, row in kept], [*faults, *doubles]


def read_phrases(phrases: Sequence[Phrase], territories: Territories, speller: Speller | None) -> Reading:
    """Every phrase read as the first message of a conversation, and scored slot by slot."""
    held = [(phrase, _held(phrase, read_profile([phrase.text], territories, speller), territories)) for phrase in phrases]
    parts = {part: [slots for phrase, slots in held if phrase.set == part] for part in PARTS}
    return Reading(
        phrases={part: len(rows) for part, rows in parts.items()},
        slots={part: {slot: _score([row[slot] for row in rows]) for slot in SLOTS} for part, rows in parts.items()},
        misses=list(_misses((phrase, slots) for phrase, slots in held if phrase.set == "dev")),
    )


def _held(phrase: Phrase, given: Profile, territories: Territories) -> dict[Told, _Held]:
    expect, sector = phrase.expect, given.sector
    want_place = [expect.place] if expect.place else expect.place_candidates
    pairs: dict[Told, tuple[Iterable[str], Iterable[str]]] = {
        "place": ([_together(want_place)], [_together(_places(given.places, want_place, territories))]),
        "outside": ([_name(expect.outside)], [_name(given.outside)]),
        "headcount": ([_people(expect.headcount)], [_people((given.headcount.low, given.headcount.high) if given.headcount else None)]),
        "section": ([expect.section], [sector.section if sector else ""]),
        "division": ([expect.division], [sector.division if sector else ""]),
        "stage": ([expect.stage or ""], [given.stage or ""]),
        "needs": (expect.needs, given.needs),
        "asker": ([expect.asker or ""], [given.asker or ""]),
    }
    return {slot: _Held(frozenset(want) - {""}, frozenset(found) - {""}) for slot, (want, found) in pairs.items()}


def _places(found: list[str], wanted: list[str], territories: Territories) -> list[str]:
    """The communes of a postcode as their EPCI where these are what is wanted."""
    communes = territories.tables.communes
    if len(found) > 1 and set(wanted) <= set(territories.tables.epci):
        return sorted({communes[code].epci if code in communes else code for code in found})
    return found


def _name(place: str) -> str:
    return fold(place).replace("-", " ")


def _together(codes: list[str]) -> str:
    """Several candidates are one fact, right or wrong as a whole."""
    return " ".join(sorted(codes))


def _people(amount: tuple[int, int | None] | None) -> str:
    """« Fewer than ten » begins at nobody as well as at one."""
    if amount is None:
        return ""
    low, high = amount
    return f"{max(low, 1) if high is None or high > 1 else low}-{'' if high is None else high}"


def _score(rows: Sequence[_Held]) -> Score:
    """F1 over all facts; Wilson's interval over the facts where all are right, else a bootstrap over the phrases."""
    right = [float(len(row.expected & row.found)) for row in rows]
    facts = [float(len(row.expected) + len(row.found)) for row in rows]
    found, said = sum(len(row.found) for row in rows), sum(len(row.expected) for row in rows)
    both = int(sum(right))
    if not found + said:
        return Score(found=0, said=0, right=0, f1=Measure(value=None))
    perfect = both == found == said
    low, high = wilson(1.0, said) if perfect else bootstrap_ratio([2 * one for one in right], facts)
    f1 = Measure(value=round(2 * both / (found + said), 6), low=round(low, 6), high=round(high, 6), n=len(rows))
    return Score(found=found, said=said, right=both, f1=f1)


def _misses(rows: Iterable[tuple[Phrase, dict[Told, _Held]]]) -> Iterator[Miss]:
    for phrase, slots in rows:
        for slot, (expected, found) in slots.items():
            if expected != found:
                yield Miss(id=phrase.id, slot=slot, expected=sorted(expected), found=sorted(found))
