"""The wizard « Quelle aide pour moi ? »: its form, its results, what it carries into the chat and onto paper."""

import shutil
import threading
import time
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, expect, sync_playwright
from processes import free_port
from starlette.datastructures import QueryParams

from assistant.engine import Engine
from assistant.matching.matcher import match
from assistant.matching.profile import read_profile
from assistant.matching.situation import ASKERS, STAGES, stage_of
from assistant.matching.types import Profile
from assistant.server import application
from assistant.types import Language
from assistant.web.aids_form import Given, read
from assistant.web.aids_options import options
from assistant.web.aids_places import completions
from assistant.web.aids_said import facts, sentence
from ingest.wording import load

NEEDS = list(load("needs"))
PLACES = ["", "Pompey", "54430", "Metz", "Strasbourg", "Saint-Martin (54)", "Saint-Mihiel", "Nancy", "Lyon"]
TRADES = ["", "boulangerie", "mécanique", "informatique", "62", "maraîcher", "hôtel", "imprimerie", "textile"]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
FIRM = "/aides?commune=Pompey&headcount=12&sector=boulangerie&needs=hire&asker=firm"


@pytest.fixture(scope="module")
def app(real_engine: Engine) -> FastAPI:
    return application(real_engine)


@pytest.fixture(scope="module")
def client(app: FastAPI) -> TestClient:
    return TestClient(app)


def shown(client: TestClient, address: str) -> str:
    answer = client.get(address, headers={"accept-language": "fr"})
    assert answer.status_code == 200
    return unescape(answer.text)


def profile(engine: Engine, address: str, language: Language = "fr") -> Profile:
    return read(Given.of(QueryParams(urlsplit(address).query)), engine.index.territories, language).profile


def test_the_first_page_is_a_form_that_asks_for_nothing_personal(client: TestClient) -> None:
    page = shown(client, "/aides")
    assert 'method="get"' in page and "Ce qui peut vous concerner" not in page
    assert page.count("Je ne sais pas") >= 6
    assert 'type="email"' not in page and 'type="tel"' not in page


def test_every_need_of_the_table_can_be_chosen_once() -> None:
    offered = [key for _, rows in options("fr").needs for key, _ in rows]
    assert sorted(offered) == sorted(NEEDS)


@pytest.mark.parametrize("language", ["fr", "en", "de"])
def test_a_firm_reads_each_condition_with_its_verdict_and_its_passage(client: TestClient, real_engine: Engine, language: str) -> None:
    page = shown(client, f"{FIRM}&lang={language}")
    result = match(profile(real_engine, FIRM), real_engine.catalogue, "fr" if language == "fr" else "en" if language == "en" else "de")
    for one in result.results:
        assert one.title in page
        for criterion in one.criteria:
            assert criterion.asked in page
            document, rest = criterion.provision_id.split("/", 1)
            assert f"/texte/{document}" in page and f"#{rest}" in page
    assert "éligible" not in page and "eligible" not in page


def test_five_results_stand_first_and_the_others_are_a_step_away(client: TestClient) -> None:
    page = shown(client, "/aides?needs=train-staff&needs=grow&needs=energy&needs=land-premises&asker=firm")
    top, _, rest = page.partition('id="others"')
    assert top.count("<article") == 5 and rest.count("<article") > 0


