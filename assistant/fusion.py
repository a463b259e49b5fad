"""Two rankings made one, by id: scores brought to 0-1 per leg, then a weighted sum."""

from collections.abc import Iterable

Ranked = list[tuple[str, float]]


def scaled(ranked: Ranked) -> dict[str, float]:
    """Scores of one leg between 0 (its last) and 1 (its first); a single result counts 1."""
    if not ranked:
        return {}
    highest, lowest = ranked[0][1], ranked[-1][1]
    width = highest - lowest
    return {record: (score - lowest) / width if width > 0 else 1.0 for record, score in ranked}


def fuse(lexical: Ranked, dense: Ranked, dense_weight: float) -> Ranked:
    """Every id of either leg with its weighted score, best first, ties by id."""
    left, right = scaled(lexical), scaled(dense)
    total = {r: (1 - dense_weight) * left.get(r, 0.0) + dense_weight * right.get(r, 0.0) for r in left.keys() | right.keys()}
    return sorted(total.items(), key=lambda row: (-row[1], row[0]))


def best_per_provision(ranked: Iterable[tuple[str, float]]) -> Ranked:
    """Views become provisions: each provision at its best view; « id@view » names a view."""
    best: dict[str, float] = {}
    for record, score in ranked:
        provision = record.rsplit("@", 1)[0]
        best[provision] = max(score, best.get(provision, score))
    return sorted(best.items(), key=lambda row: (-row[1], row[0]))
