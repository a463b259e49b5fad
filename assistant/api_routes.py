"""The routes of `/api/v1`, and the two by which a machine asks whether the service lives; each runs in a thread of the pool."""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Body, Depends, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from assistant.api_errors import ApiError, documented
from assistant.api_guard import SAFE
from assistant.api_types import (
    AskRequest,
    Documents,
    Health,
    MatchRequest,
    Places,
    ProvisionView,
    Schemes,
    SchemeView,
    SearchResult,
    Text,
    Words,
)
from assistant.api_views import document_view, hits, place_view, provision_view, scheme_row, scheme_view
from assistant.context import Turn
from assistant.engine import Engine
from assistant.events import event, guarded
from assistant.index_watch import engine_now
from assistant.matching.matcher import match
from assistant.matching.profile import ProfileError, profile_from_fields
from assistant.matching.types import MatchResult
from assistant.service.client import client_of, within
from assistant.service.metrics import KIND
from assistant.service.service import Service
from assistant.steps import receive, retrieve, understand
from assistant.types import Answer, Question
from ingest.settings import settings
from ingest.wording import load_data

_DATA = load_data("assistant", "api")
_ANSWERED: dict[str, Any] = {
    "content": {
        "application/json": {"example": _DATA["examples"]["answer"]},
        "text/event-stream": {"schema": {"type": "string"}, "example": _DATA["examples"]["events"]},
    }
}
FIELDS = {"place": "commune"}
T = TypeVar("T")

router = APIRouter(tags=["pactes"])
health = APIRouter()


async def engine_of(request: Request) -> Engine:
    """The engine that the application serves."""
    return engine_now(request.app.state.engine)


EngineHere = Annotated[Engine, Depends(engine_of)]


def question_of(question: str, history: list[str]) -> Question:
    """A question for the engine; an earlier turn that was too long was never read, and is not read now."""
    return Question(question=question, history=[turn for turn in history if len(turn) <= settings().question_limit])


@router.post("/ask", response_model=Answer, responses={200: _ANSWERED})
async def ask(
    asked: Annotated[AskRequest, Body(openapi_examples=_DATA["examples"]["ask"])], request: Request, engine: EngineHere
) -> Answer | Response:
    """The answer to a question. With `Accept: text/event-stream`, its text piece by piece, then the whole Answer."""
    question = question_of(asked.question, asked.history)
    if "text/event-stream" in request.headers.get("accept", ""):
        parts = await in_turn(request, lambda: begun(engine.stream(question)))
        return StreamingResponse(guarded(_events(parts)), media_type="text/event-stream")
    return await in_turn(request, lambda: engine.answer(question))


async def in_turn(request: Request, work: Callable[[], T], answers: bool = True) -> T:
    """What `work()` gives when the gate lets this client in. Raises RefusedError."""
    service: Service = request.app.state.service
    return await service.gate.run(client_of(request), work, answers)


def begun(parts: Iterator[T]) -> Iterator[T]:
    """The parts, the first of them made already: it is all that takes time."""
    return chain([next(parts)], parts)


def _events(parts: Iterator[str | Answer]) -> Iterator[str]:
    for part in parts:
        yield event("answer", part.model_dump(mode="json")) if isinstance(part, Answer) else event("piece", part)


@router.post("/match")
async def match_fields(
    given: Annotated[MatchRequest, Body(openapi_examples=_DATA["examples"]["match"])], request: Request, engine: EngineHere
) -> MatchResult:
    """The schemes for a situation, best first, each condition with its verdict and its passage."""
    return await in_turn(request, lambda: _matched(given, engine), answers=False)


def _matched(given: MatchRequest, engine: Engine) -> MatchResult:
    try:
        profile = profile_from_fields(territories=engine.index.territories, **given.model_dump(exclude={"language"}))
    except ProfileError as error:
        raise ApiError("not_a_profile", told=error.say(given.language), field=FIELDS.get(error.slot, error.slot)) from error
    return match(profile, engine.catalogue, given.language)


