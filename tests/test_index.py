"""An index is a cache: same corpus in, same index out, and nothing done twice."""

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as law
from hypothesis import strategies as st
from small_corpus import CountingEmbedder, a_provision, an_entry, build_from, settings_in

from ingest.build import build, is_current
from ingest.content import Entry
from ingest.encoder import Vectors
from ingest.errors import CorpusError, IndexUnusableError
from ingest.french import tokenise_french
from ingest.index import Index, open_index
from ingest.lexical import LexicalIndex
from ingest.notes import Note
from ingest.search_settings import LexicalWeights, search_weights
from ingest.settings import Settings
from ingest.toy import ToyEmbedder
from ingest.vectors import VectorIndex, write_vectors
from ingest.views import views_of

QUESTION = "Quelle relocalisation ?"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


@pytest.fixture
def index(settings: Settings) -> Iterator[Index]:
    build_from(settings, [an_entry("alpha", 12), an_entry("beta", 9)])
    opened = open_index(settings, ToyEmbedder().identity)
    yield opened
    opened.close()


def both_legs(index: Index) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
    lexical = index.lexical.search(tokenise_french(QUESTION), 7)
    return lexical, index.vectors.search(ToyEmbedder().encode_query(QUESTION), 7)


def state(settings: Settings) -> tuple[dict[str, bytes], list[str], bytes, object]:
    """All of an index that the same corpus must give again: files, ids in order, vectors, answers."""
    index = open_index(settings)
    try:
        names = [*index.folder.glob("*.jsonl"), index.folder / "manifest.json", *(index.folder / "lexical").iterdir()]
        files = {path.name: path.read_bytes() for path in names}
        return files, list(index.provisions), index.vectors.vectors(index.vectors.ids).tobytes(), both_legs(index)
    finally:
        index.close()


def test_the_question_finds_its_provision_by_words_and_by_vectors(index: Index) -> None:
    lexical, vectors = both_legs(index)
    assert "relocalisation" in index.provisions[index.views[lexical[0][0]].provision_id].quote
    assert "relocalisation" in index.provisions[index.views[vectors[0][0]].provision_id].quote
    assert vectors[0][1] <= 1.0


def test_the_same_corpus_built_in_two_places_gives_the_same_index(tmp_path: Path) -> None:
    here, there = settings_in(tmp_path / "here"), settings_in(tmp_path / "there")
    reports = [build_from(place, [an_entry("alpha", 30), an_entry("beta", 9)]) for place in (here, there)]
    assert reports[0].corpus_version == reports[1].corpus_version
    assert state(here) == state(there)


@law(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(["alpha", "beta", "gamma", "delta"]))
def test_any_order_of_the_documents_gives_the_same_index(tmp_path: Path, order: list[str]) -> None:
    straight, shuffled = settings_in(tmp_path / "straight"), settings_in(tmp_path / "shuffled")
    shutil.rmtree(shuffled.index, ignore_errors=True)
    build_from(straight, [an_entry(name, 6) for name in sorted(order)])
    build_from(shuffled, [an_entry(name, 6) for name in order])
    assert state(shuffled) == state(straight)


def test_a_second_build_changes_nothing_and_costs_a_tenth(settings: Settings) -> None:
    corpus, embedder = [an_entry("alpha", 120)], CountingEmbedder(pause=0.02)
    first, before = build_from(settings, corpus, embedder), state(settings)
    seen = len(embedder.seen)
    second = build_from(settings, corpus, embedder)
    assert (second.new, second.unchanged, second.removed, second.embedded) == (0, 120, 0, 0)
    assert len(embedder.seen) == seen
    assert state(settings) == before
    assert second.seconds <= first.seconds / 10


def test_a_new_document_is_embedded_and_the_others_are_not(settings: Settings) -> None:
    embedder = CountingEmbedder()
    build_from(settings, [an_entry("alpha", 10)], embedder)
    embedder.seen.clear()
    report = build_from(settings, [an_entry("alpha", 10), an_entry("beta", 5)], embedder)
    assert len(embedder.seen) == report.embedded == 5
    assert (report.new, report.unchanged, report.removed, report.reused) == (5, 10, 0, 10)
    assert report.summary.startswith("15 provisions: 5 new, 10 unchanged, 0 dropped")


