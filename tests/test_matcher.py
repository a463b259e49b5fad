"""Which support is for me: three-valued conditions, order, the question put back, the road map; over the real catalogue."""

import datetime as dt
import random
import time
from html.parser import HTMLParser
from typing import get_args

import pytest
import typer
from conftest import REAL_CORPUS
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from assistant.cli_match import as_text
from assistant.cli_match import match as match_command
from assistant.matching.catalogue import Catalogue
from assistant.matching.matcher import match
from assistant.matching.nextq import next_question
from assistant.matching.order import first, shown
from assistant.matching.roadmap import roadmap_html, roadmap_markdown
from assistant.matching.spoken import table
from assistant.matching.types import Asker, Headcount, MatchResult, Profile, SchemeResult, Sector, Stage
from assistant.types import Language
from ingest.corpus import Source
from ingest.schemes import Scheme, load_schemes, refuse_unknown
from ingest.territories import Territories
from ingest.types import Provision
from ingest.wording import load

POMPEY, LIVERDUN, METZ, STRASBOURG, CHARLEVILLE = "54430", "54318", "57463", "67482", "08105"
SAINT_MIHIEL, SARREBOURG, CHAUMONT, SAINT_DIZIER = "55463", "57630", "52121", "52448"
INDUSTRY = Sector(written="mécanique", section="C", division="25", families=["industry"])
AUTOMOTIVE = Sector(written="équipementier automobile", section="C", division="29", families=["automotive", "industry"])
BAKERY = Sector(written="boulangerie", section="C", division="10")
SMALL, LARGE = Headcount(low=8, high=8), Headcount(low=60, high=60)
TEN_EMPLOYEES = "accompagnement-moins-de-10-salaries-val-de-lorraine"
FORBIDDEN = ("éligible", "vous avez droit", "you are eligible", "berechtigt")


@pytest.fixture(scope="session")
def schemes() -> list[Scheme]:
    """The real catalogue."""
    return load_schemes(REAL_CORPUS)


@pytest.fixture(scope="session")
def catalogue(schemes: list[Scheme], real_sources: dict[str, Source], real_provisions: dict[str, Provision]) -> Catalogue:
    """The real catalogue over the real provisions and tables."""
    documents = {name: source.document for name, source in real_sources.items()}
    return Catalogue.of(schemes, real_provisions, documents, Territories.load(REAL_CORPUS / "territories"))


def firm(**facts: object) -> Profile:
    """A firm's profile."""
    return Profile.model_validate({"asker": "firm"} | facts)


def found(result: MatchResult, scheme: str) -> SchemeResult:
    """One result by its id."""
    return next(one for one in result.results if one.scheme_id == scheme)


def verdicts(one: SchemeResult) -> dict[str, str]:
    """The verdict of each condition by its name."""
    return {criterion.name: criterion.verdict for criterion in one.criteria}


def test_every_scheme_rests_on_provisions_and_needs_that_exist(schemes: list[Scheme], real_provisions: dict[str, Provision]) -> None:
    refuse_unknown(schemes, real_provisions, REAL_CORPUS / "schemes")


def test_every_check_of_the_catalogue_names_values_that_the_matcher_knows(schemes: list[Scheme]) -> None:
    names = table("spoken_names")
    known = {
        "place": set(table("areas")), "sector": set(names["sector"]), "stage": set(get_args(Stage)), "needs": set(load("needs")),
        "asker": set(get_args(Asker)), "headcount": set(), "period": set(),
    }  # fmt: skip
    for scheme in schemes:
        for criterion in scheme.criteria:
            if criterion.test:
                assert {*criterion.test.any, *criterion.test.maybe} <= known[criterion.test.slot], scheme.id


def test_every_area_of_the_data_holds_communes_and_every_scheme_has_place_and_audience(catalogue: Catalogue) -> None:
    assert all(catalogue.areas.values())
    assert len(catalogue.areas["val-de-lorraine"]) == 133
    assert {"67", "68"} == {catalogue.territories.tables.communes[insee].departement for insee in catalogue.areas["alsace"]}
    for entry in catalogue.entries:
        assert {"place", "asker"} <= {condition.slot for condition in entry.conditions}, entry.scheme.id
        assert entry.scheme.ended == any(condition.slot == "period" for condition in entry.conditions)


