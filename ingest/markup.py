"""What a quotation shows: its words without their markup, and nothing else changed."""

import html
import re
from dataclasses import dataclass
from html.entities import html5
from itertools import chain

BLOCK_TAGS = (
    "address|article|aside|blockquote|body|br|caption|center|dd|div|dl|dt|figcaption|figure|footer|form|h[1-6]|head|header"
    "|hr|html|li|main|nav|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|title|tr|ul"
)
INLINE_TAGS = (
    "a|abbr|acronym|b|bdi|bdo|big|cite|code|col|colgroup|data|del|details|dfn|em|font|i|img|ins|kbd|label|mark|meta|q|s"
    "|samp|small|span|strike|strong|sub|sup|time|tt|u|var|wbr"
)
ATTRIBUTE = r"""\s+[A-Za-z:_][\w:.-]*\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+)"""
TARGET = r"(?:[A-Za-z][A-Za-z0-9+.-]+:|/|\#|\.{1,2}/|www\.)[^\s()]*(?:\([^\s()]*\)[^\s()]*)*"

LINE_END = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
SEPARATOR = re.compile(r"^[ \t]*(?:-{3,}|(?:\\?\*){3,}|={3,})[ \t]*$", re.MULTILINE)
HEADING = re.compile(r"^[ ]{0,3}(#{1,6})(?:[ \t]+|$)(.*?)(?:[ \t]+#+)?[ \t]*$", re.MULTILINE)
ITEM = re.compile(r"(?:[-*+–](?:\s|$)|[•→➔▣▪●◦‣]|\d{1,2}[.)]\s)")
TOKEN = re.compile(
    rf"""(?P<comment><!--.{{0,2000}}?-->)
    |</?(?:(?P<block>{BLOCK_TAGS})|{INLINE_TAGS})(?:{ATTRIBUTE})*\s*/?>
    |(?P<escape>\\[!-/:-@\[-`{{-~])
    |(?P<hard_break>\\(?=\n|\Z))
    |(?P<entity>&(?:\#\d{{1,7}}|\#[xX][0-9a-fA-F]{{1,6}}|[A-Za-z][A-Za-z0-9]{{1,31}});)
    |<(?P<address>(?:https?|mailto):[^\s<>]+)>
    |(?P<url>(?:https?://|www\.)[^\s<>()\[\]*&\\]*[^\s<>()\[\]*&\\_])
    |(?P<link>!?\[(?=[^\[\]]*\]\({TARGET}(?:\s+"[^"]*")?\))|\]\({TARGET}(?:\s+"[^"]*")?\))
    |(?P<run>\*+|_+)""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
OPENING, CLOSING = "([{«“‘", ")]}.,;:!?»”…"


@dataclass(slots=True)
class Run:
    """A run of asterisks or underscores: its place among the pieces, what it may do, how many marks are left of it."""

    piece: int
    mark: str
    size: int
    opens: bool
    closes: bool
    inside_word: bool
    edge: bool
    left: int


def plain(quote: str) -> str:
    """The quotation as shown, copied and read aloud: markup removed, nothing else changed, no letter or digit lost.

    Removed: HTML tags and comments, emphasis marks (also of a span that the quotation cuts), backslash escapes,
    heading marks, page-break lines, link targets, white space at both ends. Entities are decoded. Lines are joined by
    one space, but for a list item, which keeps its marker and one newline before it.
    """
    text = LINE_END.sub("\n", quote)
    return _joined(_without_inline(HEADING.sub(r"\2", SEPARATOR.sub("", text))))


def _joined(text: str) -> str:
    lines = [line.strip(" \t") for line in text.split("\n") if line.strip()]
    breaks = ["\n" if ITEM.match(line) else " " for line in lines]
    return "".join(chain.from_iterable(zip(breaks, lines, strict=True)))[1:]


def _without_inline(text: str) -> str:
    pieces: list[str] = []
    runs: list[Run] = []
    done = 0
    words = _extent_of_words(text)
    for token in TOKEN.finditer(text):
        pieces.append(text[done : token.start()])
        done = token.end()
        if token["run"]:
            runs.append(_run(text, token, len(pieces), words))
        pieces.append(_shown(token, text))
    pieces.append(text[done:])
    for mark in "*_":
        _pair([run for run in runs if run.mark == mark])
    for run in runs:
        pieces[run.piece] = run.mark * run.left
    return "".join(pieces)


def _shown(token: re.Match[str], text: str) -> str:
    """What is left of a tag, an escape, an entity or a link."""
    if token["block"]:
        before, after = _neighbours(text, token)
        return "" if before.isspace() or after.isspace() else "\n"
    if token["escape"]:
        return token[0][1]
    if token["entity"]:
        return html.unescape(token[0]) if token[0][1] == "#" else html5.get(token[0][1:], token[0])
    return token["address"] or token["url"] or ""


def _neighbours(text: str, token: re.Match[str]) -> tuple[str, str]:
    return text[max(token.start() - 1, 0) : token.start()], text[token.end() : token.end() + 1]


def _extent_of_words(text: str) -> tuple[int, int]:
    """Where the first word of a text begins and its last one ends."""
    places = [at for at in (re.search(r"[^\W_]", text), re.search(r"[^\W_](?=[\W_]*\Z)", text)) if at]
    return (places[0].start(), places[-1].end()) if places else (0, 0)


def _run(text: str, token: re.Match[str], piece: int, words: tuple[int, int]) -> Run:
    before, after = _neighbours(text, token)
    mark, size = token[0][0], len(token[0])
    opens = bool(after.strip()) and after not in CLOSING
    closes = bool(before.strip()) and before not in OPENING
    inside_word = before.isalnum() and after.isalnum()
    if (before.isdigit() and after.isdigit()) or (mark == "_" and (inside_word or size > 2)):
        opens = closes = False
    elif mark == "_":
        opens, closes = opens and not before.isalnum(), closes and not after.isalnum()
    edge = (opens and token.end() <= words[0]) or (closes and token.start() >= words[1])
    return Run(piece, mark, size, opens, closes, inside_word, edge, size)


def _pair(runs: list[Run]) -> None:
    """Drop the marks of each span, then those whose other half lies outside the quotation."""
    open_runs: list[Run] = []
    for run in runs:
        if run.closes:
            _close(run, open_runs)
        if run.opens and run.left:
            open_runs.append(run)
    for run in runs:
        cut = run.mark == "*" and (run.opens or run.closes) and not run.inside_word
        if cut and run.left and (run.size == 2 or (run.left == 1 and run.edge)):
            run.left = 0


def _close(run: Run, open_runs: list[Run]) -> None:
    while run.left and open_runs:
        opener = open_runs[-1]
        if run.inside_word and opener.inside_word and run.size == opener.size == 1:
            return
        width = 2 if run.left > 1 and opener.left > 1 else 1
        run.left -= width
        opener.left -= width
        if not opener.left:
            open_runs.pop()