def test_what_left_the_corpus_leaves_the_index(settings: Settings) -> None:
    build_from(settings, [an_entry("alpha", 10), an_entry("beta", 5)])
    report = build_from(settings, [an_entry("alpha", 8)])
    assert (report.new, report.unchanged, report.removed) == (0, 8, 7)
    assert len(state(settings)[1]) == 8


def test_two_documents_with_the_same_words_keep_both_provisions(settings: Settings) -> None:
    entries = [an_entry(name, 0)._replace(provisions=[a_provision(name, 1, "Soutenir le foncier.")]) for name in ("alpha", "beta")]
    build_from(settings, entries)
    index = open_index(settings)
    assert [one for one, _ in index.lexical.search(tokenise_french("foncier"), 5)] == ["alpha/1@text", "beta/1@text"]
    index.close()


def test_a_note_gives_its_provision_more_views_and_is_kept(settings: Settings) -> None:
    entry = an_entry("alpha", 2)
    note = Note(id="alpha/1", digest="0" * 16, en="Support for industrial land.", wordings=["un terrain pour mon usine"])
    build_from(settings, [Entry(entry.document, entry.provisions, {"alpha/1": note})])
    index = open_index(settings)
    found = index.lexical.search(tokenise_french("terrain"), 1)[0][0]
    assert index.views[found].provision_id == "alpha/1"
    assert index.notes == {"alpha/1": note}
    index.close()


def test_provisions_with_the_same_id_are_refused_by_name(settings: Settings) -> None:
    with pytest.raises(CorpusError, match="two provisions have the id « alpha/1 »"):
        build_from(settings, [an_entry("alpha", 2)._replace(provisions=[a_provision("alpha", 1, "a"), a_provision("alpha", 1, "b")])])
    with pytest.raises(CorpusError, match="no provision was found"):
        build_from(settings, [])


def test_an_index_is_current_until_a_file_of_the_corpus_or_the_model_changes(settings: Settings) -> None:
    source = settings.corpus / "sources" / "alpha.txt"
    source.parent.mkdir()
    source.write_text("un", encoding="utf-8")
    assert not is_current(settings, ToyEmbedder().identity)
    build_from(settings, [an_entry("alpha", 2)])
    assert is_current(settings, ToyEmbedder().identity)
    assert not is_current(settings, "another")
    source.write_text("deux", encoding="utf-8")
    assert not is_current(settings, ToyEmbedder().identity)


def test_without_an_index_the_message_says_how_to_build_it(settings: Settings) -> None:
    with pytest.raises(IndexUnusableError, match=r"no index here — build it again with `python -m ingest build`"):
        open_index(settings)


def test_the_index_of_another_model_is_refused(settings: Settings, index: Index) -> None:
    with pytest.raises(IndexUnusableError, match=r"made by the model toy-128.*and e5 is set now"):
        open_index(settings, "e5")


def test_the_index_of_another_format_or_program_is_refused(settings: Settings, index: Index) -> None:
    manifest = index.folder / "manifest.json"
    saved = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(saved | {"format": 99}), encoding="utf-8")
    with pytest.raises(IndexUnusableError, match="has format 99"):
        open_index(settings)
    manifest.write_text(json.dumps(saved | {"rules": "other"}), encoding="utf-8")
    with pytest.raises(IndexUnusableError, match="another version of this program"):
        open_index(settings)


