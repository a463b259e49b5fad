"""What of Gradio's server is open: only what the page needs; files, uploads, documents of its API and tools are closed."""

import re

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

OPEN = {
    "GET": re.compile(
        r"/config|/theme\.css|/assets/[\w.-]+"
        r"|/gradio_api/(?:queue/data|info|startup-events|app_id|theme\.css|heartbeat/\w+)"
    ),
    "POST": re.compile(r"/gradio_api/(?:queue/join|cancel|reset)"),
}
"""What the frontend asks for: its parts, the queue it asks through, and whether the server still lives."""


class Gate:
    """Middleware before Gradio's application; `limit` is the largest body in bytes. Raises HTTPException 404, 411 or 413."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app, self.limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request of the page, refuse every other."""
        if scope["type"] == "http":
            self._refuse(scope)
        await self.app(scope, receive, send)

    def _refuse(self, scope: Scope) -> None:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        wanted = OPEN.get(scope["method"])
        if wanted is None or not wanted.fullmatch(path):
            raise HTTPException(404)
        if scope["method"] == "POST":
            length = Headers(scope=scope).get("content-length", "")
            if not length.isdigit():
                raise HTTPException(411)
            if int(length) > self.limit:
                raise HTTPException(413)
