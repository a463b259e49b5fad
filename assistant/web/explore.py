"""What each text covers, two texts side by side, and the commitments as a table."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from assistant.api_routes import EngineHere
from assistant.types import Language
from assistant.web.explore_commitments import Filters, as_csv, commitments
from assistant.web.explore_map import ACTORS, KINDS, Map, map_of, themes
from assistant.web.explore_views import compared, documents, item, table
from assistant.web.rendering import address, language_of, page, words

router = APIRouter(include_in_schema=False)
LONGEST = 200


@router.get("/explorer")
def explore(request: Request, engine: EngineHere) -> HTMLResponse:
    """The table of themes, or the passages of one cell of it."""
    language, found = language_of(request), map_of(engine.index)
    choices = _choices(found, language)
    asked, wrong = _asked(request, choices)
    if not (asked["theme"] or asked["document"] or asked["acteur"]):
        by_actor = request.query_params.get("par") == "acteurs"
        counts = table(found, by_actor, language)
        return _page(request, "explore.html", choices=choices, asked=asked, wrong=wrong, items=None, table=counts, by_actor=by_actor)
    rows = found.where(asked["theme"], asked["document"], asked["acteur"])
    items = [item(row, language) for row in rows]
    what = _named(asked, choices) or words("explore", language)["all_themes"]
    return _page(request, "explore.html", choices=choices, asked=asked, wrong=wrong, items=items, what=what)


@router.get("/comparer")
def compare(request: Request, engine: EngineHere, a: str = "", b: str = "") -> HTMLResponse:
    """Two texts side by side by theme; 404 for a text that is not here."""
    language, found = language_of(request), map_of(engine.index)
    titles = documents(found)
    unknown = next((name for name in (a, b) if name and name not in titles), "")
    ready = bool(a and b and a != b and not unknown)
    both, alone = compared(found, a, b, language) if ready else ([], [])
    return _page(
        request, "compare.html", 404 if unknown else 200, titles=titles, a=a, b=b, ready=ready, unknown=unknown[:LONGEST],
        both=both, alone=alone, same=bool(a and a == b and not unknown),
    )  # fmt: skip


@router.get("/engagements")
def commitments_page(request: Request, engine: EngineHere) -> HTMLResponse:
    """The commitments as a table with filters."""
    language, found = language_of(request), map_of(engine.index)
    choices = _choices(found, language)
    asked, wrong = _asked(request, choices)
    items = [item(row, language) for row in commitments(found, _filters(asked))]
    what = _named(asked, choices) or words("explore", language)["everything"]
    return _page(request, "commitments.html", choices=choices, asked=asked, wrong=wrong, items=items, what=what)


@router.get("/engagements.csv")
def commitments_file(request: Request, engine: EngineHere) -> Response:
    """The same rows as a file for a spreadsheet."""
    language, found = language_of(request), map_of(engine.index)
    asked, _ = _asked(request, _choices(found, language))
    base = f"{request.url.scheme}://{request.url.netloc}"
    data = as_csv(commitments(found, _filters(asked)), language, lambda path: base + address(request, path, lang=""))
    name = words("explore", language)["file"]
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Content-Language": language}
    return Response(data, media_type="text/csv; charset=utf-8", headers=headers)


def _page(request: Request, template: str, status_code: int = 200, **values: Any) -> HTMLResponse:
    """A page of this room; its forms keep the language that the address names."""
    return page(request, template, "explore", status_code, request_lang="lang" in request.query_params, **values)


def _choices(found: Map, language: Language) -> dict[str, dict[str, str]]:
    """What each filter may hold, by key, with its name."""
    said = words("explore", language)
    return {
        "theme": {theme: said[f"theme_{theme}"] for family in themes().values() for theme in family},
        "document": documents(found),
        "acteur": {actor: said[f"actor_{actor}"] for actor in ACTORS},
        "nature": {kind: said[f"kind_{kind}"] for kind in KINDS},
    }


def _asked(request: Request, choices: dict[str, dict[str, str]]) -> tuple[dict[str, str], list[str]]:
    """The filters of an address that exist, the words to find among them, and those that do not exist."""
    given = {name: request.query_params.get(name, "").replace("\0", "").strip()[:LONGEST] for name in (*choices, "mots")}
    wrong = [value for name, value in given.items() if value and name in choices and value not in choices[name]]
    return {name: "" if name in choices and value in wrong else value for name, value in given.items()}, wrong


def _filters(asked: dict[str, str]) -> Filters:
    return Filters(asked["acteur"], asked["document"], asked["theme"], asked["nature"], asked["mots"])


def _named(asked: dict[str, str], choices: dict[str, dict[str, str]]) -> str:
    """The filters in words."""
    told = [choices[name][value] for name, value in asked.items() if value and name in choices]
    return " · ".join([*told, *([f"« {asked['mots']} »"] if asked["mots"] else [])])
