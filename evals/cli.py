"""The command line of the evaluation: answer, score, run, beir, bench, questions."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from evals import headline
from evals.cli_learning import learn, tune
from evals.questions import REPORTS
from evals.types import Measure, Result, Split
from ingest.cli import CorpusOption, IndexOption, chosen, run_app

app = typer.Typer(help="Question sets, answers and honest scores.", no_args_is_help=True, add_completion=False)
ReportsOption = Annotated[Path, typer.Option("--reports", help="Folder of the reports and of the committed run.")]
QuestionsOption = Annotated[list[Path], typer.Option("--questions", help="A file of questions, JSON lines; may be given again.")]


@app.command()
def answer(
    questions: Annotated[Path, typer.Option(help="JSON lines with at least id and question; history may be given.")],
    out: Annotated[Path, typer.Option(help="Where the answers go, a line a question; kept rows are not asked again.")],
    legs: Annotated[bool, typer.Option("--legs", help="Record the ranking of each retrieval leg as well.")] = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Answer every question of a file; exit code 0 when each has its row."""
    from assistant.engine import open_engine  # the models take seconds to load: only where they are needed
    from evals.answer import answer_file
    from evals.revision import origin_of
    from evals.systems import engine_system

    settings = chosen(corpus, index)
    engine = open_engine(settings)
    outcome = answer_file(questions, out, engine_system(engine, legs), origin_of(engine, settings))
    _tell(outcome.left_out)
    typer.echo(outcome.summary, err=True)
    if outcome.left_out:
        raise typer.Exit(1)


@app.command()
def score(
    questions: QuestionsOption,
    answers: Annotated[Path, typer.Option(help="The answers that `evals answer` wrote.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole result as JSON and nothing else.")] = False,
    corpus: CorpusOption = None,
) -> None:
    """Score answers without any model; what cannot be used is named and left out."""
    from evals.corpus_texts import corpus_texts
    from evals.score import score_files

    result = score_files(questions, answers, corpus_texts(chosen(corpus).corpus))
    _tell(result.left_out)
    typer.echo(result.model_dump_json(indent=1) if as_json else as_text(result))


