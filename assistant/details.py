"""Details that a question asks for, and whether the passages chosen really give them."""

import re
from collections.abc import Iterator

from assistant.context import Found, Turn
from assistant.patterns import ceiling, slots
from assistant.references import words_in
from ingest.concepts import lexicon
from ingest.french import fold, tokenise_french
from ingest.types import Figure, Provision

SENTENCE = re.compile(r"(?<=[.!?;])\s+")
RARE = 4.0
LISTED = 3
BESIDE = 45
"""Characters after a figure within which stands the thing that it counts."""
CLAUSE = re.compile(r"[,;:.?!]")
REGION = frozenset(tokenise_french("la Région Grand Est compte existe en tout au total"))
"""Words that narrow no count: the texts speak of the whole region."""
FIGURES = ("amount", "rate", "count")
"""Kinds of figures that one question words alike: « quelle part, et combien ? »; one that is given answers for the others."""
SURELY_NONE, HALF = 0.97, 0.5
NEVER_GIVEN = ("contact", "application")
NARROWER = {"count": ("amount", "duration", "area", "rate"), "date": ("deadline", "duration"), "person": ("names",), "names": ("contact",)}
COUNTED = re.compile(
    r"\b(?:combien (?:de |d')|nombre (?:total )?(?:de |d')|nb de |how many |number of |wie viele |anzahl (?:der |von )?)"
    r"(?:l'|les |the |der )?"
    r"((?:[^\W\d_]+[ '-]?){1,3})"
)
NAME = re.compile(r"^(?:et |la |le |l['’]|les |CC |communauté de communes )*[A-ZÀ-Ý][\w&'’.-]+(?: [\w&'’.–-]+){0,6}$")
ANYTHING = {"monde", "personne", "personnes", "gens", "fois", "temps", "choses", "ca", "en tout"}


def missing_details(turn: Turn) -> list[str]:
    """The details asked for that no chosen provision gives, by name."""
    asked = turn.understood.slots
    wanted = [name for name in asked if not set(NARROWER.get(name, ())) & set(asked) and not _own_story(turn, name)]
    lacking = [name for name in wanted if not given(turn, name)]
    figures = [name for name in wanted if name in FIGURES]
    answered = len(figures) > 1 and any(given(turn, name) for name in figures)
    return [name for name in lacking if not (answered and name in FIGURES)]


def _own_story(turn: Turn, name: str) -> bool:
    """Whether the word that sounds like a detail tells of the asker: « personne ne reste plus de six mois »."""
    asked = turn.understood
    return name in ("date", "threshold") and asked.detail.get("none", 0.0) >= SURELY_NONE and asked.kind.get("aid", 0.0) >= HALF


def likeliest_absent(turn: Turn) -> str:
    """The detail that such questions ask for most, among those that the first passage does not give."""
    likely = turn.understood.detail
    first = turn.chosen[0].provision
    lacking = [name for name in likely if name != "none" and not gives(turn, name, first)]
    return max(lacking, key=lambda name: (likely[name], name), default="detail")


def rescued(turn: Turn, name: str) -> Found | None:
    """A provision of the same section, on the same thing, that gives what the chosen ones do not."""
    if name in NEVER_GIVEN or not turn.chosen:
        return None
    if name == "count" and (counted := _counted_elsewhere(turn)) is not None:
        return counted
    first = turn.chosen[0].provision
    rare = {word for word in turn.engine.lookup.cards[first.id].own if turn.engine.lookup.weight(word) >= RARE}
    for found in turn.found[:25]:
        near = found.provision.parent == first.parent and found.provision.document_id == first.document_id
        if near and rare & turn.engine.lookup.cards[found.provision.id].own and _gives(turn, name, found.provision):
            return found
    return None


def _counted_elsewhere(turn: Turn) -> Found | None:
    """A passage found, of whatever section, that counts just this: « combien de Maisons de Région ? », « les 12 Maisons de Région »."""
    asked = COUNTED.search(turn.understood.folded)
    things = frozenset(tokenise_french(asked[1])) if asked and turn.language == "fr" else frozenset[str]()
    if asked is None or len(things) < 2 or _narrowed(turn.understood.folded[asked.start() :], things):
        return None
    for found in turn.found[:25]:
        text = found.provision.quote_plain
        for figure in _own_figures(turn, found.provision):
            if things <= set(tokenise_french(_around(text, figure.written, 0, BESIDE))):
                return found
    return None


def _narrowed(asked: str, things: frozenset[str]) -> bool:
    """Whether a question counts only some of these things: those of a place, of a year, « qui ont fermé »."""
    return bool(set(tokenise_french(CLAUSE.split(asked, maxsplit=1)[0])) - things - REGION)


