"""Explore, compare, commitments: every count leads to its passages, every passage to its place in the text."""

import csv
import io
import re
from html import unescape

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.engine import Engine
from assistant.server import application
from assistant.web.explore_commitments import Filters, as_csv, commitments
from assistant.web.explore_map import ACTORS, group_of, map_of, themes
from assistant.web.explore_views import compared, table

POCE, PAGE, DECLARATION = "poce-val-de-lorraine", "territoire-industrie-val-de-lorraine", "declaration-commune-2025"

PAGES = ("/explorer", "/explorer?par=acteurs", f"/comparer?a={POCE}&b={DECLARATION}", "/engagements?mots=recrut")


@pytest.fixture(scope="module")
def client(real_engine: Engine) -> TestClient:
    app: FastAPI = application(real_engine)
    return TestClient(app, headers={"accept-language": "fr"})


def shown(client: TestClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return unescape(answer.text)


def test_every_theme_of_the_notes_has_a_plain_name_and_a_family(real_engine: Engine) -> None:
    used = {theme for note in real_engine.index.notes.values() for theme in note.themes}
    assert used == {theme for family in themes().values() for theme in family}


def test_every_count_of_the_table_leads_to_as_many_passages(client: TestClient, real_engine: Engine) -> None:
    found = map_of(real_engine.index)
    for by_actor in (False, True):
        for _, lines in table(found, by_actor, "fr").families:
            for line in lines:
                for cell in line.cells:
                    rows = found.where(line.theme, **{"actor" if by_actor else "document": cell.column})
                    assert len(rows) == cell.passages
    page = shown(client, f"/explorer?theme=emploi&document={POCE}")
    assert page.count('<details class="passage">') == len(found.where("emploi", POCE)) > 0


def test_the_table_is_a_table_that_can_be_read_aloud(client: TestClient) -> None:
    page = shown(client, "/explorer")
    assert "<caption" in page and 'scope="rowgroup"' in page and 'scope="col"' in page
    assert page.count("<svg") == page.count('aria-hidden="true" focusable="false"') > 40
    assert " style=" not in page and "<style" not in page and "<script" not in page


def test_who_acts_is_one_group_for_each_passage(real_engine: Engine) -> None:
    assert group_of(["Région", "EPCI"]) == group_of(["ensemble"]) == "together"
    assert [group_of(one) for one in (["Région", "État"], ["PETR", "EPCI"], ["État"], [])] == ["region", "local", "others", "nobody"]
    rows = map_of(real_engine.index).rows
    assert {row.actor for row in rows} == set(ACTORS) and len(rows) == len(real_engine.index.provisions)


def test_the_map_of_an_index_is_made_once(real_engine: Engine) -> None:
    assert map_of(real_engine.index) is map_of(real_engine.index)


def test_a_choice_that_does_not_exist_is_said_and_the_table_stays(client: TestClient) -> None:
    page = shown(client, "/explorer?theme=<b>licornes</b>")
    assert "Ce choix n'existe pas" in page and "<table" in page
    assert "<b>licornes" not in client.get("/explorer?theme=<b>licornes</b>").text


def test_two_texts_stand_side_by_side_theme_by_theme(client: TestClient, real_engine: Engine) -> None:
    sides, alone = compared(map_of(real_engine.index), POCE, PAGE, "fr")
    assert sides and all(one.document.id == document for _, _, pair in sides for one, document in zip(pair, (POCE, PAGE), strict=True))
    assert any(item.shared for _, _, pair in sides for side in pair for item in side.passages)
    for name, lines in zip((POCE, PAGE), alone, strict=True):
        assert not {line.theme for line in lines} & {theme for theme, _, _ in sides}, name
    page = shown(client, f"/comparer?a={POCE}&b={DECLARATION}&lang=de")
    assert "Zwei Texte nebeneinander" in page and '<blockquote lang="fr">' in page


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("a=x&b=y", 404, "Ce texte n'existe pas ici"),
        (f"a={POCE}&b={POCE}", 200, "deux textes différents"),
        ("", 200, "Choisissez deux textes"),
    ],
)
def test_a_pair_that_cannot_be_compared_is_said_at_its_field(client: TestClient, query: str, status: int, said: str) -> None:
    answer = client.get(f"/comparer?{query}")
    assert answer.status_code == status and said in unescape(answer.text)
    assert ('aria-invalid="true"' in answer.text) == bool(query)


def test_the_commitments_of_the_region_and_of_the_intercommunalites_are_all_there(client: TestClient, real_engine: Engine) -> None:
    found = map_of(real_engine.index)
    asked = Filters(actor="region", document=DECLARATION, kind="commitment")
    assert [row.provision.id for row in commitments(found, asked)] == [f"{DECLARATION}/region/{number}" for number in range(1, 9)]
    page = shown(client, f"/engagements?acteur=local&document={DECLARATION}&nature=commitment")
    assert page.count('<th scope="row"') == 8 and "<caption>" in page
    assert "8 ligne(s)" in page


def test_words_are_found_without_accents_and_by_their_beginning(real_engine: Engine) -> None:
    found = map_of(real_engine.index)
    assert commitments(found, Filters(text="reloc")) and commitments(found, Filters(text="RÉLOCALISATION"))
    assert not commitments(found, Filters(text="licorne"))


def test_the_file_holds_the_exact_words_and_opens_in_a_spreadsheet(client: TestClient, real_engine: Engine) -> None:
    answer = client.get("/engagements.csv?acteur=region")
    assert answer.content.startswith(b"\xef\xbb\xbf") and "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    quotes = {one.quote_plain for one in real_engine.index.provisions.values()}
    assert rows and all(row["Citation"].removeprefix("'") in quotes for row in rows)
    assert all(re.match(r"http://testserver/texte/[a-z0-9-]+#.+", row["Adresse"]) for row in rows)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_runs_as_a_formula(real_engine: Engine, start: str) -> None:
    row = commitments(map_of(real_engine.index), Filters())[0]
    planted = row.provision.model_copy(update={"quote_plain": f"{start}HYPERLINK(1)"})
    text = as_csv([row.__class__(planted, row.note, row.document, row.actor, 0)], "fr", lambda path: path).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))[1][2].startswith("'" + start)


@pytest.mark.parametrize(
    "address", ["/explorer", "/explorer?par=acteurs", f"/comparer?a={POCE}&b={DECLARATION}", "/engagements?mots=recrut"]
)
@pytest.mark.parametrize("language", ["fr", "en", "de"])
def test_each_page_speaks_the_language_asked_for(client: TestClient, address: str, language: str) -> None:
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == 200 and f'<html lang="{language}">' in answer.text
    assert "None" not in re.sub(r"<[^>]+>", " ", answer.text)