def test_every_code_that_people_see_has_a_name_in_three_languages(schemes: list[Scheme]) -> None:
    names = table("spoken_names")
    used: dict[str, set[str]] = {
        "needs": set(load("needs")), "group": {s.group for s in schemes}, "audience": {a for s in schemes for a in s.audience},
        "persons": {p for s in schemes for p in s.persons}, "sector": {f for s in schemes for f in s.sectors},
        "contact": {s.see for s in schemes if s.see}, "asker": set(get_args(Asker)), "stage": set(get_args(Stage)),
    }  # fmt: skip
    for kind, codes in used.items():
        for code in codes:
            assert set(names[kind][code]) == {"fr", "en", "de"}, (kind, code)


def test_a_small_firm_of_the_val_de_lorraine_that_recruits_sees_its_own_support_first(catalogue: Catalogue) -> None:
    result = match(firm(places=[POMPEY], headcount=SMALL, needs=["hire"]), catalogue, "fr")
    best = result.results[0]
    assert (best.scheme_id, best.status) == (TEN_EMPLOYEES, "yes")
    effectif = next(criterion for criterion in best.criteria if criterion.name == "effectif")
    assert (effectif.asked, effectif.said, effectif.verdict) == ("Avoir moins de 10 salariés.", "8 salariés", "yes")
    assert "moins de 10 salariés" in effectif.quote


def test_each_quote_is_the_exact_provision_and_is_cited(catalogue: Catalogue, real_sources: dict[str, Source]) -> None:
    for need in load("needs"):
        for one in match(firm(needs=[need]), catalogue, "fr").results:
            assert {criterion.provision_id for criterion in one.criteria} <= {cited.provision_id for cited in one.citations}
            for cited in one.citations:
                assert real_sources[cited.document_id].text[cited.start : cited.end] == cited.quote
            for criterion in one.criteria:
                assert criterion.quote == catalogue.provisions[criterion.provision_id].quote


def test_one_condition_that_can_change_makes_almost_and_two_make_no(catalogue: Catalogue) -> None:
    here = match(firm(places=[POMPEY], headcount=LARGE, needs=["hire"]), catalogue, "fr")
    assert found(here, TEN_EMPLOYEES).status == "almost"
    elsewhere = match(firm(places=[METZ], headcount=LARGE, needs=["hire"]), catalogue, "fr")
    assert found(elsewhere, TEN_EMPLOYEES).status == "no"


def test_territory_audience_and_a_pact_that_has_ended_are_never_almost(catalogue: Catalogue) -> None:
    away = match(firm(places=[METZ], headcount=SMALL, needs=["hire"]), catalogue, "fr")
    assert found(away, TEN_EMPLOYEES).status == "no"
    others = match(firm(places=[METZ], needs=["brownfield"]), catalogue, "fr")
    assert found(others, "outils-fonciers-intercommunalites").status == "no"
    over = found(match(firm(places=[SAINT_MIHIEL], needs=["short-supply"]), catalogue, "fr"), "circuits-de-proximite-coeur-de-lorraine")
    assert (over.status, over.ended, verdicts(over)) == ("no", True, {"territoire": "yes", "public": "yes", "en-vigueur": "no"})


def test_a_headcount_range_across_the_threshold_is_to_check(catalogue: Catalogue) -> None:
    for count, wanted in [((5, 12), "to_check"), ((5, None), "to_check"), ((10, None), "no"), ((1, 9), "yes")]:
        profile = firm(places=[POMPEY], headcount=Headcount(low=count[0], high=count[1]), needs=["hire"])
        assert verdicts(found(match(profile, catalogue, "fr"), TEN_EMPLOYEES))["effectif"] == wanted


