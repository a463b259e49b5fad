"""The texts: their list, each document as a page with an address for every provision, the search, a page per scheme."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from assistant.api_routes import EngineHere
from assistant.pages import text_page

router = APIRouter(include_in_schema=False)


@router.get("/texte/{document_id}")
def text(document_id: str, engine: EngineHere) -> HTMLResponse:
    """A document as a page."""
    found = text_page(engine.index, document_id)
    return HTMLResponse(found) if found is not None else HTMLResponse("<p>Ce document n’existe pas ici.</p>", status_code=404)