def test_a_version_with_any_file_cut_or_missing_is_refused_and_built_again(settings: Settings) -> None:
    corpus = [an_entry("alpha", 6)]
    build_from(settings, corpus)
    whole = next(settings.index.glob("v-*"))
    kept = settings.index.parent / "kept"
    shutil.copytree(whole, kept)
    for file in sorted(path for path in kept.rglob("*") if path.is_file() and path.stat().st_size):
        for damage in ("cut", "missing"):
            damaged = whole / file.relative_to(kept)
            damaged.unlink() if damage == "missing" else damaged.write_bytes(file.read_bytes()[:-1])
            with pytest.raises(IndexUnusableError, match="python -m ingest build"):
                open_index(settings)
            shutil.copy(file, damaged)
    (whole / "manifest.json").unlink()
    assert build_from(settings, corpus).embedded == 0
    open_index(settings).close()


def test_a_damaged_cache_of_vectors_is_begun_again(settings: Settings) -> None:
    settings.index.mkdir()
    (settings.index / "vectors.sqlite").write_bytes(b"not a database, " * 400)
    assert build_from(settings, [an_entry("alpha", 3)]).embedded == 3


def test_only_the_version_that_serves_and_the_one_before_are_kept(settings: Settings) -> None:
    for turn in range(4):
        build_from(settings, [an_entry("alpha", 3, turn)])
    assert len(list(settings.index.glob("v-*"))) == 2
    assert not list(settings.index.glob("building-*"))


def test_a_reader_goes_on_reading_while_newer_indexes_are_swapped_in(settings: Settings, index: Index) -> None:
    before = both_legs(index)
    for turn in (1, 2, 3):
        build_from(settings, [an_entry("alpha", 12, turn)])
    assert both_legs(index) == before


def test_reading_leaves_every_byte_of_the_index_as_it_was(settings: Settings, index: Index) -> None:
    def files() -> dict[Path, tuple[bytes, int]]:
        return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in settings.index.rglob("*") if path.is_file()}

    before = files()
    other = open_index(settings)
    both_legs(other), both_legs(index)
    other.close()
    assert files() == before


READER = """
import sys
from pathlib import Path
from ingest.index import open_index
from ingest.settings import Settings
from ingest.toy import ToyEmbedder
index = open_index(Settings(index=Path(sys.argv[1])))
for _ in range(30):
    found = index.vectors.search(ToyEmbedder().encode_query("la formation"), 3)
print(found[0][0], flush=True)
sys.stdin.readline()
index.close()
"""


def test_several_processes_read_one_index_while_another_builds(settings: Settings, index: Index) -> None:
    root = Path(__file__).parent.parent
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(settings.index)], cwd=root, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in range(2)
    ]
    build_from(settings, [an_entry("alpha", 12), an_entry("beta", 9), an_entry("gamma", 9)])
    for reader in readers:
        assert reader.stdout is not None
        assert reader.stdout.readline().startswith(("alpha", "beta", "gamma"))
    # Both hold the index open: a third reader, here, is not kept waiting.
    assert both_legs(index)[1]
    for reader in readers:
        reader.communicate("\n", timeout=30)
        assert reader.returncode == 0


