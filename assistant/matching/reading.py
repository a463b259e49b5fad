"""One message of an asker read on its own: the facts it holds, slot by slot."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple, TypeVar, cast, get_args

from assistant.matching import headcount, place, sector, situation
from assistant.matching.flat import Flat, flatten, pattern
from assistant.matching.place import Where
from assistant.matching.types import Asker, Headcount, Sector, Slot, Stage
from assistant.spelling import Speller
from assistant.types import Language
from ingest.territories import Territories
from ingest.wording import load_data

_SHORT = 6
_STATUSES = ("jobseeker-training", "social-economy")
_PERSONS = ("jobseeker", "employee", "young", "household")
T = TypeVar("T")


@dataclass
class Facts:
    """What one message says; a slot that it does not speak of is empty."""

    language: Language = "fr"
    place: Where | None = None
    headcount: Headcount | None = None
    sector: Sector | None = None
    stage: Stage | None = None
    asker: Asker | None = None
    needs: list[str] = field(default_factory=list)
    unknown: list[Slot] = field(default_factory=list)
    contradictions: dict[Slot, str] = field(default_factory=dict)

    def says(self, slot: Slot) -> bool:
        """Whether the message speaks of a slot, be it in two voices."""
        return bool(getattr(self, slot)) or slot in self.contradictions


class Context(NamedTuple):
    """What reading needs beside the message."""

    territories: Territories
    speller: Speller | None
    language: Language


@cache
def changes() -> Any:
    """The patterns of corrections, changes of person and answers."""
    return load_data("assistant", "profile/changes")


def read(turn: str, asked: Slot | None, context: Context) -> Facts:
    """The facts of one message without a correction inside it; `asked` is the slot that was asked for just before."""
    flat = flatten(turn, context.language, context.speller)
    facts = Facts(language=flat.language)
    named = place.places_in(flat, context.territories)
    bare = flat.hiding((one.start, one.end) for one in named)
    lost = bool(pattern(changes()["unknown"]).search(flat.text))
    _read_place(facts, place.chosen(named, flat, context.territories), turn, None if lost else asked, context)
    _read_headcount(facts, bare, asked == "headcount")
    trades = sector.trades_in(bare, asked == "sector")
    _read_sector(facts, trades, bare)
    bodies = [one for one in named if _is_body(one, context.territories)]
    _read_situation(facts, bare, sector.spans(trades), any(situation.speaks_for(flat, one.start, one.end) for one in bodies))
    if asked is not None and not facts.says(asked):
        _read_answer(facts, flat, asked, lost)
    return facts


def _is_body(where: Where, territories: Territories) -> bool:
    """Whether a place is named as an intercommunalité."""
    places = (territories.place(code) for code in where.codes)
    return any(place is not None and place.kind in ("epci", "petr") for place in places)


def _one(facts: Facts, slot: Slot, found: list[T], written: Callable[[T], str]) -> T | None:
    """The only one; of two that disagree a sentence, and none."""
    if len(found) > 1:
        facts.contradictions[slot] = told(slot, facts.language, written(found[0]), written(found[1]))
        return None
    return found[0] if found else None


def told(slot: Slot, language: Language, first: str, second: str) -> str:
    """A sentence on two facts that cannot both hold."""
    sentences = load_data("assistant", "profile/phrases")["contradiction"]
    return str(sentences[slot][language].format(first=first, second=second))


def _read_place(facts: Facts, found: list[Where], turn: str, asked: Slot | None, context: Context) -> None:
    if asked == "place" and not found:
        found = place.answer(turn, context.territories)
    facts.place = _one(facts, "place", found, lambda one: one.written)


def _read_headcount(facts: Facts, bare: Flat, asked: bool) -> None:
    amounts = headcount.headcounts_in(bare, asked)
    if wrong := next((one for one in amounts if headcount.absurd(one)), None):
        given = bare.written(wrong.start, wrong.end)
        facts.contradictions["headcount"] = load_data("assistant", "profile/phrases")["absurd"][facts.language].format(first=given)
    elif amounts and (one := headcount.agreeing(amounts)):
        facts.headcount = headcount.as_headcount(one, bare)
    elif amounts:
        _one(facts, "headcount", amounts, lambda amount: bare.written(amount.start, amount.end))


def _read_sector(facts: Facts, trades: list[sector.Said], bare: Flat) -> None:
    if apart := sector.disagreeing(trades, bare.text):
        _one(facts, "sector", list(apart), lambda one: bare.written(one.start, one.end))
    else:
        facts.sector = sector.sector_of(trades, bare)


def _read_situation(facts: Facts, bare: Flat, trades: list[tuple[int, int]], body: bool) -> None:
    stages = situation.stages_in(bare, trades)
    opposed = [one for one in stages if one.name in ("closure", "creation")]
    stages = opposed if len(opposed) > 1 else stages[:1]
    sign = _one(facts, "stage", stages, lambda one: bare.written(one.start, one.end))
    facts.stage = cast(Stage, sign.name) if sign else None
    said = _read_asker(facts, bare, body)
    found = situation.needs_in(bare, trades)
    if said and said.name in ("structure", "jobseeker"):
        others = situation.needs_in(bare.hiding([(said.start, said.end)]), trades)
        found = [need for need in found if need in others or need not in _STATUSES] or others
    found += situation.needs_of(facts.asker, bare.hiding(trades))
    if facts.stage is None and "stage" not in facts.contradictions:
        facts.stage = cast(Stage | None, situation.stage_of(found))
    _as_asker(facts)
    if facts.asker in (None, "young") and (only := situation.asker_of(found)):
        facts.asker = cast(Asker, only)
    if facts.asker is None and situation.speaks_as_firm(bare, found):
        facts.asker = "firm"
    facts.needs = situation.in_order(found, facts.stage, facts.asker)


def _as_asker(facts: Facts) -> None:
    """What a kind of asker cannot be: an official has no trade here, who looks for work no firm that grows."""
    if facts.asker in ("intercommunalité", "household", "investor"):
        facts.stage = None
    if facts.asker in _PERSONS and facts.stage not in ("idea", "creation", "takeover"):
        facts.stage = None
    if facts.asker in ("intercommunalité", "household") or (facts.asker in _PERSONS and facts.sector and not facts.sector.division):
        facts.sector = None


def _read_asker(facts: Facts, bare: Flat, body: bool) -> situation.Sign | None:
    """Who asks: as he says, an intercommunalité that names itself, a farmer by his trade, a firm by its trade or its people."""
    said = situation.asker_in(bare)
    if body and not facts.sector and not facts.headcount:
        facts.asker = "intercommunalité"
    elif said and said.name not in ("firm", "employee"):
        facts.asker = cast(Asker, said.name)
    elif facts.sector and facts.sector.families == ["agriculture"]:
        facts.asker = "farmer"
    elif said:
        facts.asker = cast(Asker, said.name)
    elif any(facts.says(slot) for slot in ("sector", "headcount", "stage")):
        facts.asker = "firm"
    return said


def _read_answer(facts: Facts, flat: Flat, asked: Slot, lost: bool) -> None:
    """An answer of a few words to the question put back."""
    stage = situation.stage_answered(flat) if asked == "stage" else None
    if stage:
        facts.stage, facts.needs = cast(Stage, stage), situation.in_order(facts.needs, stage)
    elif asked == "asker" and not lost:
        facts.asker = cast(Asker | None, situation.asker_answered(flat))
    elif asked == "needs" and not lost and facts.stage is None:
        facts.needs = situation.needs_in(flat, [])
    elif asked == "sector" and not lost and _is_bare(facts, flat):
        facts.sector = Sector(written=flat.source.strip(" .!"))
    elif lost or stage == "":
        facts.unknown = [asked]
    if not lost and not stage and not facts.says(asked) and not facts.unknown and _is_bare(facts, flat):
        facts.contradictions[asked] = unreadable(asked, flat.source.strip(), facts.language)


def unreadable(slot: str, given: str, language: Language) -> str:
    """What is wrong with an answer or a field, and the remedy."""
    phrases = load_data("assistant", "profile/phrases")
    shown = phrases["values"].get(slot, {}).get(language, {}).values() or get_args(Slot)
    most = f"{headcount.highest():,}".replace(",", {"fr": "\u202f", "en": ",", "de": "."}[language])
    return str(phrases["field"][slot][language].format(given=given, known=most if slot == "headcount" else ", ".join(shown)))


def _is_bare(facts: Facts, flat: Flat) -> bool:
    """Whether a message is nothing but an answer: short, no question, no other fact."""
    others = any(facts.says(slot) for slot in ("place", "headcount", "stage", "needs"))
    words = flat.source.split()
    return 0 < len(words) <= _SHORT and not others and "?" not in flat.source and not pattern(changes()["agreed"]).search(flat.text)
