"""The web application: the chat page, the texts and the API, in one process."""

import typer
import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from assistant.api import add_api
from assistant.engine import Engine, open_engine
from assistant.page import mount
from assistant.pages import text_page
from ingest.settings import Settings


def application(engine: Engine) -> FastAPI:
    """The application over one engine."""
    app = FastAPI(title="Pactes du Grand Est", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/texte/{document_id}", response_class=HTMLResponse)
    def text(document_id: str) -> HTMLResponse:
        page = text_page(engine.index, document_id)
        return HTMLResponse(page) if page is not None else HTMLResponse("<p>Ce document n’existe pas ici.</p>", status_code=404)

    return mount(add_api(app, engine), engine)


def run_server(settings: Settings) -> None:
    """Serve until interrupted."""
    app = application(open_engine(settings))
    typer.echo(f"http://{settings.host}:{settings.port}", err=True)
    uvicorn.run(app, host=settings.host, port=settings.port, log_level="warning", access_log=False)
