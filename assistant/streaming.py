"""A text in pieces, as an interface shows it growing."""

import re
from collections.abc import Iterator

_PIECE = re.compile(r"\S*(?:\[\d+\]\S*)?\s*")


def pieces(text: str) -> Iterator[str]:
    """The words of a text with the blanks behind them; put together they are the text, and no piece cuts a marker."""
    for found in _PIECE.finditer(text):
        if found[0]:
            yield found[0]
