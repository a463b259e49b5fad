"""The service under load and behind a proxy: who gets in, what every response carries, what is open and why, what can be turned off."""

import asyncio
import http.client
import json
import shutil
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi import FastAPI
from playwright.sync_api import sync_playwright
from processes import PROJECT, free_port, server
from starlette.requests import HTTPConnection
from starlette.routing import Mount
from starlette.testclient import TestClient

from assistant.api_errors import ErrorBody
from assistant.engine import Engine
from assistant.server import application
from assistant.service.client import Client, client_of
from assistant.service.forwarded import as_seen
from assistant.service.gate import Gate
from assistant.service.headers import POLICY
from assistant.service.refused import RefusedError
from assistant.types import Language
from ingest.settings import Settings, settings
from ingest.wording import load_data

ASKED = "Qui développe la GPECT ?"
HERE = ("127.0.0.1", 50_000)
LANGUAGES: tuple[Language, ...] = ("fr", "en", "de")
ROUTES: dict[str, str] = yaml.safe_load((Path(__file__).parent / "data" / "routes.yaml").read_text(encoding="utf-8"))


def with_settings(**given: object) -> Settings:
    return settings().model_copy(update={"answers_off": Path("nowhere") / "off", **given})


def client(name: str) -> Client:
    return Client(name, "192.0.2.1")


# The gate


class Held:
    """Work that waits until it is let go, and counts how much of it runs at once."""

    def __init__(self) -> None:
        self.go, self.lock, self.now, self.most, self.order = threading.Event(), threading.Lock(), 0, 0, list[str]()

    def work(self, name: str) -> Callable[[], str]:
        def run() -> str:
            with self.lock:
                self.now += 1
                self.most = max(self.most, self.now)
                self.order.append(name)
            assert self.go.wait(10)
            with self.lock:
                self.now -= 1
            return name

        return run


def started(gate: Gate, held: Held, *names: str) -> list[threading.Thread]:
    """Questions asked one after the other, each by a thread that waits for its answer."""
    threads = []
    for at, name in enumerate(names, 1):
        thread = threading.Thread(target=gate.run_now, args=(client(name[0]), held.work(name)))
        thread.start()
        threads.append(thread)
        while len(gate.waiting) + len(gate.running) < at:
            time.sleep(0.001)
    return threads


def test_a_client_is_answered_one_question_at_a_time_and_others_are_not_kept_waiting_by_it() -> None:
    gate, held = Gate(with_settings(answers_at_once=2)), Held()
    threads = started(gate, held, "a1", "a2", "a3", "b1")
    while len(held.order) < 2:
        time.sleep(0.001)
    assert sorted(held.order) == ["a1", "b1"]
    held.go.set()
    for thread in threads:
        thread.join(10)
    assert held.most <= 2 and [name for name in held.order if name[0] == "a"] == ["a1", "a2", "a3"]


def test_the_queue_has_an_end_and_says_when_to_come_back() -> None:
    refused: list[str] = []
    gate, held = Gate(with_settings(answers_at_once=1, queue_length=2, queue_per_client=1), refused=refused.append), Held()
    threads = started(gate, held, "a1", "b1", "a2")
    with pytest.raises(RefusedError) as own:
        gate.run_now(client("a"), held.work("a3"))
    with pytest.raises(RefusedError) as full:
        gate.run_now(client("c"), held.work("c1"))
    assert (own.value.code, own.value.status, full.value.code, full.value.status) == ("one_at_a_time", 429, "full", 503)
    assert own.value.retry > 0 and full.value.retry > 0 and refused == ["one_at_a_time", "full"]
    held.go.set()
    for thread in threads:
        thread.join(10)
    assert gate.run_now(client("c"), lambda: "free again") == "free again"


def test_a_client_that_asks_too_fast_is_told_how_long_to_wait_and_then_heard() -> None:
    now = [0.0]
    gate = Gate(with_settings(rate_per_client=60, rate_burst=3), clock=lambda: now[0])
    for _ in range(3):
        gate.run_now(client("a"), lambda: None)
    with pytest.raises(RefusedError) as refused:
        gate.run_now(client("a"), lambda: None)
    assert (refused.value.code, refused.value.status, refused.value.retry) == ("too_fast", 429, 1)
    gate.run_now(client("b"), lambda: None)
    now[0] += refused.value.retry
    gate.run_now(client("a"), lambda: None)


