"""Four people in a real browser, from an empty page to the passage they needed; then what may go wrong around them.

People find things by what they see or hear: visible labels and roles, nothing else. `JOURNEYS=full` walks every journey on a
desk and on a phone, in daylight and in the dark; without it each is walked once.
"""

import csv
import json
import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from itertools import islice, pairwise
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from app_process import AppProcess
from broken_model import BrokenModel
from conftest import REAL_CORPUS
from load import questions
from playwright.sync_api import Browser, Locator, Page, Request, expect, sync_playwright
from processes import free_port
from test_browser import ARGUMENTS, NAMES, Screen, no_violation

from assistant.engine import Engine
from assistant.types import Language, Question
from assistant.web.rendering import words
from ingest.types import Provision

LONG = 30_000
SCREENS: dict[str, Screen] = {
    "desk": (1280, 900, "light"), "desk-dark": (1280, 900, "dark"), "phone": (320, 740, "light"), "phone-dark": (320, 740, "dark"),
}  # fmt: skip
FULL = os.environ.get("JOURNEYS") == "full"
FOR_BAKERS = "poce-val-de-lorraine/priorite-3/axe-3"
GPECT = "declaration-commune-2025/intercommunalites/7"
BROWNFIELDS = "declaration-commune-2025/annexe/1.3/moyen-3"
FIRST, SECOND = "declaration-commune-2025/intercommunalites/1", "declaration-commune-2025/intercommunalites/2"
ASKED = "Quel est le premier engagement des intercommunalités dans la déclaration commune ?"
AT_ONCE = 20
# Stands for the screen reader: what a live region would say, in the order in which it would be said.
LISTEN = """() => {
  window.heard = [];
  for (const region of document.querySelectorAll("[role=log], #state"))
    new MutationObserver((changes) => {
      if (region.getAttribute("aria-busy") === "true") return;
      for (const change of changes) for (const node of change.addedNodes)
        if (node.textContent.trim()) window.heard.push(`${region.getAttribute("role")}: ${node.textContent}`);
    }).observe(region, { childList: true, subtree: true });
}"""
Open = Callable[..., Page]
Provisions = dict[str, Provision]


def on(usual: str) -> pytest.MarkDecorator:
    """Walk a journey on one screen, or on all."""
    names = list(SCREENS) if FULL else [usual]
    return pytest.mark.parametrize("screen", [SCREENS[name] for name in names], ids=names)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """The one server of this file."""
    started = AppProcess(free_port(), tmp_path_factory.mktemp("journeys") / "said", {})
    try:
        started.wait_ready()
        yield started
    finally:
        started.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = next(filter(None, map(shutil.which, NAMES)))
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=executable, args=ARGUMENTS)
        expect.set_options(timeout=LONG)
        yield opened
        expect.set_options(timeout=5_000)
        opened.close()


@pytest.fixture
def arrive(browser: Browser, service: AppProcess) -> Iterator[Open]:
    """Opens the first page as somebody new, whose browser has never been here; a request to any other host fails the test."""
    people, elsewhere = [], []

    def hear(asked: Request) -> None:
        if asked.url.startswith("http") and urlsplit(asked.url).netloc != urlsplit(service.url).netloc:
            elsewhere.append(asked.url)

    def somebody(screen: Screen = SCREENS["desk"], locale: str = "fr-FR", path: str = "/") -> Page:
        width, height, scheme = screen
        person = browser.new_context(viewport={"width": width, "height": height}, locale=locale, color_scheme=scheme)
        people.append(person)
        person.grant_permissions(["clipboard-read", "clipboard-write"])
        person.on("request", hear)
        page = person.new_page()
        page.goto(service.url + path)
        return page

    yield somebody
    for person in people:
        person.close()
    assert elsewhere == []


def ask(page: Page, question: str) -> None:
    page.get_by_role("textbox", name="Votre question").fill(question)
    page.get_by_role("button", name="Demander").click()


def answered(page: Page, link: str) -> Locator:
    """The answer is there: its source's link that bears this name."""
    found = page.get_by_role("log").get_by_role("link", name=link).first
    expect(found).to_be_visible(timeout=LONG)
    return found


def opened_by(link: Locator) -> Page:
    """The tab that a link opens."""
    with link.page.expect_popup() as tab:
        link.click()
    return tab.value


def arrived_at(page: Page, provision: Provision, language: Language = "fr") -> Locator:
    """The passage on the screen, with the source's very words, and the only one that is marked as cited."""
    same_words = page.get_by_role("article").filter(has_text=provision.quote_plain.strip())
    expect(same_words.first).to_be_visible()
    mark = words("texts", language)["cited_here"]
    expect(page.get_by_role("main")).to_match_aria_snapshot(f"- article:\n  - text: {mark}", timeout=LONG)
    assert page.get_by_role("main").aria_snapshot().count(f"text: {mark}\n") == 1
    marked = [one for one in same_words.all() if f"text: {mark}\n" in one.aria_snapshot()]
    assert len(marked) == 1
    expect(marked[0]).to_be_in_viewport()
    return marked[0]


