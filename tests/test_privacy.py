"""Nothing asked stays behind: the masks, the days that a question is kept, and every file and log of a real server."""

import datetime as dt
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import given, strategies
from hypothesis import settings as hypothesis_settings
from processes import server
from typer.testing import CliRunner

from assistant.cli import app
from assistant.engine import Engine
from assistant.service.kept import Kept
from assistant.service.masking import masked
from assistant.service.service import open_service
from assistant.types import Answer, Question, Status
from ingest.settings import settings

TABLE: list[dict[str, str]] = yaml.safe_load((Path(__file__).parent / "data" / "masking.yaml").read_text(encoding="utf-8"))
PLANTED = "Zanzibarbouille"
ASKED = f"Qui aide l'imprimerie {PLANTED} à recruter ?"
PROC = Path("/proc")
JSON = {"Content-Type": "application/json"}


# Masks


@pytest.mark.parametrize("row", TABLE, ids=[row["text"] for row in TABLE])
def test_personal_numbers_go_and_figures_stay(row: dict[str, str]) -> None:
    assert masked(row["text"]) == row.get("kept", row["text"])


@given(strategies.text(alphabet="0123456789 +.-/()@abAFR€\n", max_size=80))
@hypothesis_settings(max_examples=200, deadline=None)
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = masked(text)
    assert masked(once) == once


@given(
    strategies.from_regex(r"\A0[1-79]( [0-9]{2}){4}\Z"),
    strategies.sampled_from(["", "Tel. ", "n°"]),
    strategies.sampled_from(["", ".", " !"]),
)
@hypothesis_settings(max_examples=100, deadline=None)
def test_no_french_number_slips_through(number: str, before: str, after: str) -> None:
    assert number not in masked(f"{before}{number}{after}")