def test_places_that_disagree_are_to_check_and_the_question_names_them(catalogue: Catalogue) -> None:
    result = match(firm(places=[POMPEY, METZ], place_written="P.", needs=["network"]), catalogue, "fr")
    assert verdicts(found(result, "val-de-lorraine-entreprendre"))["territoire"] == "to_check"
    assert result.next_question is not None and result.next_question.slot == "place"
    assert "Pompey ou Metz" in result.next_question.text
    assert any("plusieurs lieux : Pompey, Metz" in notice for notice in result.notices)


def test_places_that_all_lie_in_one_pact_need_no_question(catalogue: Catalogue) -> None:
    result = match(firm(places=[POMPEY, LIVERDUN], needs=["network"]), catalogue, "fr")
    assert found(result, "val-de-lorraine-entreprendre").status == "yes"
    assert not any("plusieurs lieux" in notice for notice in result.notices)


def test_a_departement_that_only_touches_a_pact_is_to_check(catalogue: Catalogue) -> None:
    result = match(firm(places=["54"], needs=["hire"], headcount=SMALL, sector=INDUSTRY), catalogue, "fr")
    assert found(result, TEN_EMPLOYEES).status == "to_check"
    assert result.next_question is not None and result.next_question.slot == "place"


@pytest.mark.parametrize(
    ("place", "scheme", "need", "wanted"),
    [
        (CHARLEVILLE, "technorientation", "youth-orientation", "yes"), (STRASBOURG, "technorientation", "youth-orientation", "no"),
        (STRASBOURG, "escape-games-realite-virtuelle", "apprentices", "to_check"),
        (METZ, "escape-games-realite-virtuelle", "apprentices", "no"),
        (SARREBOURG, "sarrevie", "network", "yes"), (METZ, "sarrevie", "network", "no"),
        (SAINT_DIZIER, "parc-innov", "innovate", "yes"), (CHAUMONT, "parc-innov", "innovate", "no"),
        (CHAUMONT, "mobilite-4-0-langres-chaumont", "sector-auto", "to_check"),
        (METZ, "mobilite-4-0-langres-chaumont", "sector-auto", "no"),
    ],
)  # fmt: skip
def test_each_area_is_where_the_text_says(catalogue: Catalogue, place: str, scheme: str, need: str, wanted: str) -> None:
    one = found(match(Profile(places=[place], needs=[need]), catalogue, "fr"), scheme)
    assert verdicts(one)["territoire"] == wanted


def test_only_the_val_de_lorraine_is_known_to_be_a_territoire_d_industrie(catalogue: Catalogue) -> None:
    for place, wanted in ((POMPEY, "yes"), (METZ, "to_check")):
        one = found(match(firm(places=[place], needs=["grow"], sector=INDUSTRY), catalogue, "fr"), "territoires-d-industrie")
        assert one.status == wanted


def test_an_officer_sees_what_a_firm_cannot_use(catalogue: Catalogue) -> None:
    officer = match(Profile(places=[STRASBOURG], needs=["brownfield"], asker="intercommunalité"), catalogue, "fr")
    assert (officer.results[0].scheme_id, officer.results[0].status) == ("outils-fonciers-intercommunalites", "yes")


def test_a_jobseeker_gets_training_and_a_household_gets_a_sentence(catalogue: Catalogue) -> None:
    jobseeker = match(Profile(places=[METZ], needs=["jobseeker-training"], asker="jobseeker"), catalogue, "fr")
    assert {one.status for one in first(jobseeker)} == {"yes"}
    household = match(Profile(places=[METZ], needs=["energy"], asker="household"), catalogue, "fr")
    assert (household.results, household.next_question) == ([], None)
    assert "particuliers" in household.notices[0]


def test_outside_the_region_nothing_matches_and_the_place_is_named(catalogue: Catalogue) -> None:
    result = match(firm(outside="Lyon", place_written="Lyon", needs=["hire"]), catalogue, "fr")
    assert {one.status for one in result.results} == {"no"} and result.next_question is None
    assert result.notices[0].startswith("Lyon est hors de la région Grand Est")


