"""The rooms of the texts, the schemes, the plain page and the pages about the service: what a reader finds, with and without a browser."""

import html
import json
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright
from processes import free_port
from starlette.testclient import TestClient

from assistant.api_routes import search
from assistant.engine import Engine
from assistant.server import application
from assistant.types import Answer, Citation, Language, Status
from assistant.web import about_figures, feedback
from assistant.web.about_figures import SHIPPED, percent, shipped
from assistant.web.markdown import html_of
from assistant.web.simple_form import kept
from assistant.web.texts_marking import marked, stems_of
from evals.readme import newest_run, ship_figures
from ingest.settings import Settings, settings

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
LANGUAGES: tuple[Language, ...] = ("fr", "en", "de")
DECLARATION = "declaration-commune-2025"
ENDED = "evaluation-poce-coeur-de-lorraine"
PRESS = "territoires-industrie-grand-est-2019"
ASKED = "Quel est le premier engagement des intercommunalités dans la déclaration commune ?"
CITED = f"{DECLARATION}/intercommunalites/1"
PAGES = [
    "/textes", "/textes?q=friches", "/texte/poce-val-de-lorraine?q=formation", f"/texte/{ENDED}", f"/texte/{PRESS}", "/texte/inconnu",
    "/dispositifs?group=funding", "/dispositif/sarrevie", "/dispositif/circuits-de-proximite-coeur-de-lorraine", "/simple", "/a-propos",
    "/accessibilite",
]  # fmt: skip
CITATION = Citation(
    marker=1, provision_id=CITED, document_id=DECLARATION, label="Déclaration <commune>", path=[], quote="q", quote_plain="q", start=0,
    end=1, date=None, in_force="yes",
)  # fmt: skip


class Reading(HTMLParser):
    """What a page says: its language, headings, ids, links and words, tag by tag."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.words = ""
        self.language = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one element."""
        found = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found["href"]] if tag == "a" else []
        self.headings += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []
        self.language = found.get("lang", "") if tag == "html" else self.language

    def handle_data(self, data: str) -> None:
        """Note some words."""
        self.words += data


@pytest.fixture(scope="module")
def kept_verdicts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that the application writes verdicts to."""
    return tmp_path_factory.mktemp("feedback") / "verdicts.jsonl"


@pytest.fixture(scope="module")
def chosen(kept_verdicts: Path) -> Settings:
    """Settings of a service that keeps verdicts and has somebody to write to."""
    return settings().model_copy(update={"feedback": str(kept_verdicts), "contact": "contact@exemple.fr"})


@pytest.fixture(scope="module")
def client(real_engine: Engine, chosen: Settings) -> Iterator[TestClient]:
    """The whole application, without a browser."""
    with TestClient(application(real_engine, chosen), headers={"accept": "text/html"}) as opened:
        yield opened


def read(client: TestClient, path: str, status: int = 200) -> Reading:
    """A page that must come with that status."""
    answer = client.get(path)
    assert answer.status_code == status, path
    return Reading(answer.text)


def say_it(client: TestClient, question: str, *turns: str) -> str:
    """The plain page's answer."""
    answer = client.post("/simple", data={"question": question, "turn": list(turns)})
    assert answer.status_code == 200
    return answer.text


def test_every_provision_stands_once_in_its_page_letter_for_letter(client: TestClient, real_engine: Engine) -> None:
    for document_id in real_engine.index.documents:
        page = read(client, f"/texte/{document_id}")
        for provision in real_engine.index.provisions.values():
            if provision.document_id == document_id:
                assert page.ids.count(provision.id.split("/", 1)[1]) == 1
                assert provision.quote_plain in page.words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_its_language_one_title_and_headings_in_order(client: TestClient, language: Language) -> None:
    for path in [*PAGES, f"/texte/{DECLARATION}"]:
        page = read(client, path + ("&" if "?" in path else "?") + f"lang={language}", 404 if "inconnu" in path else 200)
        assert page.language == language and page.headings[0] == 1 and page.headings.count(1) == 1
        assert all(after <= before + 1 for before, after in zip(page.headings, page.headings[1:], strict=False)), (path, page.headings)
        assert len(page.ids) == len(set(page.ids))


def test_no_page_has_a_script_or_a_style_of_its_own(client: TestClient) -> None:
    for path in PAGES:
        told = client.get(path).text
        assert "<script" not in told and "<style" not in told and " style=" not in told and " onclick=" not in told


