"""French as people and pacts write it, cut into tokens that find each other."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.french import fold, tokenise_french

TOKENS = {
    # elisions, both apostrophes
    "l'eau": ["eau"],
    "l’eau": ["eau"],
    "d'eau": ["eau"],
    "Qu'une entreprise": ["entrepris"],
    "jusqu'au fret": ["fret"],
    "lorsqu'elle": [],
    "puisqu'il": [],
    "j'innove, n'innove, s'innove, m'innove, t'innove, c'": ["innov"] * 5,
    "aujourd'hui": [],
    # accents and ligatures
    "œuvre": ["oeuvr"],
    "main-d'œuvre": ["main", "oeuvr"],
    "Cœur de Lorraine": ["coeur", "lorrain"],
    "DÉCARBONATION": ["decarbon"],
    "de\u0301carboner": ["decarbon"],
    # figures, codes and units
    "priorité 2.3": ["priorit", "2.3"],
    "2.5.2.": ["2.5.2"],
    "CPER n°4": ["cper", "n°4", "4"],
    "CPER n° 4": ["cper", "n°4", "4"],
    "numéro 4": ["n°4", "4"],
    "1,2 M€": ["1,2", "m€"],
    "1,2M€": ["1,2", "m€"],
    "500 k€ et 3 Md€": ["500", "k€", "3", "md€"],
    "400\u00a0000\u202f€": ["400000", "€"],
    "1 100 000": ["1100000"],
    "70 %": ["70"],
    "2023-2027": ["2023", "2027"],
    "loi 3DS, industrie 4.0, H3M, 5G": ["loi", "3ds", "industr", "4.0", "h3m", "5g"],
    "CO2 et CO₂": ["co2", "co2"],
    "ktCO2e": ["ktco2e"],
    # names that punctuation would break
    "R&D": ["r&d"],
    "R & D": ["r&d"],
    "Grand E-Nov+": ["grand", "e-nov+"],
    "STAR'EST": ["starest"],
    "Star’Est": ["starest"],
    "Lorr'up": ["lorrup"],
    "BAC-3": ["bac-3"],
    "Mad & Moselle": ["mad", "mosel"],
    "Pont-à-Mousson": ["pont", "mousson"],
    "Grand Est": ["grand", "grand-est"],
    # other languages pass
    "money for retraining my staff": ["money", "for", "retraining", "my", "staff"],
    "Wer hilft bei der Digitalisierung?": ["wer", "hilft", "bei", "der", "digitalisierung"],
    "Straße": ["strass"],
    # nothing to search
    "": [],
    "… ? ! — « »": [],
    "c quoi les": [],
}

ALIKE = [
    # the texts' misspellings and plurals
    ("la relocalisations", "les relocalisations"),
    ("relocation des activités", "relocalisation des activités"),
    ("l'action public", "l'action publique"),
    ("action publique", "actions publiques"),
    ("la filiale bois", "la filière bois"),
    ("Service Public Régional de l'Orientalisation", "service public régional de l'orientation"),
    ("centres de ressourcement technologiques", "centre de ressources technologiques"),
    ("3 levier", "3 leviers"),
    ("4 intercommunalité", "4 intercommunalités"),
    ("L'intercommunalités", "l'intercommunalité"),
    ("comités de pilotages", "comité de pilotage"),
    ("Contrats Pluriannuel", "contrat pluriannuel"),
    ("Sélectionnés", "sélectionnées"),
    ("D'engager", "engager"),
    ("vigi foncier", "vigie foncier"),
    ("formation etde", "formation et de"),
    ("consisteen", "consiste en"),
    ("maisaussi", "mais aussi"),
    # one body, one spelling
    ("BPI France", "Bpifrance"),
    ("ADEME", "Ademe"),
    ("Maison(s) de Région(s)", "maison de région"),
    ("Territoires d’industries", "Territoire d'Industrie"),
    ("Seille & Grand Couronné", "Seille et Grand Couronné"),
    ("Fresnes en Woëvre", "Fresnes-en-Woevre"),
    # the same words with and without accents
    ("les salariés", "les salaries"),
    ("une salariée", "un salarié"),
]

SHARED_NAMES = [
    ("Pôle emploi", "France Travail", "france-travail"),
    ("GEN+", "Grand E-Nov+", "e-nov+"),
    ("Agence d’innovation et d’internationalisation", "GEN+", "e-nov+"),
    ("l'agence régionale d'Innovation et de Prospection Internationale", "Grand E-Nov+", "e-nov+"),
    ("l'Agence de la transition écologique", "ADEME", "ademe"),
]


@pytest.mark.parametrize(("text", "tokens"), TOKENS.items())
def test_a_text_gives_these_tokens(text: str, tokens: list[str]) -> None:
    assert tokenise_french(text) == tokens


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_two_spellings_give_the_same_tokens(one: str, other: str) -> None:
    assert tokenise_french(one) == tokenise_french(other)


@pytest.mark.parametrize(("one", "other", "token"), SHARED_NAMES)
def test_a_body_is_found_by_its_old_and_its_new_name(one: str, other: str, token: str) -> None:
    assert token in tokenise_french(one)
    assert token in tokenise_french(other)


GLUED = [("www.grandest.fr", "grand-est"), ("poleemploi", "france-travail"), ("filialebois", "filier")]


@pytest.mark.parametrize(("glued", "token"), GLUED)
def test_names_written_without_their_blanks_are_read_and_never_fail(glued: str, token: str) -> None:
    assert token in tokenise_french(glued)


def test_words_that_only_look_alike_stay_apart() -> None:
    assert tokenise_french("une filiale de l'entreprise") != tokenise_french("une filière de l'entreprise")
    assert "france-travail" not in tokenise_french("le travail en France")
    assert "r&d" not in tokenise_french("Recherche & Développement")


@given(st.text())
def test_any_text_gives_the_tokens_of_its_composed_and_decomposed_forms(text: str) -> None:
    composed = tokenise_french(unicodedata.normalize("NFC", text))
    assert composed == tokenise_french(unicodedata.normalize("NFD", text))
    assert all(token and token == fold(token).replace(" ", "") for token in composed)


@given(st.lists(st.sampled_from(["formation", "R&D", "2.3", "n°4", "l'eau", "GEN+", "1,2 M€"]), max_size=8))
def test_tokens_of_a_list_of_words_are_those_of_its_words(words: list[str]) -> None:
    apart = sorted(token for word in words for token in tokenise_french(word))
    assert sorted(tokenise_french(" ; ".join(words))) == apart


def test_fifty_thousand_questions_take_less_than_a_minute() -> None:
    questions = [f"Quelle aide pour la formation de {n} salariés à l'usine n°{n} de Pompey ?" for n in range(5_000)]
    begun = time.process_time()
    for question in questions:
        tokenise_french(question)
    assert time.process_time() - begun < 6
