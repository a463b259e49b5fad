"""Explicit references: « priorité 3 axe 2 », « annexe 2.5 », « le 8e engagement de la Région », in three languages."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from ingest.french import fold
from ingest.types import Provision
from ingest.wording import load_data

DOTTED = re.compile(r"(?<![\d.,])(\d\.\d(?:\.\d)?)(?![\d,%]|\.\d)")
PROMISES = re.compile(r"\b(?:promet\w*|s'engagent|ce (?:a|dans) quoi .{2,40} s'engage|s'est engagee a)\b")
SHORT = re.compile(r"\bp ?(\d)(?:[ .,/-]*a(?:xe)? ?(\d))?\b")
LEAST = 4
"""Letters of the shortest plural that is told from its singular by its form."""
BIS = re.compile(r"\bannexe 3 (?:bis|ter)\b|\bdeuxieme (?:annexe|partie) 3\b")


@dataclass(frozen=True)
class Reference:
    """Pieces of an address that a question names, such as « priorite-3 » and « axe-2 »; `last` counts from the end."""

    pieces: tuple[str, ...]
    words: tuple[str, ...]


@cache
def _words() -> dict[str, str]:
    table: dict[str, list[str]] = load_data("assistant", "references")["words"]
    return {fold(form): slug for slug, forms in table.items() for form in forms}


@cache
def _actors() -> dict[str, str]:
    table: dict[str, list[str]] = load_data("assistant", "references")["actors"]
    return {fold(form): slug for slug, forms in table.items() for form in forms}


@cache
def _numbers(name: str) -> dict[str, int]:
    table: dict[int, list[str]] = load_data("assistant", "references")[name]
    return {fold(form): number for number, forms in table.items() for form in forms}


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = "|".join(sorted(map(re.escape, _words()), key=len, reverse=True))
    ordinals = "|".join(sorted(map(re.escape, _numbers("ordinals")), key=len, reverse=True))
    numbers = "|".join(sorted(map(re.escape, _numbers("numbers")), key=len, reverse=True))
    after = re.compile(rf"\b({words})\s*(?:n\s*°\s*|numero\s+|number\s+|nr\.?\s+)?(\d{{1,2}}(?!\d|[.,]\d)|(?:{numbers})\b|[ivx]+\b)")
    among = rf"(?:(?:des|of the|der)\s+(?:(?:{numbers}|\d{{1,2}})\s+)?)?"
    before = re.compile(rf"\b({ordinals})\.?\s+{among}({words})\b")
    return after, before


def reference_in(question: str) -> Reference | None:
    """What passage a question names by number, or None."""
    text = SHORT.sub(lambda m: f"priorite {m[1]} axe {m[2]}" if m[2] else f"priorite {m[1]}", fold(question))
    after, before = _patterns()
    pairs = [(_words()[m[1]], _number(m[2])) for m in after.finditer(text) if m[2].isdigit() or _words()[m[1]] != "annexe"]
    pairs += [(_words()[m[2]], _numbers("ordinals")[m[1]]) for m in before.finditer(text)]
    pieces = [piece for word, number in pairs if number and (piece := _piece(word, number, text))]
    pieces += [f"annexe/{m[1]}" for m in DOTTED.finditer(text)]
    if BIS.search(text):
        pieces = ["annexe/3-"]
    return Reference(tuple(dict.fromkeys(pieces)), tuple(word for word, _ in pairs)) if pieces else None


def counted_words(folded: str) -> list[tuple[int, str]]:
    """Counts of numbered passages in a question: « les quatre axes » gives (4, "axe")."""
    words = "|".join(sorted(map(re.escape, _words()), key=len, reverse=True))
    numbers = "|".join(sorted(map(re.escape, _numbers("numbers")), key=len, reverse=True))
    found = re.finditer(rf"\b(\d{{1,2}}|{numbers}) (?:grandes? |grands? )?({words})\b", folded)
    return [(_number(m[1]), _words()[m[2]]) for m in found]


def numbers_in(folded: str) -> frozenset[int]:
    """The small numbers that a question writes as words: « les trois manières » gives 3."""
    words = "|".join(sorted(map(re.escape, _numbers("numbers")), key=len, reverse=True))
    return frozenset(_numbers("numbers")[word] for word in re.findall(rf"\b({words})\b", folded))


def joined(before: Reference | None, own: Reference) -> Reference:
    """« l'axe 4 ? » after « la priorité 3 » : the heading named before stays, unless the question names another."""
    sorts = {piece.split("-")[0] for piece in own.pieces}
    kept = [piece for piece in (before.pieces if before else ()) if "/" not in piece and piece.split("-")[0] not in sorts]
    outer = own.pieces[0].split("-")[0] in ("axe", "objectif", "action") and not any("/" in piece for piece in own.pieces)
    return Reference((*kept, *own.pieces), own.words) if outer else own


