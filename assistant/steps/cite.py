"""Citations: from provision ids to what the contract shows, numbered in the order of the text."""

from assistant.citing import cited
from assistant.context import Turn
from assistant.types import Citation


def citation(turn: Turn, provision_id: str, marker: int) -> Citation:
    """The citation of one provision under one marker."""
    provision = turn.engine.index.provisions[provision_id]
    document = turn.engine.index.documents[provision.document_id]
    return cited(provision, document, marker)


def citations_for(turn: Turn, provision_ids: list[str]) -> list[Citation]:
    """One citation per provision, numbered from 1 in the order given."""
    return [citation(turn, name, at) for at, name in enumerate(dict.fromkeys(provision_ids), start=1)]
