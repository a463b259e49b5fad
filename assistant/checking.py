"""Why a sentence is not supported by what it cites: the same checks for our own sentences and for a model's."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from assistant.evidence import LANGUAGES, Evidence
from assistant.language import language_of
from assistant.names import audiences_in, names_in, stands_for, table
from assistant.numbers import numbers_in, years_beside
from assistant.overlap import says_again, share_of, stems, widened
from assistant.roles import Roles, roles
from assistant.types import Language
from ingest.french import fold
from ingest.notes import Note
from ingest.types import Document, Provision
from ingest.wording import load_data

KINDS = ("sourced", "counted", "territory", "yours", "absence", "about")
WORD = re.compile(r"[^\W\d_]+")
STUTTER = re.compile(r"\b(?!est|die|der|das|had|that|nous|vous)([^\W\d_]{3,}) \1\b")
PARTS = re.compile(r"[;:()]|\.\s|,\s| contre | against | gegenüber ")
CLAUSE = re.compile(r"[,;:()]")
MAIN = re.compile(r"(?<=[.;:])\s")
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
    rules, folded = _rules(), fold(sentence)
    found = ["markup"] if re.search(_joined(rules["markup"]), sentence) else []
    if re.search(_joined(rules["prompt_words"]), folded) and not re.search(_joined(rules["prompt_words"]), evidence.folded):
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
    limits = _rules()["language"]
    spoken = language_of(" ".join(words), evidence.language)
    own = sum(word in load_data("assistant", "languages")[evidence.language].split() for word in words)
    wrong = spoken != evidence.language and own < max(limits["least"], limits["share"] * len(words))
    return [f"language: {spoken}"] if len(words) >= limits["words"] and wrong else []


def _figures(sentence: str, evidence: Evidence) -> list[str]:
    said = numbers_in(sentence)
    lacking = said.missing_from(evidence.numbers)
    if lacking and _names_a_document(sentence, evidence):
        lacking = [what for what in lacking if what in said.missing_from(evidence.dates)]
    return [f"figure: {what}" for what in lacking] + _years(sentence, evidence)


def _years(sentence: str, evidence: Evidence) -> list[str]:
    """A figure beside another year than in the passage, where the sentence has both years."""
    here: dict[str, str] = years_beside(sentence)
    there: dict[str, set[str]] = {}
    for text in (*(p.quote_plain for p in evidence.provisions), *evidence.meanings.values()):
        for figure, year in years_beside(text).items():
            there.setdefault(figure, set()).add(year)
    years = set(here.values())
    return [
        f"year of {figure}: {year}"
        for figure, year in here.items()
        if figure in there and year not in there[figure] and there[figure] & years
    ]


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


def _actors(sentence: str, evidence: Evidence) -> list[str]:
    """Who acts is who acts where the passage says the same thing; who is served there does not become who acts, nor the reverse."""
    said = roles(sentence, evidence.language)
    wrong = {f"actor: {name}" for name in said.agents & table().actors if not stands_for(name, _acting(sentence, evidence))}
    wrong |= {f"actor: {name}" for name in said.agents - table().actors if not {name, *_near(name)} & evidence.agents}
    wrong |= {f"deed: {name}" for name in said.agents if _by_others(name, said, evidence)}
    turned = {name for name in said.served - evidence.served if name in evidence.agents}
    if evidence.receivers:
        turned |= {name for name in said.served if not stands_for(name, evidence.receivers) and not _near(name) & evidence.receivers}
    return sorted(wrong) + [f"served: {name}" for name in sorted(turned)] + _audience(sentence, evidence)


def _acting(sentence: str, evidence: Evidence) -> frozenset[str]:
    """Who acts in the clauses most like the sentence, with the provisions' actors unless others act there alone."""
    alike = _alike(sentence, evidence.segments, evidence.language, 0.1)
    near = frozenset(name for piece in alike for name in roles(piece, evidence.language).agents) & table().actors
    if not near:
        return evidence.agents
    return near | evidence.actors if near & evidence.actors or len(evidence.actors) == 1 else near


