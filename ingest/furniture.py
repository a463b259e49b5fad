"""Page furniture: declared word for word in the register, hidden from the outline, and always printed."""

import re

from ingest.normal import to_normal_form
from ingest.types import Furniture


def furniture_spans(text: str, declared: list[Furniture]) -> list[tuple[int, int]]:
    """Where each declared text stands in a normal form, on lines of its own, in the order of the text."""
    spans: list[tuple[int, int]] = []
    for words in (to_normal_form(piece.text).text.strip() for piece in declared):
        alone = re.compile(rf"^[ \t]*({re.escape(words)})[ \t]*$", re.M) if words else None
        spans += [found.span(1) for found in alone.finditer(text)] if alone else []
    return sorted(spans)


def masked(text: str, declared: list[Furniture]) -> str:
    """The text with furniture blanked out, every other character at its place."""
    pieces, at = [], 0
    for start, end in furniture_spans(text, declared):
        pieces += [text[at:start], re.sub(r"[^\n]", " ", text[max(at, start) : end])]
        at = max(at, end)
    return "".join([*pieces, text[at:]])
