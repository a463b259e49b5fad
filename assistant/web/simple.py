"""A question in a form and its answer with sources, without a script; the question never stands in an address."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from assistant.api_routes import EngineHere, in_turn, question_of
from assistant.engine import Engine
from assistant.service.refused import RefusedError
from assistant.texts import say
from assistant.types import Answer, Language
from assistant.web.markdown import html_of
from assistant.web.rendering import language_of, page
from assistant.web.simple_form import Sent, kept, sent
from ingest.settings import settings

router = APIRouter(include_in_schema=False)


@router.get("/simple")
def plain(request: Request, engine: EngineHere) -> HTMLResponse:
    """The empty form."""
    return _page(request, engine, Sent())


@router.post("/simple")
async def ask(request: Request, engine: EngineHere, form: Annotated[Sent, Depends(sent)]) -> HTMLResponse:
    """The answer to the question of the form, in the light of the earlier ones; status 422 for a question that cannot be read."""
    if wrong := _fault(form, language_of(request)):
        return _page(request, engine, form, error=wrong, status=422)
    question = question_of(form.question, list(form.turns))
    try:
        return _page(request, engine, form, answer=await in_turn(request, lambda: engine.answer(question)))
    except RefusedError as refused:
        return _page(request, engine, form, error=refused.sentence(language_of(request)), status=refused.status)


def _fault(form: Sent, language: Language) -> str:
    limit = settings().question_limit
    if form.too_large or len(form.question) > limit:
        return say("too_long", language, limit=limit)
    return "" if any(sign.isalnum() for sign in form.question) else say("empty", language)


def _page(request: Request, engine: Engine, form: Sent, error: str = "", answer: Answer | None = None, status: int = 200) -> HTMLResponse:
    turns = form.turns if answer is None else (*form.turns, form.question)
    text = html_of(answer, _to_source(answer)) if answer else ""
    asks = answer.next_question.text if answer and answer.next_question and answer.next_question.text not in answer.text else ""
    return page(
        request, "simple.html", "simple", status_code=status, answer=answer, text=text, asks=asks, error=error,
        typed=form.question if error else "", turns=kept(turns), asked=form.turns, documents=engine.index.documents,
        missing=[told for told in answer.missing if told not in answer.text] if answer else [],
        notices=[told for told in answer.notices if told != say("notice", answer.language)] if answer else [],
    )  # fmt: skip


def _to_source(answer: Answer) -> Callable[[str], str]:
    """Where on this page each cited provision stands."""
    places = {citation.provision_id: f"#source-{citation.marker}" for citation in answer.citations}
    return places.__getitem__
