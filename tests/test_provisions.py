"""The smallest passages that can be cited: of the five published texts, and of any text at all."""

import random
import re
from pathlib import Path

import pytest
import yaml
from conftest import REAL_CORPUS, MakeCorpus, source_of
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.check import coverage
from ingest.corpus import Source, all_provisions
from ingest.markup import plain
from ingest.types import Kind, Provision

DECLARATION = "declaration-commune-2025"


def letters(text: str) -> str:
    return "".join(re.findall(r"\w", text))


def test_every_quote_is_the_exact_slice_of_its_source_and_its_plain_form_drops_markup_alone(real_sources: dict[str, Source]) -> None:
    for source in real_sources.values():
        for provision in source.provisions:
            assert provision.quote == source.text[provision.start : provision.end]
            assert provision.quote_plain == plain(provision.quote)
            assert provision.quote_plain.strip() == provision.quote_plain != ""


def test_eight_commitments_bind_the_region_eight_the_intercommunalites_and_two_both(real_provisions: dict[str, Provision]) -> None:
    commitments = [p for p in real_provisions.values() if p.kind is Kind.COMMITMENT]
    found = {(p.id.removeprefix(f"{DECLARATION}/"), *p.actors) for p in commitments}
    expected = {(f"region/{n}", "Région") for n in range(1, 9)}
    expected |= {(f"intercommunalites/{n}", "intercommunalités") for n in range(1, 9)}
    assert found == expected | {("ensemble/1", "ensemble"), ("ensemble/2", "ensemble")}
    assert len(commitments) == 18


@pytest.mark.parametrize(
    ("words", "name", "actor"),
    [
        ("gestion prévisionnelle des emplois et des compétences", "intercommunalites/7", "intercommunalités"),
        ("Animent le programme Territoires d'industrie", "intercommunalites/2", "intercommunalités"),
        ("plan 500 relocalisations", "region/8", "Région"),
    ],
)
def test_a_commitment_is_filed_under_the_body_that_makes_it(
    words: str, name: str, actor: str, real_provisions: dict[str, Provision]
) -> None:
    commitment = real_provisions[f"{DECLARATION}/{name}"]
    assert words in commitment.quote_plain
    assert commitment.actors == [actor]


@pytest.mark.parametrize("name", ["3.2", "3.3", "2.4-numerique", "2.5-eit"])
def test_sections_numbered_by_mistake_stay_in_the_part_they_stand_in(name: str, real_provisions: dict[str, Provision]) -> None:
    assert "3 Transformation de l'économie régionale" in real_provisions[f"{DECLARATION}/annexe/{name}"].path
    below = [p for p in real_provisions.values() if p.id.startswith(f"{DECLARATION}/annexe/{name}/")]
    assert below and all("3 Transformation de l'économie régionale" in p.path for p in below)


def test_two_sections_with_one_number_are_both_there_under_two_names(real_provisions: dict[str, Provision]) -> None:
    first, second = real_provisions[f"{DECLARATION}/annexe/2.3"], real_provisions[f"{DECLARATION}/annexe/2.3-insertion"]
    assert first.quote_plain == "2.3. Accompagner les ressources humaines des TPE/PME"
    assert second.quote_plain == "2.3 Mobiliser les dispositifs d'insertion pour l'emploi"
    assert first.label != second.label


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("poce-val-de-lorraine/priorite-3/axe-3", "POCE Val de Lorraine · Priorité 3, axe 3"),
        (f"{DECLARATION}/region/8", "Déclaration commune 2025 · engagements de la Région, 8"),
        (f"{DECLARATION}/intercommunalites/7", "Déclaration commune 2025 · engagements des intercommunalités, 7"),
        (f"{DECLARATION}/ensemble/1", "Déclaration commune 2025 · engagements communs, 1"),
        (f"{DECLARATION}/annexe/3.1/etape-2", "Déclaration commune 2025 · annexe 3.1, étape 2"),
        (f"{DECLARATION}/annexe/2.3-insertion", None),
        (f"{DECLARATION}/annexe/2.4-numerique", None),
        (f"{DECLARATION}/annexe/2.5-eit", None),
    ],
)
def test_ids_read_like_addresses_and_labels_like_a_citizen_would_say_them(
    name: str, label: str | None, real_provisions: dict[str, Provision]
) -> None:
    assert name in real_provisions
    assert label in (None, real_provisions[name].label)


def test_a_sentence_cut_by_a_page_break_is_joined_where_shown_and_exact_where_quoted(real_provisions: dict[str, Provision]) -> None:
    broken = [p for p in real_provisions.values() if re.search(r"^---$", p.quote, re.M)]
    assert broken
    for provision in broken:
        assert "---" not in provision.quote_plain
        before, after = re.split(r"\s*^---$\s*", provision.quote, maxsplit=1, flags=re.M)
        joint = f"{before.split()[-1]} {after.split()[0]}"
        assert joint in " ".join(provision.quote_plain.split())