def levels(page: Page) -> list[int]:
    """The levels of the page's headings, in order."""
    return [int(level) for level in re.findall(r"heading .*\[level=(\d)\]", page.locator("body").aria_snapshot())]


def in_order(found: list[int]) -> bool:
    """Whether headings begin with one of level 1 and never skip a level downwards."""
    return found[:1] == [1] and found.count(1) == 1 and all(after <= before + 1 for before, after in pairwise(found))


# Four people


@on("phone-dark")
def test_a_baker_of_eight_finds_who_helps_to_recruit_and_prints_a_road_map(
    arrive: Open, screen: Screen, real_provisions: Provisions
) -> None:
    page = arrive(screen)
    ask(page, "Je suis boulanger à Pont-à-Mousson, 8 salariés : qui peut m'aider à recruter ?")
    tab = opened_by(answered(page, "[1] POCE Val de Lorraine · Priorité 3, axe 3"))
    arrived_at(tab, real_provisions[FOR_BAKERS])
    tab.close()

    page.get_by_role("link", name="Affiner avec le questionnaire").click()
    lead = page.get_by_role("article", name="Accompagnement des entreprises de moins de 10 salariés")
    expect(lead.get_by_role("listitem").filter(has_text="Avoir moins de 10 salariés")).to_contain_text("A priori oui")
    no_violation(page)

    page.get_by_role("link", name="Feuille de route à imprimer").click()
    expect(page.get_by_role("definition").filter(has_text="Pont-à-Mousson")).to_be_visible()
    assert in_order(levels(page))
    no_violation(page)
    page.get_by_role("link", name="POCE Val de Lorraine · Priorité 3, axe 3").click()
    arrived_at(page, real_provisions[FOR_BAKERS])
    no_violation(page)


@on("desk")
def test_an_officer_quotes_compares_and_takes_the_commitments_away(arrive: Open, screen: Screen, real_provisions: Provisions) -> None:
    page = arrive(screen)
    ask(page, "Qui développe la GPECT, la Région ou les intercommunalités ?")
    answered(page, "Voir dans le texte [1]")
    page.get_by_role("button", name="Copier la citation [1]").click()
    expect(page.get_by_text("Citation copiée.")).to_be_visible()
    label, quote, dated, address = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert label == "Déclaration commune 2025 · engagements des intercommunalités, 7" and dated.endswith("17 juillet 2025")
    assert quote == f"« {real_provisions[GPECT].quote_plain.strip()} »"

    page.get_by_role("navigation", name="Menu principal").get_by_role("link", name="Explorer et comparer").click()
    page.get_by_role("link", name="Comparer deux textes").click()
    page.get_by_label("Premier texte").select_option("POCE Val de Lorraine")
    page.get_by_label("Second texte").select_option("Évaluation du POCE Cœur de Lorraine")
    page.get_by_role("button", name="Comparer").click()
    both = page.get_by_role("region", name="Recrutement", exact=True).or_(page.get_by_role("region", name="Accompagnement des entreprises"))
    for side in ("POCE Val de Lorraine", "Évaluation du POCE Cœur de Lorraine"):
        expect(both.first.get_by_role("heading", name=side)).to_be_visible()
    assert in_order(levels(page))
    no_violation(page)

    page.get_by_role("link", name="Retour au tableau").click()
    page.get_by_role("link", name="Les engagements en tableau").click()
    page.get_by_label("Mots à trouver").fill("GPECT")
    page.get_by_role("button", name="Filtrer").click()
    rows = page.get_by_role("table").get_by_role("row")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Télécharger ces lignes").click()
    with saved.value.path().open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file, delimiter=";"))
    assert len(table) == rows.count() - 1 > 0
    assert [row["Adresse"] for row in table if real_provisions[GPECT].quote_plain.strip() in row["Citation"]] == [address]
    page.goto(address)
    arrived_at(page, real_provisions[GPECT])