@router.get("/search")
async def search_texts(
    request: Request,
    engine: EngineHere,
    q: Annotated[Text, Query(description="what is looked for", examples=["reconversion des friches"])],
    k: Annotated[int, Query(ge=1, le=50, description="how many provisions at most")] = 10,
    document: Annotated[Words, Query(description="id of a document: only its provisions among the 60 best")] = "",
) -> SearchResult:
    """Provisions for some words, best first."""
    return await in_turn(request, lambda: search(engine, q, k, document), answers=False)


def search(engine: Engine, q: str, k: int = 10, document: str = "") -> SearchResult:
    """Provisions for some words, best first. Raises ApiError."""
    if document and document not in engine.index.documents:
        raise ApiError("document_not_found")
    turn = _retrieved(Turn(Question(question=q), engine))
    found = [one for one in turn.found if document in ("", one.provision.document_id)]
    return SearchResult(query=q, language=turn.language, corpus_version=engine.corpus_version, results=hits(found[:k]))


def _retrieved(turn: Turn) -> Turn:
    receive.run(turn)
    if turn.ended:
        raise ApiError("not_a_search", told=turn.text)
    understand.run(turn)
    retrieve.run(turn)
    return turn


@router.get("/provisions/{provision_id:path}", responses=documented(404))
def provision(provision_id: str, engine: EngineHere) -> ProvisionView:
    """A provision with its note and its document."""
    found = engine.index.provisions.get(provision_id)
    if found is None:
        raise ApiError("provision_not_found")
    return provision_view(found, engine.index)


@router.get("/documents")
def documents(engine: EngineHere) -> Documents:
    """The published texts that answers come from."""
    rows = [document_view(document, engine.index) for document in engine.index.documents.values()]
    return Documents(corpus_version=engine.corpus_version, documents=rows)


@router.get("/schemes")
def schemes(engine: EngineHere) -> Schemes:
    """What the texts offer or plan for someone."""
    return Schemes(corpus_version=engine.corpus_version, schemes=[scheme_row(entry.scheme) for entry in engine.catalogue.entries])


@router.get("/schemes/{scheme_id}", responses=documented(404))
def scheme(scheme_id: str, engine: EngineHere) -> SchemeView:
    """A scheme and the passages it rests on."""
    found = next((entry.scheme for entry in engine.catalogue.entries if entry.scheme.id == scheme_id), None)
    if found is None:
        raise ApiError("scheme_not_found")
    return scheme_view(found, engine.index)


@router.get("/territories")
def territories(
    engine: EngineHere, q: Annotated[Words, Query(description="name, postcode or code", examples=["Pont-à-Mousson"])]
) -> Places:
    """The places that a name, a postcode or a code may mean, and what they belong to."""
    known = engine.index.territories.place(q.strip().upper())
    found = [known] if known else engine.index.territories.find(q)
    return Places(origin=_DATA["origin"], places=[place_view(place, engine.index) for place in found])


@health.get("/healthz")
async def healthz() -> Response:
    """Whether the process lives; no thread is asked for."""
    return JSONResponse(Health(status="alive").model_dump(exclude_defaults=True), headers=SAFE)


@health.get("/readyz")
def readyz(engine: EngineHere) -> Response:
    """Whether a question would find the model and the index: both are asked something small."""
    try:
        engine.index.vectors.search(engine.embedder.encode_query("pacte"), 1)
    except Exception:  # whatever it is, the answer is the same
        return ApiError("not_ready", retry=5).response(headers=SAFE)
    spoken = engine.chat.name if engine.chat else "offline"
    return JSONResponse(Health(status="ready", corpus_version=engine.corpus_version, engine=spoken).model_dump(), headers=SAFE)


@health.get("/metrics")
def metrics(request: Request) -> Response:
    """The counters in Prometheus' format, for those whom a setting names; to anyone else there is no such page."""
    service: Service = request.app.state.service
    if not within(request.client.host if request.client else "", service.settings.metrics_from):
        raise ApiError("no_page")
    return Response(service.metrics.text(), media_type=KIND, headers=SAFE)
