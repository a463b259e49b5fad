"""The texts: their list, each document as a page with an address for every provision, the search, a page per scheme."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from assistant.api_routes import EngineHere
from assistant.api_views import document_view
from assistant.clock import in_force
from assistant.web import texts_schemes
from assistant.web.rendering import page
from assistant.web.texts_marking import marked
from assistant.web.texts_missing import missing
from assistant.web.texts_outline import outline
from assistant.web.texts_search import Search, searched

router = APIRouter(include_in_schema=False)
router.include_router(texts_schemes.router)
SearchHere = Annotated[Search, Depends(searched)]


@router.get("/textes")
def texts(request: Request, engine: EngineHere, search: SearchHere) -> HTMLResponse:
    """The list of documents, and the search over all of them."""
    rows = [document_view(row, engine.index) for row in engine.index.documents.values()]
    return page(request, "texts.html", "texts", search=search, documents=rows, schemes=len(engine.catalogue.entries))


@router.get("/texte/{document_id}")
def text(request: Request, document_id: str, engine: EngineHere, search: SearchHere) -> HTMLResponse:
    """A document from its first provision to its last, with our notes folded; with `q`, where its words stand."""
    index = engine.index
    if document_id not in index.documents:
        return missing(request, "document")
    document = index.documents[document_id]
    provisions = [row for row in index.provisions.values() if row.document_id == document_id]
    return page(
        request, "document.html", "texts", document=document, state_of=in_force(document), parts=outline(provisions), notes=index.notes,
        search=search, marked=lambda words: marked(words, search.wanted), count=len(provisions),
    )  # fmt: skip
