"""Phrases are read and situations matched as people who wrote them down expected; and both cost next to nothing."""

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import REAL_CORPUS
from typer.testing import CliRunner

from assistant.matching.matcher import match
from assistant.matching.types import Profile
from evals.cli import app
from evals.golden import Golden, differences
from evals.profile_report import ProfileBench, ProfileReport, as_lines
from evals.profiling import SLOTS, Phrase, Told, load_phrases, read_phrases
from ingest.settings import settings

FLOOR = 0.95


@pytest.fixture(scope="module")
def bench() -> ProfileBench:
    """The real phrases and golden profiles over the real corpus."""
    return ProfileBench(REAL_CORPUS)


@pytest.fixture(scope="module")
def report(bench: ProfileBench) -> ProfileReport:
    """Everything scored once."""
    return bench.report()


def phrase(text: str, **said: Any) -> Phrase:
    """A phrase that says what is given and nothing else."""
    blank: dict[str, Any] = {
        "place": "",
        "place_candidates": [],
        "outside": "",
        "headcount": None,
        "section": "",
        "division": "",
        "stage": None,
        "needs": [],
    }
    return Phrase.model_validate({"id": text, "set": "dev", "text": text, "language": "fr", "expect": blank | {"asker": "firm"} | said})


def f1(bench: ProfileBench, one: Phrase, slot: Told) -> float | None:
    """The score of one phrase on one slot."""
    return read_phrases([one], bench.territories, None).slots["dev"][slot].f1.value


@pytest.mark.parametrize("slot", SLOTS)
def test_phrases_of_the_open_part_are_read_as_they_were_meant(report: ProfileReport, slot: Told) -> None:
    value = report.reading.slots["dev"][slot].f1.value
    assert value is not None and value >= FLOOR, [miss for miss in report.reading.misses if miss.slot == slot]


def test_there_are_enough_phrases_in_three_languages_and_a_third_is_kept_apart(bench: ProfileBench, report: ProfileReport) -> None:
    assert not bench.left_out
    assert sum(report.reading.phrases.values()) >= 200 and 3 * report.reading.phrases["kept"] >= sum(report.reading.phrases.values())
    assert {one.language for one in bench.phrases} == {"fr", "en", "de"}


def test_nothing_of_a_kept_phrase_is_shown_but_the_figures(bench: ProfileBench, report: ProfileReport) -> None:
    kept = {one.id for one in bench.phrases if one.set == "kept"}
    assert kept and not kept & {miss.id for miss in report.reading.misses}
    told = "\n".join(as_lines(report)) + report.model_dump_json()
    assert not any(name in told for name in kept)


def test_a_value_that_is_wrong_counts_as_found_and_as_said(bench: ProfileBench) -> None:
    text = "12 salariés à Metz"
    assert f1(bench, phrase(text, place="57463", headcount=[12, 12]), "headcount") == 1
    assert f1(bench, phrase(text, place="57463", headcount=[13, 13]), "headcount") == 0
    assert f1(bench, phrase(text, place="54395"), "place") == 0
    assert f1(bench, phrase(text, place="57463"), "stage") is None


def test_a_postcode_is_read_by_its_intercommunalites_and_fewer_than_ten_may_begin_at_none(bench: ProfileBench) -> None:
    text = "54700, moins de 10 salariés"
    assert f1(bench, phrase(text, place_candidates=["200041515", "200070738"]), "place") == 1
    assert f1(bench, phrase(text, place_candidates=["200041515"]), "place") == 0
    assert f1(bench, phrase(text, headcount=[1, 9]), "headcount") == f1(bench, phrase(text, headcount=[0, 9]), "headcount") == 1


def test_every_golden_profile_is_matched_as_expected(report: ProfileReport) -> None:
    assert report.golden.differences == []
    assert report.golden.profiles >= 60


def test_golden_profiles_hold_the_hard_situations(bench: ProfileBench) -> None:
    golden = bench.golden
    shown = {row.id: match(row.profile, bench.catalogue, "fr").results for row in golden}
    assert any(row.expect.nothing and row.profile.asker == "firm" for row in golden)
    assert any(one.ended and row.expect.verdicts.get(one.scheme_id) == "no" for row in golden for one in shown[row.id])
    assert any(one.audience == ["intercommunalité"] and one.scheme_id in row.expect.first for row in golden for one in shown[row.id])
    assert any(len(row.profile.places) == 2 and row.profile.place_written.isdigit() for row in golden)


def golden(**expect: Any) -> Golden:
    """A firm of Pompey that recruits, with what is expected of it."""
    profile = Profile(places=["54430"], needs=["hire"], asker="firm")
    blank = {"nothing": False, "first": [], "ties": [], "among": [], "never": [], "verdicts": {}}
    return Golden.model_validate({"id": "essai", "profile": profile, "expect": blank | expect, "why": "a try"})


def test_a_difference_is_told_by_its_kind_and_ties_may_swap(bench: ProfileBench) -> None:
    best, second = [one.scheme_id for one in match(golden().profile, bench.catalogue, "fr").results][:2]
    told = {
        "first": golden(first=[second, best]), "among": golden(among=["climaxion-eit"]), "never": golden(never=[best]),
        "verdicts": golden(verdicts={best: "no"}), "nothing": golden(nothing=True),
    }  # fmt: skip
    for kind, row in told.items():
        assert [found for found, _ in differences(row, bench.catalogue)] == [kind]
    assert not list(differences(golden(first=[second, best], ties=[[best, second]]), bench.catalogue))
    assert not list(differences(golden(verdicts={"climaxion-eit": "no"}), bench.catalogue))


def test_a_line_that_is_no_phrase_is_named_and_the_others_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "phrases.jsonl"
    good = phrase("12 salariés à Metz").model_dump_json()
    file.write_text(f"{good}\n{{}}\n{good}\n", encoding="utf-8")
    rows, faults = load_phrases(file)
    assert len(rows) == 1 and [fault.line for fault in faults] == [2, 3]


def test_the_command_prints_json_and_nothing_else() -> None:
    done = CliRunner().invoke(app, ["profiles", "--json", "--corpus", str(REAL_CORPUS)])
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert set(told["reading"]["slots"]) == {"dev", "kept"} and told["costs"] is None


def test_matching_costs_a_tenth_of_one_query_embedding_and_a_look_up_less_than_a_millisecond(bench: ProfileBench) -> None:
    costs = bench.costs(settings())
    print("\n".join(as_lines(bench.report().model_copy(update={"costs": costs}))).rpartition("yardstick:")[2])
    assert costs.match.yardsticks <= 0.1
    assert costs.lookup.n == 5115 and costs.lookup.mean < 0.001 and costs.lookup.p95 < 0.001
