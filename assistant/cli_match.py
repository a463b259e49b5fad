"""The command `match`: which supports are for a firm, from facts given as options."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.clock import today
from assistant.matching.catalogue import Catalogue
from assistant.matching.matcher import match as match_profile
from assistant.matching.report import nearly, others, situation, supports, whom, word
from assistant.matching.roadmap import roadmap_html, roadmap_markdown
from assistant.matching.types import MatchResult
from assistant.types import Language
from ingest.cli import CorpusOption, IndexOption, chosen
from ingest.errors import CorpusError

if TYPE_CHECKING:
    from ingest.index import Index
    from ingest.settings import Settings


def match(
    commune: Annotated[str, typer.Option(help="Commune, postcode, intercommunalité or département.")] = "",
    headcount: Annotated[str, typer.Option(help="Number of employees: 12, or 10-19.")] = "",
    sector: Annotated[str, typer.Option(help="Trade or sector, in plain words.")] = "",
    stage: Annotated[str, typer.Option(help="idea, creation, takeover, growth, difficulty or closure.")] = "",
    need: Annotated[list[str] | None, typer.Option(help="What is looked for, in plain words or as a key; may be repeated.")] = None,
    asker: Annotated[str, typer.Option(help="Who asks: firm, intercommunalité, structure, jobseeker, employee, young…")] = "",
    language: Annotated[str, typer.Option(help="Language of the answer: fr, en or de.")] = "fr",
    as_json: Annotated[bool, typer.Option("--json", help="Print the MatchResult as JSON and nothing else.")] = False,
    roadmap: Annotated[Path | None, typer.Option(help="Also write the road map to this file: .md or .html.")] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
) -> None:
    """Match a situation against the schemes of the texts, each condition with its passage."""
    from assistant.matching.profile import ProfileError, profile_from_fields  # its word lists take time to load: only here

    spoken = _language(language)
    if roadmap is not None and roadmap.suffix not in (".md", ".html"):
        raise typer.BadParameter("--roadmap takes a file whose name ends in .md or .html")
    opened = _open(chosen(corpus, index))
    try:
        profile = profile_from_fields(
            commune=commune, headcount=headcount, sector=sector, stage=stage, needs=need or [], asker=asker, territories=opened.territories
        )
    except ProfileError as error:
        raise typer.BadParameter(error.say(spoken)) from error
    catalogue = Catalogue.of(opened.schemes, opened.provisions, opened.documents, opened.territories)
    result = match_profile(profile, catalogue, spoken)
    if roadmap is not None:
        _write(result, roadmap, opened)
    typer.echo(result.model_dump_json(indent=1) if as_json else as_text(result))


def as_text(result: MatchResult) -> str:
    """A match as a person reads it in a terminal."""
    language = result.language
    lines = [f"{name}{word('colon', language)}{value}" for name, value in situation(result)]
    for support in supports(result, {}):
        lines += ["", f"{support.title} [{support.group}]", *(f"  {line}" for line in support.lines)]
        for reason in support.reasons:
            rest = [" ".join(reason.passage.split())] if reason.passage else []
            lines += [f"  - {reason.text}", *(f"      {line}" for line in [*rest, f"— {reason.source}"])]
    for name, rows in (("others", others(result)), ("almost", nearly(result)), ("whom", whom(result)), ("know", result.notices)):
        lines += ["", word(name, language), *(f"- {row}" for row in rows)] if rows else []
    if result.next_question:
        lines += ["", f"{word('question', language)}{word('colon', language)}{result.next_question.text}"]
    return "\n".join(lines)


def _language(given: str) -> Language:
    languages: dict[str, Language] = {"fr": "fr", "en": "en", "de": "de"}
    if given not in languages:
        raise typer.BadParameter("--language is fr, en or de")
    return languages[given]


def _open(settings: "Settings") -> "Index":
    """The index, built first when it is missing or out of date; the model is loaded only for that."""
    from ingest.build import is_current  # the vector store takes a second to load: not for --help
    from ingest.embeddings import model_identity
    from ingest.index import open_index
    from ingest.pipeline import build_index

    if not is_current(settings, model_identity(settings)):
        build_index(settings)
    return open_index(settings)


def _write(result: MatchResult, file: Path, index: "Index") -> None:
    """Write the road map, as the file's name says. Raises CorpusError when the file cannot be written."""
    make = roadmap_html if file.suffix == ".html" else roadmap_markdown
    titles = {document.id: document.title for document in index.documents.values()}
    try:
        file.write_text(make(result, titles, index.manifest.corpus_version, today()), encoding="utf-8")
    except OSError as error:
        raise CorpusError(
            f"the road map cannot be written ({error})", file=file, remedy="name a file in a folder you can write to"
        ) from error
