"""Whole runs on the real corpus with the toy model: resumed, compared, gated and reported alike every time."""

import json
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest

from assistant.engine import Engine
from assistant.path import STEPS
from assistant.types import Status
from evals.answer import answer_all, answer_file
from evals.baselines import chunks_of, covered, dense_alone, lexical_alone, plain_rag
from evals.beir import evaluate, lines, read_beir
from evals.benchfile import Benchmark, Cost, Size, write_bench
from evals.gate import broken_properties, read_gate
from evals.pictures import curve
from evals.questions import split_of
from evals.revision import origin_of
from evals.run import Bench, gate, prepare, run, run_engine
from evals.runfile import read_run
from evals.synthetic import SyntheticCorpus
from evals.systems import Replied, System, engine_system, optional_steps, without_step
from evals.types import AnswerRow, Ask
from ingest.build import build
from ingest.encoder import Vectors
from ingest.errors import CorpusError
from ingest.index import open_index
from ingest.pipeline import entries
from ingest.settings import Settings
from ingest.toy import ToyEmbedder
from ingest.views import views_of

CORPUS = Path(__file__).parent.parent / "corpus"
PLACE = "poce-val-de-lorraine/priorite-3/axe-4"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(corpus=CORPUS, index=tmp_path_factory.mktemp("index"))


@pytest.fixture(scope="module")
def engine(settings: Settings) -> Iterator[Engine]:
    build(settings, embedder=ToyEmbedder(), read=lambda: entries(settings), views_of=lambda provision, note: views_of(provision, None))
    engine = Engine.over(open_index(settings, ToyEmbedder().identity), ToyEmbedder())
    yield engine
    engine.index.close()


def asks(count: int) -> list[Ask]:
    words = ["viticulture et foncier agricole", "friches industrielles", "recruter des salariés", "numérique", "décarbonation"]
    return [Ask(id=f"q{at}", question=f"Que dit le pacte sur : {words[at % 5]} ?") for at in range(count)]


class Stopped(BaseException):
    """What a person does with Ctrl-C."""


def stopping_after(system: System, count: int) -> System:
    left = [count]

    def reply(ask: Ask) -> Replied:
        left[0] -= 1
        if left[0] < 0:
            raise Stopped
        return system.reply(ask)

    return System(system.name, reply)


def without_seconds(file: Path) -> list[dict[str, object]]:
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows]


# Answering


def test_a_stopped_run_is_taken_up_and_ends_as_one_that_never_stopped(tmp_path: Path, engine: Engine, settings: Settings) -> None:
    origin, system = origin_of(engine, settings), engine_system(engine)
    stopped, whole = tmp_path / "stopped.jsonl", tmp_path / "whole.jsonl"
    with pytest.raises(Stopped):
        answer_all(asks(5), stopped, stopping_after(system, 2), origin)
    with stopped.open("a") as file:
        file.write('{"id": "q2", "answer": {"half')
    rows, kept = answer_all(asks(5), stopped, system, origin)
    answer_all(asks(5), whole, system, origin)
    assert (len(rows), kept) == (5, 2)
    assert without_seconds(stopped) == without_seconds(whole)
    assert list(without_seconds(whole)[0]) == ["id", "answer", "retrieved"]
    before = stopped.read_bytes()
    answer_all(asks(5), stopped, stopping_after(system, 0), origin)
    assert stopped.read_bytes() == before


def test_rows_made_by_other_code_or_for_another_question_are_asked_again(tmp_path: Path, engine: Engine, settings: Settings) -> None:
    out, origin, system = tmp_path / "out.jsonl", origin_of(engine, settings), engine_system(engine)
    answer_all(asks(3), out, system, origin)
    changed = [asks(3)[0], Ask(id="q1", question="Et le numérique ?"), Ask(id="q2", question=asks(3)[2].question, history=["Bonjour"])]
    assert answer_all(changed, out, system, origin)[1] == 1
    assert answer_all(changed, out, system, origin.model_copy(update={"code": "other"}))[1] == 0


def test_a_question_that_fails_has_its_row_and_is_asked_again(tmp_path: Path, engine: Engine, settings: Settings) -> None:
    def failing(ask: Ask) -> Replied:
        raise OSError("the disk is gone")

    out, origin = tmp_path / "out.jsonl", origin_of(engine, settings)
    rows, _ = answer_all(asks(2), out, System("engine", failing), origin)
    assert [row.answer.status for row in rows] == [Status.ERROR] * 2
    rows, kept = answer_all(asks(2), out, engine_system(engine), origin)
    assert kept == 0
    assert all(row.answer.status is not Status.ERROR for row in rows)


def test_bad_lines_of_questions_are_named_and_further_fields_are_ignored(tmp_path: Path, engine: Engine, settings: Settings) -> None:
    file = tmp_path / "questions.jsonl"
    rows = [{"id": 7, "question": "Les friches ?", "colour": "red", "history": None}, {"id": "x"}, {"id": 7, "question": "Encore ?"}]
    file.write_text("\n".join(map(json.dumps, rows)) + "\nnot json\n", encoding="utf-8")
    outcome = answer_file(file, tmp_path / "out.jsonl", engine_system(engine), origin_of(engine, settings))
    assert [row.id for row in outcome.rows] == [7]
    assert sorted(fault.line or 0 for fault in outcome.left_out) == [2, 3, 4]


