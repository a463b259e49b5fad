"""Verdicts on answers: one line each, without a word of the question or the answer, where a setting names a file."""

import json
import threading
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import Field, ValidationError

from assistant.api_errors import ApiError
from assistant.api_routes import EngineHere
from assistant.clock import today
from assistant.types import Frozen

router = APIRouter(include_in_schema=False)
BODY = 8192
LARGEST = 20_000_000
"""Bytes of the file beyond which nothing more is added."""
_writing = threading.Lock()


class Verdict(Frozen):
    """What a reader thinks of an answer; the passages are those it cited."""

    verdict: Literal["up", "down"]
    reason: Literal["", "wrong", "incomplete", "off_topic", "unclear", "source", "outdated", "other"] = ""
    provision_ids: list[str] = Field(default=[], max_length=50)
    corpus_version: str = Field(pattern=r"^[0-9a-f]{1,64}$")


async def body_of(request: Request) -> bytes:
    """The body of a request in JSON within the bound. Raises ApiError."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise ApiError("not_json")
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > BODY:
            raise ApiError("too_large", limit=BODY)
    return body


@router.post("/avis")
def feedback(request: Request, engine: EngineHere, body: Annotated[bytes, Depends(body_of)]) -> Response:
    """Keep a verdict: 204 whether or not a file is set. Raises ApiError."""
    try:
        given = Verdict.model_validate_json(body)
    except ValidationError as error:
        raise ApiError("malformed") from error
    if any(name not in engine.index.provisions for name in given.provision_ids):
        raise ApiError("provision_not_found")
    if file := request.app.state.service.settings.feedback:
        _write(Path(file), given)
    return Response(status_code=204)


def _write(file: Path, given: Verdict) -> None:
    """Add a line, in one write: several workers add to the file."""
    line = (json.dumps({"day": today().isoformat(), **given.model_dump()}, ensure_ascii=False) + "\n").encode()
    with _writing:
        if not file.exists() or file.stat().st_size + len(line) <= LARGEST:
            with file.open("ab", buffering=0) as out:
                out.write(line)
