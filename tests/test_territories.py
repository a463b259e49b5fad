"""A person names a place as people do, and the tables say which one it is, or that it must be asked."""

import shutil
import statistics
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import settings as law
from hypothesis import strategies as st
from small_corpus import an_entry, build_from, settings_in

from ingest.errors import CorpusError
from ingest.index import open_index
from ingest.territories import Place, Territories
from ingest.toy import ToyEmbedder

FOLDER = Path(__file__).parents[1] / "corpus" / "territories"
LORRAINE = Territories.load(FOLDER)
TABLES = LORRAINE.tables

SPELLINGS = [
    ("menuiserie a pont a mousson", "54431"), ("Pont-à-Mousson", "54431"), ("PONT A MOUSSON", "54431"), ("à pontamousson", "54431"),
    ("près de pont a mouson", "54431"), ("à PAM, 4 salariés", "54431"), ("imprimerie, pas loin de Metz, 20 personnes", "57463"),
    ("garage à côté de nancy", "54395"), ("a coté de Nanci", "54395"), ("pres de nansy", "54395"), ("saint die", "88413"),
    ("vers St-Dié-des-Vosges", "88413"), ("st. dié", "88413"), ("ste marie aux mines", "68298"), ("Sainte-Marie-aux-Mines", "68298"),
    ("saint mihiel", "55463"), ("st mihiel", "55463"), ("vers st mihel", "55463"), ("bar le duc", "55029"), ("barleduc", "55029"),
    ("chalons en champagne", "51108"), ("Châlons", "51108"), ("charleville mezieres", "08105"), ("la chaussée s/ marne", "51141"),
    ("vitry le francois", "51649"), ("Épernay", "51230"), ("epernay", "51230"), ("troyes", "10387"), ("strasbourg", "67482"),
    ("Straßburg", "67482"), ("in der Nähe von Strassburg", "67482"), ("near Mulhouse", "68224"), ("a firm in Colmar", "68066"),
    ("thionville", "57672"), ("vers vandoeuvre", "54547"), ("Vandœuvre", "54547"), ("Vandoeuvre lès Nancy", "54547"),
    ("blenod les toul", "54080"), ("Blénod Pont-à-Mousson", "54079"), ("à Thiaucourt", "54518"), ("Thiaucourt Regniéville", "54518"),
    ("Chambley-Bussières", "54112"), ("autour de nomeny", "54400"), ("du côté de Dieulouard", "54157"),
    ("Vigneulles les Hattonchatel", "55551"), ("au Thillot", "88468"), ("aux Islettes", "55253"), ("les islettes", "55253"),
    ("à l'Hôpital, Moselle", "57336"), ("Void Vacon", "55573"), ("void-vacon", "55573"), ("Haraucourt (54)", "54250"),
    ("Haraucourt dans le 08", "08211"), ("haraucourt en meurthe et moselle", "54250"), ("Haraucourt 08450", "08211"),
    ("La Wantzenau", "67519"), ("commune de Grand", "88212"), ("Moyen (54)", "54393"), ("à Bure", "55087"), ("à Aube", "57037"),
    ("à Amblimont", "08311"), ("d'Épinal", "88160"), ("menuisier epinal", "88160"), ("54700", "54700"),
    ("mon code postal est 57000", "57000"), ("CC Mad & Moselle", "200070738"), ("cc mad et moselle", "200070738"),
    ("communauté de communes Seille et Grand Couronné", "200070589"), ("seille & grand couronne", "200070589"),
    ("Bassin de Pompey", "245400601"), ("la comcom du bassin de pompey", "245400601"), ("CC du Bassin de Pont à Mousson", "200041515"),
    ("agglo de Colmar", "246800726"), ("le Grand Nancy", "245400676"), ("Eurométropole de Metz", "200039865"),
    ("le Sammiellois", "245500327"), ("petr du val de lorraine", "val-de-lorraine"), ("Val de Lorraine", "val-de-lorraine"),
    ("PETR Cœur de Lorraine", "coeur-de-lorraine"), ("en Meuse", "55"), ("dans l'Aube", "10"), ("haute marne", "52"),
    ("dans le 88", "88"), ("Meurthe et Moselle", "54"),
]  # fmt: skip
FALSE_FRIENDS = [
    "Quelles aides à moyen terme pour un grand projet ?",
    "Il me faut un seuil clair et des termes simples.",
    "C'est très riche, mais pas pour les pauvres.",
    "Nous formons à la soudure en avril et en mars.",
    "Son entreprise cesse son activité.",
    "Un bassin d'emploi, une ville moyenne, un village.",
    "Mettre en avant le savoir-faire à bas prix.",
    "La salle de réunion est sur le chemin.",
    "Le syndicat et l'hôpital ont la même chaise.",
    "Une subvention de 10000 euros pour 54000 habitants.",
    "This is still very pure and cutting edge.",
    "In diesen Betrieben hatten viele Hoffnung.",
    "À l'aube d'un nouveau projet, la plaine change.",
    "La Région Grand Est aide les grands comptes.",
    "La vallée de la Meuse est belle au coeur de l'été.",
    "Un vivier de talents à la forge et à la fontaine.",
    "au fait, à propos de la formation",
    "Il a compris à distance, à partir de lundi.",
    "Je rachète une boulangerie vers la fin du mois.",
    "Le bois, la pierre, le sable et l'étang.",
    "They have many poissons in the mare.",
    "zwischen Grund und Berg",
    "Voisines et voisins: un bonnet, des lentilles, des racines.",
    "Le réveillon au salon, avec du munster.",
]


