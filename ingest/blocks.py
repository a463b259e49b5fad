"""A text as a row of blocks: headings, paragraphs, list items, table cells, each with its characters."""

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(?=\S)")
RULE = re.compile(r"^\s*(?:-{3,}|_{3,}|(?:\\?\*){3,}|={3,})\s*$")
MARKER = re.compile(r"^([ \t]*)((?:[-•→➔▣*+–]|\d{1,3}[.)])[ \t]+(?:[➔▣→•][ \t]+)?)(?=\S)")
EMPTY_MARKER = re.compile(r"^\s*[-•→➔▣*+–]\s*$")
OUTER_TAGS = re.compile(r"^(?:\s*<(?:p|b|div|h\d)>)*|(?:</(?:p|b|div|h\d)>\s*)*$", re.I)


class Shape(Enum):
    """What a block looks like, before anyone reads it."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    HEAD_CELL = "head_cell"
    CELL = "cell"


class Block(NamedTuple):
    """Characters `start` to `end` of the text, markers left out; `gap` is set after a wide empty space."""

    shape: Shape
    start: int
    end: int
    level: int = 0
    gap: bool = False
    lines: int = 1
    marker: str = ""
    joined: bool = False
    bare: bool = False


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
        if RULE.match(line.text) or EMPTY_MARKER.match(line.text):
            open_block = False
            continue
        made = _starts(line, gap=wide or empty > 1)
        if made is None and open_block:
            last = blocks[-1]
            blocks[-1] = last._replace(end=_end(line), lines=last.lines + 1)
        else:
            blocks.extend(made or [_paragraph(line, gap=wide or empty > 1)])
            open_block = blocks[-1].shape in (Shape.PARAGRAPH, Shape.ITEM)
        empty, wide = 0, False
    return blocks


def _end(line: Line) -> int:
    return line.start + len(line.text.rstrip())


def _paragraph(line: Line, gap: bool) -> Block:
    lead = len(line.text) - len(line.text.lstrip())
    return Block(Shape.PARAGRAPH, line.start + lead, _end(line), gap=gap)


def _starts(line: Line, gap: bool) -> list[Block] | None:
    """The blocks a line opens by its own look, or None when it could go on with the block before."""
    if found := HEADING.match(line.text):
        return [Block(Shape.HEADING, line.start + found.end(), _end(line), level=len(found[1]), gap=gap)]
    if "\t" in line.text.strip("\n") and not line.text.lstrip(" ").startswith("\t\t"):
        cells = _cells(line, gap)
        if cells:
            return cells
    if found := MARKER.match(line.text):
        indent = len(found[1].expandtabs(4))
        start = line.start + found.end()
        return [Block(Shape.ITEM, start, _end(line), level=indent, gap=gap, marker=found[2].strip())]
    return None


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
    end = text[before.start : before.end]
    return len(end) > 60 and bool(UNFINISHED.search(end)) and bool(CONTINUES.match(text[after.start : after.end]))
