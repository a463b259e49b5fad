"""Each metric against an example worked out by hand, and each corner case shown to cost what it should."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.types import Answer, Citation, Reason, Status
from evals.citing import citation_f1, citation_precision, citation_recall, markers_resolved, quotations_exact, quoted_words_cited
from evals.compare import comparisons
from evals.corpus_texts import CorpusTexts
from evals.groundedness import groundedness, sentences
from evals.intervals import bootstrap, holm, mcnemar, measure, wilson
from evals.retrieval import BEIR_MEASURES, by_groups, means, retrieval_scores, scores_of
from evals.saying import folded, found_groups, said
from evals.score import score
from evals.types import AnswerRow, QuestionRow
from evals.verdict import shortcomings
from ingest.types import Kind, Provision

SOURCE = "La Région soutient le foncier. Le pacte vise 1 500 emplois à Pompey. L'eau est comptée."
SPANS = {"p/1": (0, 30), "p/2": (31, 68), "p/3": (69, 87)}


def a_provision(name: str) -> Provision:
    start, end = SPANS[name]
    quote = SOURCE[start:end]
    return Provision(
        id=name, document_id="p", kind=Kind.AXIS, path=["Pacte", "Priorité 1"], label=f"Pacte · axe {name[-1]}", actors=[], serves=[],
        quote=quote, quote_plain=quote, start=start, end=end,
    )  # fmt: skip


TEXTS = CorpusTexts({name: a_provision(name) for name in SPANS}, {"p": SOURCE})


def a_citation(marker: int, name: str) -> Citation:
    p = TEXTS.provisions[name]
    return Citation(
        marker=marker, provision_id=name, document_id="p", label=p.label, path=p.path, quote=p.quote, quote_plain=p.quote_plain,
        start=p.start, end=p.end, date=None, in_force="unknown",
    )  # fmt: skip


def an_answer(text: str = "", cited: Sequence[str] = (), status: Status = Status.ANSWERED, reason: Reason = Reason.NONE) -> Answer:
    marked = text + "".join(f" [{at}]" for at in range(1, len(cited) + 1))
    citations = [a_citation(at, name) for at, name in enumerate(cited, start=1)]
    return Answer(question="?", language="fr", status=status, reason=reason, text=marked, citations=citations)


def a_question(
    evidence: Sequence[list[str]] = (), status: Status = Status.ANSWERED, category: str = "passage", name: str = "q",
    must: Sequence[list[str]] = (), must_not: Sequence[str] = (), asked: str = "Que dit le pacte ?",
) -> QuestionRow:  # fmt: skip
    reason = Reason.OUT_OF_SCOPE if status is Status.REFUSED else Reason.NONE
    return QuestionRow(
        id=name, question=asked, language="fr", category=category, status=status, reason=reason, evidence=list(evidence),
        must_contain=list(must), must_not_contain=list(must_not),
    )  # fmt: skip


def a_row(answer: Answer, name: str = "q", retrieved: Sequence[str] = (), legs: dict[str, list[str]] | None = None) -> AnswerRow:
    return AnswerRow(id=name, answer=answer, retrieved=list(retrieved), seconds=0.5, legs=legs)


def overall(question: QuestionRow, answer: Answer) -> dict[str, float | None]:
    result = score([question], {"q": a_row(answer)}, TEXTS)
    return {name: one.value for name, one in result.overall.items()}


# Retrieval


def test_a_group_is_found_where_its_first_id_stands_and_a_twin_keeps_its_place() -> None:
    assert by_groups(["x", "b", "a", "c"], [["a", "b"], ["c"]]) == ["id x", "group 0", "id a", "group 1"]


def test_retrieval_by_hand() -> None:
    scores = retrieval_scores({"q": ["x", "b", "a", "c"]}, {"q": [["a", "b"], ["c"]]})["q"]
    assert scores["recall@1"] == 0.0
    assert scores["recall@5"] == 1.0
    assert scores["mrr"] == pytest.approx(1 / 2)
    # gains at ranks 2 and 4 over the ideal at ranks 1 and 2: (1/log2(3) + 1/log2(5)) / (1 + 1/log2(3))
    assert scores["ndcg@10"] == pytest.approx((0.63093 + 0.43068) / 1.63093, abs=1e-4)


def test_nothing_retrieved_is_worth_nought_and_no_evidence_is_not_measured() -> None:
    scores = retrieval_scores({"q": [], "r": ["a"]}, {"q": [["a"]], "r": []})
    assert set(scores) == {"q"}
    assert set(scores["q"].values()) == {0.0}


def test_the_measures_of_public_sets_by_hand() -> None:
    ranking = [f"n{at}" for at in range(10)]
    scores = scores_of({"q": [*ranking, "good"], "r": ["good"]}, {"q": {"good": 1}, "r": {"good": 1}}, BEIR_MEASURES)
    assert scores["q"] == {"nDCG@10": 0.0, "MRR@10": 0.0, "Recall@5": 0.0, "Recall@20": 1.0}
    assert means(scores.values())["MRR@10"] == 0.5


def test_legs_are_scored_beside_the_whole_when_they_were_recorded() -> None:
    row = a_row(an_answer("x", ["p/1"]), retrieved=["p/2"], legs={"lexical": ["p/1"], "dense": ["p/2", "p/1"]})
    means_ = score([a_question([["p/1"]])], {"q": row}, TEXTS).overall
    assert (means_["mrr"].value, means_["lexical mrr"].value, means_["dense mrr"].value) == (0.0, 1.0, 0.5)


# Citations


def test_citation_precision_recall_and_their_mean_by_hand() -> None:
    question, answer = a_question([["p/1", "twin"], ["p/9"]]), an_answer("x", ["p/1", "p/2", "p/3"])
    precision, recall = citation_precision(question, answer), citation_recall(question, answer)
    assert precision == pytest.approx(1 / 3)
    assert recall == 1 / 2
    assert citation_f1(precision, recall) == pytest.approx(2 * (1 / 3) * (1 / 2) / (1 / 3 + 1 / 2))


def test_no_citation_has_no_precision_but_costs_recall_and_coverage() -> None:
    found = overall(a_question([["p/1"]]), an_answer("La Région soutient le foncier."))
    assert found["citation_precision"] is None
    assert (found["citation_recall"], found["citation_f1"], found["coverage"], found["passed"]) == (0.0, 0.0, 0.0, 0.0)


def test_citing_for_a_question_to_refuse_is_wrong_every_time() -> None:
    found = overall(a_question(status=Status.REFUSED), an_answer("Voici.", ["p/1"]))
    assert (found["citation_precision"], found["citation_recall"], found["false_answer"], found["status"]) == (0.0, None, 1.0, 0.0)


def test_citing_every_provision_buys_recall_at_the_price_of_precision() -> None:
    found = overall(a_question([["p/1"]]), an_answer("x", ["p/1", "p/2", "p/3"]))
    assert (found["citation_recall"], found["citation_precision"], found["citation_f1"]) == (1.0, 0.333333, 0.5)


def test_markers_must_be_those_of_the_citations_in_their_order() -> None:
    answer = an_answer("x", ["p/1", "p/2"])
    assert markers_resolved(answer)
    for text in ("x [2] [1]", "x [1]", "x [1] [2] [3]", "x"):
        assert not markers_resolved(answer.model_copy(update={"text": text}))


@pytest.mark.parametrize(
    "change",
    [{"quote": "La Région soutient le foncier!"}, {"start": 1}, {"provision_id": "p/2"}, {"provision_id": "lost"}, {"quote_plain": "La"}],
)
def test_a_quotation_that_is_not_to_the_letter_is_seen(change: dict[str, object]) -> None:
    answer = an_answer("x", ["p/1"])
    assert quotations_exact(answer, TEXTS)
    altered = answer.citations[0].model_copy(update=change)
    assert not quotations_exact(answer.model_copy(update={"citations": [altered]}), TEXTS)


def test_words_in_quotation_marks_must_stand_in_a_citation() -> None:
    invented = an_answer("Il dit « la Région finance toutes les usines » et « Le pacte vise 1 500 emplois à Pompey. »", ["p/2"])
    assert quoted_words_cited(invented, a_question()) == 0.5
    assert quoted_words_cited(an_answer("Rien entre guillemets."), a_question()) is None


# Content


def test_case_accents_and_the_ways_to_write_thousands_make_no_difference() -> None:
    assert folded("**1 500** É́COLES [12]").startswith("1500 ecoles")
    assert all(found_groups("Le pacte vise 1\u202f500 emplois", [["1500"], ["1.500"], ["1,500"], ["EMPLOIS", "x"]]))


def test_a_figure_stands_alone_and_a_short_word_begins_a_word() -> None:
    assert found_groups("en 2010, 10,5 km", [["10"], ["10,5"], ["2010"]]) == [False, True, True]
    assert found_groups("Louis finance la Wirtschaftsentwicklung", [["oui"], ["entwicklung"], ["finan"]]) == [False, True, True]


def test_a_wrong_thing_said_fails_the_question() -> None:
    question = a_question([["p/2"]], must=[["emplois"]], must_not=["garanti"])
    assert shortcomings(question, an_answer("1 500 emplois", ["p/2"])) == []
    assert shortcomings(question, an_answer("1 500 emplois garantis", ["p/2"])) == ["says « garanti »"]
    assert said("c'est garanti", ["garanti", "promis"]) == ["garanti"]


def test_an_empty_answer_fails_and_contains_nothing() -> None:
    found = overall(a_question([["p/1"]], must=[["foncier"]]), an_answer())
    assert (found["must_contain"], found["passed"], found["groundedness"]) == (0.0, 0.0, None)


# What passes


def test_a_list_needs_four_groups_in_five_and_a_passage_one() -> None:
    evidence = [["p/1"], ["p/2"], ["p/3"], ["a"], ["b"]]
    three, passage, every = an_answer("x", ["p/1", "p/2", "p/3"]), a_question(evidence), a_question(evidence, category="list")
    assert shortcomings(passage, three) == []
    assert shortcomings(every, three) == ["cites 3 of the 5 passages that answer"]
    assert shortcomings(a_question(evidence[:4], category="list"), three) == ["cites 3 of the 4 passages that answer"]
    assert shortcomings(a_question(evidence[:3], category="comparison"), three) == []


def test_the_right_words_under_the_wrong_status_do_not_pass() -> None:
    question = a_question([["p/1"]], status=Status.PARTIAL)
    assert shortcomings(question, an_answer("x", ["p/1"], Status.PARTIAL)) == []
    assert shortcomings(question, an_answer("x", ["p/1"])) == ["status answered, expected partial"]


def test_refusing_an_answerable_question_is_a_false_refusal() -> None:
    found = overall(a_question([["p/1"]]), an_answer("Désolé", status=Status.REFUSED, reason=Reason.NO_SOURCE))
    assert (found["false_refusal"], found["coverage"], found["passed"], found["citation_recall"]) == (1.0, 0.0, 0.0, 0.0)


def test_an_error_is_neither_nought_nor_one() -> None:
    question, error = a_question([["p/1"]], must=[["x"]]), an_answer(status=Status.ERROR, reason=Reason.INTERNAL)
    result = score([question], {"q": a_row(error)}, TEXTS)
    assert result.errors == 1
    assert result.rows[0].passed is None
    assert {one.value for one in result.overall.values()} == {None}
    assert result.latency.n == 0
    assert result.status_table["answered"]["error"] == 1


@pytest.mark.parametrize("everywhere", [Status.ANSWERED, Status.PARTIAL, Status.REFUSED, Status.CLARIFICATION])
def test_one_status_everywhere_is_worth_one_in_four_whichever_it_is(everywhere: Status) -> None:
    expected = [Status.ANSWERED] * 6 + [Status.PARTIAL] * 2 + [Status.REFUSED, Status.CLARIFICATION]
    questions = [a_question(status=status, name=f"q{at}") for at, status in enumerate(expected)]
    rows = {question.id: a_row(an_answer("x", status=everywhere), question.id) for question in questions}
    assert score(questions, rows, TEXTS).overall["balanced_status"].value == 0.25


# Groundedness


def test_an_invented_figure_or_name_is_not_grounded() -> None:
    question = a_question(asked="À Nancy, combien ?")
    grounded = "Le pacte vise 1 500 emplois à Pompey [1]. Rien de plus. Pour Nancy, le texte est muet [1]."
    answer = Answer(question="?", language="fr", status=Status.ANSWERED, text=grounded, citations=[a_citation(1, "p/2")])
    assert groundedness(question, answer) == 1.0
    invented = "Le pacte vise 2 000 emplois [1]. Il vise Metz aussi [1]. À Pompey, il vise 1500 emplois [1]."
    assert groundedness(question, answer.model_copy(update={"text": invented})) == pytest.approx(1 / 3)


def test_a_sentence_is_held_to_the_citation_it_marks() -> None:
    text = "Il est question de Pompey [1]. Il est question de Pompey [2]."
    answer = Answer(question="?", language="fr", status=Status.ANSWERED, text=text, citations=[a_citation(1, "p/1"), a_citation(2, "p/2")])
    assert groundedness(a_question(), answer) == 0.5


def test_quotations_are_not_sentences_of_ours() -> None:
    assert sentences("Voici :\n\n> « Metz 2030. »\n\n1. Fin.") == ["Voici :", "Fin."]
    assert groundedness(a_question(), an_answer("> « Metz 2030 »", ["p/1"])) is None


# Intervals and tests


def test_intervals_by_hand() -> None:
    assert [round(edge, 4) for edge in wilson(0.5, 10)] == [0.2366, 0.7634]
    assert measure([1.0, 0.0, None]).n == 2
    assert measure([]).value is None
    low, high = bootstrap([0.2, 0.4, 0.6, 0.8])
    assert 0.2 <= low < 0.5 < high <= 0.8


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_a_mean_stands_in_its_interval_and_is_always_the_same(values: list[float]) -> None:
    one = measure(list(values))
    assert one.value is not None and one.low is not None and one.high is not None
    assert one.low - 1e-6 <= one.value <= one.high + 1e-6 or len(values) < 4
    assert one == measure(list(values))


def test_mcnemar_and_its_correction_by_hand() -> None:
    # five questions that only ours passes, none that only theirs does: 2 * 0.5 ** 5
    assert mcnemar([True] * 5 + [True], [False] * 5 + [True]) == pytest.approx(0.0625)
    assert mcnemar([True, False], [False, True]) == 1.0
    assert mcnemar([], []) == 1.0
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == {"a": pytest.approx(0.03), "b": pytest.approx(0.06), "c": pytest.approx(0.06)}


def test_a_comparison_leaves_errors_of_either_side_out() -> None:
    row = comparisons({"a": True, "b": True, "c": None, "d": False}, {"x": {"a": False, "b": None, "c": True, "d": True}})[0]
    assert (row.n, row.only_ours, row.only_theirs, row.difference) == (2, 1, 1, 0.0)


def test_two_scorings_give_the_same_digits() -> None:
    questions = [a_question([["p/1"], ["p/2"]], name=f"q{at}") for at in range(9)]
    rows = {q.id: a_row(an_answer("x", ["p/1", "p/3"][: 1 + at % 2]), q.id, ["p/3", "p/1"]) for at, q in enumerate(questions)}
    assert score(questions, rows, TEXTS).model_dump_json() == score(questions, rows, TEXTS).model_dump_json()
