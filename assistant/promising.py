"""What a sentence promises, demands or denies beyond what it cites."""

import re

from assistant.evidence import Evidence
from assistant.overlap import alike, stems, widened
from assistant.rules import checking_rules, claims
from assistant.types import Language
from ingest.french import fold

WORD = re.compile(r"[^\W\d_]+")
MAIN = re.compile(r"(?<=[.;:])\s")


def softness(sentence: str, evidence: Evidence) -> list[str]:
    """What the passage leaves open stays open, in each main clause of the sentence."""
    rules, commits = checking_rules()["soft"], claims()["commitment"]
    quotes = [fold(p.quote_plain) for p in evidence.provisions]
    soft = any(re.search(rules["needs"]["fr"], quote) for quote in quotes)
    if soft and commits[evidence.language].search(fold(sentence)) and not any(commits["fr"].search(quote) for quote in quotes):
        return ["hardened"]
    return ["hardened"] if any(_hardens(clause, evidence) for clause in MAIN.split(sentence) if clause.strip()) else []


def _hardens(clause: str, evidence: Evidence) -> bool:
    rules, language = checking_rules()["soft"], evidence.language
    if len(stems(clause, language)) < rules["least_words"]:
        return False
    verbs = [verb for piece in evidence.segments for verb in re.findall(rules["governs"][language], fold(piece))]
    if _left_bare(clause, widened(verbs, language), language):
        return True
    if re.search(rules["enough"][language], fold(clause)):
        return False
    near = alike(clause, evidence.clauses, language, 0.2) or alike(clause, evidence.segments, language)
    said = near or [p.quote_plain for p in evidence.provisions]
    return any(re.search(rules["needs"][language if near else "fr"], fold(piece)) for piece in said)


def _left_bare(clause: str, verbs: frozenset[str], language: Language) -> bool:
    """Whether a verb that a soft word governs in the passage stands here without one near it."""
    rules, folded = checking_rules()["soft"], fold(clause)
    for found in WORD.finditer(folded):
        near = folded[max(0, found.start() - rules["before"]) : found.end() + rules["after"]]
        if set(stems(found[0], language)) & verbs and not re.search(rules["enough"][language], near):
            return True
    return False


def contrary(sentence: str, evidence: Evidence) -> list[str]:
    """A negation that no clause like it has, or one that the clause most like it has and the sentence lost."""
    rules = checking_rules()["negation"][evidence.language]
    whole, clauses = alike(sentence, evidence.segments, evidence.language), alike(sentence, evidence.clauses, evidence.language)
    here = re.search(rules["turns"], fold(sentence)) is not None
    said = whole if here else clauses
    if not said or any(re.search(rules["open"], fold(piece)) for piece in (sentence, *said)):
        return []
    return ["negation"] if all((re.search(rules["turns"], fold(piece)) is not None) != here for piece in said) else []


def claims_made(sentence: str, evidence: Evidence) -> list[str]:
    """Duties, guarantees, money, deadlines… that need their own words in the passage."""
    folded = fold(sentence)
    return [
        f"claim: {name}"
        for name, patterns in claims().items()
        if patterns[evidence.language].search(folded) and not _carried(name, patterns, evidence)
    ]


def _carried(name: str, patterns: dict[Language, re.Pattern[str]], evidence: Evidence) -> bool:
    if name == "commitment" and any(p.kind in checking_rules()["commitment_kinds"] for p in evidence.provisions):
        return True
    texts = {**evidence.meanings, "fr": f"{evidence.said}\n{evidence.meanings.get('fr', '')}"}
    return any(patterns[language].search(fold(text)) for language, text in texts.items())
