"""Questions whose answer lies beside what their words name first, over the published texts."""

import numpy as np
import pytest

from assistant.engine import Engine
from assistant.references import Reference, reference_in
from assistant.texts import say
from assistant.types import Answer, Question, Status

DECLARATION = "declaration-commune-2025"
PATH = f"{DECLARATION}/annexe/3.1"


def ask(engine: Engine, question: str, *history: str) -> Answer:
    return engine.answer(Question(question=question, history=list(history)))


def cited(answer: Answer) -> list[str]:
    return [citation.provision_id for citation in answer.citations]


@pytest.mark.parametrize(
    "question",
    [
        "Quels sont les engagements communs de la Région et des intercommunalités ?",
        "What are the joint commitments of the Region and the intermunicipal bodies?",
    ],
)
def test_commitments_made_together_are_those_of_both(real_engine: Engine, question: str) -> None:
    assert cited(ask(real_engine, question))[:2] == [f"{DECLARATION}/ensemble/1", f"{DECLARATION}/ensemble/2"]


def test_either_of_two_actors_shows_what_each_promises(real_engine: Engine) -> None:
    found = cited(ask(real_engine, "Qui s'occupe des friches, la Région ou les intercommunalités ?"))
    assert {f"{DECLARATION}/region/7", f"{DECLARATION}/intercommunalites/8"} <= set(found)


def test_two_pacts_compared_as_wholes_stand_side_by_side_by_their_main_parts(real_engine: Engine) -> None:
    found = cited(ask(real_engine, "Compare les priorités des deux pactes lorrains"))
    assert {f"evaluation-poce-coeur-de-lorraine/axe-{n}" for n in (1, 2, 3)} <= set(found)
    assert {f"poce-val-de-lorraine/priorite-{n}" for n in range(1, 7)} <= set(found)


def test_what_a_step_costs_is_told_by_the_passage_beside_it(real_engine: Engine) -> None:
    answer = ask(real_engine, "Et la deuxième étape, elle me coûte combien ?", "Qu'est-ce que le Parcours de Transformation ?")
    assert {f"{PATH}/etape-2", f"{PATH}/alinea-6"} <= set(cited(answer))


def test_the_next_step_counts_from_a_step_whatever_passage_answered_before(real_engine: Engine) -> None:
    assert f"{PATH}/etape-3" in cited(ask(real_engine, "et l'étape suivante ?", "Qui finance le diagnostic 360 ?"))


@pytest.mark.parametrize(
    "question", ["Le deuxième des trois principes", "the second of the three principles", "der zweite der drei Grundsätze"]
)
def test_one_of_several_is_named_by_its_number(question: str) -> None:
    assert reference_in(question) == Reference(("principe-2",), ("principe",))


def test_a_pact_of_another_place_is_never_given_as_the_askers(real_engine: Engine) -> None:
    answer = ask(real_engine, "Je tiens un salon de coiffure à Colmar et je cherche un repreneur, quel accompagnement ?")
    assert answer.status is Status.PARTIAL and answer.missing == [say("not_for_you", "fr")]


def test_a_year_that_is_not_the_declarations_is_set_right(real_engine: Engine) -> None:
    assert "17 juillet 2025" in ask(real_engine, "La déclaration de 2023 parle-t-elle de l'hydrogène ?").text
    assert "17 juillet 2025" not in ask(real_engine, "La déclaration de 2025 parle-t-elle de l'hydrogène ?").text


@pytest.mark.parametrize("question", ["Bonjour, il me faudrait une aide.", "What support is there?", "Welche Hilfe gibt es?"])
def test_a_bare_request_for_help_is_asked_back(real_engine: Engine, question: str) -> None:
    assert ask(real_engine, question).status is Status.CLARIFICATION


def test_who_only_asks_what_there_is_sees_the_first_instruments_too(real_engine: Engine) -> None:
    answer = ask(real_engine, "Menuiserie de 8 salariés à Saint-Mihiel, à quoi ai-je droit ?")
    assert len(answer.schemes) > 1
    assert "referent-de-proximite" in {scheme["scheme_id"] for scheme in answer.schemes}


def test_a_tax_return_is_not_our_declaration(real_engine: Engine) -> None:
    assert ask(real_engine, "Comment remplir ma déclaration Urssaf trimestrielle ?").status is Status.REFUSED


def test_a_known_question_is_most_alike_to_itself(real_engine: Engine) -> None:
    learned = real_engine.learned
    assert learned is not None
    for at in range(0, len(learned.asked.questions), 997):
        alike = learned.alike(learned.asked.questions[at])
        own = {list(learned.place)[place] for place in learned.asked.members[learned.asked.owner == at]}
        assert all(0 < share <= 1.0001 for share in alike.shares.values())
        assert max(alike.shares, key=lambda name: alike.shares[name]) in own
        assert np.isclose(np.linalg.norm(learned.asked.questions[at]), 1.0, atol=0.02)


@pytest.mark.parametrize(
    ("question", "partly"),
    [
        ("Fleuriste à Chaumont, trois employées. Une aide pour changer ma chambre froide ?", True),
        ("I run a small bookshop in Colmar with two employees. Is there a grant for new shelves?", True),
        ("Fleuriste à Pont-à-Mousson, trois employées. Qui peut m'aider pour gérer mon personnel ?", False),
        ("Fonderie à Chaumont, 30 salariés. Une aide pour moderniser mes machines ?", False),
        ("Fleuriste à Chaumont, trois employées, on vient de me pirater : qui appeler au secours dans la région ?", False),
    ],
)
def test_a_trade_that_no_text_names_is_told_so_first(real_engine: Engine, question: str, partly: bool) -> None:
    answer = ask(real_engine, question)
    told = say("trade_not_named", answer.language)
    assert answer.citations and (told in answer.missing) is partly
    assert answer.text.startswith(told) is partly


def test_and_how_many_asks_for_no_sum(real_engine: Engine) -> None:
    answer = ask(real_engine, "Combien de salariés l'industrie du Grand Est comptait-elle en 2012, et combien fin 2022 ?")
    assert answer.status is Status.ANSWERED and "300 224" in answer.text.replace("\u202f", " ").replace("\xa0", " ")


def test_a_number_that_the_passage_gives_under_another_name_is_not_called_missing(real_engine: Engine) -> None:
    answer = ask(real_engine, "combien d'usines de plus de 50 personnes dans le val de lorraine")
    assert answer.status is Status.ANSWERED and "25" in answer.text


def test_a_slip_is_mended_by_a_word_of_its_first_letter_alone(real_engine: Engine) -> None:
    assert real_engine.speller.corrected("la renovtion des friches") == "la renovation des friches"
    assert real_engine.speller.corrected("xenovation") == "xenovation"
