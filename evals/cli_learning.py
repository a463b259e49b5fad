"""The commands that fit the assistant's weights: on the phrases of `evals/learning`, and on `dev`."""

from typing import Annotated

import typer

from evals.questions import REPORTS
from ingest.cli import CorpusOption, IndexOption, chosen


def learn(corpus: CorpusOption = None, index: IndexOption = None) -> None:
    """Learn from the phrases of `evals/learning` how people ask; writes the assistant's weights."""
    from tqdm import tqdm

    from assistant.engine import open_engine
    from evals.learning.learn import learn as learn_from
    from evals.learning.phrases import scoped, set_questions, wordings

    engine = open_engine(chosen(corpus, index))
    known = engine.index.provisions
    with tqdm(total=len(wordings(known)) + len(set_questions(known)) + len(scoped()), desc="reading phrases", unit="phrase") as bar:

        def told(done: int) -> None:
            bar.update(done)

        written = learn_from(engine, told)
    typer.echo(str(written), err=True)


def tune(
    seed: Annotated[int, typer.Option(help="Draws the sample of wordings.")] = 0,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Fit the weights of the ranking and of the decisions, on our wordings and on `dev`; prints them, writes nothing."""
    from assistant.engine import open_engine
    from evals.learning.decisions import LIKELY, HeldOut, samples, weigh
    from evals.learning.leanings import leaning_samples
    from evals.learning.lifts import fit_lifts, lift_examples
    from evals.learning.phrases import held_out, held_out_scoped
    from evals.learning.sets import set_samples
    from evals.run import prepare
    from evals.tune import examples, fit, found_first

    settings = chosen(corpus, index)
    engine = open_engine(settings)
    asked = prepare(engine, settings, "dev", REPORTS).asked
    written = held_out(engine.index.provisions)
    decided = leaning_samples(engine, asked, written) | samples(engine, asked, HeldOut(written, held_out_scoped()))
    for name, sample in (decided | set_samples(engine, asked, written)).items():
        typer.echo("\n".join([f"[{name}]", *(f"{sign} = {weight}" for sign, weight in weigh(sample, LIKELY[name]).items())]))
    lifts = fit_lifts(list(lift_examples(engine, asked, written)))
    typer.echo("\n".join(["[aids]", *(f"{sign} = {weight}" for sign, weight in lifts.items())]))
    given = list(examples(engine, asked, written, seed))
    weights = fit(given)
    typer.echo("[features]")
    typer.echo("\n".join(f"{name} = {weight}" for name, weight in weights.items()))
    typer.echo(f"right among the first five: {found_first(given, weights, 5):.1%} of {len(given)} examples", err=True)
