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
_BARE = re.compile(r"\D{0,12}\d[\d .]*\D{0,12}")


class Conversation:
    """What is known after the messages heard so far."""

    def __init__(self, context: Context) -> None:
        self._context, self._facts, self._person = context, Facts(language=context.language), ""

    def hear(self, turn: str, asked: Slot | None) -> None:
        """Add a message, its corrections one after the other."""
        folded = fold(turn)
        pieces = [(piece, corrects) for piece, corrects in _pieces(turn) if piece.strip(" .,;:!")]
        fresh = self._another_person(folded)
        heard = Facts(language=self._facts.language)
        for piece, corrects in pieces:
            context = self._context._replace(language=self._facts.language)
            facts = read(piece, asked or self._slot_of(piece, corrects, heard), context)
            heard = _over(heard, facts, corrects)
        self._facts = self._joined(heard, folded, fresh, any(corrects for _, corrects in pieces))

    def _joined(self, heard: Facts, folded: str, fresh: bool, corrects: bool) -> Facts:
        before = self._facts
        if fresh or self._another_trade(heard, folded, corrects):
            same = bool(pattern(changes()["same"]).search(folded)) and not heard.needs
            before = Facts(language=before.language, needs=before.needs if same else [])
        new = corrects or bool(pattern(changes()["new_question"]).search(folded))
        return _over(before, heard, new and not pattern(changes()["besides"]).search(folded))

    def _slot_of(self, piece: str, corrects: bool, heard: Facts) -> Slot | None:
        """« non, 15 » corrects the headcount."""
        known = heard.says("headcount") or self._facts.says("headcount")
        return "headcount" if corrects and known and _BARE.fullmatch(piece) else None

    def _another_person(self, folded: str) -> bool:
        """Whether the message turns to somebody else than the one spoken of."""
        found = pattern(changes()["person"]).search(folded)
        if not found:
            return False
        person = "me" if found["me"] else found["for"] or found["has"]
        known, self._person = self._person, person
        return person != known and not (person == "me" and not known)

    def _another_trade(self, heard: Facts, folded: str, corrects: bool) -> bool:
        """Another trade is another firm, unless it corrects, adds to or narrows the first."""
        before, now = self._facts.sector, heard.sector
        if corrects or before is None or now is None or not (before.division and now.division) or before.division == now.division:
            return False
        return not pattern(changes()["besides"]).search(folded)

    def profile(self) -> Profile:
        """What is known, for the matcher."""
        facts = self._facts
        where = facts.place
        return Profile(
            places=list(where.codes) if where else [], place_written=where.written if where else "", outside=where.outside if where else "",
            headcount=facts.headcount, sector=facts.sector, stage=facts.stage, needs=facts.needs, asker=facts.asker,
            unknown=facts.unknown, contradictions=list(facts.contradictions.values()),
        )  # fmt: skip


def _pieces(turn: str) -> Iterator[tuple[str, bool]]:
    """A message cut where it corrects itself, each piece with whether it corrects what stands before."""
    at, corrects = 0, False
    for found in _corrections(turn):
        yield turn[at : found[0]], corrects
        at, corrects = found[1], True
    yield turn[at:], corrects


@lru_cache(maxsize=64)
def _corrections(turn: str) -> tuple[tuple[int, int], ...]:
    lowered = "".join(fold(letter) or " " if len(fold(letter)) <= 1 else letter for letter in turn)
    return tuple(found.span() for found in pattern(changes()["correction"]).finditer(lowered))


def _over(before: Facts, now: Facts, replaces: bool) -> Facts:
    """Facts with later ones over them; needs add up unless they replace."""
    spoken = [slot for slot in _SLOTS if now.says(slot)]
    held: dict[str, Any] = {slot: getattr(now, slot) if slot in spoken else getattr(before, slot) for slot in _SLOTS if slot != "needs"}
    needs = now.needs if now.needs and replaces else [*before.needs, *(need for need in now.needs if need not in before.needs)]
    asker = before.asker if now.asker == "firm" and before.asker not in (None, "firm") else held["asker"]
    unknown = [slot for slot in dict.fromkeys([*before.unknown, *now.unknown]) if slot not in spoken]
    kept = {slot: told for slot, told in before.contradictions.items() if slot not in spoken}
    return replace(now, **held | {"needs": needs, "asker": asker, "unknown": unknown, "contradictions": kept | now.contradictions})
