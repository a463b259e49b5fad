"""Is a question about these texts? Another place, another subject, a later event, or hardly a known word."""

import re
from functools import cache

from assistant.context import Asked, Turn
from assistant.patterns import compiled
from assistant.weights import weights
from ingest.french import fold, tokenise_french
from ingest.wording import load_data

LATER_YEAR = re.compile(r"(?<![\d.,])(20(?:2[6-9]|[3-9]\d))(?![\d.,]*\d)")
LATER_MONTH = re.compile(
    r"\b(?:aout|septembre|octobre|novembre|decembre|august|september|october|november|december|oktober|dezember) 2025\b"
)

CAPITALS = re.compile(r"(?<![\w'’-])[A-Z]{3,8}(?![\w'’-])")
BODY = re.compile(
    r"\b(?:PETR|[Pp]ays|[Rr]égion)\s+(?:du |de la |de |des |d['’])?(?:Pays (?:de |du |des |d['’]))?"
    r"([A-ZÀ-Ý][\w-]+(?:[ -][A-ZÀ-Ý][\w-]+)*)"
)


@cache
def _subjects() -> list[re.Pattern[str]]:
    return [compiled(pattern) for pattern in load_data("assistant", "offtopic")["subjects"]]


@cache
def _foreign() -> re.Pattern[str]:
    return compiled(load_data("assistant", "offtopic")["foreign"])


def subject_hits(text: str) -> int:
    """How many subjects of other fields the folded text names."""
    return sum(bool(pattern.search(text)) for pattern in _subjects())


def foreign_hits(text: str) -> bool:
    """Whether the folded text names a funder or public body of another place."""
    return _foreign().search(text) is not None


def out_of_scope(turn: Turn) -> bool:
    """Whether the question plays elsewhere, is on another subject, or asks for what came after the texts."""
    asked = turn.understood
    if asked.mentions.outside and not asked.mentions.inside and not asked.mentions.documents:
        return True
    text = fold(turn.words)
    if foreign_hits(text) or later(turn, text) or unknown_body(turn):
        return True
    named = bool(asked.reference or asked.mentions.documents or turn.engine.acronyms.asked(turn.words))
    return not named and (_other_subject(asked, text, turn.found[0].score if turn.found else 0.0) or _strange(turn))


def later(turn: Turn, text: str) -> bool:
    """A year or month after the texts that no passage found speaks of."""
    if LATER_MONTH.search(text):
        return True
    years = {m[1] for m in LATER_YEAR.finditer(text)}
    written = " ".join(found.provision.quote_plain for found in turn.found)
    return any(year not in written for year in years)


def unknown_body(turn: Turn) -> bool:
    """A PETR, a pays or a region by a name that none of the texts knows."""
    if unknown_capitals(turn):
        return True
    for found in BODY.finditer(turn.words):
        tokens = tokenise_french(found[1])
        if tokens and not any(token in turn.engine.lookup.rarity for token in tokens):
            return True
    return False


def unknown_capitals(turn: Turn) -> bool:
    """Capitals such as « FEDER » that no text holds, in a question about hardly anything else."""
    ordinary = set(load_data("assistant", "offtopic")["ordinary_capitals"].split())
    names = [name for name in CAPITALS.findall(turn.words) if fold(name) not in ordinary]
    strange = [name for name in names if not any(token in turn.engine.lookup.rarity for token in tokenise_french(name))]
    return bool(strange) and not turn.words.isupper() and len(turn.understood.concepts) < 2


def _other_subject(asked: Asked, text: str, best: float) -> bool:
    """A subject of another field, and no passage that fits the question well."""
    hits = subject_hits(text)
    return hits > 1 or (hits == 1 and best < weights().sure)


def unknown_share(turn: Turn) -> float:
    """The share of the question's words that stand nowhere in the texts or our notes."""
    tokens = list(dict.fromkeys(turn.understood.tokens))
    return sum(token not in turn.engine.lookup.rarity for token in tokens) / len(tokens) if tokens else 0.0


def _strange(turn: Turn) -> bool:
    """Many words of the question stand nowhere in the texts or our notes, and nothing found is near."""
    tokens = list(dict.fromkeys(turn.understood.tokens))
    unknown = [token for token in tokens if token not in turn.engine.lookup.rarity]
    share = len(unknown) / len(tokens) if tokens else 0.0
    best = max((found.score for found in turn.found if not found.exact), default=0.0)
    return any(best < score and share >= least for score, least in weights().strange) or (share >= 0.5 and not turn.understood.concepts)
