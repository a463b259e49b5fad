"""The HTTP API as applications of their own under `/api/v1` and `/v1`: what holds there leaves the pages alone."""

from fastapi import APIRouter, FastAPI

from assistant import api_routes, openai_api
from assistant.api_errors import documented, shape_errors
from assistant.api_guard import Guard
from assistant.engine import Engine
from ingest.settings import settings
from ingest.wording import load_data

VERSION = "1"


def add_api(app: FastAPI, engine: Engine) -> FastAPI:
    """The application with the API over one engine; to be called before anything is mounted at the root."""
    app.state.engine = engine
    app.include_router(api_routes.health)
    app.mount("/api/v1", _part("pactes", api_routes.router, engine))
    app.mount("/v1", _part("openai", openai_api.router, engine))
    return app


def _part(name: str, router: APIRouter, engine: Engine) -> FastAPI:
    """One application with its OpenAPI document at `/openapi.json`; no page of documentation, which would load from elsewhere."""
    app = FastAPI(
        title=f"Pactes du Grand Est ({name})", version=VERSION, description=load_data("assistant", "api")["description"][name],
        docs_url=None, redoc_url=None, responses=documented(400, 413, 415, 422, 500),
    )  # fmt: skip
    app.state.engine = engine
    shape_errors(app)
    app.include_router(router)
    app.add_middleware(Guard, limit=settings().body_limit)
    return app
