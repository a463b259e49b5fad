"""The product's server in a process of its own, which a test can kill, starve and start again."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path

PROJECT = Path(__file__).parents[1]
SERVES = re.compile(r'"message": "worker \d+ serves"')


class AppProcess:
    """`python -m assistant serve`; `said` is the file of all that it writes."""

    def __init__(self, port: int, said: Path, options: Mapping[str, object]) -> None:
        self.url, self.said = f"http://127.0.0.1:{port}", said
        self._line = [sys.executable, "-m", "assistant", "serve", "--port", str(port)]
        self._environment = {**os.environ, "PYTHONUTF8": "1", **{name: str(value) for name, value in options.items()}}
        self.start()

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def start(self) -> None:
        """Start it; returns at once."""
        with self.said.open("a", encoding="utf-8") as out:
            self._process = subprocess.Popen(self._line, cwd=PROJECT, env=self._environment, stdout=out, stderr=out)

    def wait_ready(self, seconds: float = 240) -> None:
        """Wait until it says that it is ready; raises RuntimeError with its last words when it ends or takes too long."""
        deadline = time.monotonic() + seconds
        while not self.ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server is not there: {self.said.read_text(encoding='utf-8')[-2000:]}")
            time.sleep(0.3)

    def ready(self) -> bool:
        """Whether `/readyz` says so now."""
        try:
            return bool(urllib.request.urlopen(f"{self.url}/readyz", timeout=10).status == 200)
        except OSError:
            return False

    def ended(self, seconds: float = 240) -> tuple[int, str]:
        """Wait until it ends by itself: its exit code, and all that it wrote."""
        return self._process.wait(seconds), self.said.read_text(encoding="utf-8")

    def kill(self) -> None:
        """End it as `kill -9` does."""
        self._process.kill()
        self._process.wait(30)

    def stop(self) -> None:
        """Ask it to end, and make it end if it does not."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()

    def workers(self) -> list[int]:
        """The ids of its worker processes, the eldest first; none when it answers alone."""
        line = ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(self.pid)]
        said = subprocess.run(line, capture_output=True, text=True, check=False).stdout
        return sorted(int(row.split()[0]) for row in said.splitlines() if "spawn_main" in row)

    def wait_workers(self, count: int, seconds: float = 240) -> None:
        """Wait until so many times a worker has begun to serve; a service of one process has none to wait for."""
        deadline = time.monotonic() + seconds
        while count > 1 and len(SERVES.findall(self.said.read_text(encoding="utf-8"))) < count:
            if time.monotonic() > deadline:
                raise RuntimeError(f"not all workers are there: {self.said.read_text(encoding='utf-8')[-2000:]}")
            time.sleep(0.3)

    def memory(self) -> float:
        """Megabytes of memory that the process and its workers hold now."""
        names = ",".join(map(str, [self.pid, *self.workers()]))
        said = subprocess.run(["ps", "-o", "rss=", "-p", names], capture_output=True, text=True, check=True).stdout
        return sum(map(int, said.split())) / 1024

    def busy(self) -> float:
        """Processor seconds that the process and its workers have used, on Linux."""
        stats = [Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split() for one in [self.pid, *self.workers()]]
        return sum(int(fields[11]) + int(fields[12]) for fields in stats) / os.sysconf("SC_CLK_TCK")
