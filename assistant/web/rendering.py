"""What every page shares: its language, its words, its links and its frame."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import cast, get_args
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assistant.clock import date_of, spoken_date
from assistant.links import link_to
from assistant.texts import say
from assistant.types import Language
from ingest.wording import load_data

LANGUAGES: tuple[Language, ...] = get_args(Language)


@cache
def environment() -> Environment:
    """The templates of `assistant/data/pages`; everything put in is escaped, a missing value is an error."""
    pages = Path(str(files("assistant").joinpath("data", "pages")))
    return Environment(loader=FileSystemLoader(pages), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)


def words(room: str, language: Language) -> dict[str, str]:
    """The phrases of `assistant/data/interface/<room>.yaml` in one language."""
    rows: dict[str, dict[Language, str]] = load_data("assistant", f"interface/{room}")
    return {name: row[language] for name, row in rows.items()}


def language_of(request: Request) -> Language:
    """The language asked for by `?lang=`, else the first of ours that the browser prefers, else French."""
    asked = request.query_params.get("lang", "")
    preferred = [part.split(";")[0].strip()[:2].lower() for part in request.headers.get("accept-language", "").split(",")]
    return cast(Language, next((code for code in [asked, *preferred] if code in LANGUAGES), "fr"))


def address(request: Request, path: str, **query: object) -> str:
    """The address of a page of ours, below the prefix of a proxy, in the language chosen by `?lang=`; empty values are left out."""
    chosen = request.query_params.get("lang", "")
    kept = {**query, "lang": query.get("lang", chosen if chosen in LANGUAGES else "")}
    path, hash_sign, fragment = path.partition("#")
    asked = urlencode({name: value for name, value in kept.items() if value not in ("", None, [])}, doseq=True)
    root = str(request.scope.get("root_path", ""))
    return root + path + ("?" + asked if asked else "") + hash_sign + fragment


def page(request: Request, template: str, room: str, /, status_code: int = 200, **values: object) -> HTMLResponse:
    """The page of a template, with `t` (the room's phrases and the common ones), `lang`, `url` and `link` at hand."""
    language = language_of(request)

    def url(path: str, **query: object) -> str:
        return address(request, path, **query)

    def in_language(code: Language) -> str:
        query = {name: request.query_params.getlist(name) for name in request.query_params if name != "lang"}
        return address(request, request.url.path.removeprefix(str(request.scope.get("root_path", ""))), **query, lang=code)

    body = environment().get_template(template).render(
        t={**words("common", language), **words(room, language)}, lang=language, languages=LANGUAGES, url=url, in_language=in_language,
        link=lambda provision_id: url(link_to(provision_id)), spoken_date=lambda day: spoken_date(day, language),
        date_of=lambda document: date_of(document, language),
        standing=say("notice", language), path=request.url.path, **values,
    )  # fmt: skip
    return HTMLResponse(body, status_code=status_code, headers={"Content-Language": language})
