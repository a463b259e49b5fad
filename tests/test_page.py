"""The chat page without a browser: what it shows of an answer, which handlers it has, which doors stay shut."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from starlette.requests import HTTPConnection

from assistant.chat_page.asking import TURNS, Asked, Told
from assistant.chat_page.marking import marked
from assistant.chat_page.turn import Place, body_of, sentence_of, shown
from assistant.engine import Engine
from assistant.server import application
from assistant.types import Answer, Question, Status

PUBLIC = {
    "ask": "answers a question: it takes the question, the earlier ones and the language of the page, and nothing else",
    "stop": "ends the answer of the page's own session; it takes nothing",
}
"""Every handler that the page exposes, with why it is public."""
SHUT = [
    "/openapi.json", "/gradio_api/openapi.json", "/gradio_api/file=/etc/passwd", "/file=/etc/passwd", "/gradio_api/file/etc/passwd",
    "/gradio_api/proxy=http://elsewhere.invalid/", "/gradio_api/runs", "/gradio_api/deep_link", "/monitoring", "/manifest.json",
    "/login_check",
    "/gradio_api/upload_progress", "/gradio_api/stream/a/b/c/playlist.m3u8", "/svelte/x.js", "/assets/../index.html", "/nothing/here",
]  # fmt: skip
SHUT_TO_POSTS = [
    "/gradio_api/upload", "/gradio_api/run/ask", "/gradio_api/call/ask", "/gradio_api/api/ask", "/gradio_api/component_server",
    "/gradio_api/process_recording", "/gradio_api/vibe-edit", "/login", "/",
]  # fmt: skip


@pytest.fixture(scope="module")
def app(real_engine: Engine) -> FastAPI:
    return application(real_engine)


@pytest.fixture(scope="module")
def client(app: FastAPI) -> TestClient:
    return TestClient(app)


@pytest.fixture
def turn(real_engine: Engine) -> Callable[[str], str]:
    """The answer to a question as the French page shows it."""
    return lambda question: shown(real_engine.answer(Question(question=question)), real_engine, Place("fr"), [question])


def test_every_handler_is_known_and_private_to_the_page(client: TestClient) -> None:
    config = client.get("/config").json()
    assert {target[1] for one in config["dependencies"] for target in one["targets"]} == set(PUBLIC)
    assert all(one["api_visibility"] == "private" and not one["inputs"] for one in config["dependencies"])
    assert client.get("/gradio_api/info").json() == {"named_endpoints": {}, "unnamed_endpoints": {}}


def test_a_handler_takes_no_path_no_address_and_no_session() -> None:
    assert set(Asked.model_fields) == {"question", "history", "language", "chosen"}
    for more in ({"session": "x"}, {"path": "/etc/passwd"}, {"url": "http://elsewhere.invalid"}, {"history": ["x"] * (TURNS + 1)}):
        with pytest.raises(ValidationError):
            Asked.model_validate({"question": "Qui ?", **more})


@pytest.mark.parametrize("path", SHUT)
def test_what_the_page_does_not_need_is_shut(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", SHUT_TO_POSTS)
def test_nothing_can_be_sent_but_questions(client: TestClient, path: str) -> None:
    assert client.post(path, json={}).status_code in (404, 405)


def test_a_body_too_large_never_reaches_the_queue(client: TestClient) -> None:
    sent = client.post("/gradio_api/queue/join", content=b"x" * 300_000, headers={"Content-Type": "application/json"})
    assert sent.status_code == 413


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "assistant automatique"), ("en", "automatic assistant"), ("de", "automatischer Assistent")]
)
def test_the_first_page_says_what_it_is_in_each_language_before_any_script(client: TestClient, language: str, said: str) -> None:
    found = client.get("/", params={"lang": language, "q": "<b>Qui</b> ?"})
    assert said in found.text and f'lang="{language}"' in found.text
    assert "&lt;b&gt;Qui&lt;/b&gt; ?</textarea>" in found.text
    assert "<script>" not in found.text and "style=" not in found.text


def test_a_source_has_label_quotation_date_force_link_and_a_copy_ready_for_a_report(turn: Callable[[str], str]) -> None:
    html = turn("Quel est le premier engagement des intercommunalités dans la déclaration commune ?")
    assert "Déclaration commune 2025 · engagements des intercommunalités, 1" in html
    assert "Date du texte : 17 juillet 2025" in html and "en vigueur" in html
    assert 'href="/texte/declaration-commune-2025#intercommunalites/1"' in html
    assert "<mark>" in html and "Copier la citation" in html and "data-copy=" in html


def test_links_keep_the_chosen_language_and_the_prefix_of_a_proxy(real_engine: Engine) -> None:
    answer = real_engine.answer(Question(question="Wer hilft Unternehmen bei der Digitalisierung?"))
    html = shown(answer, real_engine, Place("de", "de", "/pactes"))
    assert 'href="/pactes/texte/' in html and "?lang=de#" in html and "Quellen" in html
    assert 'blockquote lang="fr"' in html


def test_what_is_missing_is_said_once_and_apart(turn: Callable[[str], str]) -> None:
    html = turn("C'est combien au maximum pour le parcours de transformation ?")
    assert 'data-status="partial"' in html and "Réponse partielle" in html
    assert html.split('data-text="')[1].split('">', 1)[1].count("Les textes ne donnent pas de montant") == 1


def test_a_refusal_looks_different_and_says_what_is_covered(turn: Callable[[str], str]) -> None:
    html = turn("Quelle est la recette de la quiche ?")
    assert 'class="answer refused"' in html and "Hors de mon champ" in html
    assert html.count('href="/texte/') == 5


def test_an_answer_on_aids_leads_to_the_questionnaire(turn: Callable[[str], str]) -> None:
    html = turn("6 salariés à Pont-à-Mousson : qui m'aide à recruter ?")
    assert 'href="/aides?commune=Pont-%C3%A0-Mousson+%2854%29&amp;headcount=6&amp;' in html and "needs=hire" in html


def test_a_press_note_is_said_to_be_one_and_stands_without_quotation_marks(turn: Callable[[str], str]) -> None:
    html = turn("Que dit la note d'après la presse sur les Territoires d'industrie du Grand Est en 2019 ?")
    assert "territoires-industrie-grand-est-2019" in html
    quotation = html.split("note d&#39;après la presse, avec nos mots")[1].split("</blockquote>")[0]
    assert "«" not in quotation.split("<blockquote")[1][:15]


def test_a_tag_in_an_answer_stays_text(real_engine: Engine) -> None:
    text = "<script>alert(1)</script> ![x](http://elsewhere.invalid) [y](http://elsewhere.invalid) <img src=x>"
    html = shown(Answer(question="?", language="fr", status=Status.ANSWERED, text=text), real_engine, Place("fr"))
    assert "<script" not in html and "<img" not in html and 'href="http' not in html


def test_an_outage_of_the_page_is_an_error_and_never_a_refusal(app: FastAPI, real_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Engine, question: Question) -> object:
        raise RuntimeError("secret")

    monkeypatch.setattr(Engine, "stream", broken)
    asker = HTTPConnection({"type": "http", "headers": [], "client": ("127.0.0.1", 1)})
    *_, last = Told(real_engine, app.state.service.gate, asker, "a").parts(Asked(question="Qui ?"))
    assert 'data-status="error"' in last and "ce n&#39;est pas un refus" in last and "secret" not in last


@given(st.text(), st.text(), st.text())
def test_marked_pieces_put_together_are_the_quotation(quote: str, question: str, sentence: str) -> None:
    assert "".join(words for words, _ in marked(quote, question, sentence)) == quote


@pytest.mark.parametrize(
    ("quote", "question", "sentence", "expected"),
    [
        ("Développent la gestion des emplois (GPECT)", "Qui développe la GPECT ?", "", ["Développent", "GPECT"]),
        ("pour moins de 10 salariés", "6 salariés : quelle aide ?", "", ["10 salariés"]),
        (
            "Le diagnostic de maturité est financé à 100 % par la collectivité",
            "Wer zahlt?",
            "Das Diagnostic wird zu 100 % bezahlt",
            ["diagnostic", "100"],
        ),
        ("La Région soutient les friches", "?", "La Région soutient les friches", []),
    ],
    ids=["question", "figure before a word", "sentence", "a sentence that is the quotation marks nothing"],
)
def test_the_decisive_words_are_those_of_the_question_else_of_the_sentence(
    quote: str, question: str, sentence: str, expected: list[str]
) -> None:
    assert [words for words, is_marked in marked(quote, question, sentence) if is_marked] == expected


def test_the_sentence_of_a_marker_is_the_one_it_closes() -> None:
    assert sentence_of("Un. Deux fois. [1] Trois. [2] [3]", 1) == "Deux fois."
    assert sentence_of("Un. Deux fois. [1] Trois. [2] [3]", 3) == "Trois."
    assert sentence_of("Rien.", 1) == ""


def test_the_page_drops_only_quotations_that_a_source_shows_whole(real_engine: Engine) -> None:
    answer = real_engine.answer(Question(question="Qui développe la GPECT, la Région ou les intercommunalités ?"))
    assert "> «" in answer.text and "> «" not in body_of(answer)
    other = answer.model_copy(update={"text": "Texte. [1]\n\n> « Autre chose »\n\n- a « rien de tel » [1]"})
    assert body_of(other) == other.text
    item = answer.model_copy(update={"text": f"- a « {answer.citations[0].quote_plain} » [1] [2]\n- b « rien de tel » [3]"})
    assert body_of(item) == "- a [1] [2]\n- b « rien de tel » [3]"