def test_what_has_ended_is_folded_and_said_to_be_ended(client: TestClient) -> None:
    page = shown(client, "/aides?commune=Saint-Mihiel&needs=tourism&asker=firm")
    before, _, ended = page.partition('<details class="more" id="ended">')
    assert ended and "Terminé" in ended and "Terminé</span>" not in before


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ("commune=Xyzzyville", "place", "Je ne connais pas le lieu « Xyzzyville »"),
        ("headcount=-4", "headcount", "Je ne comprends pas l'effectif « -4 »"),
        ("headcount=99999999", "headcount", "Je ne comprends pas l'effectif"),
        ("sector=4+%2B+4", "sector", "Je ne lis pas de métier"),
        ("words=zzzz", "needs", "Je ne connais pas le besoin « zzzz »"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(client: TestClient, query: str, field: str, said: str) -> None:
    page = shown(client, f"/aides?{query}")
    assert f'id="{field}-error">{said}' in page
    assert f"{field}-error" in page.partition("aria-describedby")[2] and 'aria-invalid="true"' in page
    assert "Ce qui peut vous concerner" not in page


def test_every_wrong_field_is_told_at_once(client: TestClient) -> None:
    page = shown(client, "/aides?commune=Xyzzyville&headcount=-4&sector=4")
    assert all(f'id="{field}-error"' in page for field in ("place", "headcount", "sector"))


def test_a_postcode_of_several_epci_asks_which_commune(client: TestClient, real_engine: Engine) -> None:
    asked = read(Given(commune="54700", sent=True), real_engine.index.territories, "fr")
    assert len({place.epci for place in asked.choices}) > 1
    page = shown(client, "/aides?commune=54700&needs=hire")
    assert "De quelle commune s'agit-il ?" in page and 'type="radio"' in page
    picked = asked.choices[0]
    told = profile(real_engine, f"/aides?commune=54700&lieu={picked.code}")
    assert told.places == [picked.code]
    assert profile(real_engine, "/aides?commune=54700&lieu=67482").places != ["67482"]


def test_a_firm_outside_the_region_is_told_so_politely(client: TestClient) -> None:
    assert "Lyon est hors de la région Grand Est" in shown(client, "/aides?commune=Lyon&needs=hire&asker=firm")


def test_what_one_does_not_know_is_not_asked_again(client: TestClient) -> None:
    page = shown(client, "/aides?needs=hire&asker=?&stage=?&unknown=place&unknown=headcount&unknown=sector")
    assert "La question la plus utile" not in page and "vous ne savez pas" in page


def test_a_script_in_a_field_stays_text(client: TestClient) -> None:
    raw = client.get('/aides?sector=<script>alert(1)</script>&commune="><img src=x>').text
    assert "<script>alert" not in raw and "<img" not in raw


def test_no_page_carries_a_script_or_a_style_within(client: TestClient) -> None:
    for address in ("/aides", FIRM, FIRM.replace("/aides", "/aides/feuille-de-route")):
        raw = client.get(address).text
        assert " style=" not in raw and "<style" not in raw and "<script>" not in raw


def test_the_road_map_says_the_same_as_a_page_and_as_markdown(client: TestClient, real_engine: Engine) -> None:
    query = urlsplit(FIRM).query
    page = shown(client, f"/aides/feuille-de-route?{query}")
    file = client.get(f"/aides/feuille-de-route.md?{query}&lang=fr")
    assert file.headers["content-type"].startswith("text/markdown") and "attachment" in file.headers["content-disposition"]
    for said in ("Feuille de route", real_engine.corpus_version, "Qui voir", "C'est une indication, pas une décision", "boulangerie"):
        assert said in page and said in file.text


def test_the_chat_is_given_the_profile_in_the_language_of_the_page(client: TestClient, real_engine: Engine) -> None:
    for language in ("fr", "en", "de"):
        page = shown(client, f"{FIRM}&lang={language}")
        link = next(part.split('"')[0] for part in page.split('href="')[1:] if part.startswith("/?q="))
        (said,) = parse_qs(urlsplit(link).query)["q"]
        assert facts(read_profile([said], real_engine.index.territories)) == facts(profile(real_engine, FIRM))


@given(
    st.sampled_from(PLACES), st.sampled_from(["", "1", "12", "10-19", "250", "plus de 50"]), st.sampled_from(TRADES),
    st.sampled_from(["", *STAGES]), st.sampled_from(["", *ASKERS]), st.lists(st.sampled_from(NEEDS), max_size=2, unique=True),
    st.sampled_from(["fr", "en", "de"]),
)  # fmt: skip
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much])
def test_the_same_facts_in_the_chat_and_in_the_wizard_give_the_same_result(
    real_engine: Engine, place: str, count: str, trade: str, stage: str, asker: str, needs: list[str], language: Language
) -> None:
    asked = Given(commune=place, headcount=count, sector=trade, stage=stage, asker=asker, needs=tuple(needs), sent=True)
    territories = real_engine.index.territories
    told = read(asked, territories, language).profile
    # A need that is itself a stage, or a trade, beside another stage or trade: two facts that a message cannot both hold.
    assume(stage_of(told.needs) in (None, told.stage) and not {"create", "takeover", "difficulty"} <= {*told.needs})
    assume(not {"sector-auto", "sector-defence"} & {*needs})
    heard = read_profile([said], territories) if (said := sentence(told, territories, language)) else Profile()
    assert facts(heard) == facts(told), said
    ours, theirs = (match(one, real_engine.catalogue, language) for one in (told, heard))
    assert [(one.scheme_id, one.status) for one in ours.results] == [(one.scheme_id, one.status) for one in theirs.results]


def test_completion_begins_with_what_is_typed_and_names_one_commune(real_engine: Engine) -> None:
    territories = real_engine.index.territories
    assert completions("p", territories) == []
    for typed in ("pont-a", "Pont à", "st-mih", "5443", "stras"):
        found = completions(typed, territories)
        assert 0 < len(found) <= 8
        assert all(len(territories.find(one.value)) == 1 for one in found), found
    started = time.perf_counter()
    for _ in range(20):
        completions("saint", territories)
    assert (time.perf_counter() - started) / 20 < 0.1


@pytest.fixture(scope="module")
def address(app: FastAPI) -> Iterator[str]:
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


def test_a_baker_finds_his_lead_with_the_keyboard_alone(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 700}, locale="fr-FR")
    page = context.new_page()
    page.goto(f"{address}/aides")
    field = page.get_by_role("combobox", name="Dans quelle commune")
    field.focus()
    page.keyboard.type("pomp")
    expect(page.get_by_role("listbox", name="Communes proposées").get_by_role("option").first).to_contain_text("Pompey (54)")
    page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant")
    page.keyboard.press("Enter")
    expect(field).to_have_value("Pompey (54)")
    page.get_by_label("Recruter", exact=True).press("Space")
    page.get_by_role("button", name="Voir les pistes").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos pistes")
    expect(page.get_by_role("article").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not Axe().run(page, options={"runOnly": TAGS}).response["violations"]
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_a_script_the_wizard_works_and_no_rule_of_wcag_is_broken(browser: Browser, address: str, scheme: str) -> None:
    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light", java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(f"{address}/aides?commune=54700&headcount=-4")
    page.get_by_role("textbox", name="How many people").fill("12")
    page.get_by_role("button", name="See the leads").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your leads")
    expect(page.get_by_role("radio").first).to_be_attached()
    context.close()
    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page = context.new_page()
    for path in ("/aides?commune=Xyzzy&headcount=-4&lang=en", "/aides?commune=54700&needs=hire&lang=de"):
        page.goto(address + path)
        assert not Axe().run(page, options={"runOnly": TAGS}).response["violations"], path
    context.close()