@app.command()
def run(
    split: Annotated[Split, typer.Option(help="The questions to ask: `test` is opened for a release figure only.")] = "dev",
    baselines: Annotated[bool, typer.Option("--baselines", help="Ask the baselines and our engine without each step too.")] = False,
    check: Annotated[bool, typer.Option("--check", help="The gate alone: writes no report.")] = False,
    renew: Annotated[str | None, typer.Option(metavar="REASON", help="Make this run the committed one, and say why.")] = None,
    reports: ReportsOption = REPORTS,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Answer, score, compare and report; exit code 1 when the gate finds something wanting."""
    from assistant.engine import open_engine
    from evals.run import gate, prepare, run_engine
    from evals.run import run as run_whole

    settings = chosen(corpus, index)
    bench = prepare(open_engine(settings), settings, split, reports)
    if check:
        result, _ = run_engine(bench)
    else:
        done = run_whole(bench, baselines)
        typer.echo(headline.markdown(done.splits[split]))
        typer.echo(f"the report is {bench.reports / done.version / 'report.html'}", err=True)
        result = done.splits[split].systems["engine"].result
    _tell(result.left_out)
    wanting = gate(bench, result, renew)
    _tell(wanting)
    passed = result.overall["passed"]
    typer.echo(f"{split}: {headline.shown(passed)} of {passed.n} pass, {result.errors} errors; gate: {len(wanting)} wanting", err=True)
    if wanting:
        raise typer.Exit(1)


@app.command()
def beir(
    folder: Annotated[Path, typer.Argument(help="A folder with corpus.jsonl, queries.jsonl and qrels.tsv.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
    index: IndexOption = None,
) -> None:
    """Measure retrieval on a public set: lexical leg, dense leg, both fused."""
    from evals.beir import evaluate, lines
    from ingest.embeddings import load_embedder

    settings = chosen(None, index)
    scores = evaluate(folder, settings, load_embedder(settings))
    typer.echo(json.dumps(scores, indent=1) if as_json else "\n".join(lines(scores)))


@app.command()
def bench(
    large: Annotated[bool, typer.Option("--large", help="Also a made-up corpus of 100,000 provisions: minutes.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
    reports: ReportsOption = REPORTS,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Measure costs, in seconds and in yardsticks, and keep them beside the report."""
    from assistant.engine import open_engine
    from evals.bench import as_lines, benchmark
    from evals.benchfile import write_bench
    from evals.run import prepare

    settings = chosen(corpus, index)
    prepared = prepare(open_engine(settings), settings, "dev", reports)
    costs = benchmark(prepared.engine, settings, [question.ask() for question in prepared.asked], large)
    write_bench(prepared.reports / costs.version, costs)
    typer.echo(costs.model_dump_json(indent=1) if as_json else "\n".join(as_lines(costs)))


@app.command()
def readme(
    file: Annotated[Path, typer.Argument(help="The file with the two marks.")] = Path("README.md"), reports: ReportsOption = REPORTS
) -> None:
    """Write the headline figures of the newest run into the README, and into the file that the page about the service shows."""
    from evals.readme import newest_run, ship_figures, write_figures

    write_figures(file, newest_run(reports))
    ship_figures(newest_run(reports))


app.command("learn")(learn)
app.command("tune")(tune)


@app.command()
def pairs(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Ask the same in two turns, and in three languages: how often the same provisions are cited."""
    from assistant.engine import open_engine
    from evals.pairs import FOLLOWUPS, TRIPLES, Agreement, Pair, Triple, lines, load, same_first, same_provisions

    (asked, broken), (spoken, unusable) = load(FOLLOWUPS, Pair), load(TRIPLES, Triple)
    _tell([*broken, *unusable])
    engine = open_engine(chosen(corpus, index))
    agreement = Agreement(followups=same_provisions(engine, asked), languages=same_first(engine, spoken))
    typer.echo(agreement.model_dump_json(indent=1) if as_json else "\n".join(lines(agreement)))


@app.command()
def profiles(
    costs: Annotated[bool, typer.Option("--costs", help="Also what matching and look-up cost, in yardsticks; loads the model.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
    corpus: CorpusOption = None,
) -> None:
    """Score how profiles are read from phrases and matched against the schemes; no index, no model."""
    from evals.profile_report import as_lines, report_on

    report = report_on(chosen(corpus), costs)
    _tell(report.left_out)
    typer.echo(report.model_dump_json(indent=1) if as_json else "\n".join(as_lines(report)))


@app.command("questions")
def check_questions(corpus: CorpusOption = None) -> None:
    """Check the question sets: what is left out, their split, their distance from passages and notes."""
    from evals.corpus_texts import corpus_texts
    from evals.independence import near_wordings, share_with_many_words, wordings_of
    from evals.learning.phrases import held_out, scoped, set_questions, wordings
    from evals.questions import load_questions, question_files
    from ingest.corpus import sources_of

    folder = chosen(corpus).corpus
    texts = corpus_texts(folder)
    loaded = load_questions(question_files(), texts.provisions)
    notes = {name: note for source in sources_of(folder) for name, note in source.notes.items()}
    learned = [(row.provision, row.text) for row in wordings(texts.provisions) if not row.history]
    sets = [*set_questions(texts.provisions), *held_out(texts.provisions)]
    learned += [(row.provisions[0], row.text) for row in sets if not row.history]
    near = near_wordings(loaded.rows, [*wordings_of(notes), *learned, *((row.scope, row.text) for row in scoped())])
    _tell(loaded.left_out)
    _tell([f"« {row.question_id} » nearly equals a wording of {row.provision_id}: « {row.wording} »" for row in near])
    share = share_with_many_words(loaded.rows, texts.provisions)
    counts = f"{len(loaded.rows)} questions: {len(loaded.of('dev'))} dev, {len(loaded.of('test'))} test"
    typer.echo(f"{counts}; {100 * (share or 0):.1f} % share half of their words or more with their passage")
    if loaded.left_out or near:
        raise typer.Exit(1)


def as_text(result: Result) -> str:
    """The result as a person reads it in a terminal."""
    lines = [f"{len(result.rows)} questions scored, {result.errors} errors, {len(result.left_out)} left out", ""]
    lines += [f"{name:28} {_row(measure)}" for name, measure in result.overall.items()]
    for axis, groups in result.by.items():
        lines += ["", f"by {axis}", *(f"  {name:40} {_row(measures['passed'])}" for name, measures in groups.items())]
    lines += ["", "status: expected by given", " " * 14 + "".join(f"{given:>14}" for given in result.status_table["answered"])]
    lines += [f"{expected:14}" + "".join(f"{n:>14}" for n in row.values()) for expected, row in result.status_table.items()]
    seconds = [f"{name} {1000 * value:.1f} ms" for name, value in (("p50", result.latency.p50), ("p95", result.latency.p95)) if value]
    return "\n".join([*lines, "", f"latency {', '.join(seconds) or 'unknown'}"])


def _row(measure: Measure) -> str:
    return f"{headline.shown(measure):24} {measure.n:5} questions"


def _tell(what: Iterable[object]) -> None:
    for line in what:
        typer.echo(str(line), err=True)


def main() -> None:
    """Run the command line."""
    run_app(app)
