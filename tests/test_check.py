"""`ingest check`: what the texts define is found, every character has a place, and what is wanting is said."""

import json
from pathlib import Path

import pytest
import yaml
from conftest import REAL_CORPUS, MakeCorpus, source_of
from typer.testing import CliRunner

from ingest.check import Row, broken_quotes, changed_ids, coverage, find_rows, load_inventory, shortcomings, write_release
from ingest.cli import app
from ingest.corpus import Source, sources_of
from ingest.errors import CorpusError
from ingest.types import Kind, Provision

TEXT = "# Pacte\n\nAccueil\n\n## Axe 1 : Former\n\nLa région finance le campus de Montfaucon.\n"


def test_every_row_of_the_inventory_is_found_in_the_published_texts(real_sources: dict[str, Source]) -> None:
    findings = find_rows(load_inventory(REAL_CORPUS), list(real_sources.values()))
    assert [f"{f.row.id}: {f.wanting}" for f in findings if f.wanting] == []
    assert len(findings) == 193


def test_every_character_of_the_published_texts_has_a_place(real_sources: dict[str, Source]) -> None:
    covered = {name: coverage(source) for name, source in real_sources.items()}
    assert {name: row.lost for name, row in covered.items() if row.lost} == {}
    assert max(row.share for name, row in covered.items() if real_sources[name].document.verbatim) <= 0.03
    assert [broken_quotes(source) for source in real_sources.values()] == [[]] * 5


def test_the_coverage_counts_letters_and_not_what_the_program_believes() -> None:
    source = source_of(TEXT)
    source.cut.provisions.pop()
    assert coverage(source).lost == ["LarégionfinancelecampusdeMontfaucon."]


@pytest.mark.parametrize(
    ("row", "wanting"),
    [
        ({"needle": "Axe 1 : Former", "kind": "axis"}, ""),
        ({"needle": "finance le campus", "kind": "paragraph", "actors": ["Région"]}, ""),
        ({"needle": "finance le campus", "kind": "axis"}, "is a paragraph, expected axis"),
        ({"needle": "finance le campus", "kind": "paragraph", "actors": ["État"]}, "actors ['Région'], expected ['État']"),
        ({"needle": "le port", "kind": "axis"}, "« le port » is not in the text of essai"),
        ({"needle": "Former\n\nLa région", "kind": "axis"}, "lies in no provision"),
        ({"needle": "Former", "kind": "axis", "document": "absent"}, "the document absent is not registered"),
        ({"needle": "Former", "kind": "axis", "also": [{"document": "essai", "needle": "le port"}]}, "« le port » is not in the text"),
    ],
)
def test_a_row_of_the_inventory_says_what_is_wanting(row: dict[str, object], wanting: str) -> None:
    [finding] = find_rows([Row.model_validate({"id": "X", "document": "essai"} | row)], [source_of(TEXT)])
    assert wanting in finding.wanting and bool(wanting) == bool(finding.wanting)


def test_an_inventory_that_cannot_be_read_is_refused_with_its_file(tmp_path: Path) -> None:
    path = tmp_path / "inventory.yaml"
    for content, what in (("- {", "not valid YAML"), ("- {id: X}", "a row of the inventory cannot be read")):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(CorpusError, match=what) as caught:
            load_inventory(tmp_path)
        assert caught.value.file == path and caught.value.remedy
    path.write_text("# none yet\n", encoding="utf-8")
    assert load_inventory(tmp_path) == []


def test_ids_gone_or_renamed_since_the_release_are_named(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus({"a": TEXT})
    assert changed_ids(corpus, sources_of(corpus)) == []
    assert write_release(corpus) == len(sources_of(corpus)[0].provisions)
    assert changed_ids(corpus, sources_of(corpus)) == []
    make_corpus({"a": TEXT.replace("Axe 1", "Axe 2").replace("Pacte", "Accord")})
    assert changed_ids(corpus, sources_of(corpus)) == ["a/titre: names other words", "a/axe-1: gone", "a/axe-1/alinea-1: gone"]


def test_furniture_is_declared_word_for_word_hidden_and_printed(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus({"a": TEXT}, furniture=[{"text": "Accueil", "why": "rubrique"}])
    [source] = sources_of(corpus)
    assert all("Accueil" not in p.quote for p in source.provisions)
    assert coverage(source).furniture == ["Accueil"]
    assert shortcomings(corpus)[2] == ["a: furniture is 11.3% of the text (at most 3%)"]


def test_furniture_keeps_every_other_character_at_its_place_and_follows_the_page_not_its_spelling() -> None:
    text = "Lire l’article\u00a0complet\r\n\r\nUn texte. Lire l'article complet demain.\r\n\r\nLire l’article\u00a0complet  \r\n"
    source = source_of(text, furniture=[{"text": "Lire l'article complet", "why": "lien"}])
    assert [p.quote for p in source.provisions] == ["Un texte. Lire l'article complet demain."]
    assert len(coverage(source).furniture) == 2 and coverage(source).lost == []


def test_declared_furniture_that_is_not_in_the_text_is_a_fault(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus({"a": TEXT}, furniture=[{"text": "Publié le", "why": "rubrique"}])
    assert shortcomings(corpus)[2] == ["a: the declared furniture « Publié le » stands nowhere on lines of its own"]


def test_a_corpus_without_notes_nor_inventory_is_listed_and_checked(make_corpus: MakeCorpus) -> None:
    corpus = str(make_corpus({"b": TEXT, "a": TEXT}))
    checked = CliRunner().invoke(app, ["check", "--corpus", corpus])
    assert checked.exit_code == 0 and "0 rows of the inventory, 0 found; 0 other faults" in checked.stdout
    listed = CliRunner().invoke(app, ["list", "--json", "--corpus", corpus])
    rows = json.loads(listed.stdout)
    assert [row["provision_id"] for row in rows][:3] == ["b/titre", "b/axe-1", "b/axe-1/alinea-1"]
    required = {"provision_id", "document_id", "kind", "path", "label", "actors", "quote", "start", "end"}
    assert all(required <= set(row) and TEXT[row["start"] : row["end"]] == row["quote"] for row in rows)
    plain_list = CliRunner().invoke(app, ["list", "--corpus", corpus])
    assert plain_list.exit_code == 0 and len(plain_list.stdout.splitlines()) == len(rows)


def test_the_check_fails_when_something_is_wanting(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus({"a": TEXT})
    row = {"id": "X", "document": "a", "needle": "Axe 1", "kind": Kind.COMMITMENT.value}
    (corpus / "inventory.yaml").write_text(yaml.safe_dump([row]), encoding="utf-8")
    checked = CliRunner().invoke(app, ["check", "--corpus", str(corpus)])
    assert checked.exit_code == 1
    assert "WANTING  X" in checked.stdout and "is a axis, expected commitment" in checked.stdout


def test_a_quote_that_is_not_the_slice_is_a_fault() -> None:
    source = source_of(TEXT)
    last: Provision = source.cut.provisions[-1]
    source.cut.provisions[-1] = last.model_copy(update={"start": last.start + 1})
    assert broken_quotes(source) == [last.id]
