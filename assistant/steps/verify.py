"""Nothing leaves that does not rest on the texts: markers resolve, quotations are exact."""

import re

from assistant.context import Turn
from assistant.support import unsupported

MARKER = re.compile(r"\[(\d+)\]")


class UnsupportedError(Exception):
    """A text or a citation that the sources do not carry; a fault of ours, never shown."""


def run(turn: Turn) -> None:
    """Raise UnsupportedError when a marker has no citation, a citation no marker, a quote is not the source's, or a figure is not cited."""
    used = list(dict.fromkeys(int(m) for m in MARKER.findall(turn.text)))
    if used != [c.marker for c in turn.citations]:
        raise UnsupportedError(f"markers {used} against citations {[c.marker for c in turn.citations]}")
    for cited in turn.citations:
        provision = turn.engine.index.provisions[cited.provision_id]
        if (cited.quote, cited.start, cited.end) != (provision.quote, provision.start, provision.end):
            raise UnsupportedError(f"the quotation of {cited.provision_id} is not the source's")
    for statement in turn.statements:
        provisions = [turn.engine.index.provisions[name] for name in statement.sources]
        documents = [turn.engine.index.documents[provision.document_id] for provision in provisions]
        if strange := unsupported(statement.text, provisions, documents):
            raise UnsupportedError(f"figures {strange} are not in {statement.sources}")
