"""Several workers on one port: one that is killed is missed by nobody, counters are of all, a page's question finds its worker."""

import json
import os
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from app_process import AppProcess
from processes import free_port

from assistant.service.forwarded import as_seen
from assistant.service.seat import Seat, by_fellow
from ingest.settings import Settings, settings

QUESTION = "Qui développe la GPECT ?"
SESSIONS = [f"session{number}" for number in range(8)]
posix = pytest.mark.skipif(not Path("/proc").exists(), reason="several workers need Linux")


def seat(number: int = 0, count: int = 2) -> Seat:
    return Seat(number, count, Path("nowhere"))


def test_the_bounds_of_the_service_are_divided_among_its_workers() -> None:
    whole = Settings(answers_at_once=5, queue_length=64, rate_per_client=120)
    part = seat(count=3).part_of(whole)
    assert (part.answers_at_once, part.queue_length, part.rate_per_client) == (2, 22, 120)


def test_every_worker_knows_whose_a_session_is_and_all_get_some() -> None:
    owners = [seat(0).owner(f"session {number}") for number in range(200)]
    assert owners == [seat(1).owner(f"session {number}") for number in range(200)]
    assert min(Counter(owners).values()) > 60


def test_what_another_worker_says_of_the_asker_is_believed_and_a_stranger_is_not() -> None:
    told = {"type": "http", "headers": [(b"x-forwarded-for", b"192.0.2.7")], "path": "/", "scheme": "http", "root_path": ""}
    handed_on = told | {"client": None, "server": ("0.sock", None)}
    direct = told | {"client": ("198.51.100.1", 7), "server": ("127.0.0.1", 7860)}
    assert as_seen(handed_on, settings())["client"][0] == "192.0.2.7" and by_fellow(handed_on)
    assert as_seen(direct, settings())["client"][0] == "198.51.100.1" and not by_fellow(direct)


# A real service of two workers


def own_folder_of(service: AppProcess) -> Path:
    """Where the service keeps doors and counters, as its workers were told."""
    told = Path(f"/proc/{service.workers()[0]}/environ").read_bytes().decode().split("\0")
    return next(Path(one.partition("=")[2]).parent for one in told if one.startswith("PROMETHEUS_MULTIPROC_DIR="))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    folder = tmp_path_factory.mktemp("workers")
    options = {"PACTES_WORKERS": 2, "PACTES_ANSWERS_OFF": folder / "off.txt", "PACTES_FEEDBACK": folder / "verdicts", "TMPDIR": folder}
    opened = AppProcess(free_port(), folder / "said", options)
    try:
        opened.wait_ready()
        opened.wait_workers(2)
        yield opened
        own = own_folder_of(opened)
    finally:
        opened.stop()
    assert not own.exists() and not list(folder.glob("pactes-grand-est-*")), "what the service kept for itself is gone"
    assert "Traceback" not in opened.said.read_text(encoding="utf-8")


def ask(service: AppProcess) -> int:
    """The status of one answer on a connection of its own."""
    return httpx.post(f"{service.url}/api/v1/ask", json={"question": QUESTION}, timeout=60).status_code


def counted(service: AppProcess, name: str) -> float:
    lines = httpx.get(f"{service.url}/metrics", timeout=60).text.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))


@posix
def test_any_worker_tells_the_counters_of_all(service: AppProcess) -> None:
    before = counted(service, "pactes_answers_total")
    assert [ask(service) for _ in range(12)] == [200] * 12
    assert {counted(service, "pactes_answers_total") - before for _ in range(6)} == {12}
    assert counted(service, "pactes_queue_waiting") == 0


@posix
def test_the_switch_turns_all_workers_off_and_on(service: AppProcess) -> None:
    file = service.said.with_name("off.txt")
    file.write_text("Maintenance.", encoding="utf-8")
    assert {ask(service) for _ in range(8)} == {503}
    file.unlink()
    assert {ask(service) for _ in range(8)} == {200}


@posix
def test_verdicts_that_reach_different_workers_are_whole_lines_of_one_file(service: AppProcess) -> None:
    version = httpx.get(f"{service.url}/readyz", timeout=60).json()["corpus_version"]
    for _ in range(12):
        assert httpx.post(f"{service.url}/avis", json={"verdict": "up", "corpus_version": version}, timeout=60).status_code == 204
    lines = service.said.with_name("verdicts").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["verdict"] for line in lines] == ["up"] * 12


def asked_on_the_page(service: AppProcess, session: str) -> str:
    """What the chat page hears after a question, each request on a connection of its own as a browser's may be."""
    event = {"question": QUESTION, "history": [], "language": "fr", "chosen": False}
    asked = {"data": [None], "event_data": event, "fn_index": 0, "trigger_id": 1, "session_hash": session}
    assert httpx.post(f"{service.url}/gradio_api/queue/join", json=asked, timeout=60).status_code == 200
    heard = ""
    with httpx.stream("GET", f"{service.url}/gradio_api/queue/data", params={"session_hash": session}, timeout=60) as stream:
        for line in stream.iter_lines():
            heard += line
            if "process_completed" in line:
                break
    return heard


@posix
def test_a_question_of_the_chat_page_is_heard_to_its_end_whichever_workers_it_reaches(service: AppProcess) -> None:
    for session in SESSIONS:
        assert "declaration-commune-2025" in asked_on_the_page(service, session)


@posix
def test_a_killed_worker_is_missed_by_nobody_who_asks_anew_and_is_started_again(service: AppProcess) -> None:
    before = service.workers()
    os.kill(before[0], signal.SIGKILL)
    deadline, came = time.monotonic() + 240, list[int]()
    time.sleep(0.2)  # until the system has closed its socket
    while not came or len(service.workers()) < 2:
        came.append(ask(service))
        assert time.monotonic() < deadline
    assert set(came) == {200}
    heard = [asked_on_the_page(service, session) for session in SESSIONS[:4]]
    assert all("declaration-commune-2025" in one for one in heard), "a page whose worker is being started waits for it"
    service.wait_workers(3)
    after = service.workers()
    assert len(after) == 2 and before[1] in after and before[0] not in after


@posix
def test_workers_end_when_the_process_that_started_them_is_killed(service: AppProcess) -> None:
    workers, own = service.workers(), own_folder_of(service)
    service.kill()
    deadline = time.monotonic() + 60
    while any(Path(f"/proc/{one}").exists() for one in workers):
        assert time.monotonic() < deadline, "an orphan would hold the port"
        time.sleep(0.2)
    for left in [*service.said.parent.glob("pactes-grand-est-*"), own]:
        shutil.rmtree(left)  # a killed process cleans nothing up: the next start does, once they are a minute old
    service.start()
    service.wait_ready()
    assert ask(service) == 200


@posix
def test_a_port_that_is_taken_is_said_in_a_sentence(service: AppProcess, tmp_path: Path) -> None:
    second = AppProcess(int(service.url.rpartition(":")[2]), tmp_path / "said", {"PACTES_WORKERS": 2})
    code, said = second.ended(60)
    assert code == 1 and "error: cannot listen" in said and "Traceback" not in said
