"""Find the provisions a question speaks of: two legs over their views, fused by id."""

from assistant.context import Found, Turn
from assistant.fusion import Ranked, best_per_provision, fuse
from assistant.weights import weights
from ingest.french import tokenise_french


def run(turn: Turn) -> None:
    """Fill in `found`, best first."""
    ranked = hybrid(turn)
    provisions = turn.engine.index.provisions
    turn.found = [Found(provisions[name], score) for name, score in ranked[: weights().kept]]


def hybrid(turn: Turn) -> Ranked:
    """Every candidate of either leg with its fused score."""
    lexical, dense = legs(turn)
    return fuse(lexical, dense, weights().dense)


def legs(turn: Turn) -> tuple[Ranked, Ranked]:
    """The lexical and the dense ranking of provisions."""
    index, depth = turn.engine.index, weights().depth
    lexical = best_per_provision(index.lexical.search(tokenise_french(turn.words), depth))
    dense = best_per_provision(index.vectors.search(turn.engine.embedder.encode_query(turn.words), depth))
    return lexical, dense