def test_changing_keys_does_not_lift_the_limit_of_an_address() -> None:
    gate = Gate(with_settings(rate_per_address=10), clock=lambda: 0.0)
    for at in range(10):
        gate.run_now(client(f"key {at}"), lambda: None)
    with pytest.raises(RefusedError, match="too_fast"):
        gate.run_now(client("another key"), lambda: None)


def test_an_answer_has_a_time_limit_and_its_place_is_free_when_the_work_has_ended() -> None:
    gate, held = Gate(with_settings(answers_at_once=1, answer_seconds=1.0)), Held()
    with pytest.raises(RefusedError, match="too_slow"):
        gate.run_now(client("a"), held.work("a1"))
    with pytest.raises(RefusedError, match="too_slow"):
        asyncio.run(gate.run(client("b"), held.work("b1")))
    assert held.now == 1 and len(gate.running) == 1
    held.go.set()
    while gate.running:
        time.sleep(0.001)
    assert asyncio.run(gate.run(client("b"), lambda: "heard")) == "heard" and held.order == ["a1"]


def test_a_failure_reaches_its_asker_and_frees_the_place() -> None:
    gate = Gate(with_settings(answers_at_once=1))
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            gate.run_now(client("a"), lambda: 1 // 0)
    assert not gate.running


@pytest.mark.parametrize("code", ["too_fast", "one_at_a_time", "full", "too_slow", "off"])
def test_a_refusal_is_a_sentence_in_three_languages(code: str) -> None:
    said = {RefusedError(code, retry=3).sentence(language) for language in LANGUAGES}
    assert len(said) == 3 and all("{" not in one and one.endswith(".") for one in said)


def test_every_error_has_its_words_in_three_languages() -> None:
    data = load_data("assistant", "service/errors")
    rows = [row[part] for row in data["errors"].values() for part in ("message", "remedy")] + list(data["faults"].values())
    assert all(set(row) == set(LANGUAGES) and all(row.values()) for row in rows)


# Who asks


def seen(chosen: Settings, peer: str = "10.0.0.1", path: str = "/", **headers: str) -> dict[str, Any]:
    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "client": (peer, 1), "headers": given, "path": path, "scheme": "http", "root_path": ""}
    return dict(as_seen(scope, chosen))


def test_what_a_proxy_says_is_believed_from_a_trusted_one_alone() -> None:
    told = {"x_forwarded_for": "6.6.6.6, 192.0.2.7, 10.0.0.2", "x_forwarded_proto": "https", "x_forwarded_host": "evil.invalid"}
    stranger = seen(with_settings(), **told)
    assert (stranger["client"][0], stranger["scheme"], stranger["headers"]) == ("10.0.0.1", "http", [])
    trusted = seen(with_settings(trusted_proxies="10.0.0.0/8, ::1"), **told)
    assert (trusted["client"][0], trusted["scheme"], trusted["headers"]) == ("192.0.2.7", "https", [])
    assert seen(with_settings(trusted_proxies="10.0.0.1"), x_forwarded_for="nonsense")["client"][0] == "10.0.0.1"


@pytest.mark.parametrize("path", ["/textes", "/pactes/textes"])
def test_a_prefix_holds_whether_the_proxy_takes_it_off_or_leaves_it(path: str) -> None:
    found = seen(with_settings(root_path="/pactes"), path=path)
    assert (found["path"], found["root_path"]) == ("/pactes/textes", "/pactes")


def test_a_client_is_its_key_then_its_session_then_its_address() -> None:
    def named(session: str = "", peer: str = "192.0.2.9", **headers: str) -> Client:
        given = [(name.encode(), value.encode()) for name, value in headers.items()]
        return client_of(HTTPConnection({"type": "http", "client": (peer, 1), "headers": given}), session)

    assert named() == Client("192.0.2.9", "192.0.2.9") and named(authorization="Bearer none") == named()
    assert named(authorization="Bearer k").name == named(session="k").name != named().name
    assert "secret" not in named(authorization="Bearer secret").name
    assert named(peer="2001:db8::1").address == named(peer="2001:db8::2").address


# The application in this process


@pytest.fixture(scope="module")
def app(real_engine: Engine) -> FastAPI:
    return application(real_engine, with_settings(cors_origins="https://portail.example"))


@pytest.fixture(scope="module")
def opened(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False, client=HERE) as opened:
        yield opened


