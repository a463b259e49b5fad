"""What a person sees when something under the running service breaks: real server processes, real faults, recovery without a hand."""

import errno
import gc
import json
import os
import shutil
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import yaml
from app_process import AppProcess
from broken_model import BrokenModel, Fault
from chroma_process import ChromaProcess
from conftest import document_of
from processes import free_port
from small_corpus import an_entry, build_from, settings_in

from assistant.engine import Engine
from assistant.index_watch import EngineWatch
from ingest.embeddings import Embedder, load_embedder
from ingest.errors import IndexUnusableError
from ingest.index import open_index, read_current
from ingest.pipeline import build_index
from ingest.settings import Settings
from ingest.toy import ToyEmbedder

QUESTION = "Qui finance le campus de Montfaucon ?"
MODEL_SECONDS = 1.5
Json = dict[str, object]

posix = pytest.mark.skipif(not hasattr(os, "fork"), reason="signals and limits of POSIX")


def write_corpus(folder: Path, word: str) -> Path:
    """A small corpus; another `word` makes another version of it."""
    (folder / "sources").mkdir(parents=True, exist_ok=True)
    text = f"# Pacte de Serre\n\n## Axe 1 : Former\n\nLa région finance le campus de Montfaucon avec {word}.\n"
    (folder / "sources" / "serre.md").write_text(text, encoding="utf-8")
    rows = [document_of("serre", text.encode())]
    (folder / "documents.yaml").write_text(yaml.safe_dump(rows, allow_unicode=True), encoding="utf-8")
    return folder


class Place:
    """A corpus, its index and a server over them."""

    def __init__(self, folder: Path, **options: object) -> None:
        self.settings = Settings(corpus=write_corpus(folder / "corpus", "entrain"), index=folder / "index")
        self.said, self.web = folder / "said", httpx.Client(timeout=60, limits=httpx.Limits(max_keepalive_connections=0))
        names = {"PACTES_CORPUS": self.settings.corpus, "PACTES_INDEX": self.settings.index, "PACTES_LOG_LEVEL": "info"}
        rates = {"PACTES_RATE_PER_CLIENT": 100_000, "PACTES_RATE_BURST": 100_000, "PACTES_RATE_PER_ADDRESS": 1_000_000}
        self.app = AppProcess(free_port(), self.said, names | rates | options)

    def ask(self) -> Json:
        """One answer; raises httpx.HTTPError when there is none."""
        response = self.web.post(f"{self.app.url}/api/v1/ask", json={"question": QUESTION})
        response.raise_for_status()
        answer: Json = response.json()
        return answer


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A server that found no index and built it before its first answer."""
    opened = Place(tmp_path_factory.mktemp("place"))
    try:
        opened.app.wait_ready()
        yield opened
    finally:
        opened.app.stop()


@pytest.fixture(scope="module")
def embedder(place: Place) -> Embedder:
    return load_embedder(place.settings)


LATEST = 12
"""Answers in a row of the new version after which every worker is held to have taken it up."""


@contextmanager
def under_load(place: Place, clients: int = 4) -> Iterator[list[Json | str]]:
    """Questions asked all the time from several clients; what came: answers, or the kind of failure."""
    came: list[Json | str] = []
    over = threading.Event()

    def client() -> None:
        while not over.is_set():
            try:
                came.append(place.ask())
            except httpx.HTTPError as error:
                came.append(type(error).__name__)
                time.sleep(0.5)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield came
    finally:
        over.set()
        for thread in threads:
            thread.join(60)


def until(true: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)


def healthy(answer: Json | str) -> bool:
    return isinstance(answer, dict) and answer["status"] == "answered"


# The index


def test_a_server_that_finds_no_index_builds_it_and_then_says_it_is_ready(place: Place) -> None:
    assert read_current(place.settings.index) is not None
    assert healthy(place.ask())


@pytest.fixture(params=[1, pytest.param(2, marks=posix)], ids=["one worker", "two workers"])
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A server of its own, of one worker or two."""
    opened = Place(tmp_path, PACTES_WORKERS=request.param)
    try:
        opened.app.wait_ready()
        if request.param > 1:
            opened.app.wait_workers(request.param)
        yield opened
    finally:
        opened.app.stop()


