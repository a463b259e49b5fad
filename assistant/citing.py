"""A provision as answers and matches cite it."""

from assistant.clock import in_force
from assistant.types import Citation
from ingest.types import Document, Provision


def cited(provision: Provision, document: Document, marker: int) -> Citation:
    """The citation under one marker; `in_force` follows the clock."""
    return Citation(
        marker=marker, provision_id=provision.id, document_id=document.id, label=provision.label, path=provision.path,
        quote=provision.quote, quote_plain=provision.quote_plain, start=provision.start, end=provision.end,
        date=document.date, in_force=in_force(document),
    )  # fmt: skip
