"""What is looked up instead of looked for: the same rows as a look through every provision, and acronyms written out."""

import re

import pytest

from assistant.acronyms import Acronyms
from assistant.places import Groups, Places
from assistant.references import Reference, named
from ingest.french import fold
from ingest.types import Kind, Provision

PIECES = (
    "priorite-3",
    "axe-2",
    "priorite--1",
    "axe--1",
    "region/1",
    "region/-1",
    "interco/-1",
    "annexe/2.5",
    "annexe/3-",
    "annexe/1",
    "etape-9",
)


@pytest.fixture(scope="module")
def places(real_provisions: dict[str, Provision]) -> Places:
    return Places.over(real_provisions.values())


@pytest.mark.parametrize("first", PIECES)
@pytest.mark.parametrize("second", [None, *PIECES])
def test_an_address_finds_what_a_look_through_all_provisions_finds(
    places: Places, real_provisions: dict[str, Provision], first: str, second: str | None
) -> None:
    reference = Reference(tuple(piece for piece in (first, second) if piece), ())
    assert named(reference, places.ending_on(reference.pieces)) == named(reference, real_provisions.values())


def test_rows_keep_the_order_of_the_texts(places: Places, real_provisions: dict[str, Provision]) -> None:
    provisions = list(real_provisions.values())
    documents, kinds = list(dict.fromkeys(p.document_id for p in provisions))[:2], (Kind.AXIS, Kind.PRIORITY, Kind.TITLE)
    assert places.of_kinds(reversed(documents), kinds) == [p for p in provisions if p.document_id in documents and p.kind in kinds]
    for document in documents:
        assert places.at_the_top(document) == [p for p in provisions if p.document_id == document and p.parent is None]
    assert places.at_the_top("nowhere") == places.of_kinds(["nowhere"], Kind) == places.ending_on(["nulle-part-1"]) == []


def test_each_of_a_group_has_the_others() -> None:
    groups = Groups([("a", "b", "c"), ("d", "e")])
    assert dict(groups) == {"a": ("b", "c"), "b": ("a", "c"), "c": ("a", "b"), "d": ("e",), "e": ("d",)}
    assert groups.get("f", ()) == () and len(groups) == 5


@pytest.mark.parametrize(
    ("text", "letters", "spelt"),
    [
        ("Le Pacte Offensif Croissance Emploi (POCE) est signé.", "poce", True),
        ("Un pacte offensif croissance emploi, le POCE.", "poce", True),
        ("Un pacte offensif croissance emploi.", "poce", False),
        ("Le Pacte Offensif pour la Croissance, Emploi.", "poce", False),
        ("Le Pacte Offensif Croissance Emploi.", "poce", True),
        ("Tout passe par le POCE.", "poce", False),
    ],
)
def test_letters_are_written_out_in_brackets_beside_the_name_or_in_capitals(
    real_provisions: dict[str, Provision], text: str, letters: str, spelt: bool
) -> None:
    one = next(iter(real_provisions.values()))
    both = [one.model_copy(update={"id": "a", "quote_plain": text}), one.model_copy(update={"id": "b", "quote_plain": "Le POCE."})]
    assert Acronyms.of(both).written_out[letters] == (("a",) if spelt else ())


def test_the_acronyms_of_the_texts_are_none_of_their_ordinary_words(real_provisions: dict[str, Provision]) -> None:
    ordinary = {fold(w) for p in real_provisions.values() for w in re.findall(r"[^\W\d_]+", p.quote_plain) if not w.isupper()}
    found = Acronyms.of(real_provisions.values()).written_out
    assert "poce" in found and all(name not in ordinary or ids for name, ids in found.items())
