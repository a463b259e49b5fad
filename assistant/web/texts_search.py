"""The search over provisions as the pages show it: by the same path as the API's."""

from dataclasses import dataclass, field

from fastapi import Request
from markupsafe import Markup

from assistant.api_errors import ApiError
from assistant.api_routes import EngineHere, in_turn, search
from assistant.clock import in_force
from assistant.engine import Engine
from assistant.service.refused import RefusedError
from assistant.texts import say
from assistant.types import InForce
from assistant.web.rendering import language_of
from assistant.web.texts_marking import marked, stems_of
from ingest.settings import settings
from ingest.types import Document, Provision

MOST = 20


@dataclass(frozen=True)
class Passage:
    """A provision as a page shows it, its searched words marked."""

    provision: Provision
    document: Document
    in_force: InForce
    text: Markup


@dataclass(frozen=True)
class Search:
    """What was looked for and found, or why nothing could be."""

    words: str = ""
    document: str = ""
    passages: list[Passage] = field(default_factory=list)
    wanted: frozenset[str] = frozenset()
    error: str = ""


def passage(engine: Engine, provision_id: str, wanted: frozenset[str] = frozenset()) -> Passage:
    """A provision of the index; raises KeyError for an unknown id."""
    provision = engine.index.provisions[provision_id]
    document = engine.index.documents[provision.document_id]
    return Passage(provision, document, in_force(document), marked(provision.quote_plain, wanted))


async def searched(request: Request, engine: EngineHere, q: str = "", document: str = "") -> Search:
    """The passages for the words of an address, best first; none for no words. A document that is not known is no filter.

    What stops the search (no word in it, too long, too many at once) is told in the page's language, never raised.
    """
    language, limit = language_of(request), settings().question_limit
    document = str(request.path_params.get("document_id", document))
    kept = document if document in engine.index.documents else ""
    if not q.strip():
        return Search("", kept)
    if len(q) > limit:
        return Search(q[:limit], kept, error=say("too_long", language, limit=limit))
    try:
        found = await in_turn(request, lambda: search(engine, q, MOST, kept), answers=False)
    except RefusedError as refused:
        return Search(q, kept, error=refused.sentence(language))
    except ApiError:
        return Search(q, kept, error=say("empty", language))
    wanted = stems_of(q)
    return Search(q, kept, [passage(engine, hit.provision.id, wanted) for hit in found.results], wanted)
