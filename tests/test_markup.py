"""What a quotation shows: markup gone, not one letter or digit with it."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.markup import plain

SOURCES = sorted((Path(__file__).parents[1] / "corpus" / "sources").glob("*.txt"))


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        ("CO<sub>2</sub>", "CO2"),
        ("5 300 ktCO<sub>2</sub>e.", "5 300 ktCO2e."),
        ("l'objectif 1<sup>er</sup> notamment", "l'objectif 1er notamment"),
        ("<p><b>Priorité 1 : Innovation</b></p>", "Priorité 1 : Innovation"),
        ("<p><b>Priorité 1</b></p>\tDéveloppement", "Priorité 1\tDéveloppement"),
        ("<p>un</p><p>deux</p>", "un deux"),
        ("un<br>deux<br/>\ntrois", "un deux trois"),
        ('<a href="https://grandest.fr" class=x>la Région</a>', "la Région"),
        ("avant<!-- image -->après", "avantaprès"),
    ],
)
def test_html_tags_go_and_their_words_stay(quote: str, shown: str) -> None:
    assert plain(quote) == shown


@pytest.mark.parametrize(
    "quote",
    [
        "5 < 6 et 7 > 6",
        "<10 salariés>",
        "<a partir de 10 salariés>",
        "<nom de l'entreprise>",
        "Vosges&Co",
        "R&D; Vosges&parametre;",
        "2*3*4",
        "12 * 8 * 2",
        "BAC-3 à BAC +5",
        "un_nom_de_fichier",
        "nom_prenom@grandest.fr",
        "https://grandest.fr/_aides_/pme",
        "Nom : ____ Prénom : ____",
        "Prix* hors taxes, délais* compris",
        "(*) hors subvention (*)",
        "hôtel 4****",
        "#réindustrialisation",
        "[voir annexe](page 3)",
        "formation etde  l’emploi\u00a0: « boite à outils\u00a0»",
        "Priorités\tAxes stratégiques partagés",
        "C:\\dossier",
    ],
)
def test_what_is_no_markup_is_kept_byte_for_byte(quote: str) -> None:
    assert plain(quote) == quote


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        (
            "- **Animent le programme Territoires d'industrie** au plus près du terrain.",
            "- Animent le programme Territoires d'industrie au plus près du terrain.",
        ),
        (
            "- ➔ **Pour chaque entreprise un référent personne physique** : il",
            "- ➔ Pour chaque entreprise un référent personne physique : il",
        ),
        ("- Accompagne **et de l'attractivité des métiers**", "- Accompagne et de l'attractivité des métiers"),
        ("*Un paragraphe entier en italique.*", "Un paragraphe entier en italique."),
        ("***les deux*** et **l'un *dans* l'autre**", "les deux et l'un dans l'autre"),
        ("**gras *et italique***", "gras et italique"),
        ("**un****deux**", "undeux"),
        ("_souligné_ et __appuyé__", "souligné et appuyé"),
        ("**Ren**forcer l'inter*communalité*", "Renforcer l'intercommunalité"),
        ("**ouvre\n\n- et ferme** plus loin", "ouvre\n- et ferme plus loin"),
    ],
)
def test_emphasis_marks_go_wherever_the_span_begins_and_ends(quote: str, shown: str) -> None:
    assert plain(quote) == shown


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        ("**Une phrase dont le gras continue", "Une phrase dont le gras continue"),
        ("la fin du gras** et la suite", "la fin du gras et la suite"),
        ("*La Région répond aux difficultés.", "La Région répond aux difficultés."),
        ("218 places en 2024.*", "218 places en 2024."),
        ("le *début** et la **fin* du même", "le début et la fin du même"),
    ],
)
def test_a_span_cut_by_the_quotation_leaves_no_mark_behind(quote: str, shown: str) -> None:
    assert plain(quote) == shown


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        ("## **Accompagner et planifier**", "Accompagner et planifier"),
        ("### *2.5.3 Petite enfance*\n\nLes enjeux", "2.5.3 Petite enfance Les enjeux"),
        ("## Titre fermé ##", "Titre fermé"),
        ("rôle de pivot en\n---\n\nlien avec", "rôle de pivot en lien avec"),
        ("des territoires\n\n\\*\\*\\*\n\n## Déclaration", "des territoires Déclaration"),
        ("avant\n\n***\n\naprès", "avant après"),
        (
            "Déclaration de la  \nRégion Grand Est et  \nd'Intercommunalités",
            "Déclaration de la Région Grand Est et d'Intercommunalités",
        ),
        ("une ligne\r\nla suivante", "une ligne la suivante"),
        ("fin de page\n\n\x0cpage suivante", "fin de page page suivante"),
        ("Actualités\n\n\u00a0\n\nEconomie", "Actualités Economie"),
        ("une étoile \\* et un \\_ échappés, R&amp;D, &#233;t&eacute;", "une étoile * et un _ échappés, R&D, été"),
        ("&lt;b&gt; n'est pas une balise", "<b> n'est pas une balise"),
        ("[La Région](https://grandest.fr/a_(b)) et ![carte](/c.png)", "La Région et carte"),
        ("<https://grandest.fr>", "https://grandest.fr"),
    ],
)
def test_headings_page_breaks_lines_escapes_and_links_are_read_as_they_show(quote: str, shown: str) -> None:
    assert plain(quote) == shown


def test_each_item_of_a_list_keeps_its_line_and_its_marker() -> None:
    quote = "Trois leviers :\n\n- un\n  suite\n - ▣ deux\n\n• trois\n→ quatre\n➔ cinq\n1. six\n* sept\n+ huit"
    assert plain(quote) == "Trois leviers :\n- un suite\n- ▣ deux\n• trois\n→ quatre\n➔ cinq\n1. six\n* sept\n+ huit"


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem[:3])
def test_no_markup_is_left_in_any_paragraph_of_the_published_texts(source: Path) -> None:
    text = source.read_bytes().decode()
    for paragraph in re.split(r"\n\s*\n", text):
        shown = plain(paragraph)
        assert not re.search(r"[*_\\<>]|(?m:^#)|^---", shown), shown
        assert _letters(shown) == _letters(re.sub(r"</?\w+>", "", paragraph))


WORDS = r"""
    Région emploi 2025 2,5 1er l'été « œuvre É 70% (cf.) 3* 2*3*4 a_b . , : ; / & < > # = + - --- *** * ** _ __ \* \_ \
    &amp; &lt; ➔ • → ▣ – 1. 2) ## ### **gras** *it* [ ] ( ) ! `code` R&D &inconnu; ~~ |
    <b> </b> <sub> </sub> <p> </p> <br/>
