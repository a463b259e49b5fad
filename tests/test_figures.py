"""Figures and dates: copied as written, and one normal form to compare them by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.figures import figures_of


@pytest.mark.parametrize(
    ("written", "value", "unit"),
    [
        ("1 100 000", "1100000", ""),
        ("1\u202f100\u00a0000", "1100000", ""),
        ("73 211€", "73211", "€"),
        ("16M€", "16000000", "€"),
        ("1,2 M€", "1200000", "€"),
        ("500 k€", "500000", "€"),
        ("1,33%", "1.33", "%"),
        ("13.9%", "13.9", "%"),
        ("70 %", "70", "%"),
        ("215.000", "215000", ""),
        ("01/04/2019", "2019-04-01", "date"),
        ("14/12/21", "2021-12-14", "date"),
        ("31 / 12 / 2021", "2021-12-31", "date"),
        ("17 Juillet 2025", "2025-07-17", "date"),
        ("1er janvier 2024", "2024-01-01", "date"),
        ("mai 2023", "2023-05", "date"),
        ("2023-2027", "2023/2027", "period"),
        ("2017/2021", "2017/2021", "period"),
        ("2050", "2050", "year"),
        ("5 300 ktCO2e", "5300", "ktco2e"),
        ("100 ETP", "100", "etp"),
    ],
)
def test_a_figure_keeps_its_writing_and_gets_one_normal_form(written: str, value: str, unit: str) -> None:
    [figure] = figures_of(f"Soit {written}.")
    assert (figure.written, figure.value, figure.unit) == (written, value, unit)


def test_a_count_keeps_what_it_counts() -> None:
    [figure] = figures_of("Elle concerne plus de 600 entreprises.")
    assert (figure.written, figure.value, figure.unit) == ("600 entreprises", "600", "entreprises")


def test_figures_stand_in_the_order_of_the_text_and_each_once() -> None:
    text = "De 2023-2027, 16M€ pour 600 entreprises, dont 1,33% avant le 14/12/21 et 73 211€ en mai 2023."
    assert [f.written for f in figures_of(text)] == ["2023-2027", "16M€", "600 entreprises", "1,33%", "14/12/21", "73 211€", "mai 2023"]


@pytest.mark.parametrize("text", ["l'objectif 1er", "au 1er rang", "CO2", "la loi 3DS", "BAC-3", "R&D", "sans chiffre", ""])
def test_what_is_no_quantity_is_no_figure(text: str) -> None:
    assert figures_of(text) == []


@given(st.text(alphabet="0123456789 ,./-€%MkerComaijunt\u00a0", max_size=60))
def test_whatever_the_digits_each_figure_stands_in_the_text(text: str) -> None:
    assert all(figure.written in text for figure in figures_of(text))
