"""Question sets: one split for good, bad lines named and left out, nothing borrowed from the notes."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as law
from hypothesis import strategies as st
from typer.testing import CliRunner

from assistant.types import Answer, Status
from evals.cli import app
from evals.corpus_texts import CorpusTexts, corpus_texts
from evals.independence import near_wordings, overlap, share_with_many_words, wordings_of
from evals.questions import load_questions, question_files, split_of
from evals.score import score_files
from evals.types import AnswerRow, QuestionRow
from ingest.errors import CorpusError
from ingest.notes import Note
from ingest.types import Kind, Provision

CORPUS = Path(__file__).parent.parent / "corpus"
GOOD: dict[str, object] = {
    "id": "good-1", "question": "Où ?", "language": "fr", "category": "passage", "status": "answered", "evidence": [["p/1", "p/2"]],
}  # fmt: skip


def a_provision(name: str, text: str) -> Provision:
    return Provision(
        id=name, document_id="p", kind=Kind.AXIS, path=[], label=name, actors=[], serves=[], quote=text, quote_plain=text,
        start=0, end=len(text),
    )  # fmt: skip


def a_file(folder: Path, *lines: object, name: str = "set.jsonl") -> Path:
    file = folder / name
    file.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def texts() -> CorpusTexts:
    return corpus_texts(CORPUS)


def test_the_split_is_a_fixed_rule() -> None:
    read, later = (
        ["passage-001", "english-c07", "aid-d02", "premise-g01", "list-i12", "aid-k01", "attack-q03"],
        ["aid-r01", "list-s06", "attack-t03"],
    )
    assert {split_of(name) for name in read} == {"dev"}
    assert {split_of(name) for name in later} == {"test"}
    assert {split_of(name) for name in ("run-3", "réunion-z9")} == {"dev", "test"}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"id": "x", ', "not valid JSON"),
        ("[1]", "cannot be used"),
        (GOOD | {"colour": "red"}, "the field « colour » is unknown"),
        ({k: v for k, v in GOOD.items() if k != "status"}, "the field « status » is missing"),
        (GOOD | {"status": "maybe"}, "status"),
        (GOOD | {"status": "error"}, "nobody can expect"),
        (GOOD | {"status": "refused", "evidence": []}, "`reason` stands with"),
        (GOOD | {"evidence": [[]]}, "evidence.0"),
        (GOOD | {"id": "lost", "evidence": [["p/1"], ["p/9", "p/8"]]}, "what the corpus does not hold: p/8, p/9"),
        (GOOD, "stands already at line 1"),
    ],
)
def test_a_bad_line_is_named_with_its_remedy_and_the_others_are_kept(tmp_path: Path, line: object, told: str) -> None:
    file = a_file(tmp_path, GOOD, "", line, GOOD | {"id": "good-2"})
    loaded = load_questions([file], {"p/1", "p/2"})
    assert [row.id for row in loaded.rows] == ["good-1", "good-2"]
    (fault,) = loaded.left_out
    assert (fault.file, fault.line) == (file, 3)
    assert told in fault.what and fault.remedy


def test_an_id_used_in_two_sets_is_named(tmp_path: Path) -> None:
    files = [a_file(tmp_path, GOOD, name=name) for name in ("a.jsonl", "b.jsonl")]
    loaded = load_questions(files, {"p/1", "p/2"})
    assert len(loaded.rows) == 1
    assert f"stands already in {files[0]}" in str(loaded.left_out[0])


def test_a_folder_without_sets_and_a_missing_file_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no question set"):
        question_files(tmp_path)
    with pytest.raises(CorpusError, match="could not be read"):
        load_questions([tmp_path / "none.jsonl"], set())


def test_the_sets_of_this_project_can_all_be_used(texts: CorpusTexts) -> None:
    loaded = load_questions(question_files(), texts.provisions)
    assert loaded.left_out == []
    assert len(loaded.rows) >= 400
    assert sum(row.status is not Status.ANSWERED for row in loaded.rows) >= 0.3 * len(loaded.rows)
    assert all(sum(row.language == language for row in loaded.rows) >= 30 for language in ("en", "de"))
    share = share_with_many_words(loaded.rows, texts.provisions)
    assert share is not None and share <= 0.5


def test_a_question_that_repeats_a_wording_of_the_notes_is_found() -> None:
    question = QuestionRow.model_validate(GOOD | {"question": "Qui paie la formation des salariés en Lorraine ?"})
    wordings = ["qui paie la formation des salariés, en Lorraine", "où trouver un local à Toul"]
    note = Note(id="p/1", digest="0" * 16, wordings=wordings)
    assert [(row.question_id, row.similarity) for row in near_wordings([question], wordings_of({"p/1": note}))] == [("good-1", 1.0)]


@law(deadline=None)
@given(st.lists(st.sampled_from("abcdefgh"), max_size=8), st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=8), max_size=6))
def test_no_near_wording_is_overlooked(asked: list[str], wordings: list[list[str]]) -> None:
    question = QuestionRow.model_validate(GOOD | {"question": " ".join(asked) or "?"})
    found = near_wordings([question], [(str(at), " ".join(words)) for at, words in enumerate(wordings)])
    one = set(asked)
    near = [str(at) for at, words in enumerate(wordings) if one & set(words) and len(one & set(words)) >= 0.8 * len(one | set(words))]
    assert [row.provision_id for row in found] == near


def test_the_words_shared_with_the_passage_by_hand() -> None:
    question = QuestionRow.model_validate(GOOD | {"question": "foncier usine friche viticulture"})
    provisions = {"p/1": a_provision("p/1", "Le foncier et les friches"), "p/2": a_provision("p/2", "La viticulture")}
    assert overlap(question, provisions) == 0.5
    assert share_with_many_words([question], provisions) == 1.0
    assert overlap(question.model_copy(update={"evidence": []}), provisions) is None


def test_answers_missing_strange_or_broken_are_named_and_the_rest_is_scored(tmp_path: Path) -> None:
    texts = CorpusTexts({name: a_provision(name, "foncier") for name in ("p/1", "p/2")}, {"p": "foncier"})
    questions = a_file(tmp_path, *(GOOD | {"id": name} for name in ("one", "two", "three")))
    answer = Answer(question="?", language="fr", status=Status.PARTIAL, text="x")
    rows = [AnswerRow(id=name, answer=answer, seconds=0.1).model_dump_json() for name in ("one", "one", "other")]
    answers = a_file(tmp_path, *rows, '{"id": "two"', name="answers.jsonl")
    result = score_files([questions], answers, texts)
    assert [row.id for row in result.rows] == ["one"]
    told, unanswered = "\n".join(result.left_out), ("« two » has no answer", "« three » has no answer")
    for piece in ("stands already at line 1", "no question « other »", "not valid JSON", *unanswered):
        assert piece in told


def test_score_needs_no_model_and_prints_json_alone(tmp_path: Path, texts: CorpusTexts) -> None:
    name = next(iter(texts.provisions))
    questions = a_file(tmp_path, GOOD | {"evidence": [[name]]})
    answer = Answer(question="?", language="fr", status=Status.PARTIAL, text="x")
    answers = a_file(tmp_path, AnswerRow(id="good-1", answer=answer, seconds=0.1).model_dump_json(), name="answers.jsonl")
    words = ["score", "--questions", str(questions), "--answers", str(answers), "--corpus", str(CORPUS)]
    done = CliRunner().invoke(app, [*words, "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["overall"]["passed"]["value"] == 0.0
    assert "passed" in CliRunner().invoke(app, words).stdout


def test_every_command_has_its_help() -> None:
    for command in ("answer", "score", "run", "beir", "bench", "questions"):
        assert CliRunner().invoke(app, [command, "--help"]).exit_code == 0
