"""The HTTP API as applications of their own under `/api/v1` and `/v1`: what holds there leaves the pages alone."""

from fastapi import APIRouter, FastAPI
from starlette.middleware.cors import CORSMiddleware

from assistant import api_routes, openai_api
from assistant.api_errors import documented, shape_errors
from assistant.api_guard import Guard
from assistant.index_watch import Serving
from assistant.service.service import Service, open_service
from ingest.settings import settings
from ingest.wording import load_data

VERSION = "1"


def add_api(app: FastAPI, engine: Serving, service: Service | None = None) -> FastAPI:
    """The application with the API over one engine; to be called before anything is mounted at the root.

    Without a service, one is opened on the settings of this process.
    """
    app.state.engine, app.state.service = engine, service or open_service(settings())
    app.include_router(api_routes.health)
    app.mount("/api/v1", _part("pactes", api_routes.router, app))
    app.mount("/v1", _part("openai", openai_api.router, app))
    return app


def _part(name: str, router: APIRouter, whole: FastAPI) -> FastAPI:
    """One application with its OpenAPI document at `/openapi.json`; no page of documentation, which would load from elsewhere."""
    app = FastAPI(
        title=f"Pactes du Grand Est ({name})", version=VERSION, description=load_data("assistant", "api")["description"][name],
        docs_url=None, redoc_url=None, responses=documented(400, 413, 415, 422, 429, 500, 503),
    )  # fmt: skip
    app.state.engine, app.state.service = whole.state.engine, whole.state.service
    shape_errors(app)
    app.include_router(router)
    chosen = app.state.service.settings
    app.add_middleware(Guard, limit=chosen.body_limit)
    if origins := [part.strip() for part in chosen.cors_origins.split(",") if part.strip()]:
        app.add_middleware(
            CORSMiddleware, allow_origins=origins, allow_methods=["GET", "POST"], expose_headers=["X-Request-ID", "Retry-After"],
            allow_headers=["Authorization", "Content-Type", "X-API-Key", "X-Request-ID"],
        )  # fmt: skip
    return app
