"""The one shape of every error of the API, `{"error": {"code", "message", "remedy"}}`; its words stand in `data/api.yaml`."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import Field
from starlette.exceptions import HTTPException

from assistant.hygiene import cleaned
from assistant.types import Frozen
from ingest.wording import load_data

BY_STATUS = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "not_json"}
SHOWN = 60


class ErrorDetail(Frozen):
    """What is wrong: a code for programs, a sentence and what to do for people."""

    code: str = Field(examples=["invalid"])
    message: str = Field(examples=["The field « question » is missing."])
    remedy: str = Field(examples=["Correct this field; the OpenAPI document describes all of them."])


class ErrorBody(Frozen):
    """The body of every response whose status is 400 or more."""

    error: ErrorDetail


class ApiError(Exception):
    """A request that cannot be served; `code` names its row of the data file, `values` fill in the row's places."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        row = load_data("assistant", "api")["errors"][code]
        self.status = int(row["status"])
        self.body = ErrorBody(error=ErrorDetail(code=code, message=_filled(row["message"], values), remedy=_filled(row["remedy"], values)))

    def response(self, headers: Mapping[str, str] | None = None) -> JSONResponse:
        """The error as a client reads it."""
        return JSONResponse(self.body.model_dump(), self.status, headers)


def _filled(phrase: str, values: Mapping[str, object]) -> str:
    return phrase.format(**values) if values else phrase


def shape_errors(app: FastAPI) -> None:
    """Give every error that the framework or a route raises the one shape."""

    @app.exception_handler(ApiError)
    async def ours(request: Request, error: ApiError) -> JSONResponse:
        return error.response()

    @app.exception_handler(HTTPException)
    async def framework(request: Request, error: HTTPException) -> JSONResponse:
        code = BY_STATUS.get(error.status_code, "malformed")
        values = {"openapi": f"{request.scope.get('root_path', '')}{app.openapi_url}"} if code == "not_found" else {}
        return ApiError(code, **values).response(error.headers)

    @app.exception_handler(RequestValidationError)
    async def fields(request: Request, error: RequestValidationError) -> JSONResponse:
        return _fault(error.errors()).response()


def _fault(faults: Sequence[Any]) -> ApiError:
    """The first fault of a request, without a word of what was sent but the name of the field."""
    first = faults[0]
    if first["type"] == "json_invalid" or len(first["loc"]) == 1:
        return ApiError("malformed")
    phrases: dict[str, str] = load_data("assistant", "api")["faults"]
    phrase = phrases.get(first["type"], phrases["other"])
    return ApiError("invalid", told=phrase.format(field=_field(*first["loc"][1:]), message=first["msg"]))


def _field(*place: str | int) -> str:
    """« messages.0.role »: without the kinds of which pydantic tried each, and with nothing that cannot be written."""
    names = [str(part) for part in place[:-1] if str(part).isidentifier() or isinstance(part, int)]
    last = [] if str(place[-1]).startswith("constrained-") else [str(place[-1])]
    return cleaned(".".join([*names, *last])[:SHOWN])


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of OpenAPI for these statuses."""
    return {status: {"model": ErrorBody, "description": "See `error`."} for status in statuses}
