"""Why a sentence is not supported by what it cites: the same checks for our own sentences and for a model's."""

import re
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files

from assistant.acting import CLAUSE, actors
from assistant.counting import counted_things, directions, years
from assistant.evidence import Evidence
from assistant.language import language_of
from assistant.names import names_in, stands_for, table
from assistant.numbers import numbers_in
from assistant.overlap import share_of
from assistant.patterns import joined
from assistant.promising import claims_made, contrary, softness
from assistant.rules import checking_rules
from assistant.types import Language
from ingest.french import fold
from ingest.notes import Note
from ingest.types import Document, Provision
from ingest.wording import load_data

KINDS = ("sourced", "counted", "territory", "yours", "absence", "about")
WORD = re.compile(r"[^\W\d_]+")
STUTTER = re.compile(r"\b(?!est|die|der|das|had|that|nous|vous)([^\W\d_]{3,}) \1\b")
Check = Callable[[str, Evidence], list[str]]


def faults(
    sentence: str, kind: str, provisions: Sequence[Provision], documents: Sequence[Document], asked: str,
    notes: Sequence[Note] = (), language: Language | None = None,
) -> list[str]:  # fmt: skip
    """Why a sentence of a kind may not be shown, each reason as « name » or « name: what »; none when it may.

    `documents` and `notes` are those of the cited provisions; `language` is the one the answer is written in, by default
    that of the question. Without a note in that language an English or German sentence has little to rest on.
    """
    evidence = Evidence(provisions, documents, notes, asked, language or language_of(asked))
    if kind in ("absence", "about"):
        return [] if _canned(sentence, evidence.language) else ["not a text of the program"]
    if kind not in KINDS:
        return [f"unknown kind: {kind}"]
    misshapen = _shape(sentence, evidence)
    return misshapen or [fault for check in CHECKS[kind] for fault in check(sentence, evidence)]


def _shape(sentence: str, evidence: Evidence) -> list[str]:
    """Links, marks, fragments of instructions, too short, too long."""
    rules, folded = checking_rules(), fold(sentence)
    found = ["markup"] if re.search(joined(rules["markup"]), sentence) else []
    if re.search(joined(rules["prompt_words"]), folded) and not re.search(joined(rules["prompt_words"]), evidence.folded):
        found.append("prompt")
    if _shingles(folded) & _prompt() - _shingles(evidence.folded):
        found.append("prompt")
    words = len(WORD.findall(sentence))
    found += ["garbled"] if STUTTER.search(folded) else []
    return [*found, *(["too short"] if words < rules["least_words"] else []), *(["too long"] if len(sentence) > rules["longest"] else [])]


def _language(sentence: str, evidence: Evidence) -> list[str]:
    """Another language than the answer's: names that stay French count for little, so its own small words decide."""
    first, *others = WORD.findall(sentence)
    words = [first.lower(), *(word for word in others if word[0].islower())]
    limits = checking_rules()["language"]
    spoken = language_of(" ".join(words), evidence.language)
    own = sum(word in load_data("assistant", "languages")[evidence.language].split() for word in words)
    wrong = spoken != evidence.language and own < max(limits["least"], limits["share"] * len(words))
    return [f"language: {spoken}"] if len(words) >= limits["words"] and wrong else []


def _figures(sentence: str, evidence: Evidence) -> list[str]:
    said = numbers_in(sentence)
    lacking = said.missing_from(evidence.numbers)
    if lacking and _names_a_document(sentence, evidence):
        lacking = [what for what in lacking if what in said.missing_from(evidence.dates)]
    return [f"figure: {what}" for what in lacking] + years(sentence, evidence) + counted_things(sentence, evidence)


def _asked_figures(sentence: str, evidence: Evidence) -> list[str]:
    """For the asker's own facts: figures of the question or of the passages."""
    asked = numbers_in(evidence.asked)
    return [
        f"figure: {what}"
        for what in numbers_in(sentence).missing_from(evidence.numbers)
        if what in numbers_in(sentence).missing_from(asked)
    ]


def _counted_figures(sentence: str, evidence: Evidence) -> list[str]:
    """For a count made by code: the number of provisions, or figures of theirs."""
    counted = {f"figure: {len(evidence.provisions)}"}
    return [fault for fault in _figures(sentence, evidence) if fault not in counted]


def _names(sentence: str, evidence: Evidence, more: str = "") -> list[str]:
    held = evidence.names | (names_in(more) if more else frozenset())
    region = {"Région", "Grand Est"} if any("REG-44" in d.territories for d in evidence.documents) else set()
    whole = fold(f"{evidence.said}\n{evidence.register}\n{more}")
    strange = [n for n in names_in(sentence, evidence.language) if n not in region and not stands_for(n, held) and not _written(n, whole)]
    strange = [n for n in strange if n in table().patterns or share_of(n, evidence.words, evidence.language).strange]
    return [f"name: {name}" for name in sorted(strange)]


def _own_names(sentence: str, evidence: Evidence) -> list[str]:
    return _names(sentence, evidence, evidence.asked)


def _promises(sentence: str, evidence: Evidence) -> list[str]:
    own = re.search(checking_rules()["formal_german"], sentence) if evidence.language == "de" else None
    said = {found[0] for pattern in checking_rules()["promises"] for found in re.finditer(pattern, fold(sentence))}
    return ["promise"] if own or any(not _written(words, evidence.folded) for words in said) else []


def _overlap(sentence: str, evidence: Evidence) -> list[str]:
    limits = load_data("assistant", "paraphrase")["thresholds"]
    share = share_of(sentence, evidence.words, evidence.language)
    least = 1.0 if share.words < limits["few"] else limits["share"][evidence.language]
    clauses = [share_of(clause, evidence.words, evidence.language) for clause in CLAUSE.split(sentence)]
    thin = [clause for clause in clauses if clause.words > 1 and clause.held < limits["clause"]]
    if share.words and share.held >= least and share.run < limits["run"] and not thin:
        return []
    return [f"words: {', '.join(share.strange) or 'none'}"]


def _names_a_document(sentence: str, evidence: Evidence) -> bool:
    said = names_in(sentence, evidence.language)
    return bool(said & names_in("\n".join(f"{d.title} {d.short_title}" for d in evidence.documents), "fr") - {"Région", "Grand Est"})


def _written(name: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def _canned(sentence: str, language: Language) -> bool:
    """Whether a sentence is one of the program's own phrases, its places filled in."""
    phrases: dict[str, str] = load_data("assistant", f"texts/{language}")
    return any(re.fullmatch(re.sub(r"\\\{\w+\\\}", ".{1,600}", re.escape(phrase)), sentence) for phrase in phrases.values())


@cache
def _prompt() -> frozenset[str]:
    folder = files("assistant").joinpath("model", "prompts")
    return frozenset(s for file in folder.iterdir() if file.name.endswith(".md") for s in _shingles(fold(file.read_text(encoding="utf-8"))))


def _shingles(folded: str) -> frozenset[str]:
    words, size = WORD.findall(folded), checking_rules()["shingle"]
    return frozenset(" ".join(words[at : at + size]) for at in range(len(words) - size + 1))


MEANING: tuple[Check, ...] = (actors, claims_made, directions, softness, contrary, _promises, _overlap)
CHECKS: dict[str, tuple[Check, ...]] = {
    "sourced": (_language, _figures, _names, *MEANING),
    "counted": (_language, _counted_figures, _names, _promises),
    "territory": (_language,),
    "yours": (_language, _asked_figures, _own_names),
}
