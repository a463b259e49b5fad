"""Parts of the index as the API shows them."""

from assistant.api_types import DocumentView, Hit, Named, PlaceView, ProvisionView, SchemeRow, SchemeView
from assistant.clock import in_force
from assistant.context import Found
from assistant.links import link_to
from ingest.index import Index
from ingest.schemes import Scheme, passages_of
from ingest.territories import Place
from ingest.types import Document, Provision


def document_view(document: Document, index: Index) -> DocumentView:
    """A document without what only its reader needs."""
    shown = {name: getattr(document, name) for name in DocumentView.model_fields if hasattr(document, name)}
    count = sum(provision.document_id == document.id for provision in index.provisions.values())
    return DocumentView(**shown | {"in_force": in_force(document), "provisions": count, "link": f"/texte/{document.id}"})


def provision_view(provision: Provision, index: Index) -> ProvisionView:
    """A provision with its note and its document."""
    document = document_view(index.documents[provision.document_id], index)
    return ProvisionView(provision=provision, note=index.notes.get(provision.id), document=document, link=link_to(provision.id))


def hits(found: list[Found]) -> list[Hit]:
    """What was found, numbered from 1."""
    return [
        Hit(rank=at, score=round(one.score, 4), exact=one.exact, provision=one.provision, link=link_to(one.provision.id))
        for at, one in enumerate(found, start=1)
    ]


def scheme_row(scheme: Scheme) -> SchemeRow:
    """A scheme in a line of the list."""
    return SchemeRow(**{name: getattr(scheme, name) for name in SchemeRow.model_fields})


def scheme_view(scheme: Scheme, index: Index) -> SchemeView:
    """A scheme with its passages, each once."""
    return SchemeView(scheme=scheme, passages=[index.provisions[name] for name in dict.fromkeys(passages_of(scheme))])


def place_view(place: Place, index: Index) -> PlaceView:
    """A place and what it belongs to, by name."""
    tables, labels = index.territories.tables, index.territories.gazetteer.labels
    known = place.departement in tables.departements
    return PlaceView(
        code=place.code, name=place.name, kind=place.kind, exact=place.exact,
        epci=[Named(code=code, name=tables.epci[code].name) for code in place.epci],
        departement=Named(code=place.departement, name=tables.departements[place.departement]) if known else None,
        petr=Named(code=place.petr, name=labels[place.petr].name) if place.petr else None,
    )  # fmt: skip
