"""One question put in several ways: the committed pairs and triples are sound, and agreement is counted as it should be."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.types import Answer, Citation, Question, Status
from evals.pairs import FOLLOWUPS, TRIPLES, Agreement, Pair, Triple, lines, load, same_first, same_provisions
from ingest.errors import CorpusError


def a_citation(marker: int, provision: str) -> Citation:
    return Citation(
        marker=marker, provision_id=provision, document_id="p", label=provision, path=[], quote="Un texte.", quote_plain="Un texte.",
        start=0, end=9, date=None, in_force="unknown",
    )  # fmt: skip


@dataclass(frozen=True)
class Given:
    """An answer made beforehand."""

    given: Answer

    def answer(self) -> Answer:
        return self.given


@dataclass(frozen=True)
class Scripted:
    """Cites, for the turns of a conversation joined by « > », the provisions listed."""

    cites: Mapping[str, list[str]]

    def turn(self, question: Question, /) -> Given:
        cited = self.cites[" > ".join([*question.history, question.question])]
        citations = [a_citation(number, provision) for number, provision in enumerate(cited, start=1)]
        return Given(Answer(question=question.question, language="fr", status=Status.ANSWERED, text="Voici.", citations=citations))


def a_pair(name: str) -> Pair:
    return Pair(id=name, alone=f"{name} seul", turns=(f"{name} avant", "et ensuite ?"))


def a_triple(name: str) -> Triple:
    return Triple(id=name, fr=f"{name} fr", en=f"{name} en", de=f"{name} de")


def paired(alone: list[str], followup: list[str]) -> Scripted:
    return Scripted({"a seul": alone, "a avant > et ensuite ?": followup})


def test_the_committed_pairs_are_sound_and_enough() -> None:
    pairs, left_out = load(FOLLOWUPS, Pair)
    assert not left_out
    assert len(pairs) >= 30
    assert len({pair.alone for pair in pairs}) == len({pair.turns for pair in pairs}) == len(pairs)


def test_no_second_turn_could_stand_alone() -> None:
    for pair in load(FOLLOWUPS, Pair)[0]:
        first, second = pair.turns
        assert len({pair.alone, first, second}) == 3, pair.id
        assert len(second) < len(pair.alone) or second.startswith(("Et ", "And ", "Und ")), pair.id


def test_the_committed_triples_are_sound_and_enough() -> None:
    triples, left_out = load(TRIPLES, Triple)
    assert not left_out
    assert len(triples) >= 60
    assert len({triple.fr for triple in triples}) == len({triple.en for triple in triples}) == len({triple.de for triple in triples})
    assert all(len({triple.fr, triple.en, triple.de}) == 3 for triple in triples)


def test_the_second_turn_is_asked_with_the_first_as_its_history() -> None:
    agreement = same_provisions(paired(["p/1"], ["p/1"]), [a_pair("a")])
    assert agreement.same_provisions.value == agreement.same_first.value == 1.0
    assert agreement.differing == []


def test_provisions_in_another_order_are_the_same_set_with_another_first() -> None:
    agreement = same_provisions(paired(["p/1", "p/2"], ["p/2", "p/1"]), [a_pair("a")])
    assert (agreement.same_provisions.value, agreement.same_first.value) == (1.0, 0.0)


def test_one_provision_more_is_another_set_and_is_listed_by_its_id() -> None:
    agreement = same_provisions(paired(["p/1"], ["p/1", "p/2"]), [a_pair("a")])
    assert (agreement.same_provisions.value, agreement.same_first.value) == (0.0, 1.0)
    assert [(row.id, row.alone, row.followup) for row in agreement.differing] == [("a", ["p/1"], ["p/1", "p/2"])]


def test_two_answers_that_cite_nothing_do_not_agree() -> None:
    agreement = same_provisions(paired([], []), [a_pair("a")])
    assert (agreement.same_provisions.value, agreement.same_first.value) == (0.0, 0.0)
    assert [row.id for row in agreement.differing] == ["a"]


def test_languages_are_compared_two_by_two_and_all_together_by_the_first_provision() -> None:
    cites = {"a fr": ["p/1", "p/2"], "a en": ["p/1"], "a de": ["p/1", "p/3"], "b fr": ["p/1"], "b en": ["p/1"], "b de": []}
    agreement = same_first(Scripted(cites), [a_triple("a"), a_triple("b")])
    assert (agreement.fr_en.value, agreement.fr_de.value, agreement.all_three.value) == (1.0, 0.5, 0.5)
    assert [(row.id, row.de) for row in agreement.differing] == [("b", [])]


def test_what_is_printed_names_every_row_that_differs() -> None:
    spoken = Scripted({"b fr": ["p/1"], "b en": ["p/2"], "b de": []})
    asked = same_provisions(paired(["p/1"], []), [a_pair("a")])
    told = lines(Agreement(followups=asked, languages=same_first(spoken, [a_triple("b")])))
    assert told[-2:] == ["a: alone p/1; in two turns nothing", "b: fr p/1; en p/2; de nothing"]


def test_a_line_with_an_id_already_given_or_without_its_turns_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "pairs.jsonl"
    row = a_pair("a").model_dump_json()
    file.write_text(f'{row}\n{row}\n{{"id": "b", "alone": "Seul ?", "turns": ["Un seul tour"]}}\n', encoding="utf-8")
    pairs, left_out = load(file, Pair)
    assert [pair.id for pair in pairs] == ["a"]
    assert sorted(fault.line or 0 for fault in left_out) == [2, 3]


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CorpusError):
        load(tmp_path / "none.jsonl", Triple)
