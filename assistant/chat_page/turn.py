"""One answer as the page shows it: its text with live markers, what is missing, its sources beside it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request
from markupsafe import Markup

from assistant.chat_page.marking import Piece, marked
from assistant.clock import date_of
from assistant.engine import Engine
from assistant.links import link_to
from assistant.matching.profile import read_profile
from assistant.types import Answer, Citation, Language
from assistant.web.aids_form import as_form
from assistant.web.markdown import html_of
from assistant.web.rendering import address, environment, words

QUOTED = re.compile(r"^> «?\s*(.*?)\s*»?$")
INLINE = re.compile(r" « ([^»]*) »(?=(?: \[\d+\])+$)", re.MULTILINE)
SENTENCE = re.compile(r"(?<=[.!?»\]])\s+|\n")


@dataclass(frozen=True)
class Source:
    """A citation as it is shown: its address, its quotation in pieces, what is copied."""

    cited: Citation
    href: str
    pieces: list[Piece]
    verbatim: bool
    document: str
    force: str
    dated: str

    @property
    def copied(self) -> str:
        """Label, quotation, document and date on lines of their own; the page adds the full address."""
        quote = f"« {self.cited.quote_plain.strip()} »" if self.verbatim else self.cited.quote_plain.strip()
        return "\n".join([self.cited.label, quote, f"{self.document}{', ' + self.dated if self.dated else ''}"])


@dataclass(frozen=True)
class Place:
    """Where a turn is shown: the language of the page and, if it was chosen, in its links; the prefix of a proxy."""

    language: Language
    chosen: str = ""
    root: str = ""

    def url(self, path: str, **query: object) -> str:
        """The address of a page of ours."""
        scope = {
            "type": "http", "path": "/", "root_path": self.root, "headers": [],
            "query_string": f"lang={self.chosen}".encode() if self.chosen else b"",
        }  # fmt: skip
        return address(Request(scope), path, **query)


def shown(answer: Answer, engine: Engine, place: Place, turns: Sequence[str] = ()) -> str:
    """The finished answer as HTML; `turns` are the questions that led to it, from which the questionnaire is filled in."""
    t = {**words("common", place.language), **words("ask", place.language)}
    sources = [_source(cited, answer, engine, place, t) for cited in answer.citations]
    back = answer.next_question.text if answer.next_question and answer.next_question.text not in answer.text else ""
    template = environment().get_template("ask_turn.html")
    return template.render(
        t=t, answer=answer, body=_html(answer, body_of(answer), place), sources=sources, back=back, url=place.url,
        documents=list(engine.index.documents.values()), form=_form(turns, engine) if answer.schemes else {},
    )  # fmt: skip


def _form(turns: Sequence[str], engine: Engine) -> dict[str, object]:
    """What the asker said of himself, as the questionnaire's address holds it."""
    profile = read_profile(turns, engine.index.territories, engine.speller)
    return as_form(profile, engine.index.territories).query()


def growing(answer: Answer) -> str:
    """The text so far, its markers not yet links."""
    return Markup("<div class='answer growing' data-state='growing'>{}</div>").format(_html(answer, answer.text, Place(answer.language)))


def _html(answer: Answer, text: str, place: Place) -> Markup:
    return html_of(answer.model_copy(update={"text": text}), lambda provision_id: place.url(link_to(provision_id)))


def body_of(answer: Answer) -> str:
    """The answer's text without what stands beside it anyway: what is missing, and quotations that a source shows whole."""
    said = " ".join(answer.missing)
    text = answer.text.removeprefix(said).lstrip() if said else answer.text
    whole = [" ".join(cited.quote_plain.split()) for cited in answer.citations]
    kept = "\n\n".join(part for part in text.split("\n\n") if not _shown_beside(QUOTED.match(part.split("\n")[0]), whole))
    return INLINE.sub(lambda found: "" if _shown_beside(found, whole) else found[0], kept)


def _shown_beside(quoted: re.Match[str] | None, whole: list[str]) -> bool:
    return quoted is not None and any(quoted[1] and quoted[1] in quote for quote in whole)


def _source(cited: Citation, answer: Answer, engine: Engine, place: Place, t: dict[str, str]) -> Source:
    document = engine.index.documents[cited.document_id]
    pieces = marked(cited.quote_plain, answer.question, sentence_of(answer.text, cited.marker))
    force = {"yes": t["in_force"], "ended": t["ended"], "unknown": t["unknown_force"]}[cited.in_force]
    dated = date_of(document, place.language)
    return Source(cited, place.url(link_to(cited.provision_id)), pieces, document.verbatim, document.title, force, dated)


def sentence_of(text: str, marker: int) -> str:
    """The sentence of a text that a marker closes; empty when none does."""
    before, found, _ = text.partition(f"[{marker}]")
    parts = [part for part in SENTENCE.split(re.sub(r"\s*\[\d+\]\s*$", "", before.rstrip())) if part.strip()]
    return parts[-1] if found and parts else ""
