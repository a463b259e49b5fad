"""`ingest add`: a new document is shown, written whole or not at all, and what is still unwritten is said."""

import json
from pathlib import Path

import pytest
import yaml
from conftest import MakeCorpus, document_of, source_of
from docx import Document as WordDocument
from typer.testing import CliRunner, Result

from ingest import cli
from ingest.add import NewDocument, Prepared, add_files, unwritten
from ingest.cli import app
from ingest.corpus import sources_of
from ingest.errors import CorpusError
from ingest.notes import notes_path
from ingest.pipeline import build_index
from ingest.register import load_register
from ingest.toy import ToyEmbedder

PACT = "# Pacte de Serre\n\n## Axe 1 : Former\n\nLa région finance le campus de Montfaucon.\n"
SAID = NewDocument(publisher="Pays de Serre", rights="texte public")
OPTIONS = ["--publisher", "Pays de Serre", "--rights", "texte public"]


@pytest.fixture(autouse=True)
def toy_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "build_index", lambda settings: build_index(settings, ToyEmbedder()))


@pytest.fixture
def pact(tmp_path: Path) -> Path:
    path = tmp_path / "serre.md"
    path.write_text(PACT, encoding="utf-8")
    return path


def tree(corpus: Path) -> dict[str, bytes]:
    return {str(path.relative_to(corpus)): path.read_bytes() for path in sorted(corpus.rglob("*")) if path.is_file()}


def add(corpus: Path, *words: str | Path) -> Result:
    index = corpus.parent / "index"
    return CliRunner().invoke(app, ["add", "--corpus", str(corpus), "--index", str(index), *map(str, words)])


def test_a_document_is_shown_registered_and_indexed_and_its_unwritten_notes_named(make_corpus: MakeCorpus, pact: Path) -> None:
    corpus = make_corpus({"a": "# Accord\n\nUn accord existe.\n"})
    before = (corpus / "documents.yaml").read_text(encoding="utf-8")
    done = add(corpus, pact, "--yes", *OPTIONS, "--date", "2024-03-12", "--kind", "pact")
    assert done.exit_code == 0, done.output
    assert "pacte-de-serre: 3 provisions" in done.stderr and "axis       axe-1" in done.stderr
    notes = notes_path(corpus, "pacte-de-serre")
    assert done.stdout.splitlines()[:4] == [
        f"pacte-de-serre is registered; 3 notes are still unwritten in {notes}",
        "  pacte-de-serre/titre", "  pacte-de-serre/axe-1", "  pacte-de-serre/axe-1/alinea-1",
    ]  # fmt: skip
    assert (corpus / "sources" / "pacte-de-serre.md").read_bytes() == pact.read_bytes()
    assert (corpus / "documents.yaml").read_text(encoding="utf-8").startswith(before.rstrip())
    assert [d.id for d in load_register(corpus)] == ["a", "pacte-de-serre"]
    assert (corpus.parent / "index").is_dir()


def test_a_note_written_is_no_longer_unwritten(make_corpus: MakeCorpus, pact: Path) -> None:
    corpus = make_corpus()
    [document] = add_files([pact], corpus, SAID, None, lambda shown: True)
    path = notes_path(corpus, document.id)
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    rows[1]["fr"] = "Former les habitants."
    path.write_text(yaml.safe_dump(rows, allow_unicode=True), encoding="utf-8")
    assert unwritten(corpus, document) == ["pacte-de-serre/titre", "pacte-de-serre/axe-1/alinea-1"]


