"""Whether one question put in several ways is answered from the same provisions: in two turns, in three languages."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Protocol, TypeVar

from pydantic import BaseModel, Field

from assistant.types import Answer, Question
from evals.headline import shown
from evals.intervals import measure
from evals.jsonl import read_rows, refuse_doubles
from evals.types import Fault, Measure
from ingest.types import Strict

DATA = Path(__file__).parent / "data"
FOLLOWUPS, TRIPLES = DATA / "followups.jsonl", DATA / "triples.jsonl"
Words = Annotated[str, Field(min_length=1)]
Row = TypeVar("Row", bound=BaseModel)


class Answerable(Protocol):
    """What a question led to."""

    def answer(self) -> Answer:
        """The whole answer."""
        ...


class Engine(Protocol):
    """What is asked here of the assistant's engine."""

    def turn(self, question: Question, /) -> Answerable:
        """Follow the path for one question."""
        ...


class Pair(Strict):
    """A complete question, and two turns of which the second, leaning on the first, asks the same."""

    id: Words
    alone: Words
    turns: tuple[Words, Words]


class Triple(Strict):
    """One question in French, English and German."""

    id: Words
    fr: Words
    en: Words
    de: Words


class PairRow(Strict):
    """The provisions cited for a pair, in the order of the answers; two answers that cite nothing are not the same."""

    id: str
    alone: list[str]
    followup: list[str]

    @property
    def same_provisions(self) -> bool:
        """Whether both answers cite the same set."""
        return bool(self.alone) and set(self.alone) == set(self.followup)

    @property
    def same_first(self) -> bool:
        """Whether both answers cite the same provision first."""
        return _same_first(self.alone, self.followup)


class TripleRow(Strict):
    """The provisions cited for a triple, by language, in the order of the answers."""

    id: str
    fr: list[str]
    en: list[str]
    de: list[str]


class FollowupAgreement(Strict):
    """The shares of pairs answered alike; `differing` lists the pairs whose sets of provisions are not the same."""

    same_provisions: Measure
    same_first: Measure
    differing: list[PairRow]


class LanguageAgreement(Strict):
    """The shares of triples with the same first provision; `differing` lists those where the three are not alike."""

    fr_en: Measure
    fr_de: Measure
    all_three: Measure
    differing: list[TripleRow]


class Agreement(Strict):
    """Both measures."""

    followups: FollowupAgreement
    languages: LanguageAgreement


def load(file: Path, kind: type[Row]) -> tuple[list[Row], list[Fault]]:
    """The usable rows of a file and what was left out; raises CorpusError without a file."""
    read, broken = read_rows(file, kind)
    kept, doubled = refuse_doubles(file, read)
    return [row for _, row in kept], [*broken, *doubled]


def same_provisions(engine: Engine, pairs: Sequence[Pair]) -> FollowupAgreement:
    """Ask every pair alone and in two turns, and compare what is cited."""
    rows = [PairRow(id=pair.id, alone=_cited(engine, pair.alone), followup=_cited(engine, pair.turns[1], pair.turns[0])) for pair in pairs]
    return FollowupAgreement(
        same_provisions=measure([float(row.same_provisions) for row in rows]),
        same_first=measure([float(row.same_first) for row in rows]),
        differing=[row for row in rows if not row.same_provisions],
    )


def same_first(engine: Engine, triples: Sequence[Triple]) -> LanguageAgreement:
    """Ask every triple in its three languages, and compare what is cited first."""
    rows = [
        TripleRow(id=triple.id, fr=_cited(engine, triple.fr), en=_cited(engine, triple.en), de=_cited(engine, triple.de))
        for triple in triples
    ]
    return LanguageAgreement(
        fr_en=measure([float(_same_first(row.fr, row.en)) for row in rows]),
        fr_de=measure([float(_same_first(row.fr, row.de)) for row in rows]),
        all_three=measure([float(_same_first(row.fr, row.en, row.de)) for row in rows]),
        differing=[row for row in rows if not _same_first(row.fr, row.en, row.de)],
    )


def lines(agreement: Agreement) -> list[str]:
    """The measures, then the rows that differ, as a person reads them in a terminal."""
    asked, spoken = agreement.followups, agreement.languages
    rates = {
        "follow-ups, same provisions": asked.same_provisions,
        "follow-ups, same first": asked.same_first,
        "French and English, same first": spoken.fr_en,
        "French and German, same first": spoken.fr_de,
        "all three, same first": spoken.all_three,
    }
    shares = [f"{name:32} {shown(rate):24} {rate.n:4} questions" for name, rate in rates.items()]
    pairs = [f"{row.id}: alone {_listed(row.alone)}; in two turns {_listed(row.followup)}" for row in asked.differing]
    return [*shares, *pairs, *(f"{row.id}: fr {_head(row.fr)}; en {_head(row.en)}; de {_head(row.de)}" for row in spoken.differing)]


def _cited(engine: Engine, question: str, *history: str) -> list[str]:
    answer = engine.turn(Question(question=question, history=list(history))).answer()
    return [citation.provision_id for citation in answer.citations]


def _same_first(*cited: list[str]) -> bool:
    return all(cited) and len({provisions[0] for provisions in cited}) == 1


def _listed(provisions: list[str]) -> str:
    return ", ".join(provisions) or "nothing"


def _head(provisions: list[str]) -> str:
    return _listed(provisions[:1])
