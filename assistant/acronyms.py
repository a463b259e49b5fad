"""Acronyms: where the texts write one out, and which ones they never do."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ingest.french import fold
from ingest.types import Provision

ACRONYM = re.compile(r"(?<![\w'’.-])(?:[A-Z]{2,}[A-Za-z]?(?:-[A-Z]+)?|[A-Z]&[A-Z]|[A-Z]{1,2}\d[A-Z]{1,2})(?![\w]|['’]\w)")
LINK_WORDS = {"de", "du", "des", "d", "l", "la", "le", "les", "et", "en", "a", "au", "aux", "pour", "sur", "of", "the"}
SPELT = re.compile(r"([^().;:]{8,120}?)\(([A-Z][A-Za-z&]{1,8})\)|\b([A-Z]{2,8}) \(([a-zà-ÿ][^()]{8,90})\)|« ([A-Z]{2,6}) »")
EXPLAINED = re.compile(r"\([A-Z][A-Za-z&]{1,8}\)|[A-Z] \([a-zà-ÿ]|« [A-Z]{2,6} »")
"""What every match of `SPELT` holds, and few texts do."""
WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Acronyms:
    """For each acronym of the texts, in small letters, the provisions that write it out; none when no text does."""

    written_out: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, provisions: Iterable[Provision]) -> "Acronyms":
        """Read every provision once."""
        known = [(provision.id, _Text(provision.quote_plain)) for provision in provisions]
        written = {word for _, text in known for word in text.words}
        ordinary = {_folded(word) for word in written if not word.isupper()}
        names = {found[0] for _, text in known for found in ACRONYM.finditer(text.written)}
        names = {name for name in names if fold(name) not in ordinary}
        spelt: dict[str, list[str]] = {fold(name): [] for name in names}
        long = [(name, fold(name)) for name in names if len(fold(name)) >= 3 and name.isalpha()]
        for provision_id, text in known:
            for name in _spelt_in(text, long):
                spelt.setdefault(fold(name), []).append(provision_id)
        return cls({name: tuple(dict.fromkeys(ids)) for name, ids in spelt.items()})

    def asked(self, words: str) -> list[str]:
        """The acronyms of the texts that a question holds, however it writes them."""
        text, capitals = set(re.findall(r"[\w&]+", fold(words))), set(re.findall(r"[A-Z]{2}(?![\w&])", words))
        known = [name for name in self.written_out if name in text and len(name) > 1 and name not in LINK_WORDS]
        return [name for name in known if len(name) > 2 or name.upper() in capitals]


@dataclass(frozen=True)
class _Text:
    """A text, and the initials of its words and of those that begin with a capital, read once for all acronyms."""

    written: str

    @cached_property
    def words(self) -> list[str]:
        return WORD.findall(self.written)

    @cached_property
    def initials(self) -> str:
        return _initials(self.words)

    @cached_property
    def capitals(self) -> str:
        return _initials([word for word in self.words if word[0].isupper()])


def _spelt_in(text: _Text, names: Sequence[tuple[str, str]]) -> Iterator[str]:
    """The acronyms that a text explains in brackets or quotes, then those of `names` (as written, folded) that it writes in full."""
    for found in SPELT.finditer(text.written) if EXPLAINED.search(text.written) else ():
        name = found[2] or found[3] or found[5]
        if name and (found[5] is None or (len(fold(name)) > 2 and fold(name) in _initials(WORD.findall(text.written[: found.start()])))):
            yield name
    initials, capitals = text.initials, text.capitals
    likely = [(name, folded) for name, folded in names if folded in initials or folded in capitals]
    yield from (name for name, folded in likely if _in_full(text, name, folded))


def _in_full(text: _Text, name: str, folded: str) -> bool:
    """Words in a row with the right initials; for a short name also the name itself beside them, or capitals throughout."""
    if len(name) > 4 or re.search(rf"(?<!\w){name}(?!\w)", text.written):
        return folded in text.initials
    row = r"\b" + r"\W+(?:d[eu]s? |et )?".join(rf"{letter}\w+" for letter in name)
    return folded in text.capitals and re.search(row, text.written) is not None


def _initials(words: Iterable[str]) -> str:
    """The first letters of words in a row, small words apart."""
    return "".join(_initial(word) for word in words)


@lru_cache(maxsize=100_000)
def _initial(word: str) -> str:
    return "" if _folded(word) in LINK_WORDS else _folded(word)[:1]


@lru_cache(maxsize=100_000)
def _folded(word: str) -> str:
    return fold(word)
