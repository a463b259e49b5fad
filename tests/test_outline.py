"""Pacts of territories that do not exist, written as such texts are: the same code cuts them sensibly."""

import pytest
from conftest import source_of

from ingest.actors import acting, served
from ingest.check import coverage
from ingest.corpus import Source
from ingest.outline import Names, slugify
from ingest.shape import numbered
from ingest.types import Kind, Provision

LYING_LEVELS = """# Pacte économique des Hautes-Terres

Signé à Montfaucon le 12 mars 2024

### 1. Foncier économique

Le territoire compte 14 zones d'activités, dont 3 sont pleines.

# 1.1 Connaître les friches

Un inventaire est tenu à jour chaque année par la communauté de communes.

#### 1.2 Requalifier les friches

Trois friches seront traitées d'ici 2027, pour un budget de 2,4 M€.

## 2. Emploi

### 2.1. Former aux métiers en tension

Les leviers suivants sont mobilisés :

- un plateau technique partagé entre les lycées de Montfaucon et de Saint-Aubin, ouvert aux salariés ;
- une école de production pour la chaudronnerie, financée par les entreprises du bassin ;
- des visites d'entreprises pour tous les collégiens.

## 2.1 Loger les salariés

L'offre de logements temporaires sera doublée.

# Gouvernance

Un comité de pilotage se réunit deux fois par an.
"""

PLAIN_AXES = """PACTE TERRITORIAL DU PAYS DE SERRE

2023-2027

Axe 1 : Soutenir l'industrie
Objectif 1.1 : Accueillir des entreprises nouvelles
Une pépinière de 1 200 m² ouvrira en 2025.
Objectif 1.2 : Moderniser les ateliers

Le fonds de modernisation aide les entreprises de moins de 50 salariés.

Axe stratégique 2 : Développer les compétences
Objectif 2.1 : Créer un campus

Le campus accueillera 300 apprentis.

Article 7 - Durée
Le pacte prend fin le 31 décembre 2027.
"""

WHO_COMMITS = """PACTE POUR LE VAL D'ORNE

Le Val d'Orne a perdu 1 100 emplois industriels depuis 2010. Les signataires veulent inverser la tendance.

ORIENTATION N°1 RECONQUERIR LES FRICHES

La reconquête porte sur 40 hectares.

ORIENTATION N°2 ACCUEILLIR LES ENTREPRISES

L'État :

- mobilise le fonds friches pour les sites prioritaires ;
- nomme un interlocuteur unique.

Le département :

- améliore la desserte routière des zones d'activités ;
- soutient les collèges dans la découverte des métiers.

Ensemble :

Les signataires se réunissent chaque trimestre. Ils publient un bilan annuel.

ORIENTATION STRATÉGIQUE N° 3 : FORMER

La région s'engage à :

- ouvrir deux formations d'ingénieurs en alternance ;
- financer 120 places par an.
"""

PARAGRAPHS = """Les quatre communes des Îles-Basses ont décidé, au printemps, de mettre en commun leur développement économique.

Elles confient à un syndicat la gestion du port et de la criée. Le syndicat emploie 12 personnes.

Chaque entreprise qui crée un emploi durable reçoit une aide de 3 000 €. Cette aide est versée une seule fois.
"""

TABLES = """# Plan d'actions de la Vallée du Lys

| Action | Porteur | Budget |
|:-------|---------|-------:|
| Action 1 : ouvrir une pépinière | CC du Lys | 1 100 000 € |
| Étude de marché | PETR | 16M€ |

Texte après le tableau.

## Axes

| Axe | Objectifs |
|---|---|
| Axe 1 : Innover | Créer un laboratoire partagé |
|  | Ouvrir un atelier |
| Axe 2 : Former | Créer un campus |
"""

NUMBERED_PLAIN = """CONTRAT DE LA PLAINE DE BRENNE

1. Foncier

La plaine compte 60 hectares de zones d'activités.

1.1 Connaître les friches

Un inventaire existe depuis 2021.

2. Emploi

Les communes emploient :

1. trois développeurs économiques ;
2. un conseiller à la création.

""" + " ".join(f"La commune de Brenne-{n} aménage sa zone d'activités et y accueille des entreprises nouvelles." for n in range(60))

