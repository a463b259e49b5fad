"""The web application: the chat page, the pages around it and the API, in one process or in each of several workers."""

from importlib.resources import files
from typing import Any

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
from assistant.service.seat import Seat
from assistant.service.service import open_service
from assistant.web import about, aids, explore, simple, texts
from ingest.settings import Settings, settings

ROOMS = (texts, aids, explore, simple, about)


def application(engine: Engine, chosen: Settings | None = None, seat: Seat | None = None) -> FastAPI:
    """The application over one engine, with the settings of this process unless others are given; `seat` where it is one of several."""
    service = open_service(chosen or settings())
    serving = EngineWatch(service.watched(engine), service.settings)
    app = FastAPI(title="Pactes du Grand Est", docs_url=None, redoc_url=None, openapi_url=None)
    add_api(app, serving, service)
    for room in ROOMS:
        app.include_router(room.router)
    app.mount("/static", StaticFiles(directory=str(files("assistant").joinpath("data", "static"))))
    show_errors(app)
    app.add_middleware(Front, service=service)
    return mount(app, serving, seat)


def run_server(chosen: Settings) -> None:
    """Serve until interrupted."""
    app = application(open_engine(chosen), chosen)
    typer.echo(f"http://{chosen.host}:{chosen.port}{chosen.root_path}", err=True)
    write_lines(chosen.log_level)
    app.state.service.begin()
    uvicorn.run(app, **server_settings(chosen))


def server_settings(chosen: Settings) -> dict[str, Any]:
    """What uvicorn is told: it logs nothing, believes nothing of a proxy and names itself to nobody; we do the first two."""
    return {
        "host": chosen.host, "port": chosen.port, "log_config": None, "access_log": False, "proxy_headers": False, "server_header": False,
        "ws": "none",
    }  # fmt: skip