def test_an_index_swapped_under_load_is_taken_up_between_two_answers_and_none_fails(served: Place, embedder: Embedder) -> None:
    before = served.ask()["corpus_version"]
    write_corpus(served.settings.corpus, "vigueur")
    with under_load(served) as came:
        after = build_index(served.settings, embedder).corpus_version
        until(lambda: len(came) >= LATEST and all(isinstance(one, dict) and one["corpus_version"] == after for one in came[-LATEST:]))
    assert after != before and all(map(healthy, came))
    words = {str(before): "entrain", after: "vigueur"}
    for answer in came:
        assert isinstance(answer, dict)
        said = json.dumps(answer["citations"], ensure_ascii=False)
        assert [word for word in words.values() if word in said] == [words[str(answer["corpus_version"])]]


def damage_missing(version: Path) -> None:
    shutil.rmtree(version.parent)


def damage_half_written(version: Path) -> None:
    (version / "provisions.jsonl").write_bytes((version / "provisions.jsonl").read_bytes()[:40])


def damage_of_another_version(version: Path) -> None:
    manifest = json.loads((version / "manifest.json").read_text(encoding="utf-8"))
    (version / "manifest.json").write_text(json.dumps(manifest | {"format": 99}), encoding="utf-8")


@pytest.mark.parametrize("damage", [damage_half_written, damage_of_another_version, damage_missing])
def test_an_index_damaged_under_a_running_server_is_not_missed_and_the_next_build_mends_it(
    place: Place, embedder: Embedder, damage: Callable[[Path], None]
) -> None:
    before, current = place.ask(), read_current(place.settings.index)
    assert current is not None
    damage(place.settings.index / current.version)
    os.utime(place.settings.index / "current") if (place.settings.index / "current").exists() else None
    assert place.ask() == before and place.app.ready()
    assert build_index(place.settings, embedder).corpus_version == before["corpus_version"]
    assert place.ask() == before


# The process


@posix
def test_a_server_killed_under_load_loses_nothing_and_is_back_by_being_started_again_even_over_a_damaged_index(place: Place) -> None:
    before, current = place.ask(), read_current(place.settings.index)
    assert current is not None
    with under_load(place) as came:
        until(lambda: len(came) > 8)
        place.app.kill()
        damage_half_written(place.settings.index / current.version)
        place.app.start()
        place.app.wait_ready()
        until(lambda: healthy(came[-1]))
    failed = {answer for answer in came if isinstance(answer, str)}
    assert failed <= {"ConnectError", "ReadError", "RemoteProtocolError", "WriteError"}
    assert all(healthy(answer) for answer in came if isinstance(answer, dict))
    assert place.ask() == before