@on("desk")
def test_a_german_investor_reads_in_german_and_opens_the_french_original(arrive: Open, screen: Screen, real_provisions: Provisions) -> None:
    page = arrive(screen, "de-DE")
    expect(page.get_by_role("heading", level=1)).to_have_text("Fragen Sie nach den Pakten der Region Grand Est")
    page.get_by_role("textbox", name="Ihre Frage").fill("Wie bekommen Brachen wieder eine produktive Nutzung?")
    page.get_by_role("button", name="Fragen").click()
    original = answered(page, "Im Text ansehen [1]")
    log = page.get_by_role("log", name="Gespräch")
    expect(log.get_by_role("paragraph").filter(has_text="Umnutzung von Brachen")).to_be_visible()
    quotation = log.get_by_role("blockquote").filter(has_text=real_provisions[BROWNFIELDS].quote_plain.strip())
    expect(quotation).to_have_attribute("lang", "fr")
    no_violation(page)
    text = opened_by(original)
    assert text.evaluate("document.documentElement.lang") == "de"
    passage = arrived_at(text, real_provisions[BROWNFIELDS], "de")
    passage.get_by_text("Einfach gesagt").click()
    expect(passage.get_by_text("Brachen")).to_be_visible()
    no_violation(text)


@on("desk")
def test_a_screen_reader_user_asks_hears_the_answer_once_and_reaches_its_source_by_tab_and_enter(
    arrive: Open, screen: Screen, real_provisions: Provisions
) -> None:
    page = arrive(screen)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    box = page.get_by_role("textbox", name="Votre question")
    page.keyboard.press("Tab")
    expect(box).to_be_focused()
    page.evaluate(LISTEN)
    page.keyboard.type("Qui développe la GPECT, la Région ou les intercommunalités ?")
    page.keyboard.press("Enter")
    answered(page, "Voir dans le texte [1]")
    heard = page.evaluate("window.heard")
    assert [one.split(":")[0] for one in heard].count("log") == 1
    assert "Les intercommunalités développent la gestion prévisionnelle" in heard[-1]
    expect(box).to_be_focused()

    assert in_order(levels(page))
    for landmark in ("main", "banner", "contentinfo", "log"):
        expect(page.get_by_role(landmark)).to_have_count(1)
    expect(page.get_by_role("log")).to_match_aria_snapshot(TURN)
    reached = page.get_by_role("link", name="Voir dans le texte [1]")
    pressed = 0
    while not reached.evaluate("link => link === document.activeElement") and pressed < 20:
        page.keyboard.press("Shift+Tab")
        pressed += 1
    expect(reached).to_be_focused()
    with page.expect_popup() as tab:
        page.keyboard.press("Enter")
    passage = arrived_at(tab.value, real_provisions[GPECT])
    tab.value.keyboard.press("Tab")
    expect(passage.get_by_role("link", name="engagements des intercommunalités, 7")).to_be_focused()


TURN = """
- log "Conversation":
  - heading "Qui développe la GPECT, la Région ou les intercommunalités ?" [level=2]
  - paragraph:
    - text: /Les intercommunalités développent la gestion prévisionnelle/
    - link /^\\[1\\] Déclaration commune 2025 · engagements des intercommunalités, 7 \\(nouvel onglet\\)$/
  - list:
    - listitem: Réponse d'un assistant automatique. Les textes publiés font foi.
  - group:
    - heading "Sources (2)" [level=3]
    - list "Passages sur lesquels repose cette réponse":
      - listitem:
        - paragraph: Déclaration commune 2025 · engagements des intercommunalités, 7
        - blockquote
        - paragraph: /Date du texte\s:\s17 juillet 2025/
        - paragraph:
          - link "Voir dans le texte [1] (nouvel onglet)"
          - button "Copier la citation [1]"
"""


# Around them


def test_two_people_who_ask_at_the_same_moment_each_get_their_own_answer(arrive: Open) -> None:
    asked = ["Quel est le premier engagement des intercommunalités dans la déclaration commune ?", "Qui développe la GPECT ?"]
    links = [
        "[1] Déclaration commune 2025 · engagements des intercommunalités, 1 ",
        "[1] Déclaration commune 2025 · engagements des intercommunalités, 7 ",
    ]
    pages = [arrive(), arrive()]
    for page, question in zip(pages, asked, strict=True):
        ask(page, question)
    for page, question, link in zip(pages, asked, links, strict=True):
        answered(page, link)
        expect(page.get_by_role("log").get_by_role("heading", level=2)).to_have_text([question])


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="signals of POSIX")
def test_an_answer_that_takes_long_can_be_stopped_and_never_turns_up_later(arrive: Open, service: AppProcess) -> None:
    page = arrive()
    ask(page, ASKED)
    answered(page, "Voir dans le texte [1]")
    os.kill(service.pid, signal.SIGSTOP)
    try:
        ask(page, "Qui finance la formation ?")
        page.get_by_role("button", name="Arrêter").click()
        expect(page.get_by_text("Vous avez arrêté la réponse.")).to_be_visible()
        no_violation(page)
    finally:
        os.kill(service.pid, signal.SIGCONT)
    ask(page, "Et le suivant ?")
    answered(page, "[1] Déclaration commune 2025 · engagements des intercommunalités, 2 ")
    told = page.get_by_role("log").get_by_role("heading", level=2)
    expect(told).to_have_text([ASKED, "Qui finance la formation ?", "Et le suivant ?"])
    expect(page.get_by_role("log").get_by_role("heading", name="Sources")).to_have_count(2)


