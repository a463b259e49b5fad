"""A language model's address that misbehaves as it is told: it hangs, cuts its answer half-way, or answers with a web page."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

Fault = Literal["hang", "cut", "page"]
CHUNK = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
DELTA = {"index": 0, "delta": {"content": '{"phrase": "La Région'}}
HALF = f"data: {json.dumps(CHUNK | {'choices': [DELTA]})}\n\n".encode()
PAGE = b"<!doctype html><title>502</title><script>alert(1)</script><h1>Bad gateway</h1>"


class BrokenModel:
    """Listens on a port of this machine once started; `fault` may be changed at any time, `asked` counts its calls."""

    def __init__(self, port: int) -> None:
        self.fault: Fault = "page"
        self.asked = 0
        self._port, self._let_go = port, threading.Event()

    def start(self) -> None:
        """Begin to listen."""
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                model.asked += 1
                self.rfile.read(int(self.headers.get("Content-Length", "0")))
                model.misbehave(self)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing is written down."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def misbehave(self, caller: BaseHTTPRequestHandler) -> None:
        """Answer one call in the way that is set."""
        if self.fault == "hang":
            self._let_go.wait(30)
            return
        caller.send_response(200)
        caller.send_header("Content-Type", "text/html" if self.fault == "page" else "text/event-stream")
        caller.send_header("Content-Length", str(len(PAGE) if self.fault == "page" else 100_000))
        caller.end_headers()
        caller.wfile.write(PAGE if self.fault == "page" else HALF)

    def stop(self) -> None:
        """Let every caller go and stop listening."""
        self._let_go.set()
        self._server.shutdown()
        self._server.server_close()
