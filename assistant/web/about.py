"""What this service is, what it knows, how well it does, and how accessible it is."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from assistant.api_routes import EngineHere
from assistant.api_views import document_view
from assistant.web import feedback
from assistant.web.about_figures import SHARES, percent, shipped
from assistant.web.about_message import message
from assistant.web.rendering import language_of, page, words
from ingest.settings import Settings

router = APIRouter(include_in_schema=False)
router.include_router(feedback.router)
PASSAGES = 20


@router.get("/a-propos")
def about(request: Request, engine: EngineHere, passage: Annotated[list[str] | None, Query()] = None) -> HTMLResponse:
    """The page about the service; `passage` names the provisions of an answer to report, unknown ids are left out."""
    language, index, chosen = language_of(request), engine.index, _settings(request)
    known = [name for name in (passage or [])[:PASSAGES] if name in index.provisions]
    report = message(words("about", language), known, engine.corpus_version, chosen.contact)
    return page(
        request, "about.html", "about", documents=[document_view(row, index) for row in index.documents.values()],
        version=engine.corpus_version, model=engine.chat.name if engine.chat else "", embedding=index.manifest.embedding.split("@")[0],
        provisions=len(index.provisions), schemes=len(engine.catalogue.entries), figures=shipped(), measures=SHARES,
        percent=lambda share: percent(share, language), report=report,
        days=chosen.question_log_days if chosen.question_log else 0,
    )  # fmt: skip


@router.get("/accessibilite")
def accessibility(request: Request) -> HTMLResponse:
    """What was checked for accessibility and how, what is known to fall short, and whom to tell."""
    return page(request, "accessibility.html", "about", contact=_settings(request).contact)


def _settings(request: Request) -> Settings:
    """The settings of the application that serves the page."""
    chosen: Settings = request.app.state.service.settings
    return chosen
