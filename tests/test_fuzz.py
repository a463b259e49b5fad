"""Whatever is sent, to whichever address: no fault, no traceback, nothing that a browser would run; more of it with FUZZ_EXAMPLES=10000."""

import json
import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, given, strategies
from hypothesis import settings as hypothesis_settings
from processes import PROJECT
from schemathesis.core.result import Ok
from starlette.testclient import TestClient

from assistant.engine import Engine
from assistant.server import application
from assistant.types import Answer, Status
from ingest.settings import settings

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "20"))
PIECES: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "data" / "attacks.yaml").read_text(encoding="utf-8"))
JSON = {"Content-Type": "application/json"}
SECRETS = ["../" * 8 + "etc/passwd", "%2e%2e%2f" * 8 + "etc%2fpasswd", "..%5c..%5cwindows", "%00", "/etc/passwd", "....//" * 6]
relaxed = hypothesis_settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
few = hypothesis_settings(max_examples=max(8, EXAMPLES // 6), deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def client(real_engine: Engine) -> Iterator[TestClient]:
    """The whole application, without its rates: they would refuse most of what is tried here."""
    free = settings().model_copy(update={"rate_per_client": 10**9, "rate_burst": 10**9, "rate_per_address": 10**9})
    with TestClient(application(real_engine, free), raise_server_exceptions=False) as opened:
        yield opened


attacks = strategies.sampled_from([piece for pieces in PIECES.values() for piece in pieces])
plain = strategies.sampled_from(["Qui aide à recruter ?", "friches", "priorité 3, axe 1", "Who helps?", "Wer hilft bei Energie?"])
anything = strategies.text(alphabet=strategies.characters(codec="utf-8"), max_size=120)
questions = strategies.lists(attacks | plain | anything, min_size=1, max_size=4).map(" ".join)


class Live(HTMLParser):
    """What a browser would run: scripts, handlers, addresses that are code, elements that load from elsewhere."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("iframe", "object", "embed", "base", "svg", "img", "style") or (tag == "script" and "src" not in given):
            self.found.append(tag)
        self.found += [name for name in given if name.startswith("on") or name == "srcdoc"]
        for name in ("href", "src", "action", "formaction"):
            address = re.sub(r"\s", "", given.get(name, "")).lower()
            if address.startswith(("javascript:", "data:", "vbscript:", "http:", "https:", "//")):
                self.found.append(f"{tag} {address[:60]}")


def fine(response: Any) -> None:
    """No fault, and no trace of what is inside."""
    assert response.status_code != 500 and response.status_code < 504, response.text[:300]
    assert "Traceback (most recent" not in response.text and str(PROJECT) not in response.text


@given(questions, strategies.lists(questions, max_size=3))
@relaxed
def test_any_question_is_answered(client: TestClient, question: str, history: list[str]) -> None:
    answered = client.post("/api/v1/ask", content=json.dumps({"question": question, "history": history}), headers=JSON)
    fine(answered)
    if answered.status_code == 200:
        answer = Answer.model_validate_json(answered.text)
        assert answer.status is not Status.ERROR and answer.question == question
        assert not re.search(r"(?i)<script|<img|<iframe|javascript:", answer.text)


@given(questions)
@few
def test_no_page_brings_a_question_to_life(client: TestClient, question: str) -> None:
    for response in (
        client.post("/simple", data={"q": question, "question": question}), client.get("/textes", params={"q": question}),
        client.get("/", params={"q": question}), client.get("/aides", params={"commune": question, "secteur": question}),
    ):  # fmt: skip
        fine(response)
        assert Live(response.text).found == []


@given(questions)
@few
def test_a_stream_says_the_same_and_no_more(client: TestClient, question: str) -> None:
    body = {"model": "pactes-grand-est", "stream": True, "messages": [{"role": "user", "content": question}]}
    fine(client.post("/v1/chat/completions", content=json.dumps(body), headers=JSON))
    fine(client.post("/api/v1/ask", content=json.dumps({"question": question}), headers=JSON | {"Accept": "text/event-stream"}))


@pytest.mark.parametrize("path", ["/api/v1/ask", "/v1/chat/completions", "/api/v1/match", "/simple", "/gradio_api/queue/join"])
@pytest.mark.parametrize(
    "body",
    [b"\x00" * 100, b"\xff\xfe", b"[" * 100_000, b'{"a":' * 20_000, b'{"question": "' + b"a" * 1_000_000 + b'"}', b"9" * 50_000, b""],
    ids=["nulls", "no UTF-8", "deep list", "deep object", "1 MB", "a long number", "nothing"],
)
def test_a_body_that_is_no_question_is_refused(client: TestClient, path: str, body: bytes) -> None:
    fine(client.post(path, content=body, headers=JSON))
    fine(client.post(path, content=body, headers={"Content-Type": "application/x-www-form-urlencoded"}))


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "before",
    ["/", "/static/", "/texte/", "/dispositif/", "/assets/", "/api/v1/provisions/", "/api/v1/schemes/", "/gradio_api/file=",
     "/gradio_api/file/", "/gradio_api/proxy=", "/svelte/", "/gradio_api/stream/", "/custom_component/"],
)  # fmt: skip
def test_no_path_leads_out_of_what_is_public(client: TestClient, before: str, secret: str) -> None:
    answered = client.get(before + secret)
    fine(answered)
    assert answered.status_code in (400, 404, 405) and "root:" not in answered.text


def test_nothing_is_fetched_from_elsewhere_and_no_other_session_is_read(client: TestClient) -> None:
    for path in ("/gradio_api/proxy=http://169.254.169.254/", "/gradio_api/file=http://127.0.0.1:1/", "/gradio_api/upload", "/monitoring"):
        assert client.get(path).status_code == 404 and client.post(path, content=b"").status_code in (404, 405)
    assert client.get("/gradio_api/queue/data").status_code in (404, 422)


@pytest.mark.parametrize("base", ["/api/v1", "/v1"])
def test_the_description_holds_for_whatever_it_allows_and_forbids(client: TestClient, base: str) -> None:
    schema = schemathesis.openapi.from_dict(client.get(f"{base}/openapi.json").json())
    tried = []
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @given(operation.as_strategy())
        @few
        def holds(case: Any) -> None:
            sent = case.as_transport_kwargs(base_url=f"http://testserver{base}")
            sent.pop("cookies", None)
            body = json.dumps(sent.pop("json")) if "json" in sent else None
            headers = {**dict(sent["headers"]), **(JSON if body is not None else {})}
            fine(client.request(sent["method"], sent["url"], params=sent.get("params"), content=body, headers=headers))

        holds()
        tried.append(operation.label)
    assert len(tried) >= (8 if base == "/api/v1" else 3)
