"""The fields of a form or a command line, read into the same profile as a conversation."""

from collections.abc import Sequence
from typing import NoReturn, cast, get_args

from assistant.matching import headcount, place, sector, situation
from assistant.matching.flat import flatten, pattern
from assistant.matching.reading import changes, unreadable
from assistant.matching.types import Asker, Headcount, Profile, Sector, Slot, Stage
from assistant.types import Language
from ingest.french import fold
from ingest.territories import Territories
from ingest.wording import load, load_data

SLOTS: tuple[Slot, ...] = get_args(Slot)


class ProfileError(ValueError):
    """A field that cannot be read: `slot` names it, `key` is its sentence in the data file, `given` what was written."""

    def __init__(self, slot: str, given: str) -> None:
        self.slot, self.key, self.given = slot, f"field.{slot}", given
        super().__init__(self.say("fr"))

    def say(self, language: Language) -> str:
        """What is wrong and the remedy, in a sentence or two."""
        return unreadable(self.slot, self.given, language)


def profile_from_fields(
    *,
    territories: Territories,
    commune: str = "",
    headcount: str = "",
    sector: str = "",
    stage: str = "",
    needs: Sequence[str] = (),
    asker: str = "",
    unknown: Sequence[str] = (),
) -> Profile:
    """The profile of a form: a place by name, postcode or code, a trade in words or a NAF code, keys or words elsewhere.

    « je ne sais pas » in a field puts its slot among the unknown. Raises ProfileError naming the slot.
    """
    given: dict[Slot, str] = {"place": commune, "headcount": headcount, "sector": sector, "stage": stage, "asker": asker}
    told = {slot: value.strip() for slot, value in given.items()}
    lost = [slot for slot, value in told.items() if value and pattern(changes()["unknown"]).search(fold(value))]
    told |= dict.fromkeys(lost, "")
    where, people, trade, stands = (
        _place(told["place"], territories),
        _headcount(told["headcount"]),
        _sector(told["sector"]),
        _stage(told["stage"]),
    )
    who = _asker(told["asker"], trade, bool(people or stands))
    return Profile(
        places=list(where.codes) if where else [], place_written=where.written if where else "", outside=where.outside if where else "",
        headcount=people, sector=trade, stage=stands, needs=situation.in_order(_needs(needs), stands, who), asker=who,
        unknown=_unknown([*lost, *unknown]),
    )  # fmt: skip


def _place(text: str, territories: Territories) -> place.Where | None:
    if not text:
        return None
    if (code := text.upper()) not in territories.gazetteer.by_postcode and (known := territories.place(code)):
        return place.Where(text, (known.code,), "", 0, len(text))
    found = place.answer(text, territories)
    if not found or len(found) > 1:
        raise ProfileError("place", text)
    return found[0]


def _headcount(text: str) -> Headcount | None:
    if not text:
        return None
    flat = flatten(text)
    amounts = headcount.headcounts_in(flat, asked=True)
    one = headcount.agreeing(amounts) if amounts else None
    if one is None or headcount.absurd(one):
        raise ProfileError("headcount", text)
    return headcount.as_headcount(one, flat)


def _sector(text: str) -> Sector | None:
    if not text or (coded := sector.sector_of_code(text.upper())):
        return coded if text else None
    flat = flatten(text)
    if not any(letter.isalpha() for letter in text):
        raise ProfileError("sector", text)
    return sector.sector_of(sector.trades_in(flat, asked=True), flat) or Sector(written=text)


def _stage(text: str) -> Stage | None:
    if not text:
        return None
    flat = flatten(text)
    named = text if text in situation.STAGES else _value("stage", text) or situation.stage_answered(flat)
    signs = [] if named else situation.stages_in(flat, [])
    if not named and not signs:
        raise ProfileError("stage", text)
    return cast(Stage, named or signs[0].name)


def _asker(text: str, trade: Sector | None, firm: bool) -> Asker | None:
    """As given; a farmer by the trade, a firm by a trade or by its people, as in a conversation."""
    if not text:
        return "farmer" if trade and trade.families == ["agriculture"] else "firm" if trade or firm else None
    flat = flatten(text)
    named = text if text in situation.ASKERS else _value("asker", text) or situation.asker_answered(flat)
    sign = None if named else situation.asker_in(flat)
    if not named and not sign:
        raise ProfileError("asker", text)
    return cast(Asker, named or (sign and sign.name))


def _value(slot: str, text: str) -> str | None:
    """The value that a form shows under these words."""
    shown = load_data("assistant", "profile/phrases")["values"][slot].values()
    return next((value for words in shown for value, said in words.items() if fold(said) == fold(text)), None)


def _needs(given: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for text in filter(None, map(str.strip, given)):
        named = [text] if text in load("needs") else situation.needs_in(flatten(text), [])
        if not named:
            raise ProfileError("needs", text)
        found.update(named)
    return found


def _unknown(given: Sequence[str]) -> list[Slot]:
    for slot in given:
        if slot not in SLOTS:
            _refuse(slot)
    return [slot for slot in SLOTS if slot in given]


def _refuse(slot: str) -> NoReturn:
    raise ProfileError("unknown", slot)
