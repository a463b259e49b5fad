"""An answer's Markdown as safe HTML: no tag, picture or link of its own, only its markers lead somewhere."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from assistant.types import Answer, Citation

OFF = ["link", "image", "autolink", "html_inline", "html_block", "reference", "heading", "lheading", "code", "fence", "backticks", "hr"]
MARKER = re.compile(r"\[(\d{1,4})\]", re.ASCII)
PARTS = re.compile(r"(\[\d{1,4}\]|«[^«»\[]*»)", re.ASCII)


def html_of(answer: Answer, link: Callable[[str], str]) -> Markup:
    """The text of an answer; each marker that a citation has links to `link(provision_id)`, any other stays as written.

    What is quoted from the texts is marked as French when the answer is in another language.
    """
    cited = {citation.marker: citation for citation in answer.citations}
    env = {"cited": cited, "link": link, "foreign": answer.language != "fr"}
    return Markup(_reader().render(answer.text, env))


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable(OFF, ignoreInvalid=True)
    reader.core.ruler.push("ours", _mark_ours)
    reader.add_render_rule("marker", _marker)
    return reader


def _mark_ours(state: StateCore) -> None:
    """Quotations and markers become tokens of their own."""
    for token in state.tokens:
        if token.type == "blockquote_open" and state.env["foreign"]:
            token.attrSet("lang", "fr")
        if token.type == "inline" and token.children:
            token.children = [part for child in token.children for part in _parts(child, state.env)]


def _parts(token: Token, env: EnvType) -> Iterator[Token]:
    if token.type != "text":
        yield token
        return
    for piece in filter(None, PARTS.split(token.content)):
        found = MARKER.fullmatch(piece)
        if found and int(found[1]) in env["cited"]:
            yield Token("marker", "a", 0, content=piece, meta={"citation": env["cited"][int(found[1])]})
        elif env["foreign"] and PARTS.fullmatch(piece) and not found:
            yield Token("span_open", "span", 1, attrs={"lang": "fr"})
            yield from _text(piece)
            yield Token("span_close", "span", -1)
        else:
            yield from _text(piece)


def _text(content: str) -> Iterator[Token]:
    yield Token("text", "", 0, content=content)


def _marker(renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
    citation: Citation = tokens[at].meta["citation"]
    address = env["link"](citation.provision_id)
    return Markup('<a class="marker" href="{}" title="{}">{}</a>').format(address, citation.label, tokens[at].content)
