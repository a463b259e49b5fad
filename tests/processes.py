"""The program in processes of its own: commands, and a server, that may not reach another machine."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

GUARD = Path(__file__).parent / "only_loopback"
PROJECT = Path(__file__).parents[1]
TRACING = {
    "LANGSMITH_TRACING": "true", "LANGCHAIN_TRACING_V2": "true", "LANGSMITH_API_KEY": "key", "LANGCHAIN_API_KEY": "key",
    "GRADIO_ANALYTICS_ENABLED": "True", "ANONYMIZED_TELEMETRY": "True", "HF_HUB_OFFLINE": "0",
}  # fmt: skip
Finished = subprocess.CompletedProcess[str]


def guarded(contacts: Path) -> dict[str, str]:
    """The environment of a process whose every contact is written to `contacts`, with all tracing switched on."""
    path = os.pathsep.join([str(GUARD), str(PROJECT)])
    return {**os.environ, **TRACING, "PYTHONPATH": path, "CONTACTS": str(contacts), "PYTHONUTF8": "1"}


def command(*words: str | Path, contacts: Path) -> Finished:
    """Run `python -m …` to its end."""
    line = [sys.executable, "-m", *map(str, words)]
    return subprocess.run(line, cwd=PROJECT, env=guarded(contacts), capture_output=True, encoding="utf-8", check=False, timeout=280)


@contextmanager
def server(*options: str | Path, contacts: Path) -> Iterator[str]:
    """The address of a server that answers; it is stopped at the end."""
    port = free_port()
    line = [sys.executable, "-m", "assistant", "serve", "--port", str(port), *map(str, options)]
    said = contacts.with_suffix(".server")
    with said.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(line, cwd=PROJECT, env=guarded(contacts), stdout=out, stderr=out)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address, process, said)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(address: str, process: subprocess.Popen[bytes], said: Path) -> None:
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended: {said.read_text(encoding='utf-8')}")
        try:
            urllib.request.urlopen(address, timeout=5).read()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"the server does not answer: {said.read_text(encoding='utf-8')}")