def test_a_mask_reads_a_long_text_in_no_time() -> None:
    begun = dt.datetime.now(dt.UTC)
    for sign in ("0", "a@", "+33 ", "FR76 ", "1 85 ", "(0", "4970 "):
        masked(sign * (20_000 // len(sign)))
    assert dt.datetime.now(dt.UTC) - begun < dt.timedelta(seconds=5)


# Questions that are kept


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "kept" / "questions.jsonl", days=30)


def answer(question: str) -> Answer:
    return Answer(question=question, language="fr", status=Status.ANSWERED, text="")


def questions(kept: Kept) -> list[str]:
    return [json.loads(line)["question"] for line in kept.path.read_text(encoding="utf-8").splitlines()]


def test_a_kept_question_is_masked_and_its_file_is_the_owners_alone(kept: Kept) -> None:
    kept.keep(answer("Je suis au 03 83 12 34 56\nou a@b.fr"))
    assert questions(kept) == ["Je suis au [téléphone]\nou [adresse électronique]"]
    assert kept.path.stat().st_mode & 0o077 == 0
    assert set(json.loads(kept.path.read_text(encoding="utf-8"))) == {"day", "language", "status", "reason", "question"}


def test_what_is_too_old_is_purged_and_what_cannot_be_read_too(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in ("2026-01-01", "2026-02-01", "2026-02-15"):
        monkeypatch.setenv("PACTES_TODAY", day)
        kept.keep(answer(f"question du {day}"))
    with kept.path.open("a", encoding="utf-8") as out:
        out.write("not a line of ours\n")
    monkeypatch.setenv("PACTES_TODAY", "2026-03-03")
    assert kept.purge() == 2 and questions(kept) == ["question du 2026-02-01", "question du 2026-02-15"]
    monkeypatch.setenv("PACTES_TODAY", "2026-03-04")
    assert kept.purge() == 1 and kept.purge() == 0
    assert kept.purge(everything=True) == 1 and questions(kept) == []
    assert kept.path.stat().st_mode & 0o077 == 0


def test_the_command_purges_what_the_settings_name(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACTES_TODAY", "2026-01-01")
    kept.keep(answer("ancienne"))
    monkeypatch.delenv("PACTES_TODAY")
    monkeypatch.setenv("PACTES_QUESTION_LOG", str(kept.path))
    settings.cache_clear()
    try:
        assert "1 kept questions dropped" in CliRunner().invoke(app, ["purge"]).output
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert questions(kept) == []
    assert "No questions are kept" in CliRunner().invoke(app, ["purge"]).output


def test_no_more_than_thirty_days_can_be_asked_for() -> None:
    with pytest.raises(ValueError, match="30"):
        type(settings())(question_log_days=31)


def test_a_full_disk_costs_the_line_and_not_the_answer(real_engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    Kept(Path("/dev/full/questions"), 30).keep(real_engine.answer(Question(question="friches")))
    assert "could not be kept" in caplog.text and "friches" not in caplog.text


# A real server, and everything it wrote


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("private")


@pytest.fixture(scope="module")
def address(real_engine: Engine, place: Path) -> Iterator[str]:
    """A server whose folders are all in one place, so that whatever it writes is found; the log says as much as it can."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("TMPDIR", "HOME", "XDG_STATE_HOME", "GRADIO_TEMP_DIR"):
            (place / name).mkdir()
            patch.setenv(name, str(place / name))
        patch.setenv("PACTES_LOG_LEVEL", "debug")
        patch.setenv("PACTES_CACHE", str(settings().cache))
        patch.setenv("PYTHONDONTWRITEBYTECODE", "1")
        with server("--index", settings().index.absolute(), contacts=place / "contacts") as found:
            yield found


def post(address: str, body: object, **headers: str) -> str:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(address, data, {**JSON, **headers})
    return str(urllib.request.urlopen(request, timeout=60).read().decode())


def ask_the_chat(address: str, question: str) -> str:
    """A question as Gradio's frontend sends it, and the events that come back."""
    config = json.load(urllib.request.urlopen(f"{address}/config"))
    asking = next(one for one in config["dependencies"] if any(target[1] == "ask" for target in one["targets"]))
    sent = {"data": [], "fn_index": asking["id"], "session_hash": "privatetest", "event_data": {"question": question}}
    post(f"{address}/gradio_api/queue/join", sent)
    return str(urllib.request.urlopen(f"{address}/gradio_api/queue/data?session_hash=privatetest", timeout=60).read().decode())


def ask_wrongly(address: str) -> None:
    """The sentence where no door expects it: what fails must not write it down either."""
    for path, body in (
        ("/api/v1/ask", {"question": [ASKED]}), ("/api/v1/match", {"commune": ASKED}), ("/v1/chat/completions", {"model": ASKED}),
        ("/gradio_api/queue/join", {"data": [ASKED], "fn_index": 0, "session_hash": "wrongly", "event_data": ASKED}),
        ("/gradio_api/queue/join", {"data": ASKED, "fn_index": ASKED}), (f"/{urllib.parse.quote(ASKED)}", {}),
    ):  # fmt: skip
        with suppress(urllib.error.HTTPError):
            post(address + path, body)
    urllib.request.urlopen(f"{address}/gradio_api/queue/data?session_hash=wrongly", timeout=60).read()
    urllib.request.urlopen(f"{address}/api/v1/search?q={urllib.parse.quote(ASKED)}").read()


def written_under(*folders: Path) -> Iterator[tuple[Path, bytes]]:
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                yield path, path.read_bytes()


def held_open(port: str) -> set[Path]:
    """The files that the server on a port holds open, where the system tells."""
    for line in PROC.glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if f"--port\0{port}\0" in line.read_text():
                return {handle.readlink() for handle in (line.parent / "fd").iterdir()}
    return set()


def test_a_planted_sentence_is_in_no_file_and_no_log_whatever_the_door(address: str, place: Path) -> None:
    question = {"question": ASKED, "history": [ASKED]}
    assert PLANTED in post(f"{address}/api/v1/ask", question)
    assert PLANTED in post(f"{address}/api/v1/ask", question, Accept="text/event-stream")
    chat = {"model": "pactes-grand-est", "messages": [{"role": "user", "content": ASKED}]}
    assert "content" in post(f"{address}/v1/chat/completions", chat)
    assert "content" in post(f"{address}/v1/chat/completions", chat | {"stream": True})
    form = urllib.parse.urlencode({"q": ASKED, "question": ASKED}).encode()
    assert "<h1" in post(f"{address}/simple", form, **{"Content-Type": "application/x-www-form-urlencoded"})
    assert "process_completed" in ask_the_chat(address, ASKED)
    ask_wrongly(address)
    metrics = urllib.request.urlopen(f"{address}/metrics").read().decode()
    assert PLANTED not in metrics and 'pactes_answers_total{engine="offline"' in metrics
    opened = held_open(str(urllib.parse.urlsplit(address).port))
    assert not PROC.exists() or any(place in path.parents for path in opened), "the log of the server is among the files it holds"
    found = [path for path, data in written_under(place, settings().index) if PLANTED.encode() in data]
    found += [path for path in opened if path.is_file() and PLANTED.encode() in path.read_bytes()]
    assert found == []


def test_every_line_of_the_log_is_an_object_with_its_request(address: str, place: Path) -> None:
    ask_wrongly(address)
    lines = (place / "contacts.server").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines if not line.startswith("http://")]
    assert len(lines) - len(rows) <= 1
    served = [row for row in rows if row["message"] == "served"]
    assert served and all(re.fullmatch(r"[\w.-]{8,64}", row["request_id"]) for row in served)
    answered = [row for row in rows if row["message"] == "answered"]
    ids = {row["request_id"] for row in served}
    assert all(row.get("request_id") in ids for row in answered if "request_id" in row)


def test_a_question_is_kept_masked_when_a_setting_says_so(tmp_path: Path, real_engine: Engine) -> None:
    service = open_service(settings().model_copy(update={"question_log": str(tmp_path / "asked.jsonl")}))
    service.watched(real_engine).answer(Question(question=f"{ASKED} Je suis au 06 12 34 56 78."))
    assert service.kept is not None and questions(service.kept) == [f"{ASKED} Je suis au [téléphone]."]
    assert open_service(settings()).kept is None
