"""For programs built on LangChain: the hybrid search as a retriever, the whole path as a runnable."""

import asyncio
from collections.abc import Iterator
from typing import Annotated, Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableConfig
from pydantic import ConfigDict, SkipValidation

from assistant.engine import Engine
from assistant.types import Answer, Question


class PactRetriever(BaseRetriever):
    """Provisions for a question, best first; `metadata` holds id, label, score and the characters of the source."""

    model_config = ConfigDict(arbitrary_types_allowed=True)
    engine: Annotated[Any, SkipValidation]
    k: int = 5

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[LangChainDocument]:
        turn = self.engine.turn(Question(question=query))
        return [
            LangChainDocument(
                page_content=found.provision.quote_plain,
                metadata={
                    "provision_id": found.provision.id, "label": found.provision.label, "score": found.score,
                    "start": found.provision.start, "end": found.provision.end,
                },
            )
            for found in turn.found[: self.k]
        ]  # fmt: skip


class PactAssistant(Runnable[Question | str, Answer]):
    """The path of a question: a text or a Question in, an Answer out."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def invoke(self, input: Question | str, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """One answer."""
        return self._call_with_config(self._answer, input, config)

    def _answer(self, asked: Question | str) -> Answer:
        return self.engine.answer(Question(question=asked) if isinstance(asked, str) else asked)

    async def ainvoke(self, input: Question | str, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """One answer, without blocking the loop."""
        return await asyncio.to_thread(self.invoke, input, config)

    def stream(self, input: Question | str, config: RunnableConfig | None = None, **kwargs: Any) -> Iterator[Answer]:
        """The answer in one piece: it is verified as a whole before any of it is shown."""
        yield self.invoke(input, config)