def test_every_link_inside_the_rooms_leads_somewhere(client: TestClient, real_engine: Engine) -> None:
    known = {f"/texte/{name}" for name in real_engine.index.documents} | {f"/dispositif/{s.id}" for s in real_engine.index.schemes}
    for path in ["/dispositifs?ended=1", *(path for path in PAGES if "inconnu" not in path)]:
        for link in read(client, path).links:
            target = urlsplit(link)
            if target.path.startswith(("/texte/", "/dispositif/")):
                assert target.path in known
                wanted = target.path.removeprefix("/texte/") + "/" + unquote(target.fragment)
                assert not target.fragment or wanted in real_engine.index.provisions


def test_the_search_finds_what_the_api_finds_and_marks_the_words(client: TestClient, real_engine: Engine) -> None:
    told = client.get("/textes", params={"q": "reconversion des friches", "lang": "en"}).text
    found = [hit.provision.id for hit in search(real_engine, "reconversion des friches", k=20).results]
    shown = re.findall(r'class="source"><a href="/texte/([^"#?]+)[^"#]*#([^"]+)"', told)
    assert [f"{document}/{rest}" for document, rest in shown] == found
    assert "<mark>friches</mark>" in told and '<blockquote lang="fr">' in told


def test_the_search_can_be_kept_to_one_document(client: TestClient) -> None:
    shown = read(client, f"/textes?q=formation&document={ENDED}").links
    assert {urlsplit(link).path for link in shown if "#" in link and "main" not in link} == {f"/texte/{ENDED}"}


@pytest.mark.parametrize("words", ["?!", "x" * 3000], ids=["no word", "too long"])
def test_a_search_that_cannot_be_made_is_told_beside_its_field(client: TestClient, words: str) -> None:
    told = client.get("/textes", params={"q": words}).text
    assert 'aria-invalid="true"' in told and 'aria-describedby="q-help q-error"' in told and 'id="q-error"' in told


def test_a_pact_that_has_ended_and_a_press_note_say_so(client: TestClient) -> None:
    assert "Ce pacte est terminé depuis le 31 décembre 2021" in read(client, f"/texte/{ENDED}").words
    press = client.get(f"/texte/{PRESS}?q=Mulhouse&lang=en").text
    assert "it is not a quotation" in press and "<blockquote" not in press


def test_our_notes_are_folded_in_the_language_of_the_page_and_said_to_be_ours(client: TestClient, real_engine: Engine) -> None:
    note = real_engine.index.notes[CITED]
    for language in LANGUAGES:
        page = client.get(f"/texte/{DECLARATION}?lang={language}").text
        assert html.escape(getattr(note, language), quote=False) in page.replace("&#39;", "'").replace("&#34;", '"')
    assert "<details open" not in page and "gehört nicht zum Text" in page


@pytest.mark.parametrize(
    ("path", "said"), [("/texte/zz", "Ce document n’existe pas ici"), ("/dispositif/zz", "Cette fiche n’existe pas ici")]
)
def test_what_is_not_here_is_said_with_ways_on(client: TestClient, path: str, said: str) -> None:
    page = read(client, path, 404)
    assert said in page.words and {"/textes", "/dispositifs", "/"} <= set(page.links)


def test_what_has_ended_is_listed_on_demand_alone(client: TestClient, real_engine: Engine) -> None:
    ended = {f"/dispositif/{one.id}" for one in real_engine.index.schemes if one.ended}
    assert ended and not ended & set(read(client, "/dispositifs").links)
    assert ended <= set(read(client, "/dispositifs?ended=1").links)


def test_each_scheme_shows_every_condition_with_its_passage_and_promises_nothing(client: TestClient, real_engine: Engine) -> None:
    for entry in real_engine.catalogue.entries:
        page = read(client, f"/dispositif/{entry.scheme.id}?lang=en")
        for condition in entry.conditions:
            assert condition.asked.en in page.words
            assert real_engine.index.provisions[condition.provision].quote_plain in page.words
        assert "neither a decision nor a promise" in page.words


def test_pages_work_below_the_prefix_of_a_proxy(real_engine: Engine, chosen: Settings) -> None:
    with TestClient(application(real_engine, chosen), root_path="/pactes") as below:
        links = read(below, "/pactes/dispositif/sarrevie").links
    assert links and all(link.startswith(("/pactes", "#")) for link in links)