def test_ids_do_not_depend_on_the_order_of_documents(tmp_path: Path) -> None:
    rows = yaml.safe_load((REAL_CORPUS / "documents.yaml").read_text(encoding="utf-8"))
    random.Random(7).shuffle(rows)
    (tmp_path / "sources").symlink_to(REAL_CORPUS / "sources")
    (tmp_path / "documents.yaml").write_text(yaml.safe_dump(rows, allow_unicode=True), encoding="utf-8")
    shuffled = {p.id: p for p in all_provisions(tmp_path)}
    assert shuffled == {p.id: p for p in all_provisions(REAL_CORPUS)}


def test_parents_are_provisions_that_stand_before(real_sources: dict[str, Source]) -> None:
    for source in real_sources.values():
        seen: set[str] = set()
        for provision in source.provisions:
            assert provision.parent is None or provision.parent in seen
            seen.add(provision.id)


def test_a_line_cut_by_a_page_break_keeps_its_break_in_the_quote() -> None:
    text = (
        "# Pacte\n\nLes intercommunalités du bassin partagent avec la région leur connaissance des\n\n---\n\n"
        "projets industriels. Elles les suivent.\n"
    )
    body = source_of(text).provisions[-1]
    assert body.quote == text[body.start : body.end] and "\n\n---\n\n" in body.quote
    assert "connaissance des projets industriels." in body.quote_plain


def test_a_very_long_passage_is_cut_in_pieces_one_can_read() -> None:
    for text in ("mot " * 9_000, "a" * 9_000, "- " + "un item sans fin, " * 900, "\n".join(["- terrain"] * 900), "# " + "titre " * 900):
        source = source_of(text)
        assert max(len(p.quote) for p in source.provisions) <= 2_400
        assert coverage(source).lost == []


def test_the_first_200_kb_of_a_huge_text_are_cut_like_any_text() -> None:
    once = (REAL_CORPUS / "sources" / "003-declaration-commune-2025.txt").read_text(encoding="utf-8")
    source = source_of((once * 4)[:200_000])
    assert len({p.id for p in source.provisions}) == len(source.provisions) > 700
    assert coverage(source).lost == []


def test_an_empty_corpus_has_no_provision(make_corpus: MakeCorpus) -> None:
    assert list(all_provisions(make_corpus())) == []


WORDS = st.sampled_from(
    ["La", "Région,", "soutient", "l'État", ":", "entreprises.", ";", "1.", "2.3", "–", "œuvre", "(PME)", "«", "»", "12 M€", "2024", "…"]
)
SENTENCE = st.lists(WORDS, min_size=1, max_size=30).map(" ".join)
PREFIX = st.sampled_from(
    ["", "# ", "## ", "###### ", "- ", "  - ", "* ", "1. ", "12) ", "• ", "➔ ", "Axe 1 : ", "AXE II ", "Objectif 1.1 : ", "1.1 ", "1.1. ",
     "ORIENTATION N°2 ", "Article 4 - ", "> ", "| ", "**", "_", "\t", "L'État :", "Ensemble :", "Annexes",
     "Priorité 1\t", "<p><b>", "CARTE 1 : "]
)  # fmt: skip
WHOLE = st.sampled_from(
    ["", " ", "---", "***", "|---|---|", "| Axe 1 : a | b |", "| a | b | c |", "|  | b |",
     "-", "•", "\x0c", "\u200b", "e\u0301", "**Titre**", "\ufeff"]
)  # fmt: skip
SUFFIX = st.sampled_from(["", "**", "  ", " |", "</b></p>", " :", "."])
LINE = st.one_of(st.tuples(PREFIX, SENTENCE, SUFFIX).map("".join), WHOLE, st.text(max_size=30))
TEXT = st.lists(st.tuples(LINE, st.sampled_from(["\n", "\n\n", "\r\n", "\n\n\n", "\r"])).map("".join), max_size=25).map("".join)


@settings(max_examples=250, deadline=None)
@given(TEXT)
def test_whatever_the_text_quotes_are_exact_ids_unique_and_no_letter_is_lost(text: str) -> None:
    source = source_of(text)
    provisions = source.provisions
    assert all(p.quote == text[p.start : p.end] and p.quote_plain == plain(p.quote) for p in provisions)
    assert len({p.id for p in provisions}) == len(provisions)
    assert [p for lost in coverage(source).lost for p in letters(lost)] == []
    assert source_of(text).provisions == provisions
