"""The one shape of every error of the API, `{"error": {"code", "message", "remedy"}}`; its words stand in `data/service/errors.yaml`."""

from collections.abc import Mapping, Sequence
from typing import Any, cast, get_args

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import Field
from starlette.exceptions import HTTPException

from assistant.hygiene import cleaned
from assistant.types import Frozen, Language
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
    """A request that cannot be served; `code` names its row of the data file, `values` fill in the row's places.

    `retry` is the number of seconds after which another try makes sense, 0 where none does.
    """

    def __init__(self, code: str, retry: int = 0, **values: object) -> None:
        super().__init__(code)
        self.code, self.retry, self.values = code, retry, values
        self.row = load_data("assistant", "service/errors")["errors"][code]
        self.status = int(self.row["status"])

    def said(self, language: Language = "en") -> ErrorBody:
        """The error in a language; a value that is a table by language gives its row."""
        values = {name: value[language] if isinstance(value, dict) else value for name, value in self.values.items()}
        message, remedy = (self.row[part][language].format(retry=self.retry, **values) for part in ("message", "remedy"))
        return ErrorBody(error=ErrorDetail(code=self.code, message=message, remedy=remedy))

    def sentence(self, language: Language) -> str:
        """What a page says of it to a person."""
        said = self.said(language).error
        return f"{said.message} {said.remedy}"

    def response(self, language: Language = "en", headers: Mapping[str, str] | None = None) -> JSONResponse:
        """The error as a client reads it."""
        more = {"Retry-After": str(self.retry)} if self.retry else {}
        return JSONResponse(self.said(language).model_dump(), self.status, {**(headers or {}), **more, "Content-Language": language})


def spoken_by(headers: Mapping[str, str]) -> Language:
    """The first of our languages in `Accept-Language`, else English, which programmers read."""
    asked = (part.partition(";")[0].strip()[:2].lower() for part in headers.get("accept-language", "").split(","))
    return cast(Language, next((code for code in asked if code in get_args(Language)), "en"))


def shape_errors(app: FastAPI) -> None:
    """Give every error that the framework or a route raises the one shape."""

    @app.exception_handler(ApiError)
    async def ours(request: Request, error: ApiError) -> JSONResponse:
        return error.response(spoken_by(request.headers))

    @app.exception_handler(HTTPException)
    async def framework(request: Request, error: HTTPException) -> JSONResponse:
        code = BY_STATUS.get(error.status_code, "malformed")
        where = f"{request.scope.get('root_path', '')}{app.openapi_url}"
        told = ApiError(code, openapi=where) if code == "not_found" else ApiError(code)
        return told.response(spoken_by(request.headers), error.headers)

    @app.exception_handler(RequestValidationError)
    async def fields(request: Request, error: RequestValidationError) -> JSONResponse:
        return _fault(error.errors()).response(spoken_by(request.headers))


def _fault(faults: Sequence[Any]) -> ApiError:
    """The first fault of a request, without a word of what was sent but the name of the field."""
    first = faults[0]
    if first["type"] == "json_invalid" or len(first["loc"]) == 1:
        return ApiError("malformed")
    phrases: dict[str, dict[Language, str]] = load_data("assistant", "service/errors")["faults"]
    phrase = phrases.get(first["type"], phrases["other"])
    field = _field(*first["loc"][1:])
    return ApiError("invalid", told={code: said.format(field=field, message=first["msg"]) for code, said in phrase.items()})


def _field(*place: str | int) -> str:
    """« messages.0.role »: without the kinds of which pydantic tried each, and with nothing that cannot be written."""
    names = [str(part) for part in place[:-1] if str(part).isidentifier() or isinstance(part, int)]
    last = [] if str(place[-1]).startswith("constrained-") else [str(place[-1])]
    return cleaned(".".join([*names, *last])[:SHOWN])


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of OpenAPI for these statuses."""
    return {status: {"model": ErrorBody, "description": "See `error`."} for status in statuses}
