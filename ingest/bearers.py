"""Who bears a provision: its section, its own words, the sentence above it, or the editors' reading, in that order."""

from ingest.actors import acting
from ingest.outline import Section
from ingest.types import Document, Kind
from ingest.wording import slug_words


def actors_of(document: Document, section: Section, kind: Kind, slug: str, shown: str, led: str) -> list[str]:
    """The actors of a provision: `slug` is its id without the document, `shown` and `led` its words and its lead-in's."""
    committed = next((s.actor for s in section.ancestors if s.actor), "")
    if committed:
        return [committed]
    if kind is Kind.SECTION:
        return []
    if slug in document.section_actors:
        return document.section_actors[slug]
    own = acting(led.rstrip(" :").split(". ")[-1]) or acting(shown)
    if kind is Kind.TITLE:
        return document.committed.get("titre", own)
    if kind in (Kind.PRIORITY, Kind.AXIS, Kind.OBJECTIVE) and not led:
        return own or _of_outline(document, section, kind)
    return own or (_of_section(document, section) if kind not in (Kind.PARAGRAPH, Kind.CHALLENGE, Kind.CAPTION) else [])


def _of_outline(document: Document, section: Section, kind: Kind) -> list[str]:
    """Who signed a pact whose numbered headings name nobody."""
    top = next((s.word.slug for s in reversed(section.ancestors) if s.word), "")
    own = next((word.slug for word in slug_words().values() if word.kind is kind), "")
    return document.committed.get(top or own, [])


def _of_section(document: Document, section: Section) -> list[str]:
    """The editors' reading of who acts in a section whose lists name nobody."""
    known = document.section_actors
    return next((known[s.slug] for s in section.ancestors if s.slug in known), [])
