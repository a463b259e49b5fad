"""Retrieval on any public set in BEIR's layout, with the project's own two legs and fusion."""

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import BaseModel, ConfigDict, Field

from assistant.fusion import Ranked, fuse
from assistant.weights import Weights, weights
from evals.jsonl import read_rows
from evals.retrieval import BEIR_MEASURES, means, scores_of
from evals.vectors import embedded_documents, embedded_queries
from ingest.encoder import Encoder, Vectors
from ingest.errors import CorpusError
from ingest.french import tokenise_french
from ingest.lexical import LexicalIndex
from ingest.progress import bar
from ingest.search_settings import search_weights
from ingest.settings import Settings
from ingest.vectors import BATCH, VectorIndex, write_vectors

LEGS = ("lexical", "dense", "fused")


class Entry(BaseModel):
    """A line of `corpus.jsonl` or `queries.jsonl`; further fields are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str = Field(alias="_id")
    title: str | None = None
    text: str

    @property
    def words(self) -> str:
        """Title and text together, as our provisions stand under their headings."""
        return f"{self.title}\n{self.text}" if self.title else self.text


@dataclass(frozen=True)
class BeirSet:
    """Texts and queries by id, and for each judged query its relevant texts with their gain."""

    texts: dict[str, str]
    queries: dict[str, str]
    judged: dict[str, dict[str, int]]


def evaluate(folder: Path, settings: Settings, encoder: Encoder) -> dict[str, dict[str, float]]:
    """By leg (`lexical`, `dense`, `fused`), the mean of each measure over the judged queries. Raises CorpusError."""
    given, fusion = read_beir(folder), weights()
    queries = {name: given.queries[name] for name in given.judged}
    vectors = embedded_documents(settings, encoder, list(given.texts.values()))
    asked = embedded_queries(settings, encoder, list(queries.values()))
    lexical = _lexical(given.texts)
    rankings: dict[str, dict[str, list[str]]] = {leg: {} for leg in LEGS}
    with _dense(list(given.texts), vectors) as dense, bar(len(queries), "searching", " queries") as advance:
        for (name, words), vector in zip(queries.items(), asked, strict=True):
            for leg, ranked in zip(LEGS, _search(lexical, dense, words, vector, fusion), strict=True):
                rankings[leg][name] = [text for text, _ in ranked]
            advance(1)
    return {leg: means(scores_of(rankings[leg], given.judged, BEIR_MEASURES).values()) for leg in LEGS}


def lines(scores: dict[str, dict[str, float]]) -> list[str]:
    """A line a leg: its name, then each measure, nDCG@10 first."""
    return [f"{leg:8}" + "".join(f"  {name} {value:.4f}" for name, value in row.items()) for leg, row in scores.items()]


def read_beir(folder: Path) -> BeirSet:
    """Read `corpus.jsonl`, `queries.jsonl` and `qrels.tsv`; raises CorpusError naming the file and the line."""
    texts, queries = _entries(folder / "corpus.jsonl"), _entries(folder / "queries.jsonl")
    judged: dict[str, dict[str, int]] = {}
    for line, query, text, gain in _judgements(folder / "qrels.tsv"):
        for name, known, where in ((query, queries, "queries.jsonl"), (text, texts, "corpus.jsonl")):
            if name not in known:
                raise CorpusError(f"the id « {name} » is not in {where}", file=folder / "qrels.tsv", line=line, remedy="correct the id")
        if gain > 0:
            judged.setdefault(query, {})[text] = gain
    if not judged:
        raise CorpusError("no query has a relevant text", file=folder / "qrels.tsv", remedy="give at least one score above 0")
    return BeirSet(texts, queries, judged)


def _search(lexical: LexicalIndex, dense: VectorIndex, words: str, vector: Vectors, fusion: Weights) -> tuple[Ranked, Ranked, Ranked]:
    left, right = lexical.search(tokenise_french(words), fusion.depth), dense.search(vector, fusion.depth)
    return left, right, fuse(left, right, fusion.dense)


def _entries(file: Path) -> dict[str, str]:
    rows, faults = read_rows(file, Entry)
    if faults:
        raise CorpusError(faults[0].what, file=file, line=faults[0].line, remedy=faults[0].remedy)
    return {row.id: row.words for _, row in rows}


def _judgements(file: Path) -> Iterator[tuple[int, str, str, int]]:
    try:
        with file.open(encoding="utf-8", newline="") as opened:
            rows = list(csv.reader(opened, delimiter="\t", quoting=csv.QUOTE_NONE))
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"this file could not be read ({error})", file=file, remedy="check that it is there and in UTF-8") from error
    for line, row in enumerate(rows[1:], start=2):
        try:
            query, text, gain = row
            yield line, query, text, int(gain)
        except ValueError as error:
            remedy = "write query-id, corpus-id and a whole score, with tabs between them"
            raise CorpusError("this line is no judgement", file=file, line=line, remedy=remedy) from error


def _lexical(texts: dict[str, str]) -> LexicalIndex:
    tokens: dict[str, list[str]] = {}
    with bar(len(texts), "reading words") as advance:
        for name, text in texts.items():
            tokens[name] = tokenise_french(text)
            advance(1)
    return LexicalIndex.from_tokens(tokens, search_weights().lexical)


@contextmanager
def _dense(names: Sequence[str], vectors: Vectors) -> Iterator[VectorIndex]:
    """The vector leg in a folder of its own, which goes with the context."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        place = Path(folder) / "chroma"
        with bar(len(names), "indexing vectors") as advance:
            write_vectors(place, _batches(names, vectors, advance), search_weights().vectors)
        index = VectorIndex.open(place, search_weights().vectors)
        try:
            yield index
        finally:
            index.close()


def _batches(names: Sequence[str], vectors: Vectors, advance: Callable[[int], None]) -> Iterator[tuple[Sequence[str], Vectors]]:
    for start in range(0, len(names), BATCH):
        yield names[start : start + BATCH], vectors[start : start + BATCH]
        advance(len(names[start : start + BATCH]))