def paths_of(app: Any, before: str = "") -> Iterator[str]:
    """Every route of an application and of those mounted in it."""
    for route in app.routes:
        inner = route.app if isinstance(route, Mount) else None
        while inner is not None and not hasattr(inner, "routes") and hasattr(inner, "app"):
            inner = inner.app
        if inner is not None and hasattr(inner, "routes"):
            yield from paths_of(inner, before + route.path)
        elif hasattr(route, "original_router"):
            yield from paths_of(route.original_router, before)
        else:
            yield before + route.path


def test_every_route_is_public_for_a_reason_or_answers_that_it_does_not_exist(app: FastAPI, opened: TestClient) -> None:
    found = set(paths_of(app))
    assert {"/", "/api/v1/ask", "/healthz"} <= found
    unexplained = []
    for path in sorted(found - ROUTES.keys()):
        address = path.replace("{path:path}", "x").replace("{", "").replace("}", "")
        unexplained += [path for method in ("GET", "POST") if opened.request(method, address).status_code not in (404, 405)]
    assert unexplained == [], "open, and routes.yaml does not say why"
    assert all(ROUTES.values())


@pytest.mark.parametrize("path", ["/", "/textes", "/simple", "/aides", "/nothing", "/static/style.css", "/config", "/api/v1/documents"])
def test_every_response_has_its_policy_and_its_id(opened: TestClient, path: str) -> None:
    headers = opened.get(path, headers={"Accept": "text/html"}).headers
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy and "unsafe-inline" not in policy and ("unsafe-eval" in policy) == (path == "/")
    assert policy.startswith(POLICY) or path.startswith("/api")
    assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "DENY" and len(headers["x-request-id"]) >= 8
    assert "server" not in headers


def test_a_request_id_is_kept_when_it_is_one(opened: TestClient) -> None:
    for given, kept in (("abc-12345", True), ("short", False), ("a\tb" * 9, False), ("x" * 80, False)):
        assert (opened.get("/healthz", headers={"X-Request-ID": given}).headers["x-request-id"] == given) == kept


def test_another_site_may_call_the_api_only_where_a_setting_names_it(opened: TestClient, real_engine: Engine) -> None:
    here, asks = {"Origin": "https://portail.example"}, {"Access-Control-Request-Method": "POST"}
    assert opened.options("/api/v1/ask", headers=here | asks).headers["access-control-allow-origin"] == "https://portail.example"
    for origin in ("https://evil.example", "null"):
        assert "access-control-allow-origin" not in opened.get("/api/v1/documents", headers={"Origin": origin}).headers
    assert "access-control-allow-origin" not in opened.get("/textes", headers=here).headers
    with TestClient(application(real_engine, with_settings())) as closed:
        assert "access-control-allow-origin" not in closed.get("/api/v1/documents", headers=here).headers


def test_a_page_that_does_not_exist_says_so_in_the_readers_language(opened: TestClient) -> None:
    for language, word in (("fr", "n'existe pas"), ("en", "does not exist"), ("de", "gibt es nicht")):
        found = opened.get("/nothing", headers={"Accept": "text/html", "Accept-Language": language})
        assert found.status_code == 404 and word in found.text.replace("&#39;", "'") and "<h1>" in found.text


def test_the_counters_say_how_answers_ended_and_hold_no_word_of_a_question(opened: TestClient) -> None:
    opened.post("/api/v1/ask", json={"question": "Zanzibarbouille et la GPECT ?"})
    found = opened.get("/metrics").text
    step = 'pactes_step_seconds_bucket{le="0.001",step="retrieve"}'
    for name in ("pactes_answers_total{", step, "pactes_queue_waiting", "pactes_requests_total{"):
        assert name in found
    assert 'route="/api/v1/ask"' in found and "Zanzibar" not in found
    with TestClient(opened.app, client=("192.0.2.1", 1)) as stranger:
        assert stranger.get("/metrics").status_code == 404