PACTS = [LYING_LEVELS, PLAIN_AXES, WHO_COMMITS, PARAGRAPHS, TABLES, NUMBERED_PLAIN]


def by_name(source: Source) -> dict[str, Provision]:
    return {p.id.removeprefix("essai/"): p for p in source.provisions}


@pytest.mark.parametrize("text", PACTS)
def test_no_character_of_an_unknown_pact_is_lost_and_its_quotes_are_exact(text: str) -> None:
    source = source_of(text)
    assert coverage(source).lost == []
    assert all(p.quote == text[p.start : p.end] for p in source.provisions)
    assert len(by_name(source)) == len(source.provisions)


def test_numbers_say_where_a_heading_belongs_when_levels_lie() -> None:
    found = by_name(source_of(LYING_LEVELS))
    assert list(found)[:7] == ["titre", "1", "1/alinea-1", "1.1", "1.1/alinea-1", "1.2", "1.2/alinea-1"]
    assert found["1.2/alinea-1"].path == ["1. Foncier économique", "1.2 Requalifier les friches"]
    assert found["1.2/alinea-1"].label == "essai · section 1.2, alinéa 1"
    assert found["2.1/levier-2"].kind is Kind.LEVER
    assert found["2.1/levier-2"].path[-1] == "Les leviers suivants sont mobilisés :"
    assert found["2.1-salaries"].path == ["2. Emploi"]
    assert found["gouvernance"].path == []


def test_axes_and_objectives_of_a_plain_text_nest_by_their_words() -> None:
    found = by_name(source_of(PLAIN_AXES))
    assert [name for name, p in found.items() if p.kind in (Kind.AXIS, Kind.OBJECTIVE)] == [
        "axe-1", "axe-1/objectif-1.1", "axe-1/objectif-1.2", "axe-2", "axe-2/objectif-2.1",
    ]  # fmt: skip
    assert found["axe-1/objectif-1.1/alinea-1"].quote == "Une pépinière de 1 200 m² ouvrira en 2025."
    assert found["axe-2/objectif-2.1"].path == ["Axe stratégique 2 : Développer les compétences"]
    assert found["axe-2/objectif-2.1"].label == "essai · Axe 2, objectif 2.1"
    assert found["article-7/alinea-1"].path == ["Article 7 - Durée"]


def test_commitments_belong_to_who_makes_them_under_their_own_orientation() -> None:
    found = by_name(source_of(WHO_COMMITS))
    assert found["orientation-1"].kind is Kind.PRIORITY
    commitments = {name: p.actors for name, p in found.items() if p.kind is Kind.COMMITMENT}
    assert commitments == {
        "orientation-2/etat/1": ["État"], "orientation-2/etat/2": ["État"],
        "orientation-2/departement/1": ["départements"], "orientation-2/departement/2": ["départements"],
        "orientation-2/ensemble/1": ["ensemble"], "orientation-2/ensemble/2": ["ensemble"],
        "orientation-3/engagement-1": ["Région"], "orientation-3/engagement-2": ["Région"],
    }  # fmt: skip
    assert found["orientation-2/departement/2"].path == ["ORIENTATION N°2 ACCUEILLIR LES ENTREPRISES", "Le département"]
    assert found["orientation-2/departement/2"].label == "essai · Orientation 2, engagements du département, 2"


def test_a_text_of_paragraphs_alone_gives_its_paragraphs() -> None:
    found = by_name(source_of(PARAGRAPHS))
    assert {name: p.kind for name, p in found.items()} == {f"alinea-{n}": Kind.PARAGRAPH for n in (1, 2, 3)}
    assert [(f.value, f.unit) for f in found["alinea-3"].figures] == [("3000", "€")]


