"""An error as a page for people, as JSON for programs."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from assistant.api_errors import BY_STATUS, ApiError, spoken_by
from assistant.web.rendering import language_of, page


def error_page(request: Request, error: ApiError) -> Response:
    """The error as the sender of the request can read it; a program may try again after `Retry-After`."""
    if "text/html" not in request.headers.get("accept", ""):
        return error.response(spoken_by(request.headers))
    said = error.said(language_of(request)).error
    shown = page(request, "error.html", "service", error.status, said=said)
    if error.retry:
        shown.headers["Retry-After"] = str(error.retry)
    return shown


def show_errors(app: FastAPI) -> None:
    """Give every error of the pages this form."""

    @app.exception_handler(ApiError)
    async def ours(request: Request, error: ApiError) -> Response:
        return error_page(request, error)

    @app.exception_handler(RequestValidationError)
    async def fields(request: Request, error: RequestValidationError) -> Response:
        return error_page(request, ApiError("no_sense"))

    @app.exception_handler(HTTPException)
    async def framework(request: Request, error: HTTPException) -> Response:
        code = BY_STATUS.get(error.status_code, "malformed")
        limit = app.state.service.settings.body_limit
        shown = error_page(request, ApiError("no_page" if code == "not_found" else code, limit=limit))
        shown.headers.update(error.headers or {})
        return shown
