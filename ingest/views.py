"""The texts by which a provision can be found: its own words, our notes on it, and how people ask for it."""

from ingest.content import View
from ingest.notes import Note
from ingest.types import Kind, Provision

HEADINGS = 2


def views_of(provision: Provision, note: Note | None) -> list[View]:
    """The provision's own words under its nearest headings, then a view for each field of its note."""
    texts = {"text": own_words(provision)}
    if note is not None:
        texts |= {name: getattr(note, name) for name in ("fr", "en", "de")}
        texts |= {f"w{at}": wording for at, wording in enumerate(note.wordings, start=1)}
    return [_view(provision, name, text) for name, text in texts.items() if text.strip()]


def _view(provision: Provision, name: str, text: str) -> View:
    return View(record_id=f"{provision.id}@{name}", provision_id=provision.id, view=name, text=text)


def own_words(provision: Provision) -> str:
    """Headings, what comes just before, and the quote without markup; a heading of a section stands alone."""
    if provision.kind is Kind.SECTION:
        return " › ".join([*provision.path[-1:], provision.quote_plain])
    above = " › ".join(piece if len(piece) < 160 else f"{piece[:157]}…" for piece in provision.path[-HEADINGS:])
    before = provision.context[-160:]
    return "\n".join(part for part in (above, before, provision.quote_plain) if part)