def test_a_plain_answer_cites_its_passage_and_leads_to_it(client: TestClient, real_engine: Engine) -> None:
    told = say_it(client, ASKED)
    page = Reading(told)
    document, rest = CITED.split("/", 1)
    assert "#source-1" in page.links and "source-1" in page.ids and f"/texte/{document}#{rest}" in page.links
    assert real_engine.index.provisions[CITED].quote_plain in page.words and "en vigueur" in page.words
    assert f'<input type="hidden" name="turn" value="{ASKED}">' in told


def test_a_follow_up_is_understood_from_the_turns_that_the_form_carries(client: TestClient) -> None:
    alone, following = say_it(client, "et le deuxième ?"), say_it(client, "et le deuxième ?", ASKED)
    assert f"#{CITED.split('/', 1)[1][:-1]}2" in following and alone != following


@pytest.mark.parametrize("typed", ["", " \r\n ", "?", "x" * 2001], ids=["empty", "blank", "no word", "too long"])
def test_a_question_that_cannot_be_read_is_an_error_of_its_field(client: TestClient, typed: str) -> None:
    answer = client.post("/simple", data={"question": typed})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text and 'aria-describedby="question-help question-error"' in answer.text
    assert Reading(answer.text).words.strip().startswith("Erreur")


def test_a_body_beyond_the_limit_is_refused_politely(client: TestClient) -> None:
    answer = client.post("/simple", data={"question": "x" * 70_000})
    assert answer.status_code == 422 and 'id="question-error"' in answer.text


def test_what_is_typed_or_carried_stays_text(client: TestClient) -> None:
    evil = '<script>alert(1)</script> "><img src=x onerror=1> [lien](http://ailleurs.invalid) Qui finance la formation ?'
    told = say_it(client, evil, evil)
    assert not {"script", "img"} & set(Reading(told).tags) and not [link for link in Reading(told).links if "ailleurs" in link]
    assert html.escape(evil, quote=False) in html.unescape(told).replace("<", "&lt;").replace(">", "&gt;")


@given(st.lists(st.text(max_size=2500), max_size=40))
def test_carried_turns_are_the_latest_and_always_fit_the_next_form(turns: list[str]) -> None:
    found = kept(tuple(turns))
    assert found == turns[len(turns) - len(found) :]


def answer_of(text: str, language: Language = "fr") -> Answer:
    """An answer with one citation."""
    return Answer(question="q", language=language, status=Status.ANSWERED, text=text, citations=[CITATION])


def to_page(name: str) -> str:
    """Where a marker leads."""
    return f"/ici?a=1&b=<{name}>"


ALLOWED = {"p", "a", "strong", "em", "ul", "ol", "li", "blockquote", "br", "table", "thead", "tbody", "tr", "th", "td", "span"}
MARKDOWN = st.text(st.sampled_from(list("ab [1](2)<>«»*_>-`#!|\n\\&:/\"'=+")), max_size=120)


@effort(max_examples=400, deadline=None)
@given(MARKDOWN | st.text(max_size=80))
def test_whatever_an_answer_says_only_our_markers_are_links(text: str) -> None:
    page = Reading(str(html_of(answer_of(text, "en"), to_page)))
    assert set(page.tags) <= ALLOWED
    assert set(page.links) <= {to_page(CITED)}


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x>",
        "<script>1</script>",
        "![a](http://x.y)",
        "[a](http://x.y)",
        "[a](javascript:1)",
        "<http://x.y>",
        "[1]: http://x.y",
        "# a",
    ],
)
def test_tags_pictures_and_links_in_an_answer_stay_letters(text: str) -> None:
    page = Reading(str(html_of(answer_of(text), to_page)))
    assert page.words.strip() == text and set(page.tags) <= {"p", "a"}


def test_a_marker_links_bold_and_quotations_live_and_an_unknown_marker_stays_as_it_is() -> None:
    told = html_of(answer_of("- **Axe** « mots » [1] [2]\n\n> « cité » [1]", "de"), to_page)
    assert told.count('href="/ici?a=1&amp;b=&lt;') == 2 and "[2]" in told and "<strong>Axe</strong>" in told
    assert '<span lang="fr">« mots »</span>' in told and '<blockquote lang="fr">' in told
    assert 'title="Déclaration &lt;commune&gt;"' in told


