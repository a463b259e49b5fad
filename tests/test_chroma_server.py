"""The index with its vectors on a Chroma server: the same answers as embedded, whatever befalls that server."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from chroma_process import ChromaProcess
from processes import free_port
from small_corpus import CountingEmbedder, an_entry, build_from, settings_in

from ingest.build import is_current
from ingest.chroma_server import ChromaServer, ChromaUnreachableError, connect
from ingest.errors import IndexUnusableError
from ingest.index import Index, open_index, read_current, read_manifest
from ingest.search_settings import search_weights
from ingest.settings import Settings
from ingest.toy import ToyEmbedder
from ingest.vectors import VectorIndex, VectorStoreError

CORPUS = [an_entry("alpha", 12), an_entry("beta", 9)]
QUESTIONS = ["Quelle relocalisation ?", "Qui finance l'eau ?", "le numérique", "zzz"]
Found = list[list[tuple[str, float]]]


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaProcess]:
    process = ChromaProcess(tmp_path_factory.mktemp("chroma") / "data")
    yield process
    process.stop()


@pytest.fixture
def settings(chroma: ChromaProcess, tmp_path: Path) -> Settings:
    """An index folder of its own, and a server that holds nothing yet."""
    client = connect(ChromaServer(chroma.url, 10))
    for collection in client.list_collections():
        client.delete_collection(collection.name)
    client.close()
    return settings_in(tmp_path).model_copy(update={"chroma_url": chroma.url, "chroma_timeout": 10.0})


def found(index: Index) -> Found:
    return [index.vectors.search(ToyEmbedder().encode_query(question), 7) for question in QUESTIONS]


def answers(settings: Settings) -> Found:
    index = open_index(settings)
    try:
        return found(index)
    finally:
        index.close()


def collections(chroma: ChromaProcess) -> set[str]:
    client = connect(ChromaServer(chroma.url, 10))
    try:
        return {collection.name for collection in client.list_collections()}
    finally:
        client.close()


def collection_of(settings: Settings) -> str:
    current = read_current(settings.index)
    assert current is not None
    return read_manifest(settings.index / current.version).collection


@pytest.mark.parametrize("name", ["PACTES_CHROMA_URL", "CHROMA_URL"])
def test_either_variable_names_the_server(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "http://vectors.invalid:8000")
    assert Settings().chroma_url == "http://vectors.invalid:8000"
    assert Settings(chroma_url="http://other.invalid").chroma_url == "http://other.invalid"


def test_the_server_gives_what_the_folder_gives_to_the_last_decimal(settings: Settings, tmp_path: Path) -> None:
    embedded = settings_in(tmp_path / "embedded")
    for place in (embedded, settings):
        build_from(place, CORPUS)
    here, there = open_index(embedded), open_index(settings)
    assert found(there) == found(here)
    assert np.array_equal(there.vectors.vectors(there.vectors.ids), here.vectors.vectors(here.vectors.ids))
    assert not (there.folder / "chroma").exists()
    here.close()
    there.close()


def test_beyond_the_size_where_every_cosine_is_counted_the_graph_of_the_server_answers(settings: Settings) -> None:
    build_from(settings, CORPUS)
    server, weights = ChromaServer(settings.chroma_url, 10), search_weights().vectors
    exact = VectorIndex.on_server(server, collection_of(settings), weights)
    graph = VectorIndex.on_server(server, collection_of(settings), weights.model_copy(update={"exact_up_to": 0}))
    for question in QUESTIONS[:3]:
        vector = ToyEmbedder().encode_query(question)
        assert [one for one, _ in graph.search(vector, 3)] == [one for one, _ in exact.search(vector, 3)]
    exact.close()
    graph.close()


def test_the_collection_is_named_after_the_corpus_and_the_manifest_names_it(settings: Settings, chroma: ChromaProcess) -> None:
    report = build_from(settings, CORPUS)
    assert collections(chroma) == {collection_of(settings)}
    assert report.corpus_version in collection_of(settings)
    assert is_current(settings, ToyEmbedder().identity)
    assert not is_current(settings.model_copy(update={"chroma_url": ""}), ToyEmbedder().identity)


def test_one_collection_before_the_one_that_serves_is_kept_and_older_ones_go(settings: Settings, chroma: ChromaProcess) -> None:
    named = []
    for turn in range(4):
        build_from(settings, [an_entry("alpha", 3, turn)])
        named.append(collection_of(settings))
    assert collections(chroma) == set(named[-2:])
    assert len(list(settings.index.glob("v-*"))) == 2


def test_a_second_build_writes_nothing_and_one_cut_off_is_taken_up(settings: Settings) -> None:
    embedder = CountingEmbedder()
    build_from(settings, CORPUS, embedder)
    before, seen = answers(settings), len(embedder.seen)
    assert build_from(settings, CORPUS, embedder).embedded == 0 and len(embedder.seen) == seen
    client = connect(ChromaServer(settings.chroma_url, 10))
    client.get_collection(collection_of(settings), embedding_function=None).delete(ids=["alpha/1@text"])
    client.close()
    with pytest.raises(IndexUnusableError, match=r"is not whole.*python -m ingest build"):
        open_index(settings)
    assert build_from(settings, CORPUS, embedder).embedded == 0 and len(embedder.seen) == seen
    assert answers(settings) == before


def test_switching_between_the_folder_and_the_server_is_a_build_without_embedding(settings: Settings) -> None:
    embedded = settings.model_copy(update={"chroma_url": ""})
    build_from(embedded, CORPUS)
    before = answers(embedded)
    assert build_from(settings, CORPUS).embedded == 0
    assert answers(settings) == before
    with pytest.raises(IndexUnusableError, match="set PACTES_CHROMA_URL, or build it again"):
        open_index(embedded)
    assert build_from(embedded, CORPUS).embedded == 0
    assert answers(embedded) == before


def test_without_a_server_at_the_address_the_message_says_what_to_do(settings: Settings) -> None:
    build_from(settings, CORPUS)
    nowhere = settings.model_copy(update={"chroma_url": f"http://127.0.0.1:{free_port()}"})
    for job in (open_index, lambda one: build_from(one, CORPUS)):
        with pytest.raises(ChromaUnreachableError, match=r"does not answer .*refused.* — start it, or correct PACTES_CHROMA_URL"):
            job(nowhere)
    for wrong in ("vectors:8000", "ftp://vectors", "http://", "http://vectors:port"):
        with pytest.raises(ChromaUnreachableError, match="write it as http://host:8000"):
            open_index(settings.model_copy(update={"chroma_url": wrong}))


def test_a_server_stopped_while_serving_is_not_missed_and_a_build_says_so_and_changes_nothing(
    settings: Settings, chroma: ChromaProcess
) -> None:
    build_from(settings, CORPUS)
    index, before = open_index(settings), read_current(settings.index)
    expected = found(index)
    chroma.stop()
    try:
        assert found(index) == expected
        with pytest.raises(ChromaUnreachableError):
            build_from(settings, [an_entry("alpha", 5, 1)])
        assert read_current(settings.index) == before
        assert not list(settings.index.glob("building-*"))
    finally:
        chroma.start()
    assert answers(settings) == expected
    index.close()


def test_a_large_index_fails_aloud_while_the_server_is_away_and_answers_again_when_it_is_back(
    settings: Settings, chroma: ChromaProcess
) -> None:
    build_from(settings, CORPUS)
    weights = search_weights().vectors.model_copy(update={"exact_up_to": 0})
    index = VectorIndex.on_server(ChromaServer(chroma.url, 10), collection_of(settings), weights)
    vector = ToyEmbedder().encode_query(QUESTIONS[0])
    expected = index.search(vector, 3)
    chroma.stop()
    try:
        with pytest.raises(VectorStoreError, match="ConnectError"):
            index.search(vector, 3)
    finally:
        chroma.start()
    assert index.search(vector, 3) == expected
    index.close()


def test_a_server_that_never_answers_is_given_up_in_time(settings: Settings, chroma: ChromaProcess) -> None:
    build_from(settings, CORPUS)
    hurried = settings.model_copy(update={"chroma_timeout": 0.5})
    index = open_index(hurried)
    weights = search_weights().vectors.model_copy(update={"exact_up_to": 0})
    large = VectorIndex.on_server(ChromaServer(chroma.url, 0.5), collection_of(settings), weights)
    chroma.freeze()
    try:
        begun = time.monotonic()
        assert found(index)
        with pytest.raises(ChromaUnreachableError, match=r"nothing within 0\.5 s"):
            open_index(hurried)
        with pytest.raises(VectorStoreError, match="Timeout"):
            large.search(ToyEmbedder().encode_query(QUESTIONS[0]), 3)
        assert time.monotonic() - begun < 3
    finally:
        chroma.thaw()
    index.close()
    large.close()
    assert answers(hurried)


def test_a_server_that_comes_back_empty_is_filled_again_from_what_was_embedded(settings: Settings, chroma: ChromaProcess) -> None:
    embedder = CountingEmbedder()
    build_from(settings, CORPUS, embedder)
    index = open_index(settings)
    expected, seen = found(index), len(embedder.seen)
    chroma.restart_empty()
    assert found(index) == expected
    with pytest.raises(IndexUnusableError, match="python -m ingest build"):
        open_index(settings)
    assert build_from(settings, CORPUS, embedder).embedded == 0 and len(embedder.seen) == seen
    assert answers(settings) == expected
    index.close()