def _by_others(name: str, said: Roles, evidence: Evidence) -> bool:
    """Whether something a body is said to do is done in the passage by others, who are not said to do it too, and nothing by it alone."""
    doers = [evidence.deeds[stem] for other, stem in said.deeds if other == name and stem in evidence.deeds]
    joint = stands_for(name, evidence.actors)
    others = [done_by for done_by in doers if not stands_for(name, done_by) and not (joint and done_by <= said.agents)]
    return bool(others) and not any(stands_for(name, done_by) and len(done_by) == 1 for done_by in doers)


def _audience(sentence: str, evidence: Evidence) -> list[str]:
    said = {mention.name for mention in audiences_in(fold(sentence))}
    return [f"audience: {who}" for who in sorted(said - evidence.audiences) if not _near(who) & evidence.audiences]


def _near(audience: str) -> frozenset[str]:
    return table().near.get(audience, frozenset())


def _claims(sentence: str, evidence: Evidence) -> list[str]:
    """Duties, guarantees, money, deadlines… that need their own words in the passage."""
    folded = fold(sentence)
    return [
        f"claim: {name}"
        for name, patterns in _compiled_claims().items()
        if patterns[evidence.language].search(folded) and not _carried(name, patterns, evidence)
    ]


def _directions(sentence: str, evidence: Evidence) -> list[str]:
    """A figure said to rise that falls in the passage, or « plus de » where it says « moins de »; and the reverse of both."""
    there: dict[str, set[str]] = {}
    for language, text in (("fr", evidence.said), *evidence.meanings.items()):
        for figure, way in _ways(text, language):
            there.setdefault(figure, set()).add(way)
    said = set(_ways(sentence, evidence.language))
    return [
        f"direction: {figure}"
        for figure, way in sorted(said)
        if figure in there and way not in there[figure] and _contrary_way(way) in there[figure]
    ]


def _contrary_way(way: str) -> str:
    return {"up": "down", "down": "up", "less": "more", "more": "less"}[way]


def _ways(text: str, language: Language) -> Iterator[tuple[str, str]]:
    """The figures of each clause that speaks of a rise alone or of a fall alone, and those compared to."""
    rules = _rules()
    for part in PARTS.split(text):
        ways = [way for way, patterns in rules["ways"].items() if re.search(patterns[language], fold(part))]
        if len(ways) == 1:
            yield from ((figure, ways[0]) for figure in numbers_in(part).values)
    for bound, patterns in rules["bounds"].items():
        for found in re.finditer(rf"\b{patterns[language]} (\d[\d .,]*)", fold(text)):
            yield from ((figure, bound) for figure in numbers_in(found[1]).values)


def _carried(name: str, patterns: dict[Language, re.Pattern[str]], evidence: Evidence) -> bool:
    if name == "commitment" and any(p.kind in _rules()["commitment_kinds"] for p in evidence.provisions):
        return True
    texts = {**evidence.meanings, "fr": f"{evidence.said}\n{evidence.meanings.get('fr', '')}"}
    return any(patterns[language].search(fold(text)) for language, text in texts.items())


def _softness(sentence: str, evidence: Evidence) -> list[str]:
    """What the passage leaves open stays open, in each main clause of the sentence."""
    rules, commits = _rules()["soft"], _compiled_claims()["commitment"]
    quotes = [fold(p.quote_plain) for p in evidence.provisions]
    soft = any(re.search(rules["needs"]["fr"], quote) for quote in quotes)
    if soft and commits[evidence.language].search(fold(sentence)) and not any(commits["fr"].search(quote) for quote in quotes):
        return ["hardened"]
    return ["hardened"] if any(_hardens(clause, evidence) for clause in MAIN.split(sentence) if clause.strip()) else []