def test_a_converted_file_is_kept_beside_its_text_and_what_no_text_holds_is_said(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    file = tmp_path / "contrat.docx"
    word = WordDocument()
    word.add_heading("Contrat de la Plaine", level=1)
    word.add_paragraph("La région finance le campus.")
    word.save(str(file))
    corpus = make_corpus()
    assert add(corpus, file, "--yes", *OPTIONS, "--id", "plaine").exit_code == 0
    [source] = sources_of(corpus)
    assert (source.document.source, source.document.original) == ("plaine.md", "plaine.docx")
    assert [p.quote_plain for p in source.provisions] == ["Contrat de la Plaine", "La région finance le campus."]
    assert (corpus / "sources" / "plaine.docx").read_bytes() == file.read_bytes()


def test_without_a_terminal_and_without_yes_nothing_is_written_and_the_way_is_said(make_corpus: MakeCorpus, pact: Path) -> None:
    corpus = make_corpus()
    before = tree(corpus)
    done = add(corpus, pact, *OPTIONS)
    assert isinstance(done.exception, CorpusError)
    assert "nothing was written" in str(done.exception) and "--yes" in done.exception.remedy
    assert "3 provisions" in done.stderr
    assert tree(corpus) == before


def test_what_is_not_said_is_asked_with_a_proposal_and_a_refusal_writes_nothing(make_corpus: MakeCorpus, pact: Path) -> None:
    corpus = make_corpus()
    before, asked = tree(corpus), {}

    def ask(what: str, proposed: str) -> str:
        asked[what] = proposed
        return proposed or "dit"

    assert add_files([pact], corpus, NewDocument(), ask, lambda shown: False) == []
    assert asked == {
        "id": "pacte-de-serre", "title": "Pacte de Serre", "short title": "Pacte de Serre", "kind": "other",
        "publisher": "", "date": "undated", "rights": "",
    }  # fmt: skip
    assert tree(corpus) == before


@pytest.mark.parametrize(
    ("said", "what"),
    [
        (NewDocument(rights="public"), r"« publisher » is not known — give it with --publisher"),
        (SAID._replace(kind="treaty"), r"« kind » cannot be read .* — correct --kind"),
        (SAID._replace(date="hier"), r"« date » cannot be read .* — correct --date"),
        (SAID._replace(id="Pays de Serre"), r"« id » cannot be read .* — correct --id"),
        (SAID._replace(id="a"), r"« a » is already registered"),
    ],
)
def test_what_cannot_be_registered_is_refused_before_anything_is_written(
    said: NewDocument, what: str, make_corpus: MakeCorpus, pact: Path
) -> None:
    corpus = make_corpus({"a": "# Accord\n\nUn accord existe.\n"})
    before = tree(corpus)
    with pytest.raises(CorpusError, match=what):
        add_files([pact], corpus, said, None, lambda shown: pytest.fail("shown"))
    assert tree(corpus) == before


@pytest.mark.parametrize("option", ["--id", "--title", "--short-title"])
def test_several_files_cannot_share_what_names_one(option: str, make_corpus: MakeCorpus, pact: Path) -> None:
    corpus = make_corpus()
    done = add(corpus, pact, pact, "--yes", *OPTIONS, option, "serre")
    assert done.exit_code == 2 and "one by one" in done.output
    with pytest.raises(CorpusError, match="one by one"):
        add_files([pact, pact], corpus, SAID._replace(id="serre"), None, lambda shown: True)
    assert load_register(corpus) == []


def test_several_files_are_all_read_before_the_first_is_written(make_corpus: MakeCorpus, pact: Path, tmp_path: Path) -> None:
    corpus = make_corpus()
    second = tmp_path / "second.md"
    second.write_text("# Second pacte\n\nIl existe.\n", encoding="utf-8")
    for bad in (tmp_path / "absent.md", pact):
        with pytest.raises(CorpusError):
            add_files([pact, second, bad], corpus, SAID, None, lambda shown: True)
        assert load_register(corpus) == []
    assert [d.id for d in add_files([pact, second], corpus, SAID, None, lambda shown: True)] == ["pacte-de-serre", "second-pacte"]
    assert [d.id for d in load_register(corpus)] == ["pacte-de-serre", "second-pacte"]


@pytest.mark.parametrize("step", ["write_bytes", "write_text", "replace"])
def test_a_disk_that_fills_up_leaves_nothing_half_written(
    step: str, make_corpus: MakeCorpus, pact: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = make_corpus({"a": "# Accord\n\nUn accord existe.\n"})
    before = tree(corpus)
    real = getattr(Path, step)

    def full(path: Path, *given: object, **named: object) -> object:
        if step == "write_bytes" and "notes" not in path.parts:
            return real(path, *given, **named)
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, step, full)
    with pytest.raises(CorpusError, match=r"nothing was registered.*no space left.*free some room"):
        add_files([pact], corpus, SAID, None, lambda shown: True)
    monkeypatch.undo()
    assert tree(corpus) == before


def test_the_register_is_written_last(make_corpus: MakeCorpus, pact: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = make_corpus()
    written: list[str] = []
    real = Path.replace

    def replace(path: Path, target: Path) -> Path:
        written.extend(tree(corpus))
        return real(path, target)

    monkeypatch.setattr(Path, "replace", replace)
    add_files([pact], corpus, SAID, None, lambda shown: True)
    assert {"sources/pacte-de-serre.md", "notes/pacte-de-serre.yaml"} <= set(written)


def test_what_the_file_shows_and_no_text_holds_is_said_first() -> None:
    source = source_of(PACT)
    ready = Prepared(source.document, source.provisions, b"", None, ("serre.pdf: page 2 holds no text",))
    assert ready.shown.startswith("serre.pdf: page 2 holds no text\n")


def test_notes_that_stand_there_already_are_not_overwritten(make_corpus: MakeCorpus, pact: Path) -> None:
    corpus = make_corpus()
    path = notes_path(corpus, "pacte-de-serre")
    path.parent.mkdir()
    path.write_text("- {id: x}\n", encoding="utf-8")
    before = tree(corpus)
    with pytest.raises(CorpusError, match="stands there already"):
        add_files([pact], corpus, SAID, None, lambda shown: True)
    assert tree(corpus) == before


def test_a_register_that_does_not_take_one_more_is_left_as_it_is(make_corpus: MakeCorpus, pact: Path) -> None:
    corpus = make_corpus()
    source = corpus / "sources" / "a.md"
    source.write_text("Un accord.\n", encoding="utf-8")
    row = json.dumps(document_of("a", source.read_bytes()), ensure_ascii=False)
    (corpus / "documents.yaml").write_text(f"[{row}]\n", encoding="utf-8")
    before = tree(corpus)
    with pytest.raises(CorpusError, match="not valid YAML"):
        add_files([pact], corpus, SAID, None, lambda shown: True)
    assert tree(corpus) == before


def test_a_folder_that_takes_no_file_is_named(make_corpus: MakeCorpus, pact: Path) -> None:
    corpus = make_corpus()
    (corpus / "notes").write_text("a file where a folder should be", encoding="utf-8")
    before = tree(corpus)
    with pytest.raises(CorpusError, match=r"notes: nothing was registered: this file cannot be written"):
        add_files([pact], corpus, SAID, None, lambda shown: True)
    assert tree(corpus) == before
