"""The container file, as far as it can be tried without a container engine; and the list of licences."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from processes import PROJECT

from ingest.licences import libraries

Instruction = tuple[str, str]


@pytest.fixture(scope="module")
def instructions() -> list[Instruction]:
    """Each instruction and its words, comments out, continued lines joined."""
    lines = [line for line in (PROJECT / "Containerfile").read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    pairs = [line.split(maxsplit=1) for line in joined.splitlines() if line.strip()]
    return [(name, rest) for name, rest in pairs]


def copied(instructions: list[Instruction]) -> list[str]:
    return [source for name, rest in instructions if name == "COPY" and "--from" not in rest for source in rest.split()[:-1]]


def test_every_source_that_is_copied_is_there_and_not_ignored(instructions: list[Instruction]) -> None:
    kept = {line[1:] for line in (PROJECT / ".containerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")}
    assert set(copied(instructions)) == kept
    assert all((PROJECT / source).exists() for source in kept)
    assert (PROJECT / ".dockerignore").read_bytes() == (PROJECT / ".containerignore").read_bytes()


def test_it_runs_as_nobody_with_a_health_check_and_fetches_nothing_at_run_time(instructions: list[Instruction]) -> None:
    last = instructions[max(at for at, (name, _) in enumerate(instructions) if name == "FROM") :]
    names = [name for name, _ in last]
    assert names.index("USER") < names.index("ENTRYPOINT") and ("USER", "10001") in last
    assert not [rest for name, rest in last if name == "RUN" and "pip" in rest]
    assert json.loads(dict(last)["ENTRYPOINT"]) + json.loads(dict(last)["CMD"]) == [".venv/bin/python", "-m", "assistant", "serve"]


def test_the_files_it_copies_are_all_that_the_program_needs(instructions: list[Instruction], tmp_path: Path) -> None:
    for source in copied(instructions):
        whole = PROJECT / source
        shutil.copytree(whole, tmp_path / source) if whole.is_dir() else shutil.copy(whole, tmp_path)
    script = f"import assistant.server, ingest.cli; assert assistant.server.__file__.startswith({str(tmp_path)!r})"
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "HOME": str(tmp_path / "none")}
    for words in (["-c", script], ["-m", "ingest", "list"]):
        ran = subprocess.run(
            [sys.executable, *words], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=200
        )
        assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("status", [200, 503])
def test_the_health_check_tells_a_living_server_from_a_failing_one(instructions: list[Instruction], status: int) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is written down."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    command = json.loads(dict(instructions)["HEALTHCHECK"].partition(" CMD ")[2])
    environment = {**os.environ, "PACTES_PORT": str(server.server_port)}
    ran = subprocess.run([sys.executable, *command[1:]], env=environment, capture_output=True, check=False, timeout=60)
    server.shutdown()
    server.server_close()
    assert (ran.returncode == 0) == (status == 200)


def test_the_modules_it_runs_while_it_is_built_exist(instructions: list[Instruction]) -> None:
    runs = [shlex.split(part) for name, rest in instructions if name == "RUN" for part in rest.split("&&")]
    modules = {words[words.index("-m") + 1] for words in runs if "-m" in words}
    assert {"ingest", "ingest.weights"} <= modules <= {"ingest", "ingest.weights", "pip", "venv"}


def test_every_library_states_its_licence() -> None:
    rows = libraries()
    assert len(rows) > 100 and rows[0].name == "torch"
    assert all(row.licence != "not stated" and row.size > 0 for row in rows)
    assert not [row for row in rows if "AGPL" in row.licence or "Affero" in row.licence]
