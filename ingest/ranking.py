"""The best of many scores, in an order that never depends on chance."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def best_places(scores: NDArray[np.float32], k: int) -> NDArray[Any]:
    """Places of the `k` highest scores, best first, ties in ascending order of place."""
    k = min(k, len(scores))
    if k < 1:
        return np.zeros(0, dtype=np.intp)
    # Every score that ties with the k-th comes in, and the stable sort keeps their order.
    candidates = np.flatnonzero(scores >= np.partition(scores, -k)[-k].item())
    return candidates[np.argsort(-scores[candidates], kind="stable")][:k]