def named(question: str) -> list[str]:
    return [place.code for place in LORRAINE.places_in(question)]


def test_the_tables_hold_the_whole_region() -> None:
    assert (len(TABLES.communes), len(TABLES.epci), len(TABLES.departements)) == (5115, 150, 10)
    assert {commune.epci for commune in TABLES.communes.values()} == set(TABLES.epci)
    several = [code for code in LORRAINE.gazetteer.by_postcode if not LORRAINE.find(code)[0].exact]
    assert (len(LORRAINE.gazetteer.by_postcode), len(several)) == (645, 204)


def test_every_code_and_name_of_the_labels_is_in_the_table() -> None:
    for label in TABLES.labels:
        assert [TABLES.epci[member.code].name for member in label.epci] == [member.name for member in label.epci]
        assert all(member.source for member in label.epci)


def test_the_eight_epci_of_the_two_petr_have_their_communes_and_the_page_s_count_stands_beside_ours() -> None:
    petr = {label.id: label for label in TABLES.labels if label.kind == "petr"}
    counted = {name: [len(LORRAINE.communes_of(member.code)) for member in label.epci] for name, label in petr.items()}
    assert counted == {"val-de-lorraine": [13, 31, 47, 42], "coeur-de-lorraine": [25, 47, 19, 32]}
    assert all(sum(counted[name]) == label.communes_today for name, label in petr.items())
    assert petr["val-de-lorraine"].communes_said == 135
    mad_et_moselle = Counter(TABLES.communes[insee].departement for insee in LORRAINE.communes_of("200070738"))
    assert mad_et_moselle["57"] == 7


@pytest.mark.parametrize(("spelling", "code"), SPELLINGS, ids=[spelling for spelling, _ in SPELLINGS])
def test_a_place_is_understood_as_people_type_it(spelling: str, code: str) -> None:
    assert named(spelling) == [code]


@pytest.mark.parametrize("sentence", FALSE_FRIENDS)
def test_words_of_every_day_are_no_places(sentence: str) -> None:
    assert LORRAINE.mentions_in(sentence) == []


@pytest.mark.parametrize("answer", ["Moyen", "grand", "CHARMES", "à Still", "vandoeuvre", "l'hopital", "nansy", "pompei"])
def test_an_answer_that_is_only_a_place_is_one_even_when_it_is_a_word(answer: str) -> None:
    assert LORRAINE.find(answer)


def test_every_commune_s_own_name_after_a_preposition_is_itself_or_a_question_that_offers_it() -> None:
    wrong = [row for row in TABLES.communes.values() if row.insee not in named(f"Je suis à {row.name}")]
    assert wrong == []


def test_every_former_commune_is_found_by_its_name_or_a_present_one_has_taken_it() -> None:
    lost = [row.name for row in TABLES.former if row.name and not LORRAINE.places_in(f"Je suis à {row.name}")]
    assert lost == ["Villiers-sur-Marne"]  # the larger town near Paris
    place = LORRAINE.places_in("un atelier à Amblimont")[0]
    assert (place.name, place.former, LORRAINE.place("08009")) == ("Mouzon", "Amblimont", LORRAINE.place("08311"))


def test_homonyms_are_all_offered_until_something_tells_them_apart() -> None:
    both = LORRAINE.places_in("menuiserie à Haraucourt")
    assert {place.code for place in both} == {"54250", "08211"}
    assert not any(place.exact for place in both)
    one = LORRAINE.places_in("menuiserie à Haraucourt, CC Seille et Grand Couronné")
    assert [(place.code, place.exact) for place in one if place.kind == "commune"] == [("54250", True)]


def test_a_homonym_said_to_lie_outside_the_region_is_not_ours() -> None:
    assert named("à Saint-Marcel (27)") == []


