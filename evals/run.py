"""A whole run: our engine and the systems beside it, answered, scored, compared, reported and gated."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.engine import Engine
from evals.answer import answer_all
from evals.baselines import dense_alone, lexical_alone, plain_rag
from evals.compare import comparisons
from evals.corpus_texts import CorpusTexts, corpus_texts
from evals.gate import broken_properties, lost_passes, read_gate, write_gate
from evals.independence import near_wordings, share_with_many_words, wordings_of
from evals.questions import REPORTS, Questions, load_questions, question_files
from evals.report import write_report
from evals.revision import Origin, code_revision, origin_of, version_of
from evals.runfile import Independence, RunFile, Shown, SplitRun, SystemRun, change, last_run, read_run, write_run
from evals.score import score
from evals.systems import System, engine_system, optional_steps, without_step
from evals.types import AnswerRow, QuestionRow, Result, Split
from ingest.settings import Settings

GATE = "gate.json"
_PROBES = 5


@dataclass(frozen=True)
class Bench:
    """What a run needs: the engine, the corpus's texts, the questions of one split, and where reports go."""

    engine: Engine
    settings: Settings
    texts: CorpusTexts
    questions: Questions
    split: Split
    reports: Path

    @property
    def asked(self) -> list[QuestionRow]:
        """The questions of the split."""
        return self.questions.of(self.split)

    @property
    def origin(self) -> Origin:
        """What decides the answers."""
        return origin_of(self.engine, self.settings)


def prepare(engine: Engine, settings: Settings, split: Split, reports: Path = REPORTS, questions: Path | None = None) -> Bench:
    """Read the corpus and every question set of the folder. Raises CorpusError."""
    texts = corpus_texts(settings.corpus)
    files = question_files(questions) if questions else question_files()
    return Bench(engine, settings, texts, load_questions(files, texts.provisions), split, reports)


def answers_of(bench: Bench, system: System) -> dict[str, AnswerRow]:
    """The answers of one system, kept under the index folder so that a run takes up where it stopped."""
    file = bench.settings.index / "evals" / f"{bench.split}-{re.sub(r'[^a-z0-9]+', '-', system.name.lower())}.jsonl"
    rows, _ = answer_all([question.ask() for question in bench.asked], file, system, bench.origin)
    return {str(row.id): row for row in rows}


def run_engine(bench: Bench) -> tuple[Result, dict[str, AnswerRow]]:
    """Our engine answered and scored, legs included."""
    rows = answers_of(bench, engine_system(bench.engine, with_legs=True))
    return score(bench.asked, rows, bench.texts, bench.questions.left_out), rows


def run(bench: Bench, with_baselines: bool) -> RunFile:
    """Run the split and write `run.json` and `report.html` of this version. Raises CorpusError, OSError."""
    result, answers = run_engine(bench)
    results = {"engine": result}
    if with_baselines:
        results |= {system.name: score(bench.asked, answers_of(bench, system), bench.texts) for system in _beside_us(bench)}
    passed = {name: {row.id: row.passed for row in one.rows} for name, one in results.items()}
    split_run = SplitRun(
        finished=dt.datetime.now(dt.UTC).replace(microsecond=0), revision=code_revision(), origin=bench.origin,
        systems={name: SystemRun(result=_kept(name, one), passed=passed[name]) for name, one in results.items()},
        comparisons=comparisons(passed["engine"], {name: row for name, row in passed.items() if name != "engine"}),
        independence=_independence(bench), failed=_failed(bench, result, answers) if bench.split == "dev" else [],
    )  # fmt: skip
    return _written(bench, split_run)


def gate(bench: Bench, result: Result, renew: str | None) -> list[str]:
    """What is wanting: broken properties, and dev questions that passed in the committed run and do not any more.

    With `renew`, this run becomes the committed one and only broken properties are wanting. Raises CorpusError.
    """
    wanting, file = broken_properties(result.rows), bench.reports / GATE
    if bench.split != "dev":
        return wanting
    if renew is not None:
        write_gate(file, result.rows, renew, code_revision(), bench.engine.corpus_version)
        return wanting
    return [*wanting, *lost_passes(result.rows, read_gate(file))]


def _beside_us(bench: Bench) -> Iterator[System]:
    """The baselines, then our engine without each step that can be left out."""
    with plain_rag(bench.engine, bench.settings.corpus) as rag:
        yield rag
    yield lexical_alone(bench.engine)
    yield dense_alone(bench.engine)
    probes = [question.ask() for question in bench.asked if question.status == "answered"][:_PROBES]
    for name in optional_steps(bench.engine, probes):
        yield without_step(bench.engine, name)


def _kept(name: str, result: Result) -> Result:
    return result if name == "engine" else result.model_copy(update={"rows": [], "by": {}})


def _independence(bench: Bench) -> Independence:
    near = near_wordings(bench.questions.rows, wordings_of(bench.engine.index.notes))
    return Independence(
        many_shared_words=share_with_many_words(bench.asked, bench.texts.provisions),
        near_wordings=[f"{row.question_id} and a wording of {row.provision_id} ({row.similarity:.2f})" for row in near],
    )


def _failed(bench: Bench, result: Result, answers: dict[str, AnswerRow]) -> list[Shown]:
    questions = {question.id: question for question in bench.asked}
    return [_shown(questions[row.id], row.why, answers[row.id]) for row in result.rows if not row.passed]


def _shown(question: QuestionRow, why: list[str], row: AnswerRow) -> Shown:
    return Shown(
        id=question.id, question=question.question, history=question.history, language=question.language, category=question.category,
        hard=question.hard, why=why, text=row.answer.text, cited=[c.provision_id for c in row.answer.citations], expected=question.evidence,
    )  # fmt: skip


def _written(bench: Bench, split_run: SplitRun) -> RunFile:
    """The other split of this version stays in the file when it was run on the same origin, its day apart."""
    version = version_of(bench.engine.corpus_version)
    folder = bench.reports / version
    before, earlier = last_run(bench.reports, bench.split), read_run(folder)
    kept = {split: one for split, one in (earlier.splits if earlier else {}).items() if _same(one.origin, split_run.origin)}
    whole: RunFile = RunFile(version=version, splits={**kept, bench.split: split_run})
    write_run(folder, whole)
    changed = change(before, split_run.systems["engine"].passed)
    write_report(folder, whole, bench.split, changed, bench.texts)
    return whole


def _same(one: Origin, other: Origin) -> bool:
    return one.model_copy(update={"today": other.today}) == other