"""
BLANKS = ["\n", "\n\n", "  \n", " ", "\t", "\u00a0", "\u202f", "\n- ", "\r\n", "\n---\n\n", "\x0c"]
LINKED = ['<a href="x">', "</a>"]
fragments = st.lists(st.sampled_from([*WORDS.split(), *BLANKS, *LINKED]), max_size=30).map("".join)
TAG = re.compile(r"</?(?:b|sub|p|br|a)(?: href=\"x\")?/?>")
ENTITY = re.compile(r"&(?:amp|lt);")


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


@given(fragments)
def test_no_letter_and_no_digit_is_ever_lost_or_added(quote: str) -> None:
    escaped = re.sub(r"\\[&<]", " ", quote)
    bare = ENTITY.sub("", TAG.sub("", escaped))
    assert _letters(plain(escaped)) == _letters(bare)


@given(fragments)
def test_a_quotation_shows_as_lines_without_edges_or_empty_lines(quote: str) -> None:
    for line in plain(quote).split("\n")[:-1]:
        assert line.strip() and line == line.strip(" \t")


@given(st.text(alphabet="éa1 ,.'()«»\u00a0-", max_size=40).filter(lambda text: text == text.strip()))
def test_a_line_without_markup_is_left_alone(quote: str) -> None:
    assert plain(quote) == (quote if not re.fullmatch(r"-{3,}", quote) else "")
