"""The command line of the corpus: build, check, list, add."""

import json
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from ingest.add import NewDocument, add_files, unwritten
from ingest.check import Coverage, Finding, shortcomings, write_release
from ingest.corpus import all_provisions
from ingest.errors import CorpusError
from ingest.notes import notes_path
from ingest.pipeline import build_index
from ingest.settings import Settings, settings

app = typer.Typer(help="From published texts to an index of provisions.", no_args_is_help=True, add_completion=False)
CorpusOption = Annotated[Path | None, typer.Option("--corpus", help="Folder of the register and the texts.")]
IndexOption = Annotated[Path | None, typer.Option("--index", help="Folder of the index.")]
LISTED = ("id", "document_id", "kind", "path", "label", "actors", "serves", "quote", "start", "end")


def chosen(corpus: Path | None, index: Path | None = None) -> Settings:
    """The settings, with the folders that the command line names."""
    given = {"corpus": corpus, "index": index}
    return settings().model_copy(update={name: path for name, path in given.items() if path is not None})


@app.command()
def build(corpus: CorpusOption = None, index: IndexOption = None) -> None:
    """Build the index beside the old one and swap it in."""
    report = build_index(chosen(corpus, index))
    typer.echo(report.summary)


@app.command("list")
def list_provisions(
    corpus: CorpusOption = None, as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False
) -> None:
    """Print every provision of the corpus; needs no index."""
    provisions = list(all_provisions(chosen(corpus).corpus))
    if as_json:
        rows = [{("provision_id" if k == "id" else k): getattr(p, k) for k in LISTED} for p in provisions]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for p in provisions:
        typer.echo(f"{p.id}\t{p.kind}\t{', '.join(p.actors)}\t{' '.join(p.quote_plain.split())[:90]}")


@app.command()
def check(
    corpus: CorpusOption = None,
    release: Annotated[bool, typer.Option("--release", help="Record today's ids as those of the release.")] = False,
) -> None:
    """Compare the inventory with what is found; exit code 1 when anything is wanting."""
    folder = chosen(corpus).corpus
    if release:
        typer.echo(f"{write_release(folder)} ids recorded", err=True)
    findings, covered, faults = shortcomings(folder)
    for finding in findings:
        typer.echo(_row(finding))
    for coverage in covered:
        typer.echo(_coverage(coverage))
    for fault in faults:
        typer.echo(f"WANTING  {fault}")
    wanting = sum(bool(f.wanting) for f in findings) + len(faults)
    typer.echo(f"{len(findings)} rows of the inventory, {sum(not f.wanting for f in findings)} found; {len(faults)} other faults")
    if wanting:
        raise typer.Exit(1)


def _row(finding: Finding) -> str:
    row, held = finding.row, finding.provision
    found = f"{held.id}  {held.kind}  {', '.join(held.actors)}" if held else ""
    expected = f"{row.kind} {', '.join(row.actors)}".strip()
    return f"{'WANTING' if finding.wanting else 'found':8} {row.id:8} expected {expected:32} {found} {finding.wanting}".rstrip()


def _coverage(row: Coverage) -> str:
    lines = [f"{row.document_id}: {row.characters} characters, furniture {row.share:.2%}, without a place: {len(row.lost)}"]
    lines += [f"  furniture: {json.dumps(piece, ensure_ascii=False)}" for piece in row.furniture]
    return "\n".join(lines)


@app.command()
def add(
    files: Annotated[list[Path], typer.Argument(help="Documents: text, Markdown, HTML, PDF or DOCX.")],
    corpus: CorpusOption = None,
    index: IndexOption = None,
    document_id: Annotated[str, typer.Option("--id", help="Its id, small letters and hyphens.")] = "",
    title: Annotated[str, typer.Option(help="Its title as published.")] = "",
    short_title: Annotated[str, typer.Option(help="The title that citations show.")] = "",
    kind: Annotated[str, typer.Option(help="pact, web_page, evaluation, declaration, press_note or other.")] = "",
    publisher: Annotated[str, typer.Option(help="Who published it.")] = "",
    date: Annotated[str, typer.Option(help="Its date, YYYY-MM-DD, or « undated ».")] = "",
    rights: Annotated[str, typer.Option(help="Under which right it is reproduced.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
) -> None:
    """Register documents, show the provisions they make, write a notes file, then build."""
    given = NewDocument(document_id, title, short_title, kind, publisher, date, rights)
    if (document_id or title or short_title) and len(files) > 1:
        raise typer.BadParameter("--id, --title and --short-title name one document: add the files one by one")
    where = chosen(corpus, index)
    present = sys.stdin.isatty() and not yes
    added = add_files(files, where.corpus, given, _ask if present else None, _agree if present else partial(_show, yes=yes))
    for document in added:
        wanting = unwritten(where.corpus, document)
        typer.echo(f"{document.id} is registered; {len(wanting)} notes are still unwritten in {notes_path(where.corpus, document.id)}")
        for name in wanting:
            typer.echo(f"  {name}")
    if added:
        typer.echo(build_index(where).summary)


def _ask(what: str, proposed: str) -> str:
    return str(typer.prompt(what, default=proposed, err=True))


def _show(shown: str, yes: bool) -> bool:
    typer.echo(shown, err=True)
    if not yes:
        raise CorpusError("nothing was written: there is no terminal to ask whether to register this", remedy="run it again with --yes")
    return yes


def _agree(shown: str) -> bool:
    typer.echo(shown, err=True)
    return typer.confirm("Register this document?", err=True)


def run_app(app: typer.Typer) -> None:
    """Run a command line; an error that a person can mend is one sentence and exit code 1."""
    try:
        app()
    except CorpusError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(1)


def main() -> None:
    """Run the command line."""
    run_app(app)
