"""The chat page: Gradio carries questions and answers; the only module that knows it."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import gradio as gr
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse
from starlette.routing import Mount

from assistant.chat_page.asking import TURNS, Asked, Told
from assistant.chat_page.gate import Gate
from assistant.chat_page.relay import Relay
from assistant.index_watch import Serving, engine_now
from assistant.service.seat import Seat
from assistant.texts import say
from assistant.web.rendering import language_of, page
from ingest.settings import settings

AT_ONCE = 32
WAITING = 256
BODIES = 4
"""A conversation may be this many times as large as the body of a request to the API."""
ON_LOAD = (
    "element.addEventListener('ask', event => trigger('ask', event.detail));"
    "element.addEventListener('stop', () => trigger('stop'));"
    "element.dispatchEvent(new Event('answering', {bubbles: true}));"
)
SCRIPT = re.compile(r'src="\./(assets/index-[\w-]+\.js)"')
router = APIRouter(include_in_schema=False)


@router.api_route("/", methods=["GET", "HEAD"])
def first_page(request: Request, q: str = "") -> HTMLResponse:
    """The page; `?q=` fills the question's box."""
    typed, greeting = q[: settings().question_limit + 1], say("greeting", language_of(request))
    return page(request, "ask.html", "ask", typed=typed, greeting=greeting, script=_script(), turns=TURNS)


def mount(app: FastAPI, serving: Serving, seat: Seat | None = None) -> FastAPI:
    """The application with the chat page at its root; with a seat, sessions of the page are held by one worker each."""

    def ask(event: gr.EventData, request: gr.Request) -> Iterator[str]:
        asked = Asked.model_validate(event._data)
        if request.request is None:
            raise ValueError("only the page asks")
        yield from Told(engine_now(serving), app.state.service.gate, request.request, request.session_hash or "").parts(asked)

    with gr.Blocks(analytics_enabled=False) as blocks:
        live = gr.HTML(js_on_load=ON_LOAD, apply_default_css=False, elem_id="live-answer")
        asking = live.ask(ask, None, live, concurrency_limit=AT_ONCE, show_progress="hidden", api_visibility="private")
        live.stop(None, None, None, cancels=[asking], api_visibility="private")
    blocks.queue(max_size=WAITING, api_open=False)
    app.include_router(router)
    theme = gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"])
    mounted: FastAPI = gr.mount_gradio_app(
        app, blocks, path="/", footer_links=[], show_error=False, ssr_mode=False, run_history=False, theme=theme
    )
    own = mounted.router.routes[-1]
    assert isinstance(own, Mount)
    own.app = Gate(Relay(own.app, seat) if seat else own.app, BODIES * app.state.service.settings.body_limit)
    return mounted


@cache
def _script() -> str:
    """The path of the frontend's script, as Gradio's own page names it."""
    own = files("gradio").joinpath("templates", "frontend", "index.html").read_text(encoding="utf-8")
    found = SCRIPT.search(own)
    if found is None:
        raise RuntimeError("gradio's page names no script")
    return "/" + found[1]