# Systems


def test_a_chunk_cites_the_provisions_it_holds_at_least_half_of(engine: Engine) -> None:
    sources = {document.id: document for document in engine.index.documents.values()}
    for chunk in list(chunks_of(CORPUS))[::7]:
        assert len(chunk.page_content) <= 1000
        assert chunk.metadata["document_id"] in sources
        start = chunk.metadata["start_index"]
        for name in covered(chunk, engine.index.provisions):
            p = engine.index.provisions[name]
            held = sum(start <= at < start + len(chunk.page_content) for at in range(p.start, p.end))
            assert 2 * held >= p.end - p.start


def test_the_baselines_answer_everything_and_quote_to_the_letter(bench: Bench) -> None:
    ask = Ask(id="q", question="De la terre pour la viticulture ?")
    with plain_rag(bench.engine, CORPUS) as rag:
        for system in (rag, lexical_alone(bench.engine), dense_alone(bench.engine)):
            replied = system.reply(ask)
            assert replied.answer.status is Status.ANSWERED
            assert replied.answer.citations
            assert [c.quote for c in replied.answer.citations] == [
                bench.texts.sources[c.document_id][c.start : c.end] for c in replied.answer.citations
            ]
            assert {c.provision_id for c in replied.answer.citations} <= set(replied.retrieved)


def test_only_steps_that_can_be_left_out_are(engine: Engine) -> None:
    names = [name for name, _ in STEPS]
    found = optional_steps(engine, asks(1))
    assert "retrieve" not in found and "verify" in found
    assert found == [name for name in names if name in found]
    assert without_step(engine, "verify").reply(asks(1)[0]).answer.citations


# The whole run


def question_rows() -> list[dict[str, object]]:
    common: dict[str, object] = {"language": "fr", "category": "passage", "status": "answered", "must_contain": [["viticulture"]]}
    asked = "Que dit le pacte du foncier pour la viticulture, le maraîchage, la SAFER ?"
    dev = [name for name in (f"run-{at}" for at in range(20)) if split_of(name) == "dev"][:4]
    found = [common | {"id": name, "question": f"{asked} {name}", "evidence": [[PLACE]]} for name in dev[:2]]
    refused: dict[str, object] = {"status": "refused", "reason": "out_of_scope", "must_contain": []}
    missed = common | {"id": dev[3], "question": asked, "evidence": [[PLACE]], "must_contain": [["a word that no text holds"]]}
    return [*found, common | {"id": dev[2], "question": "Quel temps fera-t-il à Brest ?"} | refused, missed]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, engine: Engine, settings: Settings) -> Bench:
    folder = tmp_path_factory.mktemp("run")
    (folder / "questions").mkdir()
    lines_ = [json.dumps(row) for row in question_rows()]
    (folder / "questions" / "set.jsonl").write_text("\n".join([*lines_, "broken"]), encoding="utf-8")
    return prepare(engine, settings, "dev", folder / "reports", folder / "questions")


