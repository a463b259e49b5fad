"""The report on profiles: how phrases are read, how golden profiles are matched, and what it costs."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from assistant.matching.catalogue import Catalogue
from assistant.spelling import Speller
from evals.golden import Golden, Matching, load_golden, match_golden
from evals.headline import shown
from evals.profile_costs import ProfileCosts, Timing, profile_costs
from evals.profiling import PARTS, Phrase, Reading, load_phrases, read_phrases
from ingest.corpus import Source, sources_of
from ingest.embeddings import bare_query_seconds
from ingest.schemes import load_schemes
from ingest.settings import Settings
from ingest.territories import Territories
from ingest.types import Provision, Strict
from ingest.views import own_words

QUERIES = 60
"""Phrases embedded for the yardstick."""


class ProfileReport(Strict):
    """Reading, matching and, where measured, costs; `left_out` names the lines that could not be used."""

    reading: Reading
    golden: Matching
    costs: ProfileCosts | None = None
    left_out: list[str] = []


class ProfileBench:
    """The phrases, the golden profiles and the parts of a corpus that they are held against; no index, no model."""

    def __init__(self, corpus: Path) -> None:
        self._corpus = corpus
        self.territories = Territories.load(corpus / "territories")
        phrases, faults = load_phrases()
        golden, more = load_golden()
        self.phrases: list[Phrase] = phrases
        self.golden: list[Golden] = golden
        self.left_out = [str(fault) for fault in (*faults, *more)]

    @cached_property
    def catalogue(self) -> Catalogue:
        """The catalogue of the corpus. Raises CorpusError."""
        documents = {source.document.id: source.document for source in self._sources}
        return Catalogue.of(load_schemes(self._corpus), self._provisions, documents, self.territories)

    @cached_property
    def speller(self) -> Speller:
        """The words of the texts, which are no slips."""
        return Speller.over(own_words(provision) for provision in self._provisions.values())

    @cached_property
    def _sources(self) -> list[Source]:
        return list(sources_of(self._corpus))

    @cached_property
    def _provisions(self) -> dict[str, Provision]:
        return {provision.id: provision for source in self._sources for provision in source.provisions}

    def report(self) -> ProfileReport:
        """Everything but the costs."""
        reading = read_phrases(self.phrases, self.territories, self.speller)
        return ProfileReport(reading=reading, golden=match_golden(self.golden, self.catalogue), left_out=self.left_out)

    def costs(self, settings: Settings) -> ProfileCosts:
        """The costs, with the yardstick measured in the same run."""
        yardstick = bare_query_seconds(settings, [phrase.text for phrase in self.phrases[:QUERIES]])
        return profile_costs(self.territories, self.catalogue, [row.profile for row in self.golden], yardstick)


def report_on(settings: Settings, costs: bool) -> ProfileReport:
    """The report on a corpus, with the costs when asked: they load the model. Raises CorpusError."""
    bench = ProfileBench(settings.corpus)
    report = bench.report()
    return report.model_copy(update={"costs": bench.costs(settings)}) if costs else report


def as_lines(report: ProfileReport) -> Iterator[str]:
    """The report as a person reads it in a terminal."""
    for part in PARTS:
        yield f"{part}: {report.reading.phrases[part]} phrases"
        yield f"  {'slot':12}{'F1':28}{'said':>6}{'found':>6}{'right':>6}"
        for slot, score in report.reading.slots[part].items():
            yield f"  {slot:12}{shown(score.f1):28}{score.said:6}{score.found:6}{score.right:6}"
    yield f"golden profiles: {report.golden.profiles}, as expected {shown(report.golden.passed)}"
    for kind, measured in report.golden.by.items():
        yield f"  {kind:12}{shown(measured):28}{measured.n:6} profiles"
    yield from (f"  {one.id} {one.what}" for one in report.golden.differences)
    yield from (f"  {miss.id} {miss.slot}: said {_listed(miss.expected)}, found {_listed(miss.found)}" for miss in report.reading.misses)
    yield from _cost_lines(report.costs) if report.costs else ()


def _cost_lines(costs: ProfileCosts) -> Iterator[str]:
    yield f"yardstick: {1000 * costs.yardstick:.2f} ms"
    for name, timing in (("match", costs.match), ("look-up", costs.lookup), ("in a sentence", costs.mention)):
        yield f"  {name:14}{_timed(timing)}"


def _timed(timing: Timing) -> str:
    milliseconds = ", ".join(f"{name} {1000 * getattr(timing, name):.3f} ms" for name in ("mean", "median", "p95"))
    return f"{milliseconds}, {timing.yardsticks:.3f} yardsticks over {timing.n}"


def _listed(facts: list[str]) -> str:
    return ", ".join(facts) or "nothing"
