"""The routes of `/v1`, so that OpenAI's clients and chat windows can ask."""

import re
import time
import uuid
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from fastapi.responses import Response, StreamingResponse

from assistant.api_errors import ApiError, documented
from assistant.api_routes import EngineHere, begun, in_turn, question_of
from assistant.events import event, guarded
from assistant.links import link_to
from assistant.openai_types import (
    MODEL,
    Annotation,
    AssistantMessage,
    ChatMessage,
    ChatRequest,
    Choice,
    Completion,
    ModelRow,
    Models,
    UrlCitation,
    Usage,
)
from assistant.types import Answer, Question
from ingest.wording import load_data

_EXAMPLES = load_data("assistant", "api")["examples"]["chat"]
_STREAM: dict[str, Any] = {"content": {"text/event-stream": {"schema": {"type": "string"}}}}

router = APIRouter(tags=["openai"])


@router.get("/models")
def models() -> Models:
    """The one model there is."""
    return Models()


@router.get("/models/{name}", responses=documented(404))
def model(name: str) -> ModelRow:
    """The one model by its name."""
    _refuse_other(name)
    return ModelRow()


@router.post("/chat/completions", response_model=Completion, responses={200: _STREAM, **documented(404)})
async def complete(
    given: Annotated[ChatRequest, Body(openapi_examples=_EXAMPLES)], request: Request, engine: EngineHere
) -> Completion | Response:
    """The answer to the last message of the user, those before it read as history."""
    _refuse_other(given.model)
    question, base = asked_in(given.messages), str(request.base_url).rstrip("/")
    if given.stream:
        usage = given.stream_options is not None and given.stream_options.include_usage
        parts = await in_turn(request, lambda: begun(engine.stream(question)))
        return StreamingResponse(guarded(_chunks(parts, base, usage), name=""), media_type="text/event-stream")
    answer = await in_turn(request, lambda: engine.answer(question))
    message = AssistantMessage(content=answer.text + tail(answer, base), annotations=annotations(answer, base))
    return Completion(id=_new_id(), created=int(time.time()), choices=[Choice(message=message)])


def asked_in(messages: list[ChatMessage]) -> Question:
    """The question of a conversation. Raises ApiError when the user says nothing, or something else than text."""
    turns = [_text(message) for message in messages if message.role == "user"]
    if not turns:
        raise ApiError("no_user_message")
    return question_of(turns[-1], turns[:-1])


def tail(answer: Answer, base: str) -> str:
    """What follows the text of an answer: its sources by marker, its notices."""
    sources = "\n".join(f"{cited.marker}. [{cited.label}]({base}{link_to(cited.provision_id)})" for cited in answer.citations)
    parts = [sources, "\n\n".join(f"*{notice}*" for notice in answer.notices)]
    return "".join(f"\n\n{part}" for part in parts if part)


def annotations(answer: Answer, base: str) -> list[Annotation]:
    """Every marker of the text, in its order; positions count characters."""
    by_marker = {cited.marker: cited for cited in answer.citations}
    found = []
    for mark in re.finditer(r"\[(\d+)\]", answer.text):
        if cited := by_marker.get(int(mark[1])):
            where = UrlCitation(
                start_index=mark.start(), end_index=mark.end(), title=cited.label, url=f"{base}{link_to(cited.provision_id)}"
            )
            found.append(Annotation(url_citation=where, citation=cited))
    return found


def _text(message: ChatMessage) -> str:
    if isinstance(message.content, list):
        if any(part.type != "text" for part in message.content):
            raise ApiError("text_only")
        return "\n".join(part.text or "" for part in message.content)
    return message.content or ""


def _refuse_other(name: str) -> None:
    if name != MODEL:
        raise ApiError("model_not_found", model=MODEL)


def _chunks(parts: Iterator[str | Answer], base: str, usage: bool) -> Iterator[str]:
    head = {"id": _new_id(), "object": "chat.completion.chunk", "created": int(time.time()), "model": MODEL}
    yield _chunk(head, {"role": "assistant", "content": ""})
    for part in parts:
        if isinstance(part, str):
            yield _chunk(head, {"content": part})
        else:
            marks = [one.model_dump(mode="json") for one in annotations(part, base)]
            yield _chunk(head, {"content": tail(part, base), "annotations": marks})
    yield _chunk(head, {}, finish="stop")
    if usage:
        yield event("", {**head, "choices": [], "usage": Usage().model_dump()})
    yield "data: [DONE]\n\n"


def _chunk(head: dict[str, object], delta: dict[str, object], finish: str | None = None) -> str:
    return event("", {**head, "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]})


def _new_id() -> str:
    return f"chatcmpl-{uuid.uuid4().hex}"
