"""The command line of the assistant: ask, serve, settings."""

import json
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli_match import match
from assistant.engine import open_engine
from assistant.links import link_to
from assistant.types import Answer, Question, Status
from ingest.cli import CorpusOption, IndexOption, chosen, run_app
from ingest.errors import CorpusError
from ingest.settings import Settings

app = typer.Typer(help="Questions answered from the published texts alone.", no_args_is_help=True, add_completion=False)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in French, English or German.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the Answer as JSON and nothing else.")] = False,
    history: Annotated[Path | None, typer.Option(help="A JSON list of the earlier user turns, oldest first.")] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Answer one question."""
    asked = Question(question=question, history=read_history(history))
    answer = open_engine(chosen(corpus, index)).answer(asked)
    typer.echo(answer.model_dump_json(indent=1) if as_json else as_text(answer))
    if answer.status is Status.ERROR:
        raise typer.Exit(1)


def read_history(path: Path | None) -> list[str]:
    """The earlier user turns of a file. Raises CorpusError naming the file and the remedy."""
    if path is None:
        return []
    try:
        turns = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CorpusError(f"cannot be read as JSON ({error})", file=path, remedy='write a list such as ["first question"]') from error
    if not isinstance(turns, list) or not all(isinstance(turn, str) for turn in turns):
        raise CorpusError("must be a JSON list of strings", file=path, remedy='write a list such as ["first question"]')
    return turns


def as_text(answer: Answer) -> str:
    """An answer as a person reads it in a terminal."""
    lines = [answer.text, ""]
    lines += [f"[{c.marker}] {c.label} — {link_to(c.provision_id)}" for c in answer.citations]
    back = [answer.next_question.text, ""] if answer.next_question and answer.next_question.text not in answer.text else []
    return "\n".join([*lines, "", *back, *answer.notices]).strip()


app.command("match")(match)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes that answer on this port.")] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Serve the interface."""
    given = {"host": host, "port": port, "workers": workers}
    wanted = chosen(corpus, index).model_copy(update={name: value for name, value in given.items() if value is not None})
    if wanted.workers > 1:
        from assistant.workers import run_workers  # as below

        raise typer.Exit(run_workers(wanted))
    from assistant.server import run_server  # the web libraries take seconds to load: only here

    run_server(wanted)


@app.command()
def purge(everything: Annotated[bool, typer.Option("--all", help="Drop every kept question, old or not.")] = False) -> None:
    """Drop the kept questions that are older than the settings allow."""
    from assistant.service.kept import kept_questions  # only here: nothing else of the command line keeps anything

    kept = kept_questions(chosen(None))
    if kept is None:
        typer.echo("No questions are kept: PACTES_QUESTION_LOG is empty.", err=True)
        return
    typer.echo(f"{kept.purge(everything)} kept questions dropped")


@app.command("settings")
def show_settings() -> None:
    """Print every setting, its environment variable and its value."""
    values = chosen(None).model_dump()
    for name, field in Settings.model_fields.items():
        typer.echo(f"PACTES_{name.upper()}={values[name]}\n    {field.description}")


def main() -> None:
    """Run the command line."""
    run_app(app)
