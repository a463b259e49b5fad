"""A real Chroma server in a process of its own, which a test can stop, freeze, and start again with or without its data."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from processes import free_port

CHROMA = Path(sys.executable).with_name("chroma")


class ChromaProcess:
    """`chroma run` on a free port of this machine, its data in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        line = [str(CHROMA), "run", "--host", "127.0.0.1", "--port", str(self.port), "--path", str(self.folder)]
        environment = {**os.environ, "ANONYMIZED_TELEMETRY": "False"}
        self._process = subprocess.Popen(line, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 180
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the Chroma server does not start")
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop it; its data stay."""
        self._process.kill()
        self._process.wait(30)

    def restart_empty(self) -> None:
        """Stop it, lose its data, start it."""
        self.stop()
        shutil.rmtree(self.folder)
        self.start()

    def freeze(self) -> None:
        """It goes on listening and answers nothing."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It answers again."""
        self._process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.url}/api/v2/heartbeat", timeout=2).read()
        except (urllib.error.URLError, OSError):
            return False
        return True