def given(turn: Turn, name: str) -> bool:
    """Whether a chosen provision gives this detail."""
    if name in NEVER_GIVEN:
        return False
    if name == "names" and sum(found.exact for found in turn.chosen) >= LISTED:
        return True
    if name == "count" and _whole_row(turn):
        return True
    if name == "deadline" and "in_force" in turn.understood.intents and any(found.provision.kind == "title" for found in turn.chosen):
        return True
    return any(_gives(turn, name, found.provision) for found in turn.chosen)


def _whole_row(turn: Turn) -> bool:
    """Whether the answer lists all of the sort that is counted: « combien de piliers, et lesquels ? »."""
    asked = COUNTED.search(turn.understood.folded)
    sorts = {found.provision.id.rsplit("/", 1)[1].rsplit("-", 1)[0] for found in turn.chosen if found.exact}
    return asked is not None and len(turn.chosen) > 1 and bool(sorts & words_in(asked[0]))


def gives(turn: Turn, name: str, provision: Provision) -> bool:
    """Whether a passage gives this detail; what no text gives, such as a link, never."""
    if name in NEVER_GIVEN or name not in slots():
        return False
    return _gives(turn, name, provision)


def of_another_place(turn: Turn, provision: Provision) -> bool:
    """Whether a passage speaks of a pact's own territory, and the question of a place elsewhere: its figures are none of that place."""
    mentions, local = turn.understood.mentions, turn.engine.lookup.local.get(provision.document_id)
    if local is None or mentions.around is None or provision.document_id in mentions.documents:
        return False
    return local not in mentions.around


def _gives(turn: Turn, name: str, provision: Provision) -> bool:
    if of_another_place(turn, provision):
        return False
    if name == "names":
        return _names_listed(provision.quote_plain) >= 4
    if name == "count":
        return any(_counts_it(turn, provision, figure) for figure in _own_figures(turn, provision))
    if name == "deadline" and "application" in turn.understood.slots:
        return False
    slot = slots()[name]
    if name == "amount" and ceiling().search(turn.understood.folded) and not ceiling().search(fold(provision.quote_plain)):
        return False
    if any(figure.unit in slot.units for figure in _own_figures(turn, provision)):
        return True
    if slot.text is None:
        return False
    sentences = SENTENCE.split(provision.quote_plain) if name == "amount" else [provision.quote_plain]
    return any(slot.text.search(fold(one)) and (name != "amount" or _shares_a_word(turn, one)) for one in sentences)


def _shares_a_word(turn: Turn, sentence: str) -> bool:
    """Whether a sentence speaks of what the question names: « financé à 100 % » holds for the diagnostic, not for the whole path.

    What it names by its number says its words for it: « la deuxième étape » is the diagnostic.
    """
    named = [found.provision.quote_plain for found in turn.chosen if found.exact]
    words = set(tokenise_french(" ".join([turn.understood.search, *named])))
    return bool(words & set(tokenise_french(sentence)))


def _names_listed(text: str) -> int:
    """How many proper names stand in a row between commas, semicolons or line ends."""
    pieces = [piece.strip(" .:-()") for piece in re.split(r"[,;\n(]|:| et ", text)]
    return sum(bool(NAME.match(piece)) for piece in pieces)


def _own_figures(turn: Turn, provision: Provision) -> Iterator[Figure]:
    """Figures of a passage that the question does not already name (« le plan 500 »)."""
    asked = set(re.findall(r"\d+", turn.understood.folded))
    for figure in provision.figures:
        digits = re.findall(r"\d+", figure.written)
        if not digits or "".join(digits) not in asked:
            yield figure


def _counts_it(turn: Turn, provision: Provision, figure: Figure) -> bool:
    """Whether a figure counts what the question counts: the thing stands beside the figure, by its word or by its concept."""
    if figure.unit in ("year", "date", "period", "%", "€"):
        return False
    found = COUNTED.search(turn.understood.folded)
    if found is None or turn.language != "fr" or found[1].split()[0] in ANYTHING:
        return True
    thing, beside = found[1], _around(provision.quote_plain, figure.written)
    stems = set(tokenise_french(thing)[:1])
    return bool(stems & set(tokenise_french(beside)) or lexicon().concepts_in(thing) & lexicon().concepts_in(beside))


def _around(text: str, written: str, before: int = 60, after: int = 90) -> str:
    at = max(0, text.find(written))
    return text[max(0, at - before) : at + len(written) + after]
