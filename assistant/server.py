"""The web application: the chat page, the pages around it and the API, in one process."""

from importlib.resources import files

import typer
import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from assistant.api import add_api
from assistant.engine import Engine, open_engine
from assistant.page import mount
from assistant.web import about, aids, explore, simple, texts
from ingest.settings import Settings

ROOMS = (texts, aids, explore, simple, about)


def application(engine: Engine) -> FastAPI:
    """The application over one engine."""
    app = FastAPI(title="Pactes du Grand Est", docs_url=None, redoc_url=None, openapi_url=None)
    add_api(app, engine)
    for room in ROOMS:
        app.include_router(room.router)
    app.mount("/static", StaticFiles(directory=str(files("assistant").joinpath("data", "static"))))
    return mount(app, engine)


def run_server(settings: Settings) -> None:
    """Serve until interrupted."""
    app = application(open_engine(settings))
    typer.echo(f"http://{settings.host}:{settings.port}", err=True)
    uvicorn.run(app, host=settings.host, port=settings.port, log_level="warning", access_log=False)
