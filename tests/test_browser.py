"""The page in a real browser over the real texts: a question, its citation, the cited passage, and no other host."""

import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright
from processes import server

from assistant.engine import Engine
from ingest.settings import settings
from ingest.types import Provision

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome")
ASKED = "Quel est le premier engagement des intercommunalités dans la déclaration commune ?"
CITED = "declaration-commune-2025/intercommunalites/1"


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


@pytest.fixture(params=[(1280, 900), (360, 740)], ids=["desktop", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    """The page, ready for a question; a request to any other host is refused and fails the test."""
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, locale="fr-FR")
    elsewhere: list[str] = []

    def only_here(route: Route) -> None:
        if urlsplit(route.request.url).netloc == urlsplit(address).netloc:
            route.continue_()
        else:
            elsewhere.append(route.request.url)
            route.abort()

    context.route("**/*", only_here)
    opened = context.new_page()
    opened.goto(address)
    expect(opened.get_by_placeholder("Votre question")).to_be_visible()
    yield opened
    context.close()
    assert elsewhere == []


def ask(page: Page, question: str) -> None:
    page.get_by_placeholder("Votre question").fill(question)
    page.get_by_role("button", name="Demander").click()


def test_it_says_what_it_is_before_the_first_question(page: Page) -> None:
    expect(page.get_by_text("Je suis un assistant automatique")).to_be_visible()


def test_a_question_is_answered_with_a_link_to_the_exact_passage(page: Page, real_provisions: dict[str, Provision]) -> None:
    ask(page, ASKED)
    document, rest = CITED.split("/", 1)
    link = page.locator(f"a[href='/texte/{document}#{rest}']")
    expect(link.first).to_be_visible(timeout=20_000)
    expect(link.first).to_have_text("[1]")
    expect(page.get_by_text("Les textes publiés font foi").last).to_be_visible()
    with page.context.expect_page() as opened:
        link.first.click()
    text = opened.value
    assert text.url.endswith(f"/texte/{document}#{rest}")
    passage = text.locator(f"[id='{rest}']")
    expect(passage).to_be_in_viewport()
    expect(passage).to_contain_text(real_provisions[CITED].quote_plain)


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
    expect(page.locator("[data-testid=user]").first).to_have_text(typed)
    expect(page.get_by_text("Les textes publiés font foi")).to_have_count(2, timeout=20_000)
    assert page.locator("[role=log] img, [role=log] script, [data-testid=user] a").count() == 0
    assert page.title() == title


def test_an_example_fills_the_box_and_a_conversation_can_be_cleared(page: Page) -> None:
    page.get_by_text("Les quatre étapes du Parcours").click()
    expect(page.get_by_placeholder("Votre question")).to_have_value("Les quatre étapes du Parcours de Transformation ?")
    page.get_by_role("button", name="Demander").click()
    expect(page.locator("[data-testid=bot]")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Effacer").or_(page.get_by_label("Clear")).first.click()
    expect(page.locator("[data-testid=bot]")).to_have_count(0)


def test_a_text_that_is_not_here_is_said_to_be_missing(page: Page, address: str) -> None:
    answered = page.goto(f"{address}/texte/un-autre-pacte")
    assert answered is not None and answered.status == 404
    expect(page.get_by_text("n’existe pas ici")).to_be_visible()
