"""Territories of the region Grand Est: what a question names, and what each place belongs to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from ingest.gazetteer import Gazetteer, Place
from ingest.place_names import Care, Names, Sense, names_of
from ingest.place_search import Finder, Hit
from ingest.place_words import Word, normal, rules, words_of
from ingest.territory_tables import Label, Tables, read_files, tables_of

__all__ = ["Mention", "Place", "Territories"]


@dataclass(frozen=True, slots=True)
class Mention:
    """Some words of a question and the places they may mean; several places are a question to put back."""

    written: str
    start: int
    end: int
    places: tuple[Place, ...]


class _Read(NamedTuple):
    hit: Hit
    senses: tuple[Sense, ...]
    sure: bool


@dataclass(frozen=True)
class Territories:
    """The tables and the look-up over them, both made at first use of the files."""

    files: Mapping[str, bytes]

    @classmethod
    def load(cls, folder: Path) -> "Territories":
        """From `corpus/territories` or the folder of an index, checked; empty when it holds no table. Raises CorpusError."""
        territories = cls.read(folder)
        _ = territories.tables
        return territories

    @classmethod
    def read(cls, folder: Path) -> "Territories":
        """As `load`, but the rows are parsed at first use. Raises CorpusError when a file is missing."""
        return cls(read_files(folder))

    @cached_property
    def tables(self) -> Tables:
        """The rows of the files."""
        return tables_of(self.files)

    def places_in(self, question: str) -> list[Place]:
        """Places of the region that the question names, in its order; candidates of one ambiguous name share their `start`."""
        return [place for mention in self.mentions_in(question) for place in mention.places if place.kind != "outside"]

    def mentions_in(self, question: str) -> list[Mention]:
        """What the question names, towns outside the region (kind `outside`) too.

        A postcode or département that only says which commune is meant is left out.
        """
        text = normal(question)
        words = words_of(text)
        finder = Finder(self._names, self.gazetteer.by_postcode, text, words)
        read = [self._choose(hit, finder) for hit in finder.hits() if hit.senses]
        told = _without_locators(self._resolve(_without_places_elsewhere(read, self.tables)), self.gazetteer)
        return [self._mention(one, text, words) for one in told]

    def find(self, text: str) -> list[Place]:
        """The place that a whole answer or field names, also as a word of every day or with a slip; several when unsure."""
        mentions, typed = self.mentions_in(text), normal(text)
        if mentions or not (words := words_of(typed)):
            return [place for mention in mentions for place in mention.places]
        if len(words) == 1 and words[0].text.isdigit() and len(words[0].text) == 5:
            return [self.gazetteer.place(Sense("outside", words[0].text, Care.NONE), exact=True)]
        hit = Finder(self._names, self.gazetteer.by_postcode, typed, words).whole()
        if not hit:
            return []
        return list(self._mention(_Read(hit, _ours(hit.senses), not hit.slip and self._largest(hit.senses)), typed, words).places)

    def place(self, code: str) -> Place | None:
        """The place of an INSEE code (an old one gives today's commune), SIREN, département, postcode or PETR's id."""
        today = self.gazetteer.present.get(code, code)
        kind = self.gazetteer.kind_of(today)
        return self.gazetteer.place(Sense(kind, today, Care.NONE), exact=True) if kind else None

    def labels_of(self, epci: Iterable[str]) -> list[Label]:
        """The labels that hold every one of these EPCI; none for no EPCI."""
        asked = set(epci)
        return [label for label in self.tables.labels if asked and asked <= {member.code for member in label.epci}]

    def communes_of(self, epci: str) -> list[str]:
        """INSEE codes of an EPCI's communes in the region, ascending."""
        return sorted(self.gazetteer.by_epci.get(epci, ()))

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """What each place belongs to."""
        return Gazetteer(self.tables)

    @cached_property
    def _names(self) -> Names:
        return names_of(self.tables)

    def _choose(self, hit: Hit, finder: Finder) -> _Read:
        """The senses that may stand: a commune before a town elsewhere, département or commune by the preposition."""
        senses, kinds = hit.senses, {sense.kind for sense in hit.senses}
        if {"commune", "departement"} <= kinds:
            before = finder.preposition(hit.first)
            wanted = "departement" if before in rules().departement_before or not before else "commune"
            senses = tuple(sense for sense in senses if sense.kind == wanted)
        elif finder.contracted(hit.first):
            senses = tuple(one for one in senses if one.kind == "commune" and self._has_article(one)) or senses
        return _Read(hit, _ours(senses), not hit.slip and self._largest(hit.senses))

    def _size(self, sense: Sense) -> tuple[int, str]:
        """The largest commune first."""
        return (-self.tables.communes[sense.code].population if sense.kind == "commune" else 0, sense.code)

    def _has_article(self, sense: Sense) -> bool:
        return words_of(sense.former or self.tables.communes[sense.code].name)[0].text in rules().articles

    def _largest(self, senses: Sequence[Sense]) -> bool:
        """Whether no town of the same name elsewhere has more inhabitants, and the name does not first mean one."""
        ours = [self.tables.communes[one.code].population for one in senses if one.kind == "commune"]
        theirs = [self.gazetteer.elsewhere[one.code].population for one in senses if one.code in self.gazetteer.elsewhere]
        doubtful = any(one.care is Care.ELSEWHERE and one.kind == "commune" for one in senses)
        return not doubtful and (not ours or not theirs or max(ours) > max(theirs))

    def _resolve(self, read: list[_Read]) -> list[_Read]:
        """Homonyms narrowed by the smallest area named beside them that holds some of them."""
        wide = [self.gazetteer.area(one.senses[0]) for one in read if one.senses[0].kind not in ("commune", "outside")]
        return [_narrowed(one, sorted(wide, key=len)) for one in read]

    def _mention(self, one: _Read, text: str, words: list[Word]) -> Mention:
        start, end = words[one.hit.first].start, words[one.hit.last].end
        written, exact = text[start:end], one.sure and len(one.senses) == 1
        places = (self.gazetteer.place(sense, exact) for sense in sorted(one.senses, key=self._size))
        return Mention(written, start, end, tuple(replace(place, written=written, start=start, end=end) for place in places))


def _ours(senses: tuple[Sense, ...]) -> tuple[Sense, ...]:
    return tuple(sense for sense in senses if sense.kind != "outside") or senses


def _narrowed(one: _Read, areas: list[frozenset[str]]) -> _Read:
    if one.senses[0].kind != "commune":
        return one
    for area in areas:
        if held := tuple(sense for sense in one.senses if sense.code in area):
            return one._replace(senses=held, sure=not one.hit.slip)
    return one


def _without_places_elsewhere(read: list[_Read], tables: Tables) -> list[_Read]:
    """« Haraucourt (27) »: a département outside the region, in brackets behind a name, takes the name with it."""
    away = {one.hit.first - 1 for one in read if _is_away(one, tables)}
    return [one for one in read if one.hit.last not in away and not _is_away(one, tables)]


def _is_away(one: _Read, tables: Tables) -> bool:
    return one.senses[0].kind == "departement" and one.senses[0].code not in tables.departements


def _without_locators(read: list[_Read], gazetteer: Gazetteer) -> list[_Read]:
    communes = {sense.code for one in read for sense in one.senses if sense.kind == "commune" and len(one.senses) == 1}
    located = [one for one in read if one.senses[0].kind in ("postcode", "departement") and gazetteer.area(one.senses[0]) & communes]
    return [one for one in read if one not in located]