def test_no_socket_is_opened_by_building_or_searching(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setenv("ANONYMIZED_TELEMETRY", "true")
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("LANGCHAIN_TRACING_V2", "true")
    for name in ("connect", "connect_ex", "sendto", "bind"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    build_from(settings, [an_entry("alpha", 8)])
    index = open_index(settings)
    assert all(both_legs(index))
    index.close()


def test_the_settings_another_program_left_for_chroma_are_not_read(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("CHROMA_API_IMPL=chromadb.api.fastapi.FastAPI\nCHROMA_SERVER_HOST=example.org\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    build_from(settings, [an_entry("alpha", 2)])
    open_index(settings).close()


def test_progress_is_told_stage_by_stage_up_to_the_end(settings: Settings) -> None:
    told: list[tuple[str, int, int]] = []
    build(
        settings, embedder=ToyEmbedder(), read=lambda: [an_entry("alpha", 40)], views_of=views_of,
        progress=lambda stage, done, total: told.append((stage, done, total)),
    )  # fmt: skip
    assert told == [("embedding", 0, 40), ("embedding", 16, 40), ("embedding", 32, 40), ("embedding", 40, 40), ("indexing", 40, 40)]


def a_lexical_index(records: dict[str, list[str]]) -> LexicalIndex:
    return LexicalIndex.from_tokens(records, LexicalWeights(k1=1.2, b=0.75))


@given(
    records=st.dictionaries(st.sampled_from("abcdefgh"), st.lists(st.sampled_from(["eau", "fret", "bois"]), max_size=5), min_size=1),
    query=st.lists(st.sampled_from(["eau", "fret", "inconnu"]), max_size=3),
    k=st.integers(0, 10),
    allowed=st.none() | st.sets(st.sampled_from("abcdefghz")),
)
@law(deadline=None)
def test_words_find_the_records_that_hold_them_best_first_ties_by_id(
    records: dict[str, list[str]], query: list[str], k: int, allowed: set[str] | None
) -> None:
    found = a_lexical_index(records).search(query, k, allowed)
    assert found == sorted(found, key=lambda pair: (-pair[1], pair[0]))
    holding = {one for one, tokens in records.items() if set(tokens) & set(query)} & (allowed if allowed is not None else set(records))
    assert {one for one, _ in found} <= holding
    assert len(found) == min(k, len(holding))


def test_no_word_finds_no_record() -> None:
    assert a_lexical_index({"a": ["eau"], "b": []}).search([], 5) == []


Thousand = tuple[dict[str, VectorIndex], Vectors]


@pytest.fixture(scope="module")
def a_thousand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Thousand]:
    rows = np.random.default_rng(0).normal(size=(1000, 32)).astype(np.float32)
    rows[500:580] = rows[400]  # more ties than are asked for at first
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    ids, folder, weights = [f"r{n:04d}" for n in range(1000)], tmp_path_factory.mktemp("vectors") / "chroma", search_weights().vectors
    write_vectors(folder, [(ids[:600], rows[:600]), (ids[600:], rows[600:])], weights)
    ways = {"exact": weights, "graph": weights.model_copy(update={"exact_up_to": 0})}
    indexes = {way: VectorIndex.open(folder, chosen) for way, chosen in ways.items()}
    yield indexes, rows
    for index in indexes.values():
        index.close()


@pytest.mark.parametrize(("way", "share"), [("exact", 1.0), ("graph", 1.0), ("graph", 0.5), ("graph", 0.01)])
def test_vectors_find_what_counting_every_cosine_finds(a_thousand: Thousand, way: str, share: float) -> None:
    index, rows = a_thousand[0][way], a_thousand[1]
    allowed = None if share == 1.0 else {f"r{n:04d}" for n in range(round(1000 * share))}
    for row in range(0, 1000, 100):
        cosines = rows @ rows[row]
        order = sorted(range(round(1000 * share)), key=lambda n: (-round(float(cosines[n]), 5), n))[:10]
        found = index.search(rows[row], 10, allowed)
        assert [one for one, _ in found] == [f"r{n:04d}" for n in order]
        assert np.allclose([cosine for _, cosine in found], cosines[order], atol=1e-5)


@pytest.mark.parametrize("way", ["exact", "graph"])
@pytest.mark.parametrize("allowed", [None, {f"r{n:04d}" for n in range(0, 1000, 7)}])
def test_several_vectors_at_once_find_what_each_finds_alone(a_thousand: Thousand, way: str, allowed: set[str] | None) -> None:
    index, rows = a_thousand[0][way], a_thousand[1]
    asked = rows[[3, 400, 3, 999]]
    assert index.searches(asked, 12, allowed) == [index.search(row, 12, allowed) for row in asked]


@pytest.mark.parametrize("way", ["exact", "graph"])
def test_nothing_allowed_or_wanted_finds_nothing(a_thousand: Thousand, way: str) -> None:
    index, rows = a_thousand[0][way], a_thousand[1]
    assert index.search(rows[0], 5, set()) == index.search(rows[0], 0) == []
    assert index.searches(rows[:2], 0) == [[], []]
    assert index.search(rows[0], 5, {"unknown"}) == []