def test_an_unknown_place_is_said_and_never_guessed(catalogue: Catalogue) -> None:
    result = match(firm(place_written="Xyzville", needs=["hire"]), catalogue, "en")
    assert "Xyzville" in result.notices[0]
    assert {verdicts(one)["territoire"] for one in result.results} == {"to_check"}


def test_a_bakery_lacks_the_sector_of_an_accelerator_and_unknown_trades_are_to_check(catalogue: Catalogue) -> None:
    known = match(firm(places=[METZ], needs=["grow"], sector=BAKERY), catalogue, "fr")
    assert found(known, "accelerateur-automobile").status == "almost"
    vague = match(firm(places=[METZ], needs=["grow"], sector=Sector(written="truc")), catalogue, "fr")
    assert found(vague, "accelerateur-automobile").status == "to_check"
    assert match(firm(places=[METZ], needs=["grow"], sector=AUTOMOTIVE), catalogue, "fr").results[0].scheme_id == "accelerateur-automobile"


def test_a_need_to_take_over_says_the_stage_by_itself(catalogue: Catalogue) -> None:
    one = found(match(firm(places=[POMPEY], needs=["takeover"]), catalogue, "fr"), "be-est-entreprendre")
    assert (one.status, verdicts(one)["creation-reprise"]) == ("yes", "yes")


def test_membership_is_told_with_its_table_and_never_cited(catalogue: Catalogue) -> None:
    result = match(firm(places=[LIVERDUN], needs=["hire"]), catalogue, "fr")
    told = next(notice for notice in result.notices if notice.startswith("Liverdun fait partie de"))
    assert "Bassin de Pompey" in told and "millésime 2026" in told and "ne vient pas des pactes" in told
    assert not any("pacte local" in notice for notice in result.notices)


def test_what_the_texts_do_not_know_there_is_said(catalogue: Catalogue) -> None:
    assert any("aucun pacte local" in notice for notice in match(firm(places=[METZ], needs=["hire"]), catalogue, "fr").notices)
    ended = match(firm(places=[SAINT_MIHIEL], needs=["hire"]), catalogue, "fr").notices
    assert any("terminé depuis le 31 décembre 2021" in notice for notice in ended)


def test_every_result_says_it_decides_nothing_and_never_that_one_is_entitled(catalogue: Catalogue) -> None:
    languages: tuple[Language, ...] = get_args(Language)
    for language in languages:
        for profile in (Profile(), firm(places=[POMPEY], needs=["grow"]), Profile(asker="household")):
            written = match(profile, catalogue, language).model_dump_json()
            assert not any(word in written for word in FORBIDDEN)
    assert "indication, pas une décision" in match(Profile(), catalogue, "fr").notices[-1]


def test_the_first_screen_holds_five_grouped_by_what_they_give(catalogue: Catalogue) -> None:
    result = match(firm(places=[POMPEY], needs=["digital", "land-premises"]), catalogue, "fr")
    groups = shown(result)
    assert sum(len(group.results) for group in groups) == 5 and len(groups) > 1
    assert groups[0].results[0] == result.results[0]
    assert all(one.group == group.name for group in groups for one in group.results)


def test_local_pacts_come_before_the_region_and_possible_before_impossible(catalogue: Catalogue) -> None:
    result = match(firm(places=[POMPEY], sector=INDUSTRY, needs=["digital"]), catalogue, "fr")
    assert [one.scheme_id for one in first(result)][:1] == ["transitions-val-de-lorraine"]
    ranks = [("yes", "to_check", "almost", "no").index(one.status) for one in result.results]
    assert ranks == sorted(ranks)


def test_without_a_need_only_broad_schemes_come_and_the_need_is_asked(catalogue: Catalogue) -> None:
    for profile in (Profile(), firm(places=[METZ])):
        result = match(profile, catalogue, "de")
        assert result.results and result.next_question is not None
        assert (result.next_question.slot, result.next_question.text[:11]) == ("needs", "Was suchen ")


