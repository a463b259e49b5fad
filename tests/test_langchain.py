"""The retriever and the runnable do what LangChain programs expect of them."""

import asyncio

import pytest

from assistant.engine import Engine, open_engine
from assistant.langchain import PactAssistant, PactRetriever
from assistant.types import Question, Status
from ingest.settings import settings

ASKED = "Qui développe la gestion prévisionnelle des emplois et des compétences territoriale ?"
COMMITMENT = "declaration-commune-2025/intercommunalites/7"


@pytest.fixture(scope="module")
def engine() -> Engine:
    return open_engine(settings())


def test_the_retriever_brings_the_commitment_first_with_its_characters(engine: Engine) -> None:
    documents = PactRetriever(engine=engine, k=3).invoke(ASKED)
    assert documents[0].metadata["provision_id"] == COMMITMENT
    provision = engine.index.provisions[COMMITMENT]
    assert (documents[0].metadata["start"], documents[0].metadata["end"]) == (provision.start, provision.end)


def test_the_runnable_answers_alike_when_invoked_batched_streamed_and_awaited(engine: Engine) -> None:
    runnable = PactAssistant(engine)
    whole = runnable.invoke(ASKED)
    assert whole.status is Status.ANSWERED
    assert runnable.batch([ASKED, Question(question=ASKED)]) == [whole, whole]
    assert list(runnable.stream(ASKED)) == [whole]
    assert asyncio.run(runnable.ainvoke(ASKED)) == whole


def test_the_runnable_composes_with_others(engine: Engine) -> None:
    chain = PactAssistant(engine) | (lambda answer: [c.provision_id for c in answer.citations])
    assert COMMITMENT in chain.invoke(ASKED)
