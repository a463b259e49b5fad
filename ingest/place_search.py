"""Names of places found in a question: the longest first, and after a preposition those written with a slip."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from ingest.place_names import Care, Names, Sense
from ingest.place_words import Word, ordinary_words, rules

_ANYWHERE_SLIP, _TWO_SLIPS, _LEAST_SLIP, _MOST_WORDS = 7, 9, 5, 4
_LONGEST_PREPOSITION = 5


class Hit(NamedTuple):
    """Words `first` to `last` (included) and what they may mean; nothing when they are known to be no place."""

    first: int
    last: int
    senses: tuple[Sense, ...]
    slip: bool = False


class Finder:
    """Finds the hits of one question."""

    def __init__(self, names: Names, postcodes: Mapping[str, frozenset[str]], text: str, words: list[Word]) -> None:
        self._names, self._postcodes, self._text, self._words = names, postcodes, text, words

    def hits(self) -> list[Hit]:
        """Hits from left to right, none over another."""
        hits: list[Hit] = []
        place = 0
        while place < len(self._words):
            hit = self._at(place, hits)
            if hit:
                hits.append(hit)
            place = hit.last + 1 if hit else place + 1
        return hits

    def whole(self) -> Hit | None:
        """The words as the name of one place and nothing else, whatever else they may mean."""
        first, end = self._without_preposition(), len(self._words)
        for start in (0, first):
            if senses := self._names.senses.get(self._key(start, end)):
                return Hit(start, end - 1, senses)
        glued = "".join(word.text for word in self._words[first:])
        keys, _ = self._nearest(glued)
        return Hit(first, end - 1, self._communes(keys), slip=True) if keys else None

    def preposition(self, place: int) -> str:
        """The longest known preposition that ends before this word; empty when there is none."""
        listed = rules().near | rules().before | rules().departement_before
        for size in range(min(_LONGEST_PREPOSITION, place), 0, -1):
            if (phrase := self._key(place - size, place)) in listed:
                return phrase
        return ""

    def contracted(self, place: int) -> bool:
        """Whether « au », « du », « aux » or « des » before the name holds its article: « au Thillot »."""
        return place > 0 and self._words[place - 1].text in ("au", "du", "aux", "des")

    def _at(self, place: int, hits: list[Hit]) -> Hit | None:
        if self._words[place].text.isdigit():
            return self._number(place, hits)
        return self._named(place, hits) or self._slip(place)

    def _named(self, place: int, hits: list[Hit]) -> Hit | None:
        longest = min(self._names.longest.get(self._words[place].text, 0), len(self._words) - place)
        for size in range(longest, 0, -1):
            key = self._key(place, place + size)
            if not self._stands_alone(place, place + size, hits):
                continue
            if key in rules().no_place:
                return Hit(place, place + size - 1, ())
            known = self._names.senses.get(key, ())
            senses = tuple(one for one in known if self._fits(one, place, place + size))
            if senses:
                return Hit(place, place + size - 1, senses)
            if known and size > 1:
                return None  # a part of the name says no more: « Entre-Deux » of « entre-deux-eaux »
        return None

    def _stands_alone(self, first: int, end: int, hits: list[Hit]) -> bool:
        """Whether no hyphen makes the words a part of a longer name: « Saint-Germain » of « Saint-Germain-en-Laye »."""
        inner = all(word.joined for word in self._words[first + 1 : end])
        before = not self._words[first].hyphen or bool(hits and hits[-1].last == first - 1)
        after = end == len(self._words) or not self._words[end].hyphen or self._words[end].text not in rules().links
        return inner and before and after

    def _fits(self, sense: Sense, first: int, end: int) -> bool:
        if sense.care is Care.NONE:
            return not (sense.kind == "departement" and self._is_landscape(first))
        before, capital = self.preposition(first), self._capital(first, end)
        if before in rules().naming or self._beside_number(sense.code, first, end):
            return True
        if sense.care is Care.UNSURE:
            return capital or (before in rules().departement_before if sense.kind == "departement" else bool(before))
        near = before in rules().near or before == "a"
        return capital and (near if sense.care is Care.ELSEWHERE else bool(before))

    def _capital(self, first: int, end: int) -> bool:
        """A capital that the start of a sentence does not explain; a comma after the name explains it as a name."""
        apart = end == len(self._words) or self._text[self._words[end - 1].end] in ",("
        content = [word for word in self._words[first:end] if word.text not in rules().articles]
        return any(word.capital and (not word.first or apart) for word in content)

    def _is_landscape(self, first: int) -> bool:
        return any(word.text in rules().not_a_departement for word in self._words[max(0, first - 3) : first])

    def _beside_number(self, insee: str, first: int, end: int) -> bool:
        """Whether the commune's postcode stands beside the name, or its département's number behind it."""
        beside = [self._words[at].text for at in (first - 1, end) if 0 <= at < len(self._words)]
        behind = end < len(self._words) and insee[:2] == self._words[end].text and not self._is_quantity(end)
        return behind or any(insee in self._postcodes.get(number, ()) for number in beside)

    def _number(self, place: int, hits: list[Hit]) -> Hit | None:
        number, outer = self._words[place].text, self._text[self._words[place].end :][:1]
        if outer.isalnum() or self._text[: self._words[place].start][-1:].isalnum():
            return None
        if len(number) == 5 and not self._is_quantity(place):
            if number in self._postcodes:
                return Hit(place, place, (Sense("postcode", number, Care.NONE),))
            if self._key(place - 1, place) in rules().postcode_before or self._key(place - 2, place) in rules().postcode_before:
                return Hit(place, place, (Sense("outside", number, Care.NONE),))
        if len(number) == 2 and self._is_departement(place, hits):
            return Hit(place, place, (Sense("departement", number, Care.NONE),))
        return None

    def _is_quantity(self, place: int) -> bool:
        rest = self._text[self._words[place].end :].lstrip()
        following = self._words[place + 1].text if place + 1 < len(self._words) else ""
        return rest[:1] in ("€", "%", "$") or following in rules().units

    def _is_departement(self, place: int, hits: list[Hit]) -> bool:
        word = self._words[place]
        if self._text[word.start - 1 : word.start] == "(" and self._text[word.end : word.end + 1] == ")":
            return True
        before = self._key(place - 2, place)
        named = before == "dans le" or before.endswith("departement") or before.endswith("departement le")
        beside = bool(hits and hits[-1].last == place - 1 and any(one.code.startswith(word.text) for one in hits[-1].senses))
        return (named or beside) and not self._is_quantity(place)

    def _slip(self, place: int) -> Hit | None:
        before = self.preposition(place)
        if not before or self._words[place].text in rules().articles:
            return None
        found: list[tuple[int, int, tuple[str, ...]]] = []
        for end in range(place + 1, min(place + _MOST_WORDS, len(self._words)) + 1):
            if self._may_be_slip(place, end, before):
                most = 2 if end == place + 1 or self._capital(place, end) else 1
                keys, slips = self._nearest("".join(word.text for word in self._words[place:end]), most)
                found += [(slips, -end, keys)] if keys else []
        if not found:
            return None
        _, last, keys = min(found)
        return Hit(place, -last - 1, self._communes(keys), slip=True)

    def _may_be_slip(self, first: int, end: int, before: str) -> bool:
        words = self._words[first:end]
        if any(not word.text.isalpha() or word.text in ordinary_words() for word in words):
            return False
        if all(word.text in rules().common for word in words):
            return False
        if words[-1].text in rules().links or not all(word.joined for word in words[1:]):
            return False
        if self._capital(first, end) or before in rules().near:
            return True
        return before in ("a", "vers") and sum(len(word.text) for word in words) >= _ANYWHERE_SLIP

    def _nearest(self, glued: str, most: int = 2) -> tuple[tuple[str, ...], int]:
        """The keys at the least number of slips, and that number; no key beyond one slip, or two in a long name."""
        if len(glued) < _LEAST_SLIP:
            return (), 0
        known = self._names.glued.get(glued[0], {})
        most = most if len(glued) >= _TWO_SLIPS else 1
        near = process.extract(glued, known.keys(), scorer=DamerauLevenshtein.distance, score_cutoff=most, limit=4)
        least = min((slips for _, slips, _ in near), default=0)
        return tuple(known[name] for name, slips, _ in near if slips == least), int(least)

    def _communes(self, keys: tuple[str, ...]) -> tuple[Sense, ...]:
        senses = (sense for key in keys for sense in self._names.senses[key] if sense.kind == "commune")
        return tuple(dict.fromkeys(senses))

    def _without_preposition(self) -> int:
        starts: Iterator[int] = (place for place in range(len(self._words) - 1, 0, -1) if self._is_preposition(place))
        return next(starts, 0)

    def _is_preposition(self, end: int) -> bool:
        key = self._key(0, end)
        return key in rules().near or key in rules().before or key in ("de", "d", "du", "des")

    def _key(self, first: int, end: int) -> str:
        return " ".join(word.text for word in self._words[max(0, first) : end])