def test_a_server_that_dies_and_comes_back_in_mid_conversation_loses_nothing(arrive: Open, service: AppProcess) -> None:
    page = arrive()
    ask(page, ASKED)
    answered(page, "Voir dans le texte [1]")
    service.kill()
    ask(page, "Et le suivant ?")
    service.start()
    told_or_answered = page.get_by_text("Le service ne répond pas ; ce n'est pas un refus.").or_(
        page.get_by_role("link", name="engagements des intercommunalités, 2 ").first
    )
    expect(told_or_answered).to_be_visible(timeout=LONG)
    service.wait_ready()
    # The page loads itself anew once the server is back.
    page.wait_for_timeout(3000)
    if (again := page.get_by_role("button", name="Réessayer").last).is_visible():
        again.click()
    answered(page, "[1] Déclaration commune 2025 · engagements des intercommunalités, 2 ")
    expect(page.get_by_role("log").get_by_role("heading", level=2)).to_have_text([ASKED, "Et le suivant ?"])


def test_a_model_that_hangs_or_is_down_delays_the_answer_which_says_so_and_stays_the_same(
    browser: Browser, tmp_path: Path, real_engine: Engine
) -> None:
    model, offline = BrokenModel(port := free_port()), real_engine.answer(Question(question=ASKED))
    options = {
        "PACTES_MODEL": "openai:broken", "PACTES_MODEL_API_KEY": "none", "PACTES_MODEL_BASE_URL": f"http://127.0.0.1:{port}/v1",
        "PACTES_MODEL_TIMEOUT": 4,
    }  # fmt: skip
    model.fault = "hang"
    model.start()
    served = AppProcess(free_port(), tmp_path / "said", options)
    try:
        served.wait_ready()
        page = browser.new_page(locale="fr-FR")
        page.goto(served.url)
        ask(page, ASKED)
        expect(page.get_by_text("Recherche dans les textes…")).to_be_visible()
        expect(page.get_by_role("button", name="Arrêter")).to_be_visible()
        answered(page, "Voir dans le texte [1]")
        expect(page.get_by_text("Le modèle de langage n'a pas répondu à temps")).to_be_visible()
        assert model.asked == 1
        no_violation(page)
        model.stop()  # from here on nobody listens
        page.get_by_role("button", name="Nouvelle conversation").first.click()
        ask(page, ASKED)
        answered(page, "Voir dans le texte [1]")
        expect(page.get_by_text("Le modèle de langage ne répond pas")).to_be_visible()
        assert [one.label for one in offline.citations] == ["Déclaration commune 2025 · engagements des intercommunalités, 1"]
        expect(page.get_by_role("log")).to_contain_text(offline.citations[0].quote_plain)
        no_violation(page)
        page.close()
    finally:
        served.stop()


def of_the_page(url: str, question: str, session: str) -> str:
    """The finished answer as HTML, asked as the page asks."""
    asked = {"question": question, "history": [], "language": "fr", "chosen": False}
    body = {"data": [], "event_data": asked, "fn_index": 0, "trigger_id": 1, "session_hash": session}
    with httpx.Client(base_url=url, timeout=60) as web:
        web.post("/gradio_api/queue/join", json=body).raise_for_status()
        with web.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as events:
            told = [json.loads(line.removeprefix("data:")) for line in events.iter_lines() if line.startswith("data:")]
    last = next(one for one in told if one["msg"] == "process_completed")
    assert last["success"], last
    return unescape(last["output"]["data"][0])


def test_twenty_sessions_ask_at_once_and_each_gets_the_answer_it_would_get_alone(service: AppProcess) -> None:
    asked = list(islice(questions(REAL_CORPUS, seed=6), AT_ONCE))
    with ThreadPoolExecutor(AT_ONCE) as sessions:
        shown = list(sessions.map(of_the_page, [service.url] * AT_ONCE, asked, [f"session{number}" for number in range(AT_ONCE)]))
    for question, html in zip(asked, shown, strict=True):
        alone = httpx.post(f"{service.url}/api/v1/ask", json={"question": question}, timeout=60).json()
        assert alone["status"] != "error" and alone["text"] in html


@pytest.mark.parametrize("path", ["/rien-de-tel", "/texte/un-autre-pacte", "/dispositif/rien", "/aides?headcount=beaucoup&needs=hire"])
def test_pages_that_say_what_went_wrong_break_no_rule(arrive: Open, path: str) -> None:
    page = arrive(SCREENS["phone"], path=path)
    expect(page.get_by_role("main")).to_have_count(1)
    assert in_order(levels(page))
    no_violation(page)
