"""Whatever is typed, an answer comes back that keeps the contract."""

import pytest
from hypothesis import HealthCheck, given, strategies
from hypothesis import settings as hypothesis_settings

from assistant.engine import Engine, open_engine
from assistant.types import Question, Status
from ingest.settings import settings

PIECES = [
    "les quatre axes", "priorité 3", "axe 9", "annexe 2.5", "le 8e engagement", "la Région", "les intercommunalités",
    "combien", "quand", "quel montant", "Val de Lorraine", "Cœur de Lorraine", "déclaration", "friches", "recruter",
    "GPECT", "c koi", "et la suivante ?", "compare", "listez", "tous les", "which", "wer", "à Metz", "54700",
    "en Bretagne", "12 salariés", "2031", "%", "[1]", "<b>", "« »", "🙂", "\u202e", "\x00", "le dernier engagement",
]  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Engine:
    return open_engine(settings())


@given(
    strategies.lists(strategies.one_of(strategies.sampled_from(PIECES), strategies.text(max_size=12)), max_size=8).map(" ".join),
    strategies.lists(strategies.sampled_from(PIECES), max_size=3),
)
@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_question_gets_an_answer_whose_markers_and_quotations_hold(engine: Engine, question: str, history: list[str]) -> None:
    answer = engine.answer(Question(question=question, history=history))
    assert answer.status is not Status.ERROR
    assert answer.question == question
    assert [c.marker for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    for cited in answer.citations:
        assert cited.quote == engine.index.provisions[cited.provision_id].quote
    assert all(notice not in answer.text for notice in answer.notices[:1])
