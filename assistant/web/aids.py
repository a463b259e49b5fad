"""Which support is for me: the wizard over the matcher, its results and the road map to take away."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from assistant.api_routes import EngineHere
from assistant.clock import spoken_date, today
from assistant.engine import Engine
from assistant.matching.matcher import match
from assistant.matching.report import nearly, others, situation, to_check, whom, word
from assistant.matching.roadmap import roadmap_markdown
from assistant.matching.types import MatchResult
from assistant.web.aids_cards import cards
from assistant.web.aids_form import UNKNOWN, Given, Reading, read
from assistant.web.aids_options import options
from assistant.web.aids_places import completions
from assistant.web.aids_said import sentence
from assistant.web.rendering import language_of, page, words

router = APIRouter(include_in_schema=False)


@router.get("/aides")
def wizard(request: Request, engine: EngineHere) -> HTMLResponse:
    """The form, and once something is said the results; where a field cannot be read, the form with what is wrong."""
    language = language_of(request)
    reading = _read(request, engine)
    result = match(reading.profile, engine.catalogue, language) if reading.given.sent and not reading.errors else None
    shown = _shown(result, reading, engine) if result else {}
    return page(
        request, "aids.html", "aids", given=reading.given, reading=reading, errors=reading.errors,
        options=options(language), choices=_choices(reading, engine), unknown=UNKNOWN, result=result,
        lang_asked="lang" in request.query_params, **shown,
    )  # fmt: skip


@router.get("/aides/lieux")
def places(engine: EngineHere, q: str = "") -> Response:
    """Communes that begin as `q` does, for the completion of the field."""
    return JSONResponse([one._asdict() for one in completions(q[:60], engine.index.territories)])


@router.get("/aides/feuille-de-route")
def roadmap(request: Request, engine: EngineHere) -> HTMLResponse:
    """The road map as a page that prints well."""
    language, reading = language_of(request), _read(request, engine)
    result = match(reading.profile, engine.catalogue, language)
    lists = [
        ("others", others(result)), ("almost", nearly(result)), ("to_check", to_check(result)),
        ("whom", whom(result)), ("know", result.notices),
    ]  # fmt: skip
    return page(
        request, "results.html", "aids", given=reading.given, result=result, situation=situation(result), errors=reading.errors,
        cards=cards(result, engine.index.documents), lists=[(word(name, language), rows) for name, rows in lists if rows],
        made=word("made", language, date=spoken_date(today(), language), version=engine.corpus_version),
        word=lambda name: word(name, language),
    )  # fmt: skip


@router.get("/aides/feuille-de-route.md")
def roadmap_file(request: Request, engine: EngineHere) -> Response:
    """The road map as a Markdown file."""
    language = language_of(request)
    result = match(_read(request, engine).profile, engine.catalogue, language)
    titles = {document.id: document.title for document in engine.index.documents.values()}
    text = roadmap_markdown(result, titles, engine.corpus_version, today())
    headers = {"Content-Disposition": f'attachment; filename="{words("aids", language)["file"]}.md"', "Content-Language": language}
    return PlainTextResponse(text, media_type="text/markdown", headers=headers)


def _read(request: Request, engine: Engine) -> Reading:
    return read(Given.of(request.query_params), engine.index.territories, language_of(request))


def _shown(result: MatchResult, reading: Reading, engine: Engine) -> dict[str, Any]:
    """What the page of results says beside the form."""
    return {
        "cards": cards(result, engine.index.documents), "situation": situation(result), "whom": whom(result),
        "asked": result.next_question, "dropped": [word(slot, result.language) for slot in reading.dropped],
        "sentence": sentence(reading.profile, engine.index.territories, result.language), "query": reading.given.query(),
    }  # fmt: skip


def _choices(reading: Reading, engine: Engine) -> list[tuple[str, list[tuple[str, str]]]]:
    """The communes to choose from, by the intercommunalité they belong to."""
    found: dict[str, list[tuple[str, str]]] = {}
    for place in reading.choices:
        epci = ", ".join(engine.index.territories.tables.epci[code].name for code in place.epci)
        found.setdefault(epci, []).append((place.code, f"{place.name} ({place.departement})"))
    return list(found.items())
