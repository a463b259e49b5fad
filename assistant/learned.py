"""What was learned from written examples of how people ask: which passage, which kind of answer, which scope.

The weights come from `python -m evals learn`, which fits them on the phrases of `evals/learning`; no question of an
evaluation set is among them. They belong to one embedding model: with another, nothing learned is used.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ingest.encoder import Vectors

FILE, FORMAT = "learned.npz", 2
LOWEST = -14.0
"""Logarithm below which a passage is no more unlikely: what weights leave out must not weigh without end."""


class Head(NamedTuple):
    """A softmax over `classes`; weights (features, classes), bias (classes,)."""

    classes: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def __call__(self, features: NDArray[np.float32]) -> dict[str, float]:
        """The probability of each class."""
        logits = features @ self.weights + self.bias
        likely = np.exp(logits - logits.max())
        return dict(zip(self.classes, (likely / likely.sum()).tolist(), strict=True))


class Lacking(NamedTuple):
    """What tells that a passage lacks the detail asked for: weights (features,), each passage's own (n, features), bias (n,)."""

    shared: NDArray[np.float32]
    own: NDArray[np.float32]
    bias: NDArray[np.float32]


class Known(NamedTuple):
    """Questions whose whole set of passages is known: vectors (n, d) of length 1 after turning, and which of them stays open.

    Question `owner[i]` is answered by the passage whose place is `members[i]`.
    """

    questions: NDArray[np.float32]
    members: NDArray[np.int64]
    owner: NDArray[np.int64]
    open: NDArray[np.float32]


class Alike(NamedTuple):
    """Of the questions most alike, by their likeness: the share that each passage answers, and the share that no text answers fully."""

    shares: Mapping[str, float]
    open: float


NOTHING_ALIKE = Alike({}, 0.0)
CLOSE = 50.0
"""How steeply likeness counts (nearest neighbours weighed by a softmax of their cosines): of 30, 40 and 50 the best on `dev`."""
RAREST = 1e-4


@dataclass(frozen=True)
class Learned:
    """`turn` (d, d) moves a question's vector towards passages, `known` (d, n) and `words` (v, n) know passages by their ids."""

    turn: NDArray[np.float32]
    known: NDArray[np.float32]
    words: NDArray[np.float32]
    place: Mapping[str, int]
    vocabulary: Mapping[str, int]
    heads: Mapping[str, Head]
    sharpness: float
    lacking: Lacking
    asked: Known

    @classmethod
    def load(cls, identity: str) -> "Learned | None":
        """The weights kept for this embedding model; None for any other, and for those of another format, to be learned anew."""
        saved = _saved()
        return cls._of(saved) if saved and (str(saved["identity"]), int(saved.get("format", 0))) == (identity, FORMAT) else None

    @classmethod
    def _of(cls, saved: Mapping[str, NDArray[np.generic]]) -> Self:
        names = {key.split(".")[1] for key in saved if key.startswith("head.")}
        heads = {name: Head(tuple(saved[f"head.{name}.classes"]), _f32(saved[f"head.{name}.weights"]), _f32(saved[f"head.{name}.bias"]))
                 for name in names}  # fmt: skip
        return cls(
            _f32(saved["turn"]), _f32(saved["known"]), _f32(saved["words"]) * float(saved["words_step"]),
            {str(name): at for at, name in enumerate(saved["provisions"])},
            {str(token): at for at, token in enumerate(saved["vocabulary"])}, heads, float(saved["sharpness"]),
            Lacking(*(_f32(saved[f"lacking.{part}"]) for part in Lacking._fields)),
            Known(
                _f32(saved["asked.questions"]) * float(saved["asked.step"]), saved["asked.members"].astype(np.int64),
                np.repeat(np.arange(len(saved["asked.counts"])), saved["asked.counts"].astype(np.int64)), _f32(saved["asked.open"]),
            ),
        )  # fmt: skip

    def turned(self, vector: Vectors) -> Vectors:
        """The question's vector, moved towards the passages that such questions mean; length 1."""
        moved = vector + vector @ self.turn
        return np.asarray(moved / np.linalg.norm(moved), np.float32)

    def likely(self, vector: Vectors, nearest: Mapping[str, float]) -> dict[str, float]:
        """For each passage with the best cosine of its views to the turned vector, how likely it is meant (logarithm)."""
        cosines = np.fromiter(nearest.values(), np.float64, len(nearest))
        return _logs(nearest, cosines * self.sharpness + self._of_each(vector @ self.known, nearest))

    def likely_by_words(self, tokens: Sequence[str], names: Sequence[str]) -> dict[str, float]:
        """The same from the question's words alone, tokens repeated as they stand."""
        rows = [self.vocabulary[token] for token in dict.fromkeys(tokens) if token in self.vocabulary]
        own = self.words[rows].sum(axis=0) / np.sqrt(max(1, len(rows))) if rows else np.zeros(len(self.place), np.float32)
        return _logs(names, self._of_each(own, names))

    def alike(self, turned: Vectors) -> Alike:
        """What answers the known questions most alike to this turned vector."""
        likeness = self.asked.questions @ turned
        weights = np.exp(CLOSE * (likeness - likeness.max()))
        weights /= weights.sum()
        shares = np.bincount(self.asked.members, weights=weights[self.asked.owner], minlength=len(self.place))
        names = list(self.place)
        return Alike({names[at]: float(shares[at]) for at in np.flatnonzero(shares > RAREST)}, float(weights @ self.asked.open))

    def lacks(self, features: NDArray[np.float32], name: str) -> float:
        """How likely a passage on the subject does not give what a question with these features asks for (logarithm of odds)."""
        odds, place = features @ self.lacking.shared, self.place.get(name)
        return float(odds if place is None else odds + features @ self.lacking.own[place] + self.lacking.bias[place])

    def _of_each(self, own: NDArray[np.float32], names: Collection[str]) -> NDArray[np.float64]:
        """What `own` (n,) holds for each passage by name; 0 for one that was not learned."""
        places = np.fromiter((self.place.get(name, -1) for name in names), np.int64, len(names))
        return np.where(places < 0, 0.0, own[places].astype(np.float64))


def log_share(alike: Alike, name: str) -> float:
    """The logarithm of the share of questions most alike that a passage answers."""
    return math.log(alike.shares.get(name, 0.0) + RAREST)


def _logs(names: Collection[str], scores: NDArray[np.float64]) -> dict[str, float]:
    if not names:
        return {}
    logs = scores - (scores.max() + np.log(np.exp(scores - scores.max()).sum()))
    return dict(zip(names, np.maximum(LOWEST, logs).tolist(), strict=True))


def _f32(array: NDArray[np.generic]) -> NDArray[np.float32]:
    return np.asarray(array, np.float32)


@cache
def _saved() -> dict[str, NDArray[np.generic]]:
    if not files("assistant").joinpath("data", FILE).is_file():
        return {}
    with np.load(BytesIO(files("assistant").joinpath("data", FILE).read_bytes()), allow_pickle=False) as saved:
        return {name: saved[name] for name in saved.files}
