"""Messages of one conversation brought together: later facts replace earlier ones, another person begins anew."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from assistant.matching.flat import pattern
from assistant.matching.reading import Context, Facts, changes, read
from assistant.matching.types import Profile, Slot
from ingest.french import fold

_SLOTS: tuple[Slot, ...] = ("place", "headcount", "sector", "stage", "asker", "needs")
_BARE_NUMBER = re.compile(r"\W*\d{1,3}\W*")
_NUMBER_FIRST = re.compile(r"\W{0,3}(?:\w+ ){0,2}\d[\d .]*\b")


class Conversation:
    """What is known after the messages heard so far."""

    def __init__(self, context: Context) -> None:
        self._context, self._facts, self._person = context, Facts(language=context.language), "me"
        self._others: dict[str, Facts] = {}

    def hear(self, turn: str, asked: Slot | None) -> None:
        """Add a message, its corrections one after the other."""
        folded = fold(turn)
        pieces = [(piece, corrects) for piece, corrects in _pieces(turn) if piece.strip(" .,;:!")]
        known = self._known_before(folded)
        heard = Facts(language=self._facts.language)
        for piece, corrects in pieces:
            context = self._context._replace(language=self._facts.language)
            facts = read(piece, _answered(piece, asked) or self._slot_of(piece, corrects, heard), context)
            heard = _over(heard, facts, corrects)
        self._facts = self._joined(heard, known, folded, any(corrects for _, corrects in pieces))

    def _joined(self, heard: Facts, known: Facts | None, folded: str, corrects: bool) -> Facts:
        before, besides = self._facts, bool(pattern(changes()["besides"]).search(folded))
        if known is None and not corrects and not besides and self._another_trade(heard):
            known = Facts(language=before.language)
        if known is not None:
            same = bool(pattern(changes()["same"]).search(folded)) and not heard.needs
            before = replace(known, needs=before.needs) if same else known
        elif besides and before.sector:
            heard.sector = None
        new = corrects or bool(pattern(changes()["new_question"]).search(folded))
        return _over(before, heard, new and not besides)

    def _slot_of(self, piece: str, corrects: bool, heard: Facts) -> Slot | None:
        """« non, 15 » corrects the headcount."""
        known = heard.says("headcount") or self._facts.says("headcount")
        return "headcount" if corrects and known and _NUMBER_FIRST.match(piece) else None

    def _known_before(self, folded: str) -> Facts | None:
        """What is known of the person that a message turns to; None when it speaks of the same one as before."""
        found = pattern(changes()["person"]).search(folded)
        person = self._person if not found else "me" if found["me"] else found["for"] or found["has"]
        if person == self._person:
            return None
        self._others[self._person], self._person = self._facts, person
        return self._others.get(person, Facts(language=self._facts.language))

    def _another_trade(self, heard: Facts) -> bool:
        """Another trade is another firm, unless it narrows the first."""
        before, now = self._facts.sector, heard.sector
        return bool(before and now and before.division and now.division and before.division != now.division)

    def profile(self) -> Profile:
        """What is known, for the matcher."""
        facts = self._facts
        where = facts.place
        return Profile(
            places=list(where.codes) if where else [], place_written=where.written if where else "", outside=where.outside if where else "",
            headcount=facts.headcount, sector=facts.sector, stage=facts.stage, needs=facts.needs, asker=facts.asker,
            unknown=facts.unknown, contradictions=list(facts.contradictions.values()),
        )  # fmt: skip


def _answered(piece: str, asked: Slot | None) -> Slot | None:
    """The slot that a message answers: « 15 », when it was asked who they are or what they do, says how many they are."""
    return "headcount" if asked in ("asker", "sector", "stage") and _BARE_NUMBER.fullmatch(piece) else asked


def _pieces(turn: str) -> Iterator[tuple[str, bool]]:
    """A message cut where it corrects itself, each piece with whether it corrects what stands before."""
    at, corrects = 0, False
    for found in _corrections(turn):
        yield turn[at : found[0]], corrects
        at, corrects = found[1], True
    yield turn[at:], corrects


def _corrections(turn: str) -> list[tuple[int, int]]:
    lowered = "".join(map(_lowered, turn))
    return [found.span() for found in pattern(changes()["correction"]).finditer(lowered)]


@lru_cache(maxsize=2_000)
def _lowered(letter: str) -> str:
    """One letter for one letter, so that positions stay."""
    folded = fold(letter) or " "
    return folded if len(folded) == 1 else letter


def _over(before: Facts, now: Facts, replaces: bool) -> Facts:
    """Facts with later ones over them; needs add up unless they replace."""
    spoken = [slot for slot in _SLOTS if now.says(slot)]
    held: dict[str, Any] = {slot: getattr(now, slot) if slot in spoken else getattr(before, slot) for slot in _SLOTS if slot != "needs"}
    needs = now.needs if now.needs and replaces else [*before.needs, *(need for need in now.needs if need not in before.needs)]
    asker = before.asker if now.asker == "firm" and before.asker not in (None, "firm") else held["asker"]
    unknown = [slot for slot in dict.fromkeys([*before.unknown, *now.unknown]) if slot not in spoken]
    kept = {slot: told for slot, told in before.contradictions.items() if slot not in spoken}
    return replace(now, **held | {"needs": needs, "asker": asker, "unknown": unknown, "contradictions": kept | now.contradictions})