def test_a_place_knows_what_it_belongs_to() -> None:
    assert LORRAINE.places_in("Custines") == [
        Place("Custines", "commune", "54150", ("245400601",), "54", "val-de-lorraine", True, "Custines", 0, 8)
    ]
    assert [label.id for label in LORRAINE.labels_of(["245400601"])] == ["val-de-lorraine", "territoire-industrie-val-de-lorraine"]
    assert LORRAINE.labels_of([]) == []


def test_a_postcode_of_several_epci_is_only_a_hint_and_beside_its_commune_says_nothing_more() -> None:
    (hint,) = LORRAINE.places_in("54700")
    assert len(hint.epci) > 1
    assert not hint.exact
    assert named("54700 Pont-à-Mousson") == ["54431"]


@pytest.mark.parametrize(
    ("question", "elsewhere"),
    [("une PME à Lyon", "Lyon"), ("à Saint-Germain-en-Laye", "Saint-Germain-en-Laye"), ("vers Villers-Cotterêts", "Villers-Cotterêts"),
     ("Vitry sur Seine", "Vitry-sur-Seine"), ("code postal 75011", "75011")],
)  # fmt: skip
def test_a_town_elsewhere_is_recognised_and_never_taken_for_one_of_ours(question: str, elsewhere: str) -> None:
    assert LORRAINE.places_in(question) == []
    assert [place.name for mention in LORRAINE.mentions_in(question) for place in mention.places] == [elsewhere]


def test_a_slip_is_found_after_a_preposition_only_and_is_never_certain() -> None:
    assert [(place.code, place.exact) for place in LORRAINE.places_in("près de Pompei")] == [("54430", False)]
    assert named("la facture nanssy") == []


@law(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(TABLES.communes)), st.booleans(), st.booleans(), st.booleans())
def test_accents_case_and_hyphens_do_not_matter(insee: str, lower: bool, spaces: bool, short: bool) -> None:
    name = TABLES.communes[insee].name
    assume(name != "Aube")  # alone, the département is meant
    name = name.replace("Saint-", "St-") if short else name
    name = name.replace("-", " ") if spaces else name
    assert insee in {place.code for place in LORRAINE.find(name.lower() if lower else name)}


@law(max_examples=60, deadline=None)
@given(st.text(max_size=60) | st.text("à le St.-/&0145 ()'’\n", max_size=30))
def test_no_text_breaks_the_look_up_and_every_mention_stands_where_it_says(text: str) -> None:
    for mention in LORRAINE.mentions_in(text):
        assert mention.places
        assert len(mention.written) == mention.end - mention.start
    LORRAINE.find(text)


def test_a_look_up_over_all_communes_takes_less_than_a_millisecond() -> None:
    questions = [f"Je suis {row.name.lower()} à {row.name}, 12 salariés, quelles aides ?" for row in list(TABLES.communes.values())[::17]]
    questions += [f"entreprise vers {row.name[:-2]}x{row.name[-2:]}, que faire ?" for row in list(TABLES.communes.values())[::17]]
    LORRAINE.places_in("Metz")
    seconds = []
    for question in questions:
        begun = time.perf_counter()
        LORRAINE.places_in(question)
        seconds.append(time.perf_counter() - begun)
    assert statistics.median(seconds) < 0.001


def test_the_index_holds_the_territories_and_a_corpus_without_them_has_none(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    before = build_from(settings, [an_entry("alpha", 2)])
    without = open_index(settings)
    assert without.territories.places_in("à Metz") == []
    without.close()
    shutil.copytree(FOLDER, settings.corpus / "territories", ignore=shutil.ignore_patterns("*.py", "*.md"))
    after = build_from(settings, [an_entry("alpha", 2)], ToyEmbedder())
    shutil.rmtree(settings.corpus)
    index = open_index(settings)
    assert [place.code for place in index.territories.places_in("à Metz")] == ["57463"]
    assert after.corpus_version != before.corpus_version
    index.close()


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [("labels.yaml", '"245400601"', '"245400602"', "245400602"), ("epci.csv", ",CC\n", "\n", "epci.csv:2"),
     ("communes.csv", "08,479", "08,many", "communes.csv:2"), ("labels.yaml", "kind: petr", "kind: pays", "kind")],
)  # fmt: skip
def test_a_damaged_table_is_named_with_its_line(tmp_path: Path, file: str, old: str, new: str, told: str) -> None:
    copy = shutil.copytree(FOLDER, tmp_path / "territories")
    text = (copy / file).read_text(encoding="utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CorpusError, match=told):
        Territories.load(copy)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    copy = shutil.copytree(FOLDER, tmp_path / "territories")
    (copy / "epci.csv").unlink()
    with pytest.raises(CorpusError, match=r"epci\.csv"):
        Territories.load(copy)
