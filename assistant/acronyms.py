"""Acronyms: where the texts write one out, and which ones they never do."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ingest.french import fold
from ingest.types import Provision

ACRONYM = re.compile(r"(?<![\w'’.-])(?:[A-Z]{2,}[A-Za-z]?(?:-[A-Z]+)?|[A-Z]&[A-Z]|[A-Z]{1,2}\d[A-Z]{1,2})(?![\w]|['’]\w)")
LINK_WORDS = {"de", "du", "des", "d", "l", "la", "le", "les", "et", "en", "a", "au", "aux", "pour", "sur", "of", "the"}
SPELT = re.compile(r"([^().;:]{8,120}?)\(([A-Z][A-Za-z&]{1,8})\)|\b([A-Z]{2,8}) \(([a-zà-ÿ][^()]{8,90})\)|« ([A-Z]{2,6}) »")


@dataclass(frozen=True)
class Acronyms:
    """For each acronym of the texts, in small letters, the provisions that write it out; none when no text does."""

    written_out: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, provisions: Iterable[Provision]) -> "Acronyms":
        """Read every provision once."""
        known = list(provisions)
        ordinary = {fold(w) for p in known for w in re.findall(r"[^\W\d_]+", p.quote_plain) if not w.isupper()}
        names = {found[0] for p in known for found in ACRONYM.finditer(p.quote_plain)}
        names = {name for name in names if fold(name) not in ordinary}
        spelt: dict[str, list[str]] = {fold(name): [] for name in names}
        for provision in known:
            for name in _spelt_in(provision.quote_plain, names):
                spelt.setdefault(fold(name), []).append(provision.id)
        return cls({name: tuple(dict.fromkeys(ids)) for name, ids in spelt.items()})

    def asked(self, words: str) -> list[str]:
        """The acronyms of the texts that a question holds, however it writes them."""
        text, capitals = set(re.findall(r"[\w&]+", fold(words))), set(re.findall(r"[A-Z]{2}(?![\w&])", words))
        known = [name for name in self.written_out if name in text and len(name) > 1 and name not in LINK_WORDS]
        return [name for name in known if len(name) > 2 or name.upper() in capitals]


def _spelt_in(text: str, names: set[str]) -> Iterable[str]:
    for found in SPELT.finditer(text):
        name = found[2] or found[3] or found[5]
        if name and (found[5] is None or _initials_spell(text[: found.start()], name)):
            yield name
    for name in names:
        if len(name) >= 3 and name.isalpha() and _in_full(text, name):
            yield name


def _in_full(text: str, name: str) -> bool:
    """Words in a row with the right initials; for a short name also the name itself beside them, or capitals throughout."""
    if len(name) > 4 or re.search(rf"(?<!\w){name}(?!\w)", text):
        return _initials_spell(text, name)
    return _initials_spell(" ".join(word for word in re.findall(r"[^\W\d_]+", text) if word[0].isupper()), name) and bool(
        re.search(r"\b" + r"\W+(?:d[eu]s? |et )?".join(rf"{letter}\w+" for letter in name), text)
    )


def _initials_spell(text: str, name: str) -> bool:
    return _spelt_by([(fold(w)[:1], fold(w) in LINK_WORDS) for w in re.findall(r"[^\W\d_]+", text)], fold(name))


def _spelt_by(initials: list[tuple[str, bool]], name: str) -> bool:
    """Whether words in a row, small words apart, begin with the letters of the name."""
    letters = "".join(letter for letter, small in initials if not small)
    return len(name) >= 3 and name in letters