@given(st.text(max_size=200), st.text(max_size=30))
def test_marking_adds_marks_and_nothing_else(text: str, words: str) -> None:
    assert html.unescape(re.sub("</?mark>", "", marked(text, stems_of(words)))) == html.unescape(html.escape(text))


def test_inflected_words_are_marked() -> None:
    assert marked("Les friches & l'énergie", stems_of("friche energies")) == "Les <mark>friches</mark> &amp; l&#39;<mark>énergie</mark>"


def test_the_figures_shown_are_those_of_the_committed_report(client: TestClient, tmp_path: Path) -> None:
    ship_figures(newest_run(Path(__file__).parents[1] / "evals" / "reports"), tmp_path / "figures.json")
    assert (tmp_path / "figures.json").read_bytes() == SHIPPED.read_bytes(), "write it again: evals.readme.ship_figures"
    figures = shipped()
    assert figures is not None
    page = client.get("/a-propos?lang=en").text
    assert figures.version in page
    for split in figures.splits.values():
        assert f"{split.questions} questions" in page
        assert all(percent(share, "en") in page for share in split.systems["engine"].shares.values())


def test_without_figures_the_page_shows_none(client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shipped(tmp_path / "none.json") is None
    assert "split-test" in client.get("/a-propos").text
    monkeypatch.setattr("assistant.web.about.shipped", lambda: None)
    assert "split-" not in client.get("/a-propos").text
    assert percent(None, "fr") == percent(about_figures.Share(value=None), "fr") == "–"


def test_the_page_about_the_service_says_what_it_is_and_prepares_a_message(client: TestClient) -> None:
    page = client.get("/a-propos", params={"passage": [CITED, "inventé/1"]}).text
    assert "assistant automatique" in page and "Les textes publiés font foi" in page and "Rien ne sort de la machine" in page
    assert f"- {CITED}" in page and "inventé" not in page and 'href="mailto:contact@exemple.fr?subject=' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_accessibility_is_never_claimed(client: TestClient, language: Language) -> None:
    told = read(client, f"/accessibilite?lang={language}").words.lower()
    assert not re.search("conform|compliant|fully accessible", told) and "contact@exemple.fr" in told and "wcag" in told


def verdict(**more: object) -> dict[str, object]:
    """A verdict as the chat sends it."""
    return {"verdict": "down", "reason": "wrong", "provision_ids": [CITED], "corpus_version": "abc123"} | more


def test_a_verdict_is_kept_as_one_line_without_a_word_of_anyone(client: TestClient, kept_verdicts: Path) -> None:
    assert client.post("/avis", json=verdict()).status_code == 204
    row = json.loads(kept_verdicts.read_text(encoding="utf-8").splitlines()[-1])
    assert set(row) == {"day", "verdict", "reason", "provision_ids", "corpus_version"} and re.fullmatch(r"\d{4}-\d\d-\d\d", row["day"])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (verdict(provision_ids=["une question cachée"]), 404), (verdict(reason="mes mots"), 400), (verdict(verdict="?"), 400),
        (verdict(corpus_version="des mots"), 400), (verdict(text="mes mots"), 400), (verdict(provision_ids=[CITED] * 400), 413),
    ],
)  # fmt: skip
def test_a_verdict_that_carries_anything_else_is_refused(
    client: TestClient, kept_verdicts: Path, body: dict[str, object], status: int
) -> None:
    before = kept_verdicts.read_bytes() if kept_verdicts.exists() else b""
    assert client.post("/avis", json=body).status_code == status
    assert (kept_verdicts.read_bytes() if kept_verdicts.exists() else b"") == before


def test_a_verdict_comes_as_json_alone_so_that_no_other_page_can_send_one(client: TestClient) -> None:
    assert client.post("/avis", content=json.dumps(verdict()), headers={"content-type": "text/plain"}).status_code == 415