@lru_cache(maxsize=1024)
def words_in(folded: str) -> frozenset[str]:
    """The sorts of numbered passages that a question names in the plural, such as « piliers »."""
    named = frozenset(_words()[form] for form in _plural_pattern().findall(folded)) - {"annexe"}
    return named | {"engagement"} if PROMISES.search(folded) else named


def sort_in(folded: str) -> str | None:
    """The first sort of numbered passage that a question names, in the singular or the plural; None without any."""
    found = _sort_pattern().search(folded)
    return _words()[found[1]] if found else None


@cache
def _sort_pattern() -> re.Pattern[str]:
    return re.compile(rf"\b({'|'.join(sorted(map(re.escape, _words()), key=len, reverse=True))})\b")


@cache
def _plural_pattern() -> re.Pattern[str]:
    forms = sorted((form for form in _plurals() & _words().keys() if len(form) >= LEAST), key=len, reverse=True)
    return re.compile(rf"\b({'|'.join(map(re.escape, forms))})\b")


@cache
def _plurals() -> frozenset[str]:
    """Forms that are the plural of another form of the same word."""
    forms: dict[str, list[str]] = load_data("assistant", "references")["words"]
    rows = [[fold(form) for form in row] for row in forms.values()]
    return frozenset(form for row in rows for form in row if any(form in _plural_forms(one) for one in row))


def _plural_forms(word: str) -> set[str]:
    return {f"{word}{end}" for end in ("s", "x", "n", "en", "e")} | {f"{word[:-1]}ies", f"{word[:-2]}es"} - {word}


def plural(slug: str, language: str) -> str:
    """How a sort of numbered passage is named in the plural."""
    return str(load_data("assistant", "references")["plurals"][slug][language])


def counted_again(question: str, before: str) -> Reference | None:
    """« Et la deuxième ? » after a question on steps: the same word, the new number."""
    text, earlier = fold(question), fold(before)
    ordinals = "|".join(sorted(map(re.escape, _numbers("ordinals")), key=len, reverse=True))
    words = "|".join(sorted(map(re.escape, _words()), key=len, reverse=True))
    ordinal, word = re.search(rf"\b({ordinals})\b", text), re.search(rf"\b({words})\b", earlier)
    if ordinal is None or word is None:
        return None
    slug, number = _words()[word[1]], _numbers("ordinals")[ordinal[1]]
    outer = reference_in(before)
    above = [piece for piece in outer.pieces if not piece.startswith(f"{slug}-") and "/" not in piece] if outer else []
    piece = _piece(slug, number, earlier)
    return Reference((*above, piece), (slug,)) if piece else None


def _number(written: str) -> int:
    if written.isdigit():
        return int(written)
    roman = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8}
    return _numbers("numbers").get(written) or roman.get(written, 0)


def _piece(word: str, number: int, text: str) -> str:
    if word == "annexe" and number > 9:
        return ""
    if word == "engagement":
        actor = next((slug for form, slug in _actors().items() if re.search(rf"\b{re.escape(form)}\b", text)), "")
        return f"{actor}/{number}" if actor else ""
    return f"annexe/{number}" if word == "annexe" else f"{word}-{number}"


def named(reference: Reference, provisions: Iterable[Provision]) -> list[Provision]:
    """The provisions whose address has every piece of a reference and ends on one of them, in the order of the texts."""
    known = list(provisions)
    pieces = tuple(_counted(piece, known) for piece in reference.pieces)
    return [p for p in known if _matches(pieces, p.id.split("/", 1)[1])]


def _counted(piece: str, known: list[Provision]) -> str:
    """« le dernier » becomes the highest number of its kind."""
    if not piece.endswith(("/-1", "--1")):
        return piece
    stem = piece[:-2]
    numbers = [int(m[1]) for p in known if (m := re.search(rf"/{re.escape(stem)}(\d+)$", p.id))]
    return f"{stem}{max(numbers)}" if numbers else piece


def _matches(pieces: tuple[str, ...], address: str) -> bool:
    segments = address.split("/")
    return all(_has(piece, segments) for piece in pieces) and any(_is_last(piece, segments) for piece in pieces)


def _has(piece: str, segments: list[str]) -> bool:
    parts = piece.split("/")
    return any(all(_same(a, b) for a, b in zip(parts, segments[at : at + len(parts)], strict=False)) and at + len(parts) <= len(segments)
               for at in range(len(segments)))  # fmt: skip


def _is_last(piece: str, segments: list[str]) -> bool:
    parts = piece.split("/")
    return len(parts) <= len(segments) and all(_same(a, b) for a, b in zip(parts, segments[-len(parts) :], strict=True))


def _same(named_piece: str, segment: str) -> bool:
    """« 2.5 » also names the second 2.5, whose address has a word more."""
    if segment == named_piece:
        return True
    if named_piece.endswith("-"):
        return segment.startswith(named_piece)
    return bool(re.fullmatch(r"\d(?:\.\d)*", named_piece)) and segment.startswith(f"{named_piece}-")
