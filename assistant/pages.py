"""Each document as a plain page that needs no script, every provision with an address of its own."""

from functools import cache
from importlib.resources import files

from jinja2 import Environment

from assistant.clock import in_force
from ingest.index import Index
from ingest.types import Kind

HEADINGS = (Kind.SECTION, Kind.PRIORITY, Kind.TITLE)


@cache
def _environment() -> Environment:
    return Environment(autoescape=True)


def text_page(index: Index, document_id: str) -> str | None:
    """The page of a document, or None when it is not registered."""
    document = index.documents.get(document_id)
    if document is None:
        return None
    provisions = [p for p in index.provisions.values() if p.document_id == document_id]
    template = _environment().from_string(files("assistant").joinpath("data", "pages", "text.html").read_text(encoding="utf-8"))
    return template.render(
        document=document, provisions=provisions, headings=[p for p in provisions if p.kind in (Kind.SECTION, Kind.PRIORITY)],
        heading_kinds=HEADINGS, ended=in_force(document) == "ended",
    )  # fmt: skip
