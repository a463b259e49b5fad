"""What stands before every page and every route: the proxy's word, an id, a limit, safe headers, a line in the log, no fault shown."""

import logging
import time
import traceback

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api_errors import ApiError
from assistant.service.errors import error_page
from assistant.service.forwarded import as_seen
from assistant.service.headers import make_safe
from assistant.service.logs import id_of, request_id
from assistant.service.seat import by_fellow
from assistant.service.service import Service

log = logging.getLogger(__name__)
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
QUEUE = "/gradio_api/queue/join"
PAGES = 16
"""A form or a conversation may be this many times as large as the body of a request to the API."""


class Front:
    """Middleware around the whole application."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self.app, self.service = app, service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; a socket has nothing to do here."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
        elif scope["type"] == "http":
            await self._serve(as_seen(scope, self.service.settings), receive, send)
        else:
            await self.app(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = id_of(Headers(scope=scope).get("x-request-id", ""))
        token = request_id.set(name)
        seen = _Response(scope, send, name)
        try:
            _refuse_other_types(scope)
            await self.app(scope, _limited(receive, PAGES * self.service.settings.body_limit), seen)
        except Exception as error:
            await self._after(error, scope, receive, seen)
        finally:
            if not by_fellow(scope):
                self._write_down(scope, seen)
            request_id.reset(token)

    async def _after(self, error: Exception, scope: Scope, receive: Receive, seen: "_Response") -> None:
        """Say that it failed, where nothing was said yet; the error's own words may hold the question and stay out of the log."""
        told = error if isinstance(error, ApiError) else ApiError("internal")
        if told is not error:
            log.error(
                "a request failed with %s", type(error).__name__, extra={"fields": {"where": traceback.format_tb(error.__traceback__)}}
            )
        if not seen.status:
            response: Response = error_page(Request(scope), told)
            await response(scope, receive, seen)

    def _write_down(self, scope: Scope, seen: "_Response") -> None:
        method = scope["method"] if scope["method"] in METHODS else "other"
        route, status = _pattern(scope, self.service.settings.root_path), seen.status or 499
        self.service.metrics.request(method, route, status, seen.seconds)
        fields = {"method": method, "route": route, "status": status, "seconds": round(seen.seconds, 4)}
        log.info("served", extra={"fields": fields})


class _Response:
    """Sends a response on with its safe headers and its id, and remembers its status and the seconds until it began."""

    def __init__(self, scope: Scope, send: Send, name: str) -> None:
        self.scope, self.send, self.name = scope, send, name
        self.status, self.begun, self.seconds = 0, time.perf_counter(), 0.0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.seconds = message["status"], time.perf_counter() - self.begun
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self.name
            make_safe(headers, self.scope)
        await self.send(message)


def _refuse_other_types(scope: Scope) -> None:
    """Gradio's queue breaks on a body that is no JSON, and a form of another site could send one. Raises ApiError."""
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    kind = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
    if path == QUEUE and scope["method"] == "POST" and kind != "application/json":
        raise ApiError("not_json")


def _pattern(scope: Scope, root: str) -> str:
    """The pattern of the route that served a request: « /texte/{document_id} », with the prefix of the part it is in."""
    path = getattr(scope.get("route"), "path", "")
    return f"{scope.get('root_path', '').removeprefix(root)}{path}" if path else "none"


def _limited(receive: Receive, limit: int) -> Receive:
    """The same body, with an end to it. Raises ApiError while it is read."""
    size = 0

    async def next_message() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > limit:
            raise ApiError("too_large", limit=limit)
        return message

    return next_message