@posix
def test_a_server_that_can_no_longer_write_a_byte_goes_on_answering(place: Place) -> None:
    resource = pytest.importorskip("resource")
    before = place.ask()
    resource.prlimit(place.app.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    try:
        assert [place.ask() for _ in range(5)] == [before] * 5
        assert place.app.ready()
    finally:
        resource.prlimit(place.app.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert place.ask() == before


def test_a_full_disk_for_temporary_files_is_told_with_its_remedy_and_is_got_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    settings = settings_in(tmp_path)
    build_from(settings, [an_entry("alpha", 3)])
    with monkeypatch.context() as disk:
        disk.setattr("shutil.copytree", full)
        with pytest.raises(IndexUnusableError, match="free some space in the temporary folder, or set TMPDIR to another"):
            open_index(settings)
    open_index(settings).close()


def test_a_new_index_that_cannot_be_opened_is_tried_again_and_the_one_before_serves_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, embedder = settings_in(tmp_path), ToyEmbedder()
    build_from(settings, [an_entry("alpha", 3)], embedder)
    watch = EngineWatch(Engine.over(open_index(settings), embedder), settings)
    before = watch.current()
    built = build_from(settings, [an_entry("alpha", 4)], embedder)
    monkeypatch.setattr("assistant.index_watch.RETRY", 0.0)
    with monkeypatch.context() as disk:
        disk.setattr("assistant.index_watch.open_index", lambda *_: 1 / 0)
        for _ in range(3):
            assert watch.current() is before
            time.sleep(0.05)
    until(lambda: watch.current().corpus_version == built.corpus_version)
    assert before.index.vectors.search(embedder.encode_query("l'eau"), 1)
    files = weakref.ref(before.index.vectors)
    del before
    gc.collect()
    assert files() is None


# The Chroma server and the language model


class Leaning(Place):
    """A server that leans on two others: a Chroma server for its vectors, and a model's address for its words."""

    def __init__(self, folder: Path) -> None:
        self.model, self.chroma = BrokenModel(port := free_port()), ChromaProcess(folder / "chroma")
        super().__init__(
            folder, CHROMA_URL=self.chroma.url, PACTES_CHROMA_TIMEOUT=2, PACTES_MODEL="openai:broken", PACTES_MODEL_API_KEY="none",
            PACTES_MODEL_BASE_URL=f"http://127.0.0.1:{port}/v1", PACTES_MODEL_TIMEOUT=MODEL_SECONDS,
        )  # fmt: skip


@pytest.fixture(scope="module")
def leaning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Leaning]:
    opened = Leaning(tmp_path_factory.mktemp("leaning"))
    try:
        opened.app.wait_ready()
        yield opened
    finally:
        opened.app.stop()
        opened.chroma.stop()


def answered_alone(leaning: Leaning) -> float:
    """Check that the program answered without its model; how long it took."""
    begun = time.monotonic()
    answer = leaning.ask()
    assert healthy(answer) and answer["engine"] == "offline"
    assert "<h1>" not in str(answer) and "Traceback" not in str(answer)
    return time.monotonic() - begun


def test_a_model_that_refuses_the_connection_leaves_the_offline_answer(leaning: Leaning) -> None:
    assert answered_alone(leaning) < MODEL_SECONDS + 3


def test_a_model_that_hangs_cuts_its_stream_or_sends_a_web_page_leaves_the_offline_answer_in_time(leaning: Leaning) -> None:
    leaning.model.start()
    faults: list[Fault] = ["hang", "cut", "page"]
    try:
        for asked, fault in enumerate(faults, start=1):
            leaning.model.fault = fault
            assert answered_alone(leaning) < MODEL_SECONDS + 3, fault
            assert leaning.model.asked >= asked, fault
    finally:
        leaning.model.stop()


def test_a_chroma_server_frozen_stopped_or_emptied_under_load_is_not_missed(leaning: Leaning) -> None:
    before = leaning.ask()
    with under_load(leaning, clients=2) as came:
        for befalls in (
            leaning.chroma.freeze,
            leaning.chroma.thaw,
            leaning.chroma.stop,
            leaning.chroma.start,
            leaning.chroma.restart_empty,
        ):
            befalls()
            seen = len(came)
            until(lambda seen=seen: len(came) >= seen + 3)  # type: ignore[misc]  # mypy infers no type for a default of a lambda
            assert leaning.app.ready()
    assert all(answer == before for answer in came)


def test_a_server_started_over_an_emptied_chroma_server_fills_it_again_and_answers_the_same(leaning: Leaning) -> None:
    before = leaning.ask()
    leaning.chroma.restart_empty()
    leaning.app.kill()
    leaning.app.start()
    leaning.app.wait_ready()
    assert leaning.ask() == before


def test_a_server_started_without_its_chroma_server_ends_at_once_and_names_the_remedy(leaning: Leaning) -> None:
    leaning.app.kill()
    leaning.chroma.stop()
    leaning.app.start()
    code, said = leaning.app.ended()
    assert code == 1 and "Traceback" not in said
    assert f"{leaning.chroma.url}: the Chroma server does not answer" in said and "start it, or correct PACTES_CHROMA_URL" in said
    assert not leaning.app.ready()
