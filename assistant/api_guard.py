"""What stands before every route of the API: the limit on bodies, the headers of safety, and no traceback to anyone."""

import logging
import traceback

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api_errors import ApiError, spoken_by

log = logging.getLogger(__name__)

SAFE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
DRAINED = 16
"""A body this many times the limit is still read to its end, unkept: a client that writes first would not hear the refusal."""


class Guard:
    """Middleware around the API; `limit` is the largest body in bytes."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app, self.limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def safely(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                MutableHeaders(scope=message).update(SAFE)
            await send(message)

        try:
            body = await self._body(receive)
            _refuse_other_types(Headers(scope=scope), body)
            await self.app(scope, _again(body, receive), safely)
        except ApiError as error:
            await error.response(spoken_by(Headers(scope=scope)))(scope, receive, safely)
        except Exception as error:
            _write_down(error)
            if not started:
                await ApiError("internal").response(spoken_by(Headers(scope=scope)))(scope, receive, safely)

    async def _body(self, receive: Receive) -> bytes:
        """The body; raises ApiError when it is too large. A client that left has none."""
        parts, size, more = [], 0, True
        while more and size <= DRAINED * self.limit:
            message = await receive()
            piece: bytes = message.get("body", b"")
            size, more = size + len(piece), message.get("more_body", False)
            if size <= self.limit:
                parts.append(piece)
        if size > self.limit:
            raise ApiError("too_large", limit=self.limit)
        return b"".join(parts)


def _refuse_other_types(headers: Headers, body: bytes) -> None:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if body and kind != "application/json":
        raise ApiError("not_json")


def _again(body: bytes, receive: Receive) -> Receive:
    """The body once more as one message, then what the client does next."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return waiting.pop() if waiting else await receive()

    return next_message


def _write_down(error: Exception) -> None:
    """Where it failed and what kind of error it is; its message may hold the question, so it stays out."""
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error("a request failed with %s at\n%s", type(error).__name__, where)