class Tags(HTMLParser):
    """The tags of a page, and what it would fetch from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.fetched += [str(value) for name, value in attrs if name in ("src", "href") and not str(value).startswith("#")]


def test_a_run_leaves_a_report_for_machines_and_one_for_people(bench: Bench) -> None:
    first = run(bench, with_baselines=True)
    folder = bench.reports / first.version
    assert read_run(folder) == first
    kept = first.splits["dev"]
    assert list(kept.systems)[:4] == ["engine", "LangChain RAG", "BM25 alone", "dense alone"]
    assert kept.systems["engine"].result.left_out and "set.jsonl:5" in kept.systems["engine"].result.left_out[0]
    assert len(kept.comparisons) == len(kept.systems) - 1
    sizes = [Size(provisions=n, synthetic=True, build=1, opening=1, retrieval=n / 1e6, answer=n / 1e5, answer_p95=1) for n in (400, 1000)]
    cost = Cost(name="answer", value=0.02, unit="s", yardsticks=2)
    write_bench(folder, Benchmark(version="v", revision="r", embedding="e", cores=2, yardstick=0.01, costs=[cost], growth=sizes))
    again = run(bench, with_baselines=True).splits["dev"]
    assert again.model_copy(update={"finished": kept.finished}) == kept
    page = Tags()
    page.feed((folder / "report.html").read_text(encoding="utf-8"))
    assert page.fetched == []
    assert {"svg", "table", "details", "main", "polyline"} <= set(page.tags)
    assert "Since the last run" in (folder / "report.html").read_text(encoding="utf-8")


def test_the_gate_names_what_passed_before_and_fails_now(bench: Bench) -> None:
    result, _ = run_engine(bench)
    assert gate(bench, result, None) == []
    assert gate(bench, result, "first run") == []
    passing = [row for row in result.rows if row.passed]
    assert passing, "the toy model finds its own words"
    worse = [row.model_copy(update={"passed": False, "why": ["says nothing"]}) if row.passed else row for row in result.rows]
    named = gate(bench, result.model_copy(update={"rows": worse}), None)
    assert named == [f"{row.id}: passed before, now says nothing" for row in sorted(passing, key=lambda row: row.id)]
    assert "is not asked any more" in gate(bench, result.model_copy(update={"rows": []}), None)[0]
    assert gate(bench, result.model_copy(update={"rows": worse}), "the questions were wrong") == []
    committed = read_gate(bench.reports / "gate.json")
    assert committed is not None and (committed.reason, committed.passed) == ("the questions were wrong", [])


def test_a_property_that_breaks_is_wanting_whatever_passed_before_and_no_reason_renews_nothing(bench: Bench) -> None:
    result, _ = run_engine(bench)
    row = result.rows[0]
    broken = row.model_copy(update={"metrics": row.metrics | {"quotations_exact": 0.0}})
    assert broken_properties([broken, *result.rows[1:]]) == [f"{row.id}: quotations exact does not hold"]
    assert broken_properties([broken.model_copy(update={"passed": None})]) == []
    with pytest.raises(CorpusError, match="without a reason"):
        gate(bench, result, "  ")


def test_a_gate_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "gate.json").write_text("{", encoding="utf-8")
    with pytest.raises(CorpusError, match="take it back"):
        read_gate(tmp_path / "gate.json")


# Public sets


@pytest.fixture
def beir_folder(tmp_path: Path) -> Path:
    texts = ["les vignes de Toul", "la friche de Pompey", "le fret fluvial", "la formation des salariés"]
    corpus = [json.dumps({"_id": f"d{at}", "title": "", "text": text}) for at, text in enumerate(texts)]
    (tmp_path / "corpus.jsonl").write_text("\n".join(corpus), encoding="utf-8")
    queries = [json.dumps({"_id": f"q{at}", "text": text}) for at, text in enumerate(texts)]
    (tmp_path / "queries.jsonl").write_text("\n".join(queries), encoding="utf-8")
    judged = "".join(f"q{at}\td{at}\t1\n" for at in range(4))
    (tmp_path / "qrels.tsv").write_text(f"query-id\tcorpus-id\tscore\n{judged}", encoding="utf-8")
    return tmp_path


def test_a_public_set_is_measured_leg_by_leg_and_embedded_once(beir_folder: Path, tmp_path: Path) -> None:
    settings = Settings(index=tmp_path / "index")
    scores = evaluate(beir_folder, settings, ToyEmbedder())
    shown = lines(scores)
    assert [line.split()[:3] for line in shown] == [[leg, "nDCG@10", "1.0000"] for leg in ("lexical", "dense", "fused")]
    assert list(scores["fused"]) == ["nDCG@10", "MRR@10", "Recall@5", "Recall@20"]

    class Refusing(ToyEmbedder):
        def encode_documents(self, texts: Sequence[str]) -> Vectors:
            raise AssertionError("embedded again")

    assert evaluate(beir_folder, settings, Refusing()) == scores


@pytest.mark.parametrize(
    ("file", "line", "told"),
    [
        ("qrels.tsv", "q0\td9\t1", "qrels.tsv:6: the id « d9 » is not in corpus.jsonl"),
        ("qrels.tsv", "q0 d1 1", "qrels.tsv:6: this line is no judgement"),
        ("corpus.jsonl", '\n{"_id": "d7"}', "corpus.jsonl:5: the field « text » is missing"),
    ],
)
def test_a_broken_public_set_is_named_with_its_line(beir_folder: Path, file: str, line: str, told: str) -> None:
    with (beir_folder / file).open("a", encoding="utf-8") as opened:
        opened.write(line)
    with pytest.raises(CorpusError, match=told):
        read_beir(beir_folder)


# Costs


def test_a_made_up_corpus_is_built_and_answered_like_the_real_one(tmp_path: Path, engine: Engine, settings: Settings) -> None:
    corpus = SyntheticCorpus(engine.index, engine.embedder, 450)
    aside = settings.model_copy(update={"index": tmp_path})
    build(aside, embedder=corpus, read=corpus.entries, views_of=corpus.views_of)
    index = open_index(aside, corpus.identity)
    try:
        made_up = Engine.over(index, engine.embedder)
        assert len(index.provisions) == 450
        row = AnswerRow(id="q", answer=engine_system(made_up).reply(asks(1)[0]).answer, seconds=0)
        assert row.answer.status is not Status.ERROR
    finally:
        index.close()


def test_the_growth_curve_stays_in_its_frame() -> None:
    sizes = [Size(provisions=n, synthetic=True, build=1, opening=1, retrieval=1e-3, answer=2e-2 * n, answer_p95=1) for n in (400, 1000)]
    drawn = curve(sizes)
    assert drawn is not None
    assert all(drawn.left <= x <= drawn.width and 0 <= y <= drawn.height for points in drawn.lines.values() for x, y in points)
    assert curve(sizes[:1]) is None
