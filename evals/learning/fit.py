"""Fit the weights of `assistant/learned.py`: a ranking of passages, and small heads over the question's vector.

Cross-entropy over all passages, Adam with decoupled decay (Loshchilov and Hutter, 2019); heads by logistic regression.
The seed is fixed and one thread is used, so that the same phrases give the same weights on one machine.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from torch.nn.functional import binary_cross_entropy_with_logits, dropout, normalize

BATCH, SHARPNESS, KNOWN_SCALE, OWN_SCALE = 256, 30.0, 10.0, 5.0
STRENGTH = 10.0
LACKING = 0.2
"""The share of questions whose detail no text gives: among the phrases it is higher, so they count less."""
Rows = NDArray[np.float32]


class Passages(NamedTuple):
    """The views' vectors (r, d), the passage of each (r,) as a place in `ids`, and for every passage those that say the same."""

    ids: list[str]
    views: Rows
    owner: NDArray[np.int64]
    twins: Mapping[str, tuple[str, ...]]


class Lacking(NamedTuple):
    """Weights (features,) and each passage's own (passages, features) with its bias (passages,)."""

    shared: Rows
    own: Rows
    bias: Rows


def right_ones(passages: Passages, meant: Sequence[Sequence[str]]) -> torch.Tensor:
    """For each example which passages answer it, (examples, passages)."""
    place = {name: at for at, name in enumerate(passages.ids)}
    right = torch.zeros(len(meant), len(passages.ids), dtype=torch.bool)
    for row, names in enumerate(meant):
        right[row, [place[one] for name in names for one in (name, *passages.twins.get(name, ())) if one in place]] = True
    return right


def fit_vectors(queries: Rows, right: torch.Tensor, passages: Passages, rounds: int = 30) -> tuple[Rows, Rows]:
    """`turn` (d, d) and `known` (d, n)."""
    torch.manual_seed(0)
    given, size = torch.from_numpy(queries), queries.shape[1]
    turn = torch.zeros(size, size, requires_grad=True)
    known = torch.zeros(size, len(passages.ids), requires_grad=True)
    moving = {"params": [turn], "lr": 1e-3, "weight_decay": 0.3}
    optimiser = torch.optim.AdamW([moving, {"params": [known], "lr": 1e-2, "weight_decay": 0.05}])
    views, owner = torch.from_numpy(passages.views), torch.from_numpy(passages.owner)
    for _ in range(rounds):
        for rows in torch.split(torch.randperm(len(given)), BATCH):
            asked = dropout(given[rows], 0.05)
            cosines = normalize(asked + asked @ turn, dim=1) @ views.T
            best = torch.full((len(rows), len(passages.ids)), -1.0).scatter_reduce(1, owner.expand(len(rows), -1), cosines, "amax")
            _step(optimiser, best * SHARPNESS + (asked @ known) * KNOWN_SCALE, right[rows])
    return turn.detach().numpy(), (known.detach() * KNOWN_SCALE).numpy()


def fit_words(tokens: Sequence[Sequence[str]], right: torch.Tensor, rounds: int = 20) -> tuple[list[str], Rows]:
    """The vocabulary, tokens of two examples or more, and their weights (v, n)."""
    torch.manual_seed(0)
    counts: dict[str, int] = {}
    for row in tokens:
        for token in set(row):
            counts[token] = counts.get(token, 0) + 1
    vocabulary = sorted(token for token, count in counts.items() if count > 1)
    place = {token: at for at, token in enumerate(vocabulary)}
    table = torch.zeros(len(tokens), len(vocabulary))
    for at, row in enumerate(tokens):
        known = [place[token] for token in dict.fromkeys(row) if token in place]
        table[at, known] = 1 / max(1, len(known)) ** 0.5
    weights = torch.zeros(len(vocabulary), right.shape[1], requires_grad=True)
    optimiser = torch.optim.AdamW([weights], lr=0.1, weight_decay=0.05)
    for _ in range(rounds):
        for rows in torch.split(torch.randperm(len(table)), BATCH):
            _step(optimiser, table[rows] @ weights, right[rows])
    return vocabulary, weights.detach().numpy()


def fit_lacking(features: Rows, passage: NDArray[np.int64], lacks: NDArray[np.bool_], passages: int, rounds: int = 10) -> Lacking:
    """What speaks for a passage lacking the detail that a question asks for: weights of all passages, and each passage's own."""
    torch.manual_seed(0)
    given, owner, wanted = torch.from_numpy(features), torch.from_numpy(passage), torch.from_numpy(lacks.astype(np.float32))
    shared, own = torch.zeros(features.shape[1], requires_grad=True), torch.zeros(passages, features.shape[1], requires_grad=True)
    bias = torch.zeros(passages, requires_grad=True)
    moving = [{"params": [shared, bias], "lr": 0.03, "weight_decay": 0.001}, {"params": [own], "lr": 0.01, "weight_decay": 0.03}]
    optimiser = torch.optim.AdamW(moving)
    counts = torch.where(wanted > 0, LACKING / wanted.mean(), (1 - LACKING) / (1 - wanted.mean()))
    for _ in range(rounds):
        for rows in torch.split(torch.randperm(len(given)), 2 * BATCH):
            at, asked = owner[rows], given[rows]
            odds = asked @ shared + OWN_SCALE * (asked * own[at]).sum(1) + bias[at]
            _down(optimiser, (binary_cross_entropy_with_logits(odds, wanted[rows], reduction="none") * counts[rows]).mean())
    return Lacking(shared.detach().numpy(), (own.detach() * OWN_SCALE).numpy(), bias.detach().numpy())


def fit_head(features: Rows, labels: Sequence[str], counts: Sequence[float] | None = None) -> dict[str, NDArray[np.generic]]:
    """Classes, weights (features, classes) and bias of a softmax head; `counts` says how often each row counts, once unless given."""
    fitted = LogisticRegression(C=STRENGTH, max_iter=3000).fit(features, list(labels), counts)
    weights, bias = fitted.coef_.T.astype(np.float16), fitted.intercept_.astype(np.float32)
    return {"classes": np.array(fitted.classes_, dtype=str), "weights": weights, "bias": bias}


def _step(optimiser: torch.optim.Optimizer, scores: torch.Tensor, right: torch.Tensor) -> None:
    meant = torch.logsumexp(scores.masked_fill(~right, -1e9), 1)
    _down(optimiser, (torch.logsumexp(scores, 1) - meant).mean())


def _down(optimiser: torch.optim.Optimizer, loss: torch.Tensor) -> None:
    optimiser.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    optimiser.step()
