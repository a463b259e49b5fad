"""One normal form of a source text, to find its outline in, with a map back to the source's characters."""

import re
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import overload

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]
Positions = NDArray[np.int64]

CHUNK = 1 << 18
DROPPED = np.uint32(0xFFFFFFFF)
INVISIBLE = (
    (0x00, 0x08), (0x0E, 0x1F), (0x7F, 0x84), (0x86, 0x9F), (0xAD, 0xAD), (0x61C, 0x61C), (0x180E, 0x180E),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB),
    (0xE0000, 0xE007F),
)  # fmt: skip
REPLACED = {
    "\n": "\r\v\f\x85\u2028\u2029",
    " ": "\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    "'": "\u2018\u2019\u201b\u02bc\uff07",
}
# A character before which a text may be cut: nothing composes with it, and it ends no line.
SAFE_CUT = re.compile(r"[ -~]")
ACCENTS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
ACCENTED = re.compile(rf"[^{ACCENTS}]?[{ACCENTS}]+")


class Offsets(Sequence[int]):
    """Source positions of the characters of a normal form, kept as runs that share one shift."""

    def __init__(self, length: int, starts: "array[int]", positions: "array[int]") -> None:
        self._length, self._starts, self._positions = length, starts, positions

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> list[int]: ...
    def __getitem__(self, index: int | slice) -> int | list[int]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(self._length))]
        at = index + self._length if index < 0 else index
        if not 0 <= at < self._length:
            raise IndexError(index)
        run = bisect_right(self._starts, at) - 1
        return self._positions[run] + at - self._starts[run]


@dataclass(frozen=True, slots=True)
class NormalForm:
    """`text`, the normal form of `source`; `offsets[i]`, always rising, is the source position of its character `i`."""

    text: str
    offsets: Offsets
    source: str

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Start and end in the source of the normal characters `start` to `end` (excluded).

        Whole source characters, accents and line ends are taken; invisible characters at either edge are left out.
        """
        if not 0 <= start <= end <= len(self.text):
            raise IndexError(f"no span {start}-{end} in a text of {len(self.text)} characters")
        if start == end:
            at = self.offsets[start] if start < len(self.text) else len(self.source)
            return at, at
        first = self.offsets[start]
        after = self.offsets[end] if end < len(self.text) else len(self.source)
        while after > first + 1 and _TABLE[ord(self.source[after - 1])] == DROPPED:
            after -= 1
        return first, after


def to_normal_form(text: str) -> NormalForm:
    """Line ends as LF, special spaces as a space, apostrophes straight, accents composed, invisible characters dropped.

    Other characters (œ, tabs, dashes, curly quotation marks) stay. Works by slices of about 260,000 characters:
    beside the two texts, memory holds one slice and 16 bytes for each place where characters are dropped or joined.
    """
    # One buffer in UTF-8, decoded at the end: a list of slices to join would hold the text twice over.
    buffer = bytearray()
    starts, positions = array("q"), array("q")
    done, shift = 0, -1
    for begin, piece in _chunks(text):
        normal, places = _normalised(piece)
        places += begin
        shifts = places - np.arange(done, done + len(places))
        breaks = np.flatnonzero(np.diff(shifts, prepend=shift))
        starts.frombytes((breaks + done).astype(np.int64).tobytes())
        positions.frombytes(places[breaks].tobytes())
        buffer += normal.encode("utf-8", "surrogatepass")
        if len(places):
            done, shift = done + len(places), int(shifts[-1])
    return NormalForm(buffer.decode("utf-8", "surrogatepass"), Offsets(done, starts, positions), text)


def _table() -> Codes:
    table = np.arange(0x110000, dtype=np.uint32)
    for first, last in INVISIBLE:
        table[first : last + 1] = DROPPED
    for target, written in REPLACED.items():
        table[[ord(character) for character in written]] = ord(target)
    return table


_TABLE = _table()


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    begin = 0
    while begin < len(text):
        cut = SAFE_CUT.search(text, begin + CHUNK)
        end = cut.start() if cut else len(text)
        yield begin, text[begin:end]
        begin = end


def _normalised(piece: str) -> tuple[str, Positions]:
    """The normal form of a piece and the place in the piece of each of its characters."""
    codes = np.frombuffer(piece.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    mapped = _TABLE[codes]
    kept = mapped != DROPPED
    kept[1:] &= ~((codes[1:] == 0x0A) & (codes[:-1] == 0x0D))
    places = np.flatnonzero(kept).astype(np.int64)
    text = mapped[kept].tobytes().decode("utf-32-le", "surrogatepass")
    return (text, places) if unicodedata.is_normalized("NFC", text) else _composed(text, places)


def _composed(text: str, places: Positions) -> tuple[str, Positions]:
    dropped: list[int] = []

    def join(cluster: re.Match[str]) -> str:
        joined = _joined(cluster[0])
        dropped.extend(range(cluster.start() + len(joined), cluster.end()))
        return joined

    composed = ACCENTED.sub(join, text)
    return composed, np.delete(places, dropped)


@lru_cache(maxsize=4096)
def _joined(cluster: str) -> str:
    joined = unicodedata.normalize("NFC", cluster)
    return joined if len(joined) <= len(cluster) else cluster  # a few accents are taken apart by NFC
