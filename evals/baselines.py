"""What our engine is compared with; LangChain and Chroma are used here as their own guides do."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import chromadb
from chromadb.api.client import Client
from chromadb.config import Settings
from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from assistant.context import Turn
from assistant.engine import Engine
from assistant.fusion import Ranked, best_per_provision
from assistant.hygiene import cleaned
from assistant.language import language_of
from assistant.steps.cite import citations_for
from assistant.types import Answer, Citation, Question, Status
from evals.systems import Replied, System
from evals.types import Ask
from ingest.corpus import sources_of
from ingest.encoder import Encoder
from ingest.french import tokenise_french
from ingest.types import Provision

TOP = 4
CHUNK, OVERLAP = 1000, 200
_DEPTH = 20
_OWN_WORDS = "text"


def lexical_alone(engine: Engine) -> System:
    """BM25 over the provisions' own words, our notes left out: the four best are quoted."""
    own = _own_words(engine)
    return System(
        "BM25 alone",
        lambda ask: _quoted(engine, ask, engine.index.lexical.search(tokenise_french(cleaned(ask.question)), _DEPTH, own)),
    )


def dense_alone(engine: Engine) -> System:
    """The same embeddings over the provisions' own words, our notes left out: the four best are quoted."""
    own = _own_words(engine)

    def reply(ask: Ask) -> Replied:
        vector = engine.embedder.encode_query(cleaned(ask.question))
        return _quoted(engine, ask, engine.index.vectors.search(vector, _DEPTH, own))

    return System("dense alone", reply)


@contextmanager
def plain_rag(engine: Engine, corpus: Path) -> Iterator[System]:
    """Plain LangChain RAG: 1,000-character chunks of the source files that overlap by 200, our embeddings, Chroma, top 4.

    Its answer is its four chunks one after the other, always `answered`; a chunk cites the provisions of which it holds
    at least half. Its store lasts as long as the context.
    """
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        client = cast(Client, chromadb.PersistentClient(folder, Settings(anonymized_telemetry=False)))
        store = Chroma("chunks", AsEmbeddings(engine.embedder), client=client, collection_metadata={"hnsw:space": "cosine"})
        chunks = list(chunks_of(corpus))
        store.add_documents(chunks, ids=[f"{chunk.metadata['document_id']}:{chunk.metadata['start_index']}" for chunk in chunks])
        provisions = engine.index.provisions
        try:
            yield System("LangChain RAG", lambda ask: _chunks(engine, ask, store.similarity_search(ask.question, TOP), provisions))
        finally:
            client.close()


def chunks_of(corpus: Path) -> Iterator[Document]:
    """The chunks of every source text, with their document's id and the place of their first character."""
    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP, add_start_index=True)
    for source in sources_of(corpus):
        yield from splitter.create_documents([source.text], [{"document_id": source.document.id}])


def covered(chunk: Document, provisions: Mapping[str, Provision]) -> list[str]:
    """The provisions of which the chunk holds at least half the characters, in the order of the text."""
    start = int(chunk.metadata["start_index"])
    end = start + len(chunk.page_content)
    mine = [p for p in provisions.values() if p.document_id == chunk.metadata["document_id"]]
    held = [p for p in mine if 2 * (min(end, p.end) - max(start, p.start)) >= p.end - p.start]
    return [p.id for p in sorted(held, key=lambda p: (p.start, p.end, p.id))]


class AsEmbeddings(Embeddings):
    """Our encoder as LangChain's stores expect it."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        rows: list[list[float]] = self._encoder.encode_documents(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        row: list[float] = self._encoder.encode_query(text).tolist()
        return row


def _own_words(engine: Engine) -> set[str]:
    return {view.record_id for view in engine.index.views.values() if view.view == _OWN_WORDS}


def _quoted(engine: Engine, ask: Ask, ranked: Ranked) -> Replied:
    retrieved = [name for name, _ in best_per_provision(ranked)]
    citations = _citations(engine, ask, retrieved[:TOP])
    return Replied(_answer(ask, [f"{c.quote_plain} [{c.marker}]" for c in citations], citations), retrieved)


def _chunks(engine: Engine, ask: Ask, chunks: Sequence[Document], provisions: Mapping[str, Provision]) -> Replied:
    held = [covered(chunk, provisions) for chunk in chunks]
    retrieved = list(dict.fromkeys(name for names in held for name in names))
    citations = _citations(engine, ask, retrieved)
    markers = {c.provision_id: f"[{c.marker}]" for c in citations}
    texts = [" ".join([chunk.page_content, *(markers[name] for name in names)]) for chunk, names in zip(chunks, held, strict=True)]
    return Replied(_answer(ask, texts, citations), retrieved)


def _citations(engine: Engine, ask: Ask, names: list[str]) -> list[Citation]:
    return citations_for(Turn(Question(question=ask.question, history=ask.history), engine), names)


def _answer(ask: Ask, texts: list[str], citations: list[Citation]) -> Answer:
    return Answer(
        question=ask.question, language=language_of(ask.question), status=Status.ANSWERED, text="\n\n".join(texts), citations=citations
    )  # fmt: skip
