"""The page in a real browser over the real texts: a question, its citation, the cited passage, and no other host."""

import re
import shutil
import time
from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect, sync_playwright
from processes import server

from assistant.engine import Engine
from assistant.types import Question
from ingest.settings import settings
from ingest.types import Provision

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome")
ASKED = "Quel est le premier engagement des intercommunalités dans la déclaration commune ?"
CITED = "declaration-commune-2025/intercommunalites/1"
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
LONG = 20_000
Screen = tuple[int, int, Literal["light", "dark"]]
DESK: Screen = (1280, 900, "light")
PHONE: Screen = (320, 740, "dark")
everywhere = pytest.mark.parametrize("context", [DESK, PHONE], ids=["desktop", "phone"], indirect=True)
LIGHT = 2_000_000


@pytest.fixture(scope="module")
def address(real_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over the index that `real_engine` found or built; it may not reach another machine either."""
    contacts = tmp_path_factory.mktemp("server") / "contacts"
    with server("--index", settings().index.absolute(), contacts=contacts) as found:
        yield found
    assert not contacts.exists(), contacts.read_text()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = next(filter(None, map(shutil.which, NAMES)))
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def context(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[BrowserContext]:
    """A browser of one's own, on a desk and in daylight unless a test says otherwise; a request to any other host fails the test."""
    screen: Screen = getattr(request, "param", DESK)
    width, height, scheme = screen
    opened = browser.new_context(viewport={"width": width, "height": height}, locale="fr-FR", color_scheme=scheme)
    elsewhere: list[str] = []

    def hear(asked: Request) -> None:
        if asked.url.startswith("http") and urlsplit(asked.url).netloc != urlsplit(address).netloc:
            elsewhere.append(asked.url)

    opened.on("request", hear)
    yield opened
    opened.close()
    assert elsewhere == []


@pytest.fixture
def page(context: BrowserContext, address: str) -> Page:
    """The page, ready for a question."""
    opened = context.new_page()
    opened.goto(address)
    expect(opened.get_by_placeholder("Votre question")).to_be_visible()
    return opened


def ask(page: Page, question: str) -> Locator:
    """Ask and wait: the finished answer."""
    answers = page.get_by_role("log").locator("[data-testid=bot]")
    count = answers.count()
    page.get_by_placeholder("Votre question").fill(question)
    page.get_by_role("button", name="Demander").click()
    expect(answers).to_have_count(count + 1, timeout=LONG)
    return answers.last


def no_violation(page: Page) -> None:
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@everywhere
def test_it_says_what_it_is_before_the_first_question(page: Page) -> None:
    expect(page.get_by_text("Je suis un assistant automatique")).to_be_visible()
    no_violation(page)


@everywhere
def test_a_question_is_answered_with_a_link_to_the_exact_passage(page: Page, real_provisions: dict[str, Provision]) -> None:
    ask(page, ASKED)
    document, rest = CITED.split("/", 1)
    link = page.locator(f"a[href='/texte/{document}#{rest}']")
    expect(link.first).to_be_visible()
    expect(link.first).to_have_text("[1]")
    expect(page.get_by_text("Les textes publiés font foi").last).to_be_visible()
    no_violation(page)
    with page.context.expect_page() as opened:
        link.first.click()
    text = opened.value
    assert text.url.endswith(f"/texte/{document}#{rest}")
    passage = text.locator(f"[id='{rest}']")
    expect(passage).to_be_in_viewport()
    expect(passage).to_contain_text(real_provisions[CITED].quote_plain)


def test_a_citation_is_copied_ready_for_a_report(page: Page, address: str, real_provisions: dict[str, Provision]) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, ASKED).get_by_role("button", name="Copier la citation").first.click()
    expect(page.get_by_text("Citation copiée.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert real_provisions[CITED].quote_plain in copied and copied.endswith(f"{address}/texte/{CITED.replace('/', '#', 1)}")


@pytest.mark.parametrize(
    "typed",
    [
        "<script>document.title='pris'</script> Qui finance la formation ?",
        "<img src='http://elsewhere.invalid/a.png' onerror='document.title=1'> Qui finance la formation ?",
        "![image](http://elsewhere.invalid/b.png) [lien](http://elsewhere.invalid) **gras** Qui finance la formation ?",
    ],
    ids=["script", "img", "markdown"],
)
def test_what_is_typed_stays_text(page: Page, typed: str) -> None:
    title = page.title()
    ask(page, typed)
    page.reload()
    expect(page.locator("[data-testid=user]").first).to_have_text(typed)
    assert page.locator("[role=log] img, [role=log] script, [data-testid=user] a").count() == 0
    assert page.title() == title


def test_an_example_fills_the_box_and_a_conversation_can_be_erased(page: Page) -> None:
    page.get_by_text("Qui développe la GPECT").click()
    expect(page.get_by_placeholder("Votre question")).to_have_value("Qui développe la GPECT, la Région ou les intercommunalités ?")
    page.get_by_role("button", name="Demander").click()
    expect(page.locator("[data-testid=bot]")).to_be_visible(timeout=LONG)
    page.get_by_role("button", name="Effacer").click()
    expect(page.locator("[data-testid=bot]")).to_have_count(0)
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('pactes:')).length") == 0


def test_the_keyboard_alone_asks_stops_nothing_and_reads_the_sources(page: Page) -> None:
    box = page.get_by_label("Votre question")
    box.focus()
    page.keyboard.press("Enter")
    expect(box).to_have_attribute("aria-invalid", "true")
    page.keyboard.type(ASKED)
    page.keyboard.press("Enter")
    answer = page.get_by_role("log").locator("[data-testid=bot]")
    expect(answer).to_be_visible(timeout=LONG)
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('.sources a')"):
            break
    expect(page.get_by_role("link", name="Voir dans le texte [1]")).to_be_focused()


@everywhere
def test_a_partial_answer_and_a_refusal_are_told_apart_and_accessible(page: Page) -> None:
    partial = ask(page, "C'est combien au maximum pour le parcours de transformation ?")
    expect(partial.get_by_text("Ce que les textes ne disent pas")).to_be_visible()
    no_violation(page)
    refused = ask(page, "Quelle est la recette de la quiche ?")
    expect(refused.get_by_text("Hors de mon champ")).to_be_visible()
    expect(refused.get_by_role("link", name="Déclaration commune 2025")).to_be_visible()
    no_violation(page)


def test_a_conversation_survives_a_reload_and_is_understood_from_its_turns(page: Page) -> None:
    ask(page, "Quel est le premier engagement des intercommunalités dans la déclaration commune ?")
    page.reload()
    expect(page.get_by_role("log").locator("[data-testid=bot]")).to_have_count(1)
    expect(ask(page, "Et le suivant ?")).to_contain_text("engagements des intercommunalités, 2")


def test_two_conversations_at_once_never_mix(page: Page, address: str) -> None:
    other = page.context.new_page()
    other.goto(address)
    ask(page, ASKED)
    expect(other.locator("[data-testid=bot]")).to_have_count(0)
    ask(other, "Quelle est la recette de la quiche ?")
    for one, question in ((page, ASKED), (other, "Quelle est la recette de la quiche ?")):
        one.reload()
        expect(one.locator("[data-testid=user]")).to_have_text([question])


def test_the_last_question_can_be_edited_and_the_conversation_taken_away(page: Page) -> None:
    ask(page, "Quelle est la recette de la quiche ?")
    page.get_by_role("button", name="Modifier la question").click()
    expect(page.get_by_label("Votre question")).to_have_value("Quelle est la recette de la quiche ?")
    page.get_by_label("Votre question").fill(ASKED)
    page.keyboard.press("Enter")
    expect(page.locator("[role=log] [data-status=answered]")).to_have_count(1, timeout=LONG)
    expect(page.locator("[data-testid=user]")).to_have_text([ASKED])
    with page.expect_download() as saved:
        page.get_by_role("button", name="Enregistrer").click()
    text = saved.value.path().read_text(encoding="utf-8")
    assert f"## {ASKED}" in text and "/texte/declaration-commune-2025#intercommunalites/1>" in text


def test_a_service_that_is_down_is_said_to_be_down_and_the_question_is_kept(page: Page) -> None:
    page.wait_for_timeout(1000)
    page.context.set_offline(True)
    page.get_by_label("Votre question").fill(ASKED)
    page.keyboard.press("Enter")
    failed = page.locator("[role=log] [data-status=error]")
    expect(failed).to_contain_text("ce n'est pas un refus", timeout=LONG)
    no_violation(page)
    page.context.set_offline(False)
    page.get_by_role("button", name="Réessayer").click()
    expect(page.locator("[role=log] [data-status=answered]")).to_have_count(1, timeout=60_000)


@pytest.mark.parametrize(("language", "send"), [("en", "Ask"), ("de", "Fragen")])
def test_the_page_speaks_the_chosen_language_and_marks_french_quotations(page: Page, address: str, language: str, send: str) -> None:
    page.goto(f"{address}/?lang={language}&q=Who helps with digitalisation?")
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("[data-testid=bot]")).to_have_count(0)
    page.get_by_role("button", name=send, exact=True).click()
    answer = page.get_by_role("log").locator("[data-testid=bot]")
    expect(answer.locator("blockquote").first).to_have_attribute("lang", "fr", timeout=LONG)
    expect(answer.locator(".text")).to_have_attribute("lang", "en")
    expect(answer.locator("a.marker").first).to_have_attribute("href", re.compile(rf"/texte/.*\?lang={language}#"))


def test_the_first_page_is_light_and_an_answer_comes_as_soon_as_the_engine_has_it(
    context: BrowserContext, address: str, real_engine: Engine
) -> None:
    opened, received = context.new_page(), [0.0]
    wire = context.new_cdp_session(opened)
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    opened.goto(address, wait_until="networkidle")
    assert sum(received) < LIGHT
    ask(opened, "Qui développe la GPECT ?")
    late = []
    for question in (
        "Qui finance la formation ?",
        "Que prévoit la déclaration sur les friches ?",
        "Qui accompagne la transition numérique ?",
    ):
        begun = time.perf_counter()
        real_engine.answer(Question(question=question))
        engine = time.perf_counter() - begun
        begun = time.perf_counter()
        ask(opened, question)
        late.append(time.perf_counter() - begun - 3 * engine)
    # The best of three: the machine that tests does other things too.
    assert min(late) <= 0.25


def test_a_text_that_is_not_here_is_said_to_be_missing(page: Page, address: str) -> None:
    answered = page.goto(f"{address}/texte/un-autre-pacte")
    assert answered is not None and answered.status == 404
    expect(page.get_by_role("heading", level=1)).to_be_visible()
