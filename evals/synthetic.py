"""Corpora of any size made up from the real one: its provisions with some words exchanged, its vectors with noise."""

import random
from collections.abc import Iterator, Sequence

import numpy as np

from evals.intervals import SEED
from ingest.content import Entry, View
from ingest.encoder import Encoder, Vectors
from ingest.index import Index
from ingest.notes import Note
from ingest.types import Provision
from ingest.views import own_words

EXCHANGED = 0.2
NOISE = 0.5
"""Length of the noise added to a vector of length 1: the cosine to the real vector is then about 0.9."""


class SyntheticCorpus:
    """`size` made-up provisions over the documents of an index; the same index and size give the same corpus."""

    def __init__(self, index: Index, encoder: Encoder, size: int) -> None:
        self._index, self._size = index, size
        self._real = list(index.provisions.values())
        self._vectors = index.vectors.vectors([f"{provision.id}@text" for provision in self._real])
        self._texts = self._mixed_texts()
        self._places = {text: at for at, text in enumerate(self._texts.values())}
        self.identity, self.dimension = f"{encoder.identity} noise {size}", encoder.dimension

    def entries(self) -> Iterator[Entry]:
        """The made-up provisions, each in the document of the real one it comes from."""
        for document in self._index.documents.values():
            made = [self._made(at) for at in range(self._size) if self._source(at).document_id == document.id]
            yield Entry(document, made)

    def views_of(self, provision: Provision, note: Note | None) -> list[View]:
        """One view a provision: its words."""
        text = self._texts[provision.id]
        return [View(record_id=f"{provision.id}@text", provision_id=provision.id, view="text", text=text)]

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """(n, dimension): the vector of the real provision behind each text, with noise, of length 1."""
        return np.stack([self._noisy(self._places[text]) for text in texts])

    def encode_query(self, text: str) -> Vectors:
        """A made-up corpus is asked with the real model."""
        raise NotImplementedError

    def _source(self, at: int) -> Provision:
        return self._real[at % len(self._real)]

    def _made(self, at: int) -> Provision:
        source = self._source(at)
        return source.model_copy(update={"id": _name(source, at)})

    def _mixed_texts(self) -> dict[str, str]:
        chance = random.Random(SEED)
        words = [own_words(provision).split() for provision in self._real]
        return {_name(self._source(at), at): _mixed(words[at % len(words)], chance.choice(words), at, chance) for at in range(self._size)}

    def _noisy(self, at: int) -> Vectors:
        noise = np.random.default_rng([SEED, at]).standard_normal(self.dimension)
        vector = self._vectors[at % len(self._real)] + NOISE * noise / np.linalg.norm(noise)
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def _name(source: Provision, at: int) -> str:
    return f"{source.id}/copie-{at}"


def _mixed(words: list[str], others: list[str], at: int, chance: random.Random) -> str:
    kept = [chance.choice(others) if others and chance.random() < EXCHANGED else word for word in words]
    return " ".join([*kept, str(at)])
