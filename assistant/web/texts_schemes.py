"""What the texts offer or plan: the list with its filters, and a page per scheme."""

from collections import Counter
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from assistant.api_routes import EngineHere
from assistant.engine import Engine
from assistant.matching.catalogue import Catalogue, Entry
from assistant.matching.spoken import named, told
from assistant.types import Language
from assistant.web.rendering import language_of, page
from assistant.web.texts_missing import missing
from assistant.web.texts_search import Passage, passage
from ingest.french import fold
from ingest.notes import Audience
from ingest.schemes import Group, Scheme, Territory

router = APIRouter(include_in_schema=False)
Choice = Annotated[str, Query()]
NATURES = ("instrument", "line_of_action", "measure")
NEIGHBOURS = 8
TITLE = "/titre"


@router.get("/dispositifs")
def schemes(
    request: Request, engine: EngineHere, group: Choice = "", nature: Choice = "", territory: Choice = "", audience: Choice = "",
    ended: Choice = "",
) -> HTMLResponse:  # fmt: skip
    """The schemes by kind of help; what has ended is shown on demand."""
    chosen = {"group": group, "nature": nature, "territory": territory, "audience": audience, "ended": ended}
    found = [entry.scheme for entry in engine.catalogue.entries if _kept(entry.scheme, chosen)]
    language = language_of(request)
    groups = [(name, _by_rank([one for one in found if one.group == name], language)) for name in get_args(Group)]
    return page(
        request, "schemes.html", "texts", groups=[row for row in groups if row[1]], count=len(found), chosen=chosen,
        choices={"group": get_args(Group), "nature": NATURES, "territory": get_args(Territory), "audience": get_args(Audience)},
        hidden=sum(entry.scheme.ended for entry in engine.catalogue.entries), **_words(language),
    )  # fmt: skip


@router.get("/dispositif/{scheme_id}")
def scheme(request: Request, scheme_id: str, engine: EngineHere) -> HTMLResponse:
    """One scheme: what the texts say of it, its conditions with their passages, and what they leave open."""
    entry = next((one for one in engine.catalogue.entries if one.scheme.id == scheme_id), None)
    if entry is None:
        return missing(request, "scheme")
    return page(request, "scheme.html", "texts", **_shown(entry, engine), **_words(language_of(request)))


def _shown(entry: Entry, engine: Engine) -> dict[str, Any]:
    """Each passage stands where it first serves: under what is given, then under a condition."""
    one = entry.scheme
    given = [passage(engine, name) for name in dict.fromkeys(one.provisions)]
    conditions = [(condition, passage(engine, condition.provision)) for condition in entry.conditions]
    return {
        "scheme": one, "given": given, "conditions": conditions, "see": passage(engine, one.see) if one.see else None,
        "states": _states(given), "neighbours": neighbours(one, engine.catalogue), "shown_once": set(one.provisions),
    }  # fmt: skip


def _states(passages: list[Passage]) -> list[Passage]:
    """One passage a document, for its date and whether it is in force."""
    return list({one.document.id: one for one in reversed(passages)}.values())[::-1]


def neighbours(one: Scheme, catalogue: Catalogue) -> list[Scheme]:
    """Other schemes that rest on the same passages, those that share most first; the title of a document does not count."""
    mine = {name for name in one.provisions if not name.endswith(TITLE)}
    shared = Counter({entry.scheme.id: len(mine.intersection(entry.scheme.provisions)) for entry in catalogue.entries})
    by_id = {entry.scheme.id: entry.scheme for entry in catalogue.entries}
    return [by_id[name] for name, count in shared.most_common() if count and name != one.id][:NEIGHBOURS]


def _kept(one: Scheme, chosen: dict[str, str]) -> bool:
    asked = {name: value for name, value in chosen.items() if value and name in ("group", "nature", "territory")}
    of_audience = not chosen["audience"] or chosen["audience"] in one.audience
    return all(getattr(one, name) == value for name, value in asked.items()) and of_audience and bool(chosen["ended"] or not one.ended)


def _by_rank(found: list[Scheme], language: Language) -> list[Scheme]:
    return sorted(found, key=lambda one: (one.ended, one.rank, fold(told(one.title, language))))


def _words(language: Language) -> dict[str, Any]:
    """Names of codes and texts of the catalogue, in the page's language."""
    return {"named": lambda kind, code: named(kind, code, language), "told": lambda words: told(words, language)}
