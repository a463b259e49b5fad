"""Opaque names for provisions: a model sees « P-K7QF » and never an id, a link or a marker number."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

ALPHABET = "ABCDEFGHJKLMNPQRSTVWXYZ23456789"
LENGTH = 4


@dataclass(frozen=True)
class Tokens:
    """The provisions of one turn by their tokens; the same turn gives the same tokens, another turn others."""

    ids: dict[str, str]

    @classmethod
    def of(cls, turn: str, provision_ids: Iterable[str]) -> "Tokens":
        """Tokens drawn from the words of the turn and each id; no two alike."""
        ids: dict[str, str] = {}
        for name in dict.fromkeys(provision_ids):
            attempt = 0
            while (token := _token(f"{turn}\0{name}\0{attempt}")) in ids:
                attempt += 1
            ids[token] = name
        return cls(ids)

    def token_of(self, provision_id: str) -> str:
        """The token of a provision of this turn."""
        return next(token for token, name in self.ids.items() if name == provision_id)

    def resolve(self, tokens: Iterable[str]) -> list[str]:
        """The ids of the tokens that are of this turn, once each, in their order; unknown ones are dropped."""
        return list(dict.fromkeys(self.ids[token] for token in tokens if token in self.ids))


def _token(text: str) -> str:
    digest = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    letters = ""
    for _ in range(LENGTH):
        digest, at = divmod(digest, len(ALPHABET))
        letters += ALPHABET[at]
    return f"P-{letters}"
