"""The web application: the chat page, the pages around it and the API, in one process."""

from importlib.resources import files

import typer
import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from assistant.api import add_api
from assistant.engine import Engine, open_engine
from assistant.index_watch import EngineWatch
from assistant.page import mount
from assistant.service.errors import show_errors
from assistant.service.front import Front
from assistant.service.logs import write_lines
from assistant.service.service import open_service
from assistant.web import about, aids, explore, simple, texts
from ingest.settings import Settings, settings

ROOMS = (texts, aids, explore, simple, about)


def application(engine: Engine, chosen: Settings | None = None) -> FastAPI:
    """The application over one engine, with the settings of this process unless others are given."""
    service = open_service(chosen or settings())
    serving = EngineWatch(service.watched(engine), service.settings)
    app = FastAPI(title="Pactes du Grand Est", docs_url=None, redoc_url=None, openapi_url=None)
    add_api(app, serving, service)
    for room in ROOMS:
        app.include_router(room.router)
    app.mount("/static", StaticFiles(directory=str(files("assistant").joinpath("data", "static"))))
    show_errors(app)
    app.add_middleware(Front, service=service)
    return mount(app, serving)


def run_server(chosen: Settings) -> None:
    """Serve until interrupted."""
    app = application(open_engine(chosen), chosen)
    typer.echo(f"http://{chosen.host}:{chosen.port}{chosen.root_path}", err=True)
    write_lines(chosen.log_level)
    app.state.service.begin()
    uvicorn.run(
        app, host=chosen.host, port=chosen.port, log_config=None, access_log=False, proxy_headers=False, server_header=False,
        ws="none",
    )  # fmt: skip