def test_the_question_put_back_is_the_one_that_changes_most(catalogue: Catalogue) -> None:
    asked = next_question(firm(places=[POMPEY], needs=["hire"], sector=INDUSTRY), catalogue, "fr")
    assert asked is not None and asked.slot == "headcount"
    place = next_question(firm(needs=["network"]), catalogue, "fr")
    assert place is not None and place.slot == "place"
    assert next_question(firm(places=[METZ], needs=["cyber"]), catalogue, "fr") is None


def test_what_someone_does_not_know_is_not_asked_again(catalogue: Catalogue) -> None:
    profile = firm(places=[POMPEY], needs=["hire"], unknown=["headcount"], sector=INDUSTRY)
    result = match(profile, catalogue, "fr")
    assert result.next_question is None
    effectif = next(criterion for criterion in found(result, TEN_EMPLOYEES).criteria if criterion.name == "effectif")
    assert (effectif.verdict, effectif.said) == ("to_check", "vous ne savez pas")


def test_contradictions_are_said_first(catalogue: Catalogue) -> None:
    assert match(firm(contradictions=["Vous avez dit 8, puis 12."]), catalogue, "fr").notices[0] == "Vous avez dit 8, puis 12."


PLACES = st.sampled_from([[], [POMPEY], [METZ], [STRASBOURG], [SAINT_MIHIEL], ["54"], [POMPEY, METZ]])
COUNTS = st.one_of(
    st.none(), st.integers(0, 500).map(lambda n: Headcount(low=n, high=n)), st.integers(0, 40).map(lambda n: Headcount(low=n))
)
PROFILES = st.builds(
    Profile,
    places=PLACES,
    headcount=COUNTS,
    sector=st.sampled_from([None, INDUSTRY, AUTOMOTIVE, BAKERY]),
    stage=st.sampled_from([None, *get_args(Stage)]),
    needs=st.lists(st.sampled_from(sorted(load("needs"))), max_size=3, unique=True),
    asker=st.sampled_from([None, *get_args(Asker)]),
)
KNOWN = {"places": [POMPEY], "headcount": SMALL, "sector": AUTOMOTIVE, "stage": "growth", "asker": "young"}


@given(PROFILES, st.sampled_from(sorted(KNOWN)), PROFILES)
@settings(max_examples=150, deadline=None)
def test_adding_a_fact_never_turns_no_into_to_check(catalogue: Catalogue, profile: Profile, slot: str, other: Profile) -> None:
    blank = profile.model_copy(update={slot: [] if slot == "places" else None, "needs": profile.needs or ["grow"]})
    more = blank.model_copy(update={slot: getattr(other, slot) or KNOWN[slot]})
    after = {one.scheme_id: one for one in match(more, catalogue, "fr").results}
    for before in match(blank, catalogue, "fr").results:
        if before.scheme_id in after:
            now = after[before.scheme_id]
            assert not (before.status == "no" and now.status == "to_check")
            told = zip(before.criteria, now.criteria, strict=True)
            assert not any(old.verdict == "no" and new.verdict == "to_check" for old, new in told)


@given(PROFILES)
@settings(max_examples=150, deadline=None)
def test_an_unknown_fact_never_decides_its_condition(catalogue: Catalogue, profile: Profile) -> None:
    slots = {entry.scheme.id: [condition.slot for condition in entry.conditions] for entry in catalogue.entries}
    unknown = {
        "place": not profile.places, "headcount": profile.headcount is None, "sector": profile.sector is None,
        "asker": profile.asker is None,
        "stage": profile.stage is None and not {"create", "takeover"} & set(profile.needs), "": True,
    }  # fmt: skip
    for one in match(profile, catalogue, "fr").results:
        for slot, criterion in zip(slots[one.scheme_id], one.criteria, strict=True):
            if unknown.get(slot):
                assert criterion.verdict == "to_check", (one.scheme_id, criterion.name)


