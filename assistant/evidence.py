"""What a sentence is held against: the cited provisions, their documents, our notes on them, and what was asked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from assistant.clock import spoken_date
from assistant.names import audiences_in, names_in
from assistant.numbers import Numbers, numbers_in
from assistant.overlap import widened
from assistant.roles import Roles, roles
from assistant.types import Language
from ingest.french import fold
from ingest.notes import Note
from ingest.types import Document, Provision
from ingest.wording import load_data

SEGMENT = re.compile(r"(?<=[.;:!?…])\s+")
LANGUAGES: tuple[Language, ...] = ("fr", "en", "de")
# Bodies that two names of the provisions' actors stand for.
SAME = {"EPCI": ("intercommunalités",), "ensemble": ("Région", "intercommunalités", "signataires")}


@dataclass(frozen=True)
class Evidence:
    """Everything one sentence may rest on, read once."""

    provisions: Sequence[Provision]
    documents: Sequence[Document]
    notes: Sequence[Note]
    asked: str
    language: Language

    @cached_property
    def said(self) -> str:
        """The provisions' words, the headings above them and their labels, in French."""
        return "\n".join("\n".join([p.quote_plain, *p.path, p.label]) for p in self.provisions)

    @cached_property
    def register(self) -> str:
        """What the register says of the documents, dates apart."""
        return "\n".join(" ".join([d.title, d.short_title, d.publisher, *d.signatories]) for d in self.documents)

    @cached_property
    def meanings(self) -> dict[Language, str]:
        """What our notes say, by language; a language without notes is left out."""
        texts = {language: "\n".join(getattr(note, language) for note in self.notes).strip() for language in LANGUAGES}
        return {language: text for language, text in texts.items() if text}

    @cached_property
    def folded(self) -> str:
        """Provisions and notes in every language, folded."""
        return fold("\n".join([self.said, *self.meanings.values()]))

    @cached_property
    def numbers(self) -> Numbers:
        """Figures of the provisions and of the titles; notes give none."""
        return numbers_in("\n".join([self.said, *(f"{d.title} {d.short_title}" for d in self.documents)]))

    @cached_property
    def dates(self) -> Numbers:
        """The register's dates: good for a sentence that names the document."""
        return numbers_in("\n".join(f"{d.date_note} {' '.join(_days(d))}" for d in self.documents))

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name of the provisions, the register and our notes, which say whom a pronoun stands for; the actors too."""
        actors = {name for p in self.provisions for actor in p.actors for name in (actor, *SAME.get(actor, ()))}
        noted = frozenset(name for language, text in self.meanings.items() for name in names_in(text, language))
        return names_in(f"{self.said}\n{self.register}", "fr") | actors | noted

    @cached_property
    def audiences(self) -> frozenset[str]:
        """Whom the provisions and notes speak of."""
        return frozenset(mention.name for mention in audiences_in(self.folded))

    @cached_property
    def agents(self) -> frozenset[str]:
        """Who acts: the provisions' actors, and who is said to act in their words or in our notes."""
        return self.actors | frozenset(name for part in self._parts for name in part.agents)

    @cached_property
    def actors(self) -> frozenset[str]:
        """The provisions' actors, by the names of the table."""
        return frozenset(name for p in self.provisions for actor in p.actors for name in SAME.get(actor, (actor,)))

    @cached_property
    def served(self) -> frozenset[str]:
        """Bodies that are served, or only named: they may be what the action is for."""
        return frozenset(name for part in self._parts for name in part.served | part.others)

    @cached_property
    def deeds(self) -> dict[str, frozenset[str]]:
        """What is done in the sentence's language, by the stem of its words, and the bodies that do it."""
        parts = [roles(text, language) for language, text in self.meanings.items() if language == self.language]
        parts += [roles(p.quote_plain, "fr") for p in self.provisions] if self.language == "fr" else []
        deeds = {deed for part in parts for deed in part.deeds}
        return {stem: frozenset(name for name, other in deeds if other == stem) for _, stem in deeds}

    @cached_property
    def receivers(self) -> frozenset[str]:
        """Bodies and audiences that are the subject of what they get (« les intercommunalités pourront bénéficier… »)."""
        return frozenset(name for part in self._parts for name in part.served)

    @cached_property
    def _parts(self) -> list[Roles]:
        french = [roles(p.quote_plain, "fr") for p in self.provisions]
        return french + [roles(text, language) for language, text in self.meanings.items()]

    @cached_property
    def words(self) -> frozenset[str]:
        """Stems that a sentence of this language may be made of; French names are kept in every language."""
        return widened([self.said, self.register, *self.meanings.values()], self.language)

    @cached_property
    def segments(self) -> list[str]:
        """What the evidence says in the sentence's language, a main clause at a time."""
        texts = [self.meanings.get(self.language, "")]
        if self.language == "fr":
            texts += [p.quote_plain for p in self.provisions]
        return [piece for text in texts for line in text.splitlines() for piece in SEGMENT.split(line) if piece.strip()]

    @cached_property
    def clauses(self) -> list[str]:
        """The same, cut at commas, brackets and relative pronouns."""
        return [clause for piece in self.segments for clause in _cuts()[self.language].split(piece) if clause.strip()]


def _days(document: Document) -> list[str]:
    days = (document.date, document.in_force_from, document.in_force_until)
    return [spoken_date(day, "fr") for day in days if day is not None]


@cache
def _cuts() -> dict[Language, re.Pattern[str]]:
    return {language: re.compile(pattern) for language, pattern in load_data("assistant", "paraphrase")["clause"].items()}
