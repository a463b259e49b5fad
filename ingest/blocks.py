"""A text as a row of blocks: headings, paragraphs, list items, table cells, each with its characters."""

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from ingest.wording import word_number

HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(?=\S)")
RULE = re.compile(r"^\s*(?:-{3,}|_{3,}|(?:\\?\*){3,}|={3,})\s*$")
MARKER = re.compile(r"^([ \t]*)((?:[-•→➔▣*+–]|\d{1,3}[.)])[ \t]+(?:[➔▣→•][ \t]+)?)(?=\S)")
EMPTY_MARKER = re.compile(r"^\s*[-•→➔▣*+–]\s*$")
PIPES = re.compile(r"^\s*\|.*\|\s*$")
PIPE_RULE = re.compile(r"^[\s|:-]*-[\s|:-]*$")
DOTTED_TITLE = re.compile(r"^\s*\d{1,2}(?:\.\d{1,2})+\.?\s+[A-ZÀ-Ý]")
LONGEST_HEADING = 400
OUTER_TAGS = re.compile(r"^(?:\s*<(?:p|b|div|h\d)>)*|(?:</(?:p|b|div|h\d)>\s*)*$", re.I)


class Shape(Enum):
    """What a block looks like, before anyone reads it."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    HEAD_CELL = "head_cell"
    CELL = "cell"
    ROW = "row"


class Block(NamedTuple):
    """Characters `start` to `end` of the text, markers left out.

    `gap` is set after a wide empty space, `bare` for names of columns, `titled` for a line that a number opens.
    """

    shape: Shape
    start: int
    end: int
    level: int = 0
    gap: bool = False
    lines: int = 1
    marker: str = ""
    joined: bool = False
    bare: bool = False
    titled: bool = False


class Line(NamedTuple):
    """A line of the text, without its line feed."""

    text: str
    start: int


def lines_of(text: str) -> Iterator[Line]:
    """Every line with the position of its first character."""
    at = 0
    while at <= len(text):
        stop = text.find("\n", at)
        stop = len(text) if stop < 0 else stop
        yield Line(text[at:stop], at)
        at = stop + 1


def blocks_of(text: str) -> list[Block]:
    """The blocks of a text in order; rules and empty bullets make none."""
    blocks: list[Block] = []
    empty, wide, open_block = 0, False, False
    for line in lines_of(text):
        if not line.text.strip():
            empty, wide, open_block = empty + 1, wide or bool(line.text), False
            continue
        if _is_rule(line.text, blocks):
            open_block = False
            continue
        made = _starts(line, gap=wide or empty > 1)
        if made is None and open_block and not (blocks[-1].titled and line.text.lstrip()[0].isupper()):
            last = blocks[-1]
            blocks[-1] = last._replace(end=_end(line), lines=last.lines + 1)
        else:
            blocks.extend(made or [_paragraph(line, gap=wide or empty > 1)])
            open_block = blocks[-1].shape in (Shape.PARAGRAPH, Shape.ITEM)
        empty, wide = 0, False
    return blocks


def _is_rule(line: str, blocks: list[Block]) -> bool:
    """True for a line that only separates; below the first row of a table it makes that row the names of columns."""
    if "|" in line and PIPE_RULE.match(line):
        if blocks and blocks[-1].shape is Shape.ROW:
            blocks[-1] = blocks[-1]._replace(bare=True)
        return True
    return bool(RULE.match(line) or EMPTY_MARKER.match(line))


def _end(line: Line) -> int:
    return line.start + len(line.text.rstrip())


def _paragraph(line: Line, gap: bool) -> Block:
    lead = len(line.text) - len(line.text.lstrip())
    return Block(Shape.PARAGRAPH, line.start + lead, _end(line), gap=gap)


def _starts(line: Line, gap: bool) -> list[Block] | None:
    """The blocks a line opens by its own look, or None when it could go on with the block before."""
    if (found := HEADING.match(line.text)) and len(line.text) <= LONGEST_HEADING:
        return [Block(Shape.HEADING, line.start + found.end(), _end(line), level=len(found[1]), gap=gap)]
    if PIPES.match(line.text):
        return _row(line, gap)
    if _opens_title(line.text):
        return [_paragraph(line, gap)._replace(titled=True)]
    if "\t" in line.text.strip("\n") and not line.text.lstrip(" ").startswith("\t\t"):
        cells = _cells(line, gap)
        if cells:
            return cells
    if found := MARKER.match(line.text):
        indent = len(found[1].expandtabs(4))
        start = line.start + found.end()
        return [Block(Shape.ITEM, start, _end(line), level=indent, gap=gap, marker=found[2].strip())]
    return None


def _opens_title(line: str) -> bool:
    """« 1.2 Titre » and « Axe 2 : titre » begin a block without an empty line before them."""
    found = word_number().match(line.strip())
    named = found and line.lstrip()[0].isupper() and re.match(r"\s*[:.)–—-]", line.lstrip()[found.end(2) :])
    return bool(named or DOTTED_TITLE.match(line)) and "\t" not in line


def _row(line: Line, gap: bool) -> list[Block]:
    """A row of a table set in pipes; two columns of which the first is numbered are a heading and its cell."""
    first, _, rest = line.text.strip().strip("|").partition("|")
    inner = line.text.strip().strip("| \t")
    if not inner:
        return []
    start = line.start + line.text.index(inner)
    if not first.strip() and "|" not in inner:
        return [Block(Shape.CELL, start, start + len(inner), gap=gap)]
    if "|" in rest.strip() or not rest.strip() or not word_number().match(first.strip()):
        return [Block(Shape.ROW, start, start + len(inner), gap=gap)]
    cell = start + inner.index(rest.strip(), len(first.strip()))
    return [Block(Shape.HEAD_CELL, start, start + len(first.strip()), gap=gap), Block(Shape.CELL, cell, start + len(inner), gap=gap)]


def _cells(line: Line, gap: bool) -> list[Block]:
    first, _, rest = line.text.partition("\t")
    if not rest.strip() or "\t" in rest.strip():
        return []
    cells = []
    if first.strip():
        cells.append(_trimmed(Shape.HEAD_CELL, first, line.start, gap))
    cells.append(_trimmed(Shape.CELL, rest, line.start + len(first) + 1, gap))
    return cells


def _trimmed(shape: Shape, cell: str, at: int, gap: bool) -> Block:
    spans = [m.span() for m in OUTER_TAGS.finditer(cell)]
    lead, trail = spans[0][1], spans[-1][0] if len(spans) > 1 else len(cell)
    body = cell[lead:trail]
    start = at + lead + len(body) - len(body.lstrip())
    return Block(shape, start, start + len(body.strip()), gap=gap)


CONTINUES = re.compile(r"^[a-zà-öø-ÿœ(]")
LEAST_BROKEN = 60
UNFINISHED = re.compile(r"[^\s.!?:;…»)*]\**$")


def join_broken(text: str, blocks: list[Block]) -> list[Block]:
    """Paragraphs that a page break cut in two become one again: no final point before, a small letter after."""
    whole: list[Block] = []
    for block in blocks:
        last = whole[-1] if whole else None
        if last and last.shape is Shape.PARAGRAPH is block.shape and _broken(text, last, block):
            whole[-1] = last._replace(end=block.end, lines=last.lines + block.lines, joined=True)
        else:
            whole.append(block)
    return whole


def _broken(text: str, before: Block, after: Block) -> bool:
    if before.end - before.start <= LEAST_BROKEN or not CONTINUES.match(text[after.start]):
        return False
    return bool(UNFINISHED.search(text[before.end - LEAST_BROKEN : before.end]))
