"""What belongs to a session of the chat page goes to the worker that holds it.

Gradio keeps a question's events in the memory of one process, and the browser asks for them on another connection, which may reach
another worker: that one hands the request on by the door of the worker that the session's name stands for.
"""

import asyncio
import json
import time
from urllib.parse import parse_qs, quote

import httpx
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api_errors import ApiError
from assistant.service.logs import request_id
from assistant.service.seat import Seat, by_fellow

ASKING = frozenset({"/gradio_api/queue/join", "/gradio_api/cancel"})
HEARING = "/gradio_api/queue/data"
HOPS = frozenset({b"connection", b"keep-alive", b"transfer-encoding", b"upgrade", b"te", b"trailer", b"content-length"})
PATIENCE, PAUSE = 30.0, 0.2
"""Seconds to wait for a worker that is being started again, and between two tries."""


class Relay:
    """Middleware before Gradio's application in the worker on this seat."""

    def __init__(self, app: ASGIApp, seat: Seat) -> None:
        self.app, self.seat = app, seat
        self.fellows = {number: _client(seat, number) for number in range(seat.count) if number != seat.number}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request here or by its session's worker."""
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if scope["type"] != "http" or by_fellow(scope) or path not in (*ASKING, HEARING):
            await self.app(scope, receive, send)
            return
        body = await Request(scope, receive).body()
        owner = self.seat.owner(_session(scope, body))
        if owner == self.seat.number:
            await self.app(scope, _again(body, receive), send)
        else:
            await self._pass_on(owner, scope, body, receive, send)

    async def _pass_on(self, owner: int, scope: Scope, body: bytes, receive: Receive, send: Send) -> None:
        """Hand it on until it is answered or the asker has left."""
        answering = asyncio.create_task(self._answer(owner, scope, body, send))
        leaving = asyncio.create_task(_left(receive))
        try:
            await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if answering.done():
                answering.result()
        finally:
            for task in (answering, leaving):
                task.cancel()
            await asyncio.gather(answering, leaving, return_exceptions=True)

    async def _answer(self, owner: int, scope: Scope, body: bytes, send: Send) -> None:
        response = await self._reached(owner, scope, body)
        try:
            headers = [(name.lower(), value) for name, value in response.headers.raw if name.lower() not in HOPS]
            await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
            async for piece in response.aiter_raw():
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            await response.aclose()

    async def _reached(self, owner: int, scope: Scope, body: bytes) -> httpx.Response:
        """The beginning of the answer; a worker that is being started again is waited for. Raises ApiError."""
        fellow, deadline = self.fellows[owner], time.monotonic() + PATIENCE
        address = quote(scope["path"]) + ("?" + scope["query_string"].decode("latin-1") if scope["query_string"] else "")
        request = fellow.build_request(scope["method"], address, headers=_headers(scope), content=body)
        while True:
            try:
                return await fellow.send(request, stream=True)
            except httpx.ConnectError as error:
                if time.monotonic() > deadline:
                    raise ApiError("not_ready", retry=5) from error
                await asyncio.sleep(PAUSE)


def _client(seat: Seat, number: int) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    by_door = httpx.AsyncHTTPTransport(uds=str(seat.door(number)), limits=limits)
    return httpx.AsyncClient(transport=by_door, base_url="http://worker", timeout=None)


def _session(scope: Scope, body: bytes) -> str:
    """The session's name, or nothing when there is none: Gradio then says what is wrong."""
    if not body:
        query: bytes = scope["query_string"]
        return parse_qs(query.decode("latin-1")).get("session_hash", [""])[0]
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    return str(given.get("session_hash", "")) if isinstance(given, dict) else ""


def _headers(scope: Scope) -> list[tuple[bytes, bytes]]:
    """The request's headers, with who asks, how, and the id by which it is logged."""
    kept = [(name, value) for name, value in scope["headers"] if name not in HOPS and name != b"x-request-id"]
    asker = scope["client"][0] if scope.get("client") else ""
    told = {"x-forwarded-for": asker, "x-forwarded-proto": scope["scheme"], "x-request-id": request_id.get()}
    return kept + [(name.encode(), value.encode()) for name, value in told.items() if value]


def _again(body: bytes, receive: Receive) -> Receive:
    """The body once more as one message, then what the client does next."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return waiting.pop() if waiting else await receive()

    return next_message


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