def test_verdicts_are_not_kept_without_a_file_nor_beyond_its_bound(
    client: TestClient, kept_verdicts: Path, real_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post("/avis", json=verdict())
    before = kept_verdicts.read_bytes()
    monkeypatch.setattr(feedback, "LARGEST", len(before))
    assert client.post("/avis", json=verdict()).status_code == 204 and kept_verdicts.read_bytes() == before
    with TestClient(application(real_engine, settings().model_copy(update={"feedback": ""}))) as off:
        assert off.post("/avis", json=verdict()).status_code == 204
    assert kept_verdicts.read_bytes() == before


@pytest.fixture(scope="module")
def address(real_engine: Engine, chosen: Settings) -> Iterator[str]:
    """The application on a port of its own."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(application(real_engine, chosen), port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens pages of some width, theme and language; a request to another host fails the test."""
    elsewhere: list[str] = []

    def only_here(route: Route) -> None:
        if urlsplit(route.request.url).netloc == urlsplit(address).netloc:
            route.continue_()
        else:
            elsewhere.append(route.request.url)
            route.abort()

    def opened(width: int = 1280, scheme: str = "light", scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light", locale="fr-FR",
            base_url=address, java_script_enabled=scripts,
        )  # fmt: skip
        context.route("**/*", only_here)
        return context.new_page()

    yield opened
    assert elsewhere == []


def faults(page: Page) -> list[str]:
    """What axe finds against WCAG 2.1 A and AA."""
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{page.url} {one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize(
    ("width", "scheme", "language", "paths"), [(1280, "light", "fr", PAGES[::4]), (320, "dark", "de", PAGES)], ids=["desktop", "phone"]
)
def test_no_page_breaks_a_rule_or_overflows(
    open_page: Callable[..., Page], width: int, scheme: str, language: str, paths: list[str]
) -> None:
    page = open_page(width, scheme)
    for path in paths:
        page.goto(path + ("&" if "?" in path else "?") + f"lang={language}")
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_the_plain_page_in_another_language_keeps_the_conversation(open_page: Callable[..., Page]) -> None:
    page = open_page(320)
    page.goto("/simple")
    for question in ["Qui développe la GPECT ?", "Et les friches ?"]:
        page.get_by_role("textbox").fill(question)
        page.get_by_role("button", name="Demander").click()
    answer = page.locator("section.answer div").inner_text()
    page.get_by_role("navigation", name="Langue").get_by_role("button", name="Deutsch").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    assert page.locator("section.answer div").inner_text() == answer and page.locator("p.asked").inner_text().endswith("Et les friches ?")
    page.get_by_text("Ihre früheren Fragen").click()
    expect(page.get_by_role("listitem").filter(has_text="GPECT").first).to_be_visible()
    assert faults(page) == [] and page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("textbox").fill("Und für Azubis?")
    page.get_by_role("button", name="Fragen").click()
    expect(page.locator("p.asked")).to_contain_text("Und für Azubis?")


def test_states_of_the_plain_page_break_no_rule(open_page: Callable[..., Page]) -> None:
    page = open_page(320, "dark")
    page.goto("/simple?lang=en")
    for question in [" ", "Combien coûte la fibre ?", "Donne-moi la recette de la quiche", "axe 3"]:
        page.get_by_role("textbox").fill(question)
        page.get_by_role("button", name="Ask").click()
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, question


def test_with_the_keyboard_alone_and_no_script_a_question_leads_to_the_marked_passage(
    open_page: Callable[..., Page], real_engine: Engine
) -> None:
    page = open_page(scripts=False)
    page.goto("/simple")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(ASKED)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Réponse", level=1)).to_be_visible(timeout=20_000)
    assert "?" not in page.url and ASKED.split()[0] not in page.url
    page.get_by_role("link", name="[1]", exact=True).first.press("Enter")
    expect(page.locator("#source-1")).to_be_in_viewport()
    page.get_by_role("link", name="Voir dans le texte [1]").press("Enter")
    passage = page.locator(f"[id='{CITED.split('/', 1)[1]}']")
    expect(passage).to_be_in_viewport()
    expect(passage).to_contain_text(real_engine.index.provisions[CITED].quote_plain)
    expect(passage).not_to_have_css("background-color", "rgba(0, 0, 0, 0)")
    expect(page.locator("article.provision").first).to_have_css("background-color", "rgba(0, 0, 0, 0)")


def test_the_language_of_a_page_can_be_changed_where_one_is(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/dispositif/sarrevie")
    page.get_by_role("link", name="Deutsch").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kreislaufwirtschaft")
    assert page.url.endswith("/dispositif/sarrevie?lang=de")