@given(PROFILES, st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_the_order_of_the_catalogue_changes_nothing(
    catalogue: Catalogue, schemes: list[Scheme], profile: Profile, chance: random.Random
) -> None:
    mixed = chance.sample(schemes, len(schemes))
    other = Catalogue.of(mixed, catalogue.provisions, catalogue.documents, catalogue.territories)
    assert match(profile, other, "fr") == match(profile, catalogue, "fr")


@given(PROFILES)
@settings(max_examples=50, deadline=None)
def test_nobody_outside_the_region_reads_yes(catalogue: Catalogue, profile: Profile) -> None:
    away = profile.model_copy(update={"places": [], "outside": "Lyon", "place_written": "Lyon"})
    assert all(one.status == "no" for one in match(away, catalogue, "fr").results)


@given(PROFILES, st.sampled_from(get_args(Language)))
@settings(max_examples=50, deadline=None)
def test_any_profile_gets_an_answer_and_a_road_map(catalogue: Catalogue, profile: Profile, language: Language) -> None:
    result = match(profile, catalogue, language)
    assert result == match(profile, catalogue, language)
    assert len(first(result)) <= 5 and result.notices
    assert roadmap_markdown(result, {}, "v", dt.date(2026, 1, 2)) and roadmap_html(result, {}, "v", dt.date(2026, 1, 2))


def test_the_road_map_holds_situation_reasons_passages_date_and_version(catalogue: Catalogue) -> None:
    result = match(firm(places=[POMPEY], place_written="Pompey", headcount=SMALL, needs=["hire"]), catalogue, "fr")
    titles = {document.id: document.title for document in catalogue.documents.values()}
    for made in (roadmap_markdown, roadmap_html):
        page = made(result, titles, "abc123", dt.date(2026, 11, 22))
        for wanted in ("22 novembre 2026", "abc123", "Pompey", "Avoir moins de 10 salariés", "POCE Val de Lorraine", "pas une décision",
                       "À vérifier", "Qui voir", "Votre situation", "a priori oui", "référent de proximité"):  # fmt: skip
            assert wanted in page, wanted


def test_the_printed_page_fetches_nothing_runs_nothing_and_escapes_what_was_typed(catalogue: Catalogue) -> None:
    typed = "<script>alert(1)</script> & *co*"
    result = match(firm(places=[POMPEY], place_written=typed, needs=["hire"]), catalogue, "en")
    page = roadmap_html(result, {}, "v", dt.date(2026, 1, 2))
    tags = _Tags()
    tags.feed(page)
    assert not tags.names & {"script", "link", "img", "iframe"} and "http" not in page and "src=" not in page
    assert 'lang="en"' in page and "&lt;script&gt;" in page
    assert "\\<script\\>" in roadmap_markdown(result, {}, "v", dt.date(2026, 1, 2))


def test_the_terminal_shows_the_same_reasons_and_the_question(catalogue: Catalogue) -> None:
    text = as_text(match(firm(places=[POMPEY], headcount=SMALL, needs=["hire"]), catalogue, "fr"))
    assert "Avoir moins de 10 salariés. → a priori oui (vous : 8 salariés)" in text
    assert "Quelle est votre activité ?" in text and "pas une décision" in text


@pytest.mark.parametrize("options", [["--language", "es"], ["--roadmap", "carte.pdf"]])
def test_an_option_that_cannot_be_is_bad_usage(options: list[str]) -> None:
    app = typer.Typer()
    app.command()(match_command)
    assert CliRunner().invoke(app, options).exit_code == 2


def test_matching_takes_a_few_milliseconds_at_most(catalogue: Catalogue) -> None:
    profile = firm(places=[POMPEY], headcount=SMALL, sector=INDUSTRY, needs=["digital"])
    match(profile, catalogue, "fr")
    best = min(_seconds(profile, catalogue) for _ in range(20))
    assert best < 0.005


def _seconds(profile: Profile, catalogue: Catalogue) -> float:
    start = time.perf_counter()
    match(profile, catalogue, "fr")
    return time.perf_counter() - start


class _Tags(HTMLParser):
    """The names of the elements of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
