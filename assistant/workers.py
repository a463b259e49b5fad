"""Several processes of the application on one port; `serve --workers`. Loads nothing heavy itself: only its workers do."""

import asyncio
import os
import signal
import socket
import sys
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection

import typer
import uvicorn

from assistant.service.logs import write_lines
from assistant.service.own_folder import own_folder
from assistant.service.seat import Seat
from assistant.service.supervisor import BEAT, LEAVING, Supervisor
from ingest.errors import CorpusError
from ingest.settings import Settings


def run_workers(chosen: Settings) -> int:
    """Serve until interrupted: the exit code. Raises CorpusError."""
    _check(chosen)
    # The port stays the service's, unheard, while workers are started again.
    with own_folder() as folder, _bound(chosen, shared=True):
        typer.echo(f"http://{chosen.host}:{chosen.port}{chosen.root_path}", err=True)
        write_lines(chosen.log_level)
        seats = [Seat(number, chosen.workers, folder) for number in range(chosen.workers)]
        seats[0].counters.mkdir()
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(seats[0].counters)  # read when the library is loaded, in each worker
        return Supervisor(seats, partial(work, chosen)).run()


def work(chosen: Settings, seat: Seat, told: Connection) -> None:
    """What the process of one worker does; an error that a person can mend is one sentence and exit code 1."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # at a terminal it reaches every process: the supervisor ends the workers
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))  # so that a worker's own copies are removed
    try:
        _serve(seat.part_of(chosen), seat, told)
    except CorpusError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(1)


def _serve(part: Settings, seat: Seat, told: Connection) -> None:
    from assistant.engine import open_engine  # seconds to load: only in a worker
    from assistant.server import application, server_settings

    app = application(open_engine(part), part, seat)
    write_lines(part.log_level)
    app.state.service.begin()
    config = uvicorn.Config(app, timeout_graceful_shutdown=int(LEAVING * 2 / 3), **server_settings(part))
    _Serving(config, told).run([_bound(part, shared=True), _own_door(seat)])


class _Serving(uvicorn.Server):
    """Tells the supervisor that it serves, every second from the first; ends when the supervisor is gone."""

    def __init__(self, config: uvicorn.Config, told: Connection) -> None:
        super().__init__(config)
        self.told = told

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the sockets, then begin to tell."""
        await super().startup(sockets)
        self.telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        while not self.should_exit:
            try:
                with suppress(BlockingIOError):
                    os.write(self.told.fileno(), b".")
            except OSError:
                self.should_exit = True
            await asyncio.sleep(BEAT)


def _check(chosen: Settings) -> None:
    """Raises CorpusError where a port cannot be shared so that the system spreads connections, or is taken."""
    if not sys.platform.startswith("linux"):
        raise CorpusError("several workers share a port on Linux alone", remedy="start processes on ports of their own behind a proxy")
    try:
        with _bound(chosen, shared=False):
            pass
    except OSError as error:
        raise CorpusError(
            f"cannot listen on {chosen.host}:{chosen.port} ({error.strerror})", remedy="choose another address or port"
        ) from error


def _bound(chosen: Settings, shared: bool) -> socket.socket:
    """A socket on the address of the settings.

    Each worker has its own: the system spreads connections evenly among those that listen, and sends none to a worker that died.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(chosen.host, chosen.port, type=socket.SOCK_STREAM)[0]
    bound = socket.socket(family, kind, protocol)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        if shared:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    return bound


def _own_door(seat: Seat) -> socket.socket:
    path = seat.door(seat.number)
    path.unlink(missing_ok=True)
    door = socket.socket(socket.AF_UNIX)
    door.bind(str(path))
    return door