def _hardens(clause: str, evidence: Evidence) -> bool:
    rules, language, words = _rules()["soft"], evidence.language, stems(clause, evidence.language)
    if len(words) < rules["least_words"]:
        return False
    verbs = [verb for piece in evidence.segments for verb in re.findall(rules["governs"][language], fold(piece))]
    if _left_bare(clause, widened(verbs, language), language):
        return True
    if re.search(rules["enough"][language], fold(clause)):
        return False
    alike = _alike(clause, evidence.clauses, language, 0.2) or _alike(clause, evidence.segments, language)
    said = alike or [p.quote_plain for p in evidence.provisions]
    return any(re.search(rules["needs"][language if alike else "fr"], fold(piece)) for piece in said)


def _left_bare(clause: str, verbs: frozenset[str], language: Language) -> bool:
    """Whether a verb that a soft word governs in the passage stands here without one near it."""
    rules, folded = _rules()["soft"], fold(clause)
    for found in WORD.finditer(folded):
        near = folded[max(0, found.start() - rules["before"]) : found.end() + rules["after"]]
        if says_again(found[0], verbs, language) and not re.search(rules["enough"][language], near):
            return True
    return False


def _contrary(sentence: str, evidence: Evidence) -> list[str]:
    """A negation that no clause like it has, or one that the clause most like it has and the sentence lost."""
    rules = _rules()["negation"][evidence.language]
    whole, clauses = _alike(sentence, evidence.segments, evidence.language), _alike(sentence, evidence.clauses, evidence.language)
    here = re.search(rules["turns"], fold(sentence)) is not None
    said = whole if here else clauses
    if not said or any(re.search(rules["open"], fold(piece)) for piece in (sentence, *said)):
        return []
    return ["negation"] if all((re.search(rules["turns"], fold(piece)) is not None) != here for piece in said) else []


def _promises(sentence: str, evidence: Evidence) -> list[str]:
    own = re.search(_rules()["formal_german"], sentence) if evidence.language == "de" else None
    said = {found[0] for pattern in _rules()["promises"] for found in re.finditer(pattern, fold(sentence))}
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


def _alike(sentence: str, pieces: Sequence[str], language: Language, slack: float = 0.0) -> list[str]:
    """The pieces of the evidence that share most with the sentence, or nearly most."""
    words = set(stems(sentence, language))
    shares = [(len(words & set(stems(piece, language))) / max(1, len(words)), piece) for piece in pieces]
    best = max((share for share, _ in shares), default=0.0)
    least = load_data("assistant", "paraphrase")["thresholds"]["segment"]
    return [piece for share, piece in shares if share >= best - slack] if best >= least else []


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
def _compiled_claims() -> dict[str, dict[Language, re.Pattern[str]]]:
    return {name: {language: re.compile(row[language]) for language in LANGUAGES} for name, row in _rules()["claims"].items()}


def _rules() -> dict[str, Any]:
    rules: dict[str, Any] = load_data("assistant", "checking")
    return rules


@cache
def _prompt() -> frozenset[str]:
    folder = files("assistant").joinpath("model", "prompts")
    return frozenset(s for file in folder.iterdir() if file.name.endswith(".md") for s in _shingles(fold(file.read_text(encoding="utf-8"))))


def _shingles(folded: str) -> frozenset[str]:
    words, size = WORD.findall(folded), _rules()["shingle"]
    return frozenset(" ".join(words[at : at + size]) for at in range(len(words) - size + 1))


def _joined(pattern: str) -> str:
    return re.sub(r"\s+\|", "|", pattern.strip())


MEANING: tuple[Check, ...] = (_actors, _claims, _directions, _softness, _contrary, _promises, _overlap)
CHECKS: dict[str, tuple[Check, ...]] = {
    "sourced": (_language, _figures, _names, *MEANING),
    "counted": (_language, _counted_figures, _names, _promises),
    "territory": (_language,),
    "yours": (_language, _asked_figures, _own_names),
}