def test_a_row_of_a_table_is_quoted_under_the_names_of_its_columns() -> None:
    source = source_of(TABLES)
    found = by_name(source)
    assert found["ligne-1"].quote == "Action 1 : ouvrir une pépinière | CC du Lys | 1 100 000 €"
    assert (found["ligne-1"].kind, found["ligne-2"].kind) == (Kind.MEASURE, Kind.ITEM)
    assert found["ligne-2"].path == ["Action | Porteur | Budget"]
    assert found["alinea-1"].quote == "Texte après le tableau."
    assert found["axe-1/objectif-2"].quote == "Ouvrir un atelier"
    assert found["axe-2/objectif-1"].path == ["Axes", "Axe 2 : Former"]
    assert [source.text[a:b] for a, b in source.cut.bare_headings] == ["Action | Porteur | Budget", "Axe | Objectifs"]


def test_numbered_lines_of_a_plain_text_are_titles_and_numbered_lists_stay_lists() -> None:
    found = by_name(source_of(NUMBERED_PLAIN))
    assert found["1.1/alinea-1"].path == ["1. Foncier", "1.1 Connaître les friches"]
    assert found["2/liste-1"].quote_plain.startswith("Les communes emploient :")
    pieces = [p for name, p in found.items() if name.startswith("2/alinea-1/")]
    assert len(pieces) > 10 and all(p.quote.startswith("La commune") and p.quote.endswith("nouvelles.") for p in pieces)


@pytest.mark.parametrize("heading", ["La métropole :", "**L'intercommunalité :**", "### La communauté de communes :", "La CCI Grand Est :"])
def test_any_body_may_commit(heading: str) -> None:
    found = source_of(f"# Pacte\n\nIl est convenu ce qui suit.\n\n{heading}\n\n- ouvre un guichet ;\n- le finance.\n").provisions
    assert [p.kind for p in found[-2:]] == [Kind.COMMITMENT] * 2
    assert len({*found[-1].actors}) == 1


def test_a_numbered_part_after_commitments_is_not_among_them() -> None:
    text = "# Pacte\n\n## La région :\n\n- finance le campus.\n\n## 1. Foncier\n\nIl manque.\n\n## Axe 1 : Former\n\nVite.\n"
    found = by_name(source_of(text))
    assert found["region/1"].actors == ["Région"]
    assert found["1/alinea-1"].path == ["1. Foncier"] and found["1/alinea-1"].actors == []
    assert found["1/axe-1" if "1/axe-1" in found else "axe-1"].actors == []


@pytest.mark.parametrize(
    ("title", "number"),
    [
        ("Priorité 3 : Offrir", "3"),
        ("AXE II – Former", "II"), ("Objectif opérationnel n° 2.1 : Loger", "2.1"),
        ("Fiche-action 4", "4"),
        ("2.5.1 Mobilités", "2.5.1"), ("1. Foncier", "1"), ("3 AXES", None),
        ("2017/2021", None), ("2025 sera l'année", None), ("Foncier", None),
    ],
)  # fmt: skip
def test_a_heading_is_numbered_by_its_word_or_its_points(title: str, number: str | None) -> None:
    found = numbered(title)
    assert (found.number if found else None) == number


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Les chiffres donnés pour le Grand Est et pour la France", "les-chiffres-donnes-pour-le-grand"),
        ("L'œuvre d'Émile", "l-oeuvre-d-emile"), ("— ! —", ""),
    ],
)  # fmt: skip
def test_a_title_becomes_an_address(title: str, slug: str) -> None:
    assert slugify(title) == slug


def test_a_name_given_twice_gets_a_number_once() -> None:
    names = Names()
    assert [names.fresh(n) for n in ("a", "a", "a-2", "a", "b")] == ["a", "a-2", "a-2-2", "a-3", "b"]


@pytest.mark.parametrize(
    ("words", "actors"),
    [
        ("La Région Grand Est et la DREETS ont lancé un engagement.", ["Région", "DREETS"]),
        ("Dans ce cadre, la région accompagne les entreprises.", ["Région"]),
        ("Un plan financé par l'État.", ["État"]),
        ("Les entreprises manquent de bras.", []),
    ],
)
def test_who_acts_is_read_from_subjects_and_agents(words: str, actors: list[str]) -> None:
    assert acting(words) == actors


def test_whom_a_passage_serves_is_read_from_its_words() -> None:
    assert served("Les PME et leurs salariés y trouvent un appui.") == ["firm", "person"]
