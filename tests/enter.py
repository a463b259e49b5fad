"""From « Entrée » to the whole answer on screen: `python tests/enter.py` asks distinct questions in Chromium and says what each took.

The engine answers the same questions in this process first: what a visitor waits may be three times that, and 250 ms.
"""

import json
import shutil
import statistics
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from app_process import AppProcess
from load import questions
from playwright.sync_api import Page, sync_playwright
from processes import free_port

from assistant.engine import Engine, open_engine
from assistant.types import Question
from ingest.embeddings import bare_query_seconds
from ingest.settings import settings

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
NAMES = ("chromium", "chromium-browser", "google-chrome")
WARM_UP, ASKED, SEED = 3, 40, 11
TIMES, EXTRA = 3, 0.25
LONG = 60_000
DONE = "[role=log] [data-testid=bot][data-status]"
MORE = "([which, before]) => document.querySelectorAll(which).length > before"


def in_the_engine(engine: Engine, asks: list[str]) -> list[float]:
    """Seconds of each answer in this process."""
    taken = []
    for ask in asks:
        begun = time.perf_counter()
        engine.answer(Question(question=ask))
        taken.append(time.perf_counter() - begun)
    return taken


def on_screen(url: str, asks: list[str]) -> list[float]:
    """Seconds from Enter until the whole answer stands on the page, each question in one and the same conversation's page."""
    executable = next(filter(None, map(shutil.which, NAMES)))
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=executable, args=ARGUMENTS)
        try:
            page = browser.new_page(locale="fr-FR")
            page.goto(url, wait_until="networkidle")
            return [_asked(page, ask) for ask in asks]
        finally:
            browser.close()


def _asked(page: Page, ask: str) -> float:
    before = page.locator(DONE).count()
    page.get_by_label("Votre question").fill(ask)
    begun = time.perf_counter()
    page.keyboard.press("Enter")
    page.wait_for_function(MORE, arg=[DONE, before], timeout=LONG)  # looks at every frame; `expect` would look every second
    return time.perf_counter() - begun


def report(asks: list[str], engine: list[float], screen: list[float], yardstick: float) -> dict[str, object]:
    """Medians in milliseconds, and for how many questions the visitor waited no longer than allowed."""
    allowed = [TIMES * own + EXTRA for own in engine]
    return {
        "questions": len(asks), "yardstick_ms": round(1000 * yardstick, 2),
        "engine_median_ms": _ms(engine), "screen_median_ms": _ms(screen), "allowed_median_ms": _ms(allowed),
        "within": sum(seen <= most for seen, most in zip(screen, allowed, strict=True)),
        "longest_screen_ms": round(1000 * max(screen), 1),
    }  # fmt: skip


def _ms(seconds: list[float]) -> float:
    return round(1000 * statistics.median(seconds), 1)


def main() -> int:
    """Start a server, ask it from a browser, print the report as JSON; 0 when the median is within what is allowed."""
    asks = list(islice(questions(settings().corpus, SEED), WARM_UP + ASKED))
    yardstick = bare_query_seconds(settings(), asks)
    engine = in_the_engine(open_engine(settings()), asks)
    with tempfile.TemporaryDirectory() as folder:
        server = AppProcess(free_port(), Path(folder) / "said", {"PACTES_RATE_PER_CLIENT": 1000, "PACTES_RATE_BURST": 1000})
        try:
            server.wait_ready()
            screen = on_screen(server.url, asks)
        finally:
            server.stop()
    told = report(asks[WARM_UP:], engine[WARM_UP:], screen[WARM_UP:], yardstick)
    print(json.dumps(told, indent=1))
    return 0 if statistics.median(screen[WARM_UP:]) <= TIMES * statistics.median(engine[WARM_UP:]) + EXTRA else 1


if __name__ == "__main__":
    sys.exit(main())
