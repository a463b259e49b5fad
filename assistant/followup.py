"""A question that leans on the turn before: what it takes over, from the earlier user turns only."""

import re
from functools import cache

from assistant.patterns import compiled
from ingest.french import fold, tokenise_french
from ingest.wording import load_data

FEW, MOST = 4, 12


@cache
def _signs() -> dict[str, re.Pattern[str]]:
    return {name: compiled(pattern) for name, pattern in load_data("assistant", "followups").items()}


def leans_back(question: str) -> bool:
    """Whether a question says too little by itself: an opening « et », a pronoun, or hardly a word of its own."""
    text, words = fold(question), tokenise_french(question)
    if len(words) <= 2 or _signs()["opens"].search(text):
        return True
    return (bool(_signs()["pronouns"].search(text)) and len(words) <= 2 * FEW) or len(words) <= FEW


def backward_signs(question: str) -> dict[str, float]:
    """What its own words say for a question leaning on the turn before."""
    text = fold(question)
    return {
        "opens": float(bool(_signs()["opens"].search(text))),
        "pronoun": float(bool(_signs()["pronouns"].search(text))),
        "words": float(min(MOST, len(tokenise_french(question)))),
    }


def step_wanted(question: str) -> int:
    """1 for « le suivant », -1 for « le précédent », 0 otherwise."""
    text = fold(question)
    if _signs()["next"].search(text):
        return 1
    return -1 if _signs()["previous"].search(text) else 0
