"""Find the provisions a question speaks of: by their number when it names one, else by both legs and the structure."""

from assistant.context import Asked, Found, Turn
from assistant.followup import step_wanted
from assistant.fusion import Ranked, best_per_provision
from assistant.ranking import ranked
from assistant.references import named, sort_in
from assistant.weights import weights
from ingest.types import Kind, Provision

NEAR = 12
LEAST = -20.0
"""The score of a passage that only its number brings: neither leg found it."""


def run(turn: Turn) -> None:
    """Fill in `found`, best first."""
    if turn.fit is None:
        turn.order, turn.fit = ranked(turn.engine, turn.understood, turn.embedded)
    asked, order = turn.understood, turn.order
    by_number = _by_number(turn, asked)
    if asked.follows and (step := step_wanted(turn.words)):
        by_number = _neighbour(turn, by_number[0] if by_number else _of_sort(turn, order), step) if by_number or order else []
    places = {provision.id: at for at, (provision, _) in enumerate(order)}
    by_number.sort(key=lambda p: (not _in_named_document(asked, p), places.get(p.id, len(places)) if len(by_number) > 8 else 0))
    by_number = _most_fitting(turn, by_number, places)
    scores = {provision.id: score for provision, score in order}
    exact = [Found(provision, scores.get(provision.id, LEAST), exact=True) for provision in by_number]
    taken = {provision.id for provision in by_number}
    rest = [Found(provision, score) for provision, score in order if provision.id not in taken and not _of_another_pact(turn, provision)]
    turn.found = [*exact, *rest][: max(weights().kept, len(exact))]


def _by_number(turn: Turn, asked: Asked) -> list[Provision]:
    if asked.reference is None:
        return []
    found = named(asked.reference, turn.engine.lookup.places.ending_on(asked.reference.pieces))
    in_document = [p for p in found if p.document_id in asked.mentions.documents]
    return in_document or found


def _most_fitting(turn: Turn, by_number: list[Provision], places: dict[str, int]) -> list[Provision]:
    """Where a number stands under several headings, the one whose words fit; all of them when no word tells."""
    families = {provision.id.split("/", 1)[1] for provision in by_number}
    ranks = [places[p.id] for p in by_number if p.id in places]
    if len(families) < 3 or not ranks or not turn.understood.concepts:
        return by_number
    best = next(p for p in by_number if places.get(p.id) == min(ranks))
    return [best, *(p for p in by_number if p.id in turn.engine.lookup.twins.get(best.id, ()))]


def _of_sort(turn: Turn, order: list[tuple[Provision, float]]) -> Provision:
    """The best passage found of the sort that is named: « l'étape suivante » counts from a step."""
    sort = sort_in(turn.understood.folded)
    of_sort = (provision for provision, _ in order[:NEAR] if provision.id.rsplit("/", 1)[1].startswith(f"{sort}-"))
    return next(of_sort, order[0][0])


def _in_named_document(asked: Asked, provision: Provision) -> bool:
    return provision.document_id in asked.mentions.documents


def _of_another_pact(turn: Turn, provision: Provision) -> bool:
    """Whether a passage stands in a pact of another territory than the texts that the question names, or their territory."""
    mentions, local = turn.understood.mentions, turn.engine.lookup.local
    if not mentions.documents or provision.document_id not in local or turn.understood.follows:
        return False  # after another turn the text may be the one named there: « et l'autre pacte ? »
    return local[provision.document_id] not in {local.get(name) for name in (*mentions.documents, *mentions.territory)}


def _neighbour(turn: Turn, provision: Provision, step: int) -> list[Provision]:
    """The provision of the same kind before or after this one under the same heading."""
    among = turn.engine.lookup.places.of_kinds([provision.document_id], {provision.kind} - {Kind.SECTION})
    row = [p for p in among if p.parent == provision.parent]
    if not row:
        return []
    at = row.index(provision) + step
    return [row[at]] if 0 <= at < len(row) else []


def legs(turn: Turn) -> tuple[Ranked, Ranked]:
    """The lexical and the dense ranking of provisions, each alone."""
    index, depth = turn.engine.index, weights().depth
    lexical = best_per_provision(index.lexical.search(turn.understood.tokens, depth))
    dense = best_per_provision(index.vectors.search(turn.embedded, depth))
    return lexical, dense
