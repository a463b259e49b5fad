"""The register and the notes: every error names the file, the line when there is one, and the remedy."""

from pathlib import Path

import pytest
import yaml
from conftest import REAL_CORPUS, MakeCorpus

from ingest.corpus import corpus_digest, sources_of
from ingest.errors import CorpusError
from ingest.notes import load_notes, notes_path, quote_digest
from ingest.register import load_register
from ingest.views import views_of

TEXT = "# Pacte\n\nLa région finance le campus de Montfaucon.\n"


def register_with(corpus: Path, change: tuple[str, str]) -> Path:
    path = corpus / "documents.yaml"
    before = path.read_text(encoding="utf-8")
    assert change[0] in before
    path.write_text(before.replace(*change, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "line", "what"),
    [
        (("  publisher: un territoire imaginaire\n", ""), 1, "« publisher » is missing"),
        (("  publisher:", "  publicher:"), 1, "« publisher » is missing"),
        (("  rights:", "  colour: red\n  rights:"), 8, "« colour » is not known"),
        (("  kind: pact", "  kind: treaty"), 4, "« kind » cannot be read"),
        (("  kind: pact", "  kind: pact\n  kind: other"), 5, "kind"),
        (("- id: a", "- id: A !"), 1, "« id » cannot be read"),
        (("- id: b", "- id: a"), 9, "« a » already stands at line 1"),
        (("  title: Pacte b", "  title: [Pacte"), 11, "not valid YAML"),
        (("source: b.md", "source: absent.md"), 9, "« absent.md » does not exist"),
    ],
)
def test_an_error_of_the_register_names_file_line_and_remedy(
    change: tuple[str, str], line: int, what: str, make_corpus: MakeCorpus
) -> None:
    corpus = make_corpus({"a": TEXT, "b": TEXT})
    path = register_with(corpus, change)
    with pytest.raises(CorpusError) as caught:
        load_register(corpus)
    error = caught.value
    assert what in error.what
    assert (error.file, error.line) == (path, line)
    assert error.remedy and str(error) == f"{path}:{line}: {error.what} — {error.remedy}"


def test_a_source_that_changed_is_refused_with_the_file_and_the_line_to_correct(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus({"a": TEXT, "b": TEXT})
    source = corpus / "sources" / "b.md"
    source.write_text(TEXT + "x", encoding="utf-8")
    with pytest.raises(CorpusError, match="its digest changed") as caught:
        load_register(corpus)
    assert caught.value.file == source
    assert f"{corpus / 'documents.yaml'} at line 9" in caught.value.remedy


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"id: a\n", "must be a list"), (b"- a\n", "must be a set of fields"), (b"- id: \xe9t\xe9\n", "not written in UTF-8"),
        (b"- {\n", "not valid YAML"), (b"- id: a\n\ttitle: b\n", "not valid YAML"),
    ],
)  # fmt: skip
def test_what_is_no_register_is_said_to_be_none(content: bytes, what: str, make_corpus: MakeCorpus) -> None:
    corpus = make_corpus()
    (corpus / "documents.yaml").write_bytes(content)
    with pytest.raises(CorpusError, match=what) as caught:
        load_register(corpus)
    assert caught.value.file == corpus / "documents.yaml" and caught.value.remedy


def test_a_missing_folder_and_a_missing_register_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="this folder does not exist"):
        load_register(tmp_path / "absent")
    with pytest.raises(CorpusError, match=r"the register of documents is missing.*--corpus"):
        load_register(tmp_path)


@pytest.mark.parametrize("content", ["", "[]\n", "# nothing yet\n"])
def test_a_register_without_documents_is_an_empty_corpus(content: str, make_corpus: MakeCorpus) -> None:
    corpus = make_corpus()
    (corpus / "documents.yaml").write_text(content, encoding="utf-8")
    assert load_register(corpus) == []


def noted(corpus: Path, **changes: object) -> Path:
    [source] = sources_of(corpus)
    provision = source.provisions[-1]
    row = {"id": provision.id, "digest": quote_digest(provision.quote), "fr": "La région paie le campus.", "themes": ["formation"]}
    path = notes_path(corpus, "a")
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump([row | changes], allow_unicode=True), encoding="utf-8")
    return path


def test_a_note_is_one_more_way_to_find_its_provision(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus({"a": TEXT})
    noted(corpus, en="The region pays for the campus.", wordings=["qui paie le campus ?"])
    [source] = sources_of(corpus)
    provision = source.provisions[-1]
    views = {view.view: view.text for view in views_of(provision, source.notes[provision.id])}
    assert views == {
        "text": provision.quote_plain, "fr": "La région paie le campus.",
        "en": "The region pays for the campus.", "w1": "qui paie le campus ?",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"digest": "0" * 16}, r"the quote of « a/alinea-1 » changed"),
        ({"id": "a/absent"}, r"« a/absent » belongs to no provision"),
        ({"fr": ["x"]}, r"« a/alinea-1 » has a field that cannot be read \(fr"),
        ({"colour": "red"}, r"« a/alinea-1 » has a field that cannot be read \(colour"),
        ({"wordings": ["?"] * 7}, r"« a/alinea-1 » has a field that cannot be read \(wordings"),
    ],
)
def test_an_error_of_a_note_names_its_provision(changes: dict[str, object], what: str, make_corpus: MakeCorpus) -> None:
    corpus = make_corpus({"a": TEXT})
    path = noted(corpus, **changes)
    [source] = sources_of(corpus)
    with pytest.raises(CorpusError, match=what) as caught:
        load_notes(corpus, "a", source.provisions)
    assert caught.value.file == path and caught.value.remedy


def test_a_changed_quote_gives_the_digest_to_write_once_the_note_is_right(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus({"a": TEXT})
    noted(corpus, digest="0" * 16)
    [source] = sources_of(corpus)
    with pytest.raises(CorpusError) as caught:
        load_notes(corpus, "a", source.provisions)
    assert quote_digest(source.provisions[-1].quote) in caught.value.remedy


def test_notes_written_twice_or_not_in_yaml_are_refused(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus({"a": TEXT})
    path = noted(corpus)
    [source] = sources_of(corpus)
    once = path.read_text(encoding="utf-8")
    for content, what in ((once * 2, "two notes for « a/alinea-1 »"), ("- id: [\n", "not valid YAML"), ("id: a", "must be a list")):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(CorpusError, match=what):
            load_notes(corpus, "a", source.provisions)
    path.write_text("# nothing yet\n", encoding="utf-8")
    assert load_notes(corpus, "a", source.provisions) == {}


def test_the_corpus_digest_follows_every_file_the_index_is_made_of(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus({"a": TEXT})
    digests = [corpus_digest(corpus)]
    noted(corpus)
    digests.append(corpus_digest(corpus))
    (corpus / "inventory.yaml").write_text("[]\n", encoding="utf-8")
    assert corpus_digest(corpus) == digests[1] != digests[0]


def test_every_published_document_is_registered_with_its_origin_and_rights() -> None:
    documents = load_register(REAL_CORPUS)
    assert len(documents) == 5
    assert all(d.publisher and d.rights and (d.date or d.date_note) for d in documents)