def test_the_switch_turns_answers_off_and_leaves_the_texts_readable(real_engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "off.txt"
    with TestClient(application(real_engine, with_settings(answers_off=file)), client=HERE) as opened:
        assert opened.post("/api/v1/ask", json={"question": ASKED}).status_code == 200
        file.write_text("Maintenance jusqu'à 18 h.", encoding="utf-8")
        refused = opened.post("/api/v1/ask", json={"question": ASKED})
        assert refused.status_code == 503 and int(refused.headers["retry-after"]) > 0
        assert ErrorBody.model_validate_json(refused.text).error.message == "Maintenance jusqu'à 18 h."
        for path in ("/textes", "/texte/declaration-commune-2025", "/api/v1/search?q=friches", "/api/v1/documents", "/healthz"):
            assert opened.get(path).status_code == 200
        file.unlink()
        assert opened.post("/api/v1/ask", json={"question": ASKED}).status_code == 200


def test_the_setting_turns_answers_off_in_the_askers_language(real_engine: Engine) -> None:
    with TestClient(application(real_engine, with_settings(answering=False))) as opened:
        chat = {"model": "pactes-grand-est", "messages": [{"role": "user", "content": ASKED}], "stream": True}
        for language, word in (("fr", "interrompues"), ("de", "abgeschaltet"), ("en", "switched off")):
            refused = opened.post("/v1/chat/completions", json=chat, headers={"Accept-Language": language})
            assert refused.status_code == 503 and word in refused.json()["error"]["message"]


def test_too_many_questions_get_429_with_a_time_to_wait(real_engine: Engine) -> None:
    with TestClient(application(real_engine, with_settings(rate_per_client=1, rate_burst=2))) as opened:
        answered = [opened.get("/api/v1/search?q=friches", headers={"X-API-Key": "k"}) for _ in range(3)]
        assert [one.status_code for one in answered] == [200, 200, 429] and int(answered[-1].headers["retry-after"]) > 0
        assert opened.get("/api/v1/search?q=friches", headers={"X-API-Key": "other"}).status_code == 200


# A real server behind a real proxy, under a prefix


@contextmanager
def proxy(to: str, takes_off: bool) -> Iterator[str]:
    """A small reverse proxy that serves the server at `to` under /pactes, and nothing beside it."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *words: Any) -> None: ...

        def do_GET(self) -> None:
            if not self.path.startswith("/pactes/"):
                self.send_error(404)
                return
            up = http.client.HTTPConnection(to, timeout=60)
            path = self.path.removeprefix("/pactes") if takes_off else self.path
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            up.request(self.command, path, body, {**dict(self.headers), "X-Forwarded-For": "192.0.2.50", "X-Forwarded-Proto": "http"})
            answered = up.getresponse()
            self.send_response(answered.status)
            for name, value in answered.getheaders():
                if name.lower() not in ("transfer-encoding", "connection"):
                    self.send_header(name, value)
            self.send_header("Connection", "close")
            self.end_headers()
            while piece := answered.read1(65_536):
                self.wfile.write(piece)
                self.wfile.flush()

        do_POST = do_GET  # noqa: N815 - likewise

    port = free_port()
    serving = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{port}/pactes"
    serving.shutdown()


@pytest.fixture(scope="module")
def behind(real_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    contacts = tmp_path_factory.mktemp("behind") / "contacts"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PACTES_ROOT_PATH", "/pactes")
        patch.setenv("PACTES_TRUSTED_PROXIES", "127.0.0.1")
        with server("--index", settings().index.absolute(), contacts=contacts) as found:
            yield found.removeprefix("http://")
    assert "Traceback" not in contacts.with_suffix(".server").read_text(encoding="utf-8")


@pytest.mark.parametrize("takes_off", [True, False], ids=["the proxy takes the prefix off", "the proxy leaves the prefix"])
def test_pages_links_and_the_api_work_under_a_prefix(behind: str, takes_off: bool) -> None:
    with proxy(behind, takes_off) as address:
        page = urllib.request.urlopen(f"{address}/textes").read().decode()
        assert 'href="/pactes/texte/declaration-commune-2025' in page and 'href="/texte' not in page
        assert urllib.request.urlopen(f"{address}/static/style.css").status == 200
        sent = json.dumps({"question": ASKED}).encode()
        asked = urllib.request.Request(f"{address}/api/v1/ask", sent, {"Content-Type": "application/json"})
        assert json.load(urllib.request.urlopen(asked))["citations"]
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"{address}/metrics")


def test_the_chat_page_answers_under_a_prefix_and_its_policy_stops_nothing_of_it(behind: str) -> None:
    executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with proxy(behind, takes_off=True) as address, sync_playwright() as started:
        browser = started.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        page, said = browser.new_page(locale="fr-FR"), list[str]()
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.goto(f"{address}/")
        page.locator("textarea").first.fill(ASKED)
        page.wait_for_timeout(1500)
        page.locator("textarea").first.press("Enter")
        page.locator("a[href^='/pactes/texte/declaration-commune-2025']").first.wait_for(timeout=30_000)
        browser.close()
    assert said == []


def test_no_page_of_ours_has_an_inline_script_or_style() -> None:
    for page in (PROJECT / "assistant" / "data" / "pages").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<style" not in text and " style=" not in text and "<script>" not in text and " onclick=" not in text, page.name
