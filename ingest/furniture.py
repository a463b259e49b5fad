"""Page furniture: declared word for word in the register, hidden from the outline, and always printed."""

from ingest.types import Furniture


def furniture_spans(text: str, declared: list[Furniture]) -> list[tuple[int, int]]:
    """Where each declared text stands, on lines of its own, in the order of the text."""
    spans = []
    for piece in declared:
        at = text.find(piece.text)
        while at >= 0:
            end = at + len(piece.text)
            if not text[text.rfind("\n", 0, at) + 1 : at].strip() and not text[end:].split("\n", 1)[0].strip():
                spans.append((at, end))
            at = text.find(piece.text, end)
    return sorted(spans)


def masked(text: str, declared: list[Furniture]) -> str:
    """The text with furniture blanked out, every other character at its place."""
    for start, end in furniture_spans(text, declared):
        text = text[:start] + "".join(c if c == "\n" else " " for c in text[start:end]) + text[end:]
    return text
