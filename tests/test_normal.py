"""The normal form: what the outline is sought in, each character mapped back to the source."""

import time
import tracemalloc
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import normal
from ingest.normal import to_normal_form


@pytest.mark.parametrize(
    ("source", "normal_text"),
    [
        ("un\r\ndeux\rtrois\nquatre", "un\ndeux\ntrois\nquatre"),
        ("page\x0csuivante", "page\nsuivante"),
        ("« Territoires\u00a0» 70\u202f%\u2009!", "« Territoires » 70 % !"),
        ("\ufeffterri\u00adtoire\u200b d’industrie\x02", "territoire d'industrie"),
        ("re\u0301gion e\u0302tre c\u0327a A\u030a", "région être ça Å"),
        ("re\u200b\u0301gion", "région"),
        ("Cœur\tde Lorraine – “œuvre”", "Cœur\tde Lorraine – “œuvre”"),
        ("", ""),
        ("\u200b", ""),
    ],
)
def test_the_same_words_take_one_form(source: str, normal_text: str) -> None:
    assert to_normal_form(source).text == normal_text


def test_a_span_gives_back_whole_source_characters_and_no_invisible_edge() -> None:
    source = "\ufeffLa re\u0301gion\u200b\r\nl\u00a0’Etat"
    form = to_normal_form(source)
    assert form.text == "La région\nl 'Etat"

    def cut(words: str) -> str:
        start = form.text.index(words)
        first, after = form.source_span(start, start + len(words))
        return source[first:after]

    assert cut("La") == "La"
    assert cut("région") == "re\u0301gion"
    assert cut("ré") == "re\u0301"
    assert cut("région\n") == "re\u0301gion\u200b\r\n"
    assert cut("\nl") == "\r\nl"
    assert cut("l 'Etat") == "l\u00a0’Etat"
    assert form.source_span(0, 0) == (1, 1)
    assert form.source_span(len(form.text), len(form.text)) == (len(source), len(source))


def test_a_span_beyond_the_text_is_refused() -> None:
    form = to_normal_form("abc")
    with pytest.raises(IndexError):
        form.source_span(1, 4)
    with pytest.raises(IndexError):
        form.offsets[3]
    assert form.offsets[-1] == 2 and form.offsets[0:2] == [0, 1]


alphabet = "aeR1 .\n\r\t\x0c\x00\x02\u00a0\u202f\u00ad\u200b\ufeff\u0301\u0302\u0323\u0327\u0344’éœ–€😀"
texts = st.text(alphabet=alphabet, max_size=60) | st.text(max_size=40)


@given(texts)
def test_offsets_rise_and_stay_in_the_source(source: str) -> None:
    form = to_normal_form(source)
    places = list(form.offsets)
    assert len(places) == len(form.text)
    assert places == sorted(set(places))
    assert all(0 <= place < len(source) for place in places)


@given(texts, st.data())
def test_the_source_slice_of_a_span_normalises_to_that_span(source: str, data: st.DataObject) -> None:
    form = to_normal_form(source)
    # A span may begin and end where a character is no accent of the one before it.
    heads = [at for at, character in enumerate(form.text) if not normal.ACCENTED.fullmatch(character)]
    bounds = sorted(data.draw(st.lists(st.sampled_from([*heads, len(form.text)]), min_size=2, max_size=2)))
    first, after = form.source_span(*bounds)
    assert to_normal_form(source[first:after]).text == form.text[bounds[0] : bounds[1]]


@given(texts)
def test_a_normal_form_holds_no_invisible_character_and_is_its_own(source: str) -> None:
    form = to_normal_form(source)
    assert not set(form.text) & set("\r\x0c\x00\x02\u00a0\u202f\u00ad\u200b\ufeff’")
    again = to_normal_form(form.text)
    assert again.text == form.text and list(again.offsets) == list(range(len(form.text)))


@given(st.text(alphabet="ae \r\n\u200b\u0301\u0302é", max_size=80), st.integers(1, 9))
def test_where_the_text_is_cut_into_slices_changes_nothing(source: str, size: int) -> None:
    whole = to_normal_form(source)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(normal, "CHUNK", size)
        sliced = to_normal_form(source)
    assert sliced.text == whole.text and list(sliced.offsets) == list(whole.offsets)


@given(st.text(alphabet="aeiouc\u0301\u0302\u0300\u0327 ", max_size=40))
def test_french_accents_are_composed_as_unicode_composes_them(source: str) -> None:
    assert to_normal_form(source).text == unicodedata.normalize("NFC", source)


def test_five_megabytes_are_normalised_in_bounded_memory() -> None:
    sentence = "L’e\u0301tat et la Région\u00a0: «\u202f70 % de l’emploi industriel\u202f» — cœur de la relance.\r\n"
    source = sentence * (5_000_000 // len(sentence))
    began = time.perf_counter()
    form = to_normal_form(source)
    assert time.perf_counter() - began < 5
    assert form.text.count("\n") == source.count("\r\n")
    assert form.source_span(len(form.text) - 1, len(form.text)) == (len(source) - 2, len(source))
    del form
    tracemalloc.start()
    to_normal_form(source)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * len(source)
