"""From blocks to headings: which paragraphs are titles, table cells or slide lists, by numbering and wording."""

import re
from typing import NamedTuple

from ingest.blocks import Block, Shape
from ingest.markup import plain
from ingest.wording import Word, actor_heading, numbered_words, word_number

SENTENCE_END = re.compile(r"[.!?…;,:]['»)\s]*$")
BOLD_LINE = re.compile(r"^\*\*[^*]+\*\*$")
SHORT, LINE, TITLE_PAGE = 110, 100, 1500


class Numbered(NamedTuple):
    """A heading's number: `word` for « Priorité 3 », `parts` for « 2.5.1 »."""

    word: Word | None
    number: str
    title: str


DOTTED = re.compile(r"^(\d+(?:\.\d+)*)(?:\s*[.):–—-]\s*|\s+)(?=\S)(.*)$", re.S)


def numbered(title: str) -> Numbered | None:
    """The number a heading carries, or None; « 3 AXES » or « 2017/2021 » are no numbers of headings."""
    if found := word_number().match(title):
        return Numbered(numbered_words()[found[1].lower()], found[2].upper(), found[3].strip())
    found = DOTTED.match(title)
    if found is None or len(found[1].split(".")[0]) > 2 or _counts(found[2]):
        return None
    return Numbered(None, found[1], found[2].strip())


def _counts(rest: str) -> bool:
    """« 3 AXES » counts what follows and numbers nothing."""
    return rest.split()[0].lower().rstrip("s:") in numbered_words()


def _header_rows(text: str, blocks: list[Block]) -> list[Block]:
    """The first row of a table whose other rows are numbered only names the columns."""
    done = list(blocks)
    for at in range(len(blocks) - 2):
        head, cell, below = blocks[at : at + 3]
        names = head.shape is below.shape is Shape.HEAD_CELL and cell.shape is Shape.CELL
        if names and not numbered(plain(text[head.start : head.end])) and numbered(plain(text[below.start : below.end])):
            done[at], done[at + 1] = head._replace(bare=True), cell._replace(bare=True)
    return done


def _capitals(words: str) -> bool:
    return words.isupper() and len(words.split()) > 1


class Shaper:
    """Reads the blocks of one text and says which are headings, cells or lists."""

    def __init__(self, text: str, blocks: list[Block]) -> None:
        self.text = text
        self.blocks = _header_rows(text, blocks)
        self.flat = not any(b.shape in (Shape.HEADING, Shape.HEAD_CELL) for b in blocks)
        if self.flat:
            self.blocks = [self._numbered_line(at) for at in range(len(self.blocks))]

    def shaped(self) -> tuple[Block | None, list[Block]]:
        """The title page, if there is one, and the other blocks with their final shapes."""
        title, rest = self._title_page()
        if self.flat:
            rest = self._slide_lists(rest)
        done: list[Block] = []
        at, cells = 0, False
        while at < len(rest):
            block, used = self._merged_title(rest, at)
            shape = self._shape(block, rest[at + used : at + used + 1], cells, done)
            if shape is Shape.HEADING:
                cells = self.flat and (n := numbered(self._plain(block))) is not None and n.word is not None
            elif block.gap and done and done[-1].shape is Shape.CELL:
                cells = False
            done.append(block._replace(shape=shape))
            at += used
        return title, done

    def _plain(self, block: Block) -> str:
        return plain(self.text[block.start : block.end])

    def _numbered_line(self, at: int) -> Block:
        """« 1. Foncier » alone above a paragraph is a title of a text without headings, not a list of one item."""
        block, around = self.blocks[at], self.blocks[max(0, at - 1) : at + 2 : 2] if at else self.blocks[1:2]
        if block.shape is not Shape.ITEM or not block.marker[:1].isdigit() or block.level or Shape.ITEM in {b.shape for b in around}:
            return block
        title = block._replace(shape=Shape.PARAGRAPH, start=self.text.rindex(block.marker, 0, block.start), titled=True)
        return title if self._stands_out(title, self.blocks[at + 1 : at + 2]) else block

    def _title_page(self) -> tuple[Block | None, list[Block]]:
        blocks, size = self.blocks, 0
        if not blocks:
            return None, []
        if blocks[0].shape is Shape.HEADING:
            size = 1
        while size < len(blocks) and self._of_title(blocks[0], blocks[size]):
            size += 1
        alone = self.flat and size == 1 and not _capitals(self._plain(blocks[0]))
        if size == 0 or alone or (not self.flat and blocks[0].shape is not Shape.HEADING):
            return None, blocks
        return blocks[0]._replace(shape=Shape.PARAGRAPH, end=blocks[size - 1].end), blocks[size:]

    def _of_title(self, first: Block, block: Block) -> bool:
        if block.shape is not Shape.PARAGRAPH or block.titled or block.end - first.start > TITLE_PAGE:
            return False
        return self._short_lines(block) and not self._announces(block)

    def _announces(self, block: Block) -> bool:
        words = self._plain(block)
        return word_number().match(words) is not None or actor_heading(words) is not None

    def _short_lines(self, block: Block) -> bool:
        lines = self.text[block.start : block.end].splitlines()
        return all(len(line) <= LINE and not re.search(r"[.;!?…]\s*$", line) for line in lines)

    def _slide_lists(self, blocks: list[Block]) -> list[Block]:
        """Names or studies set one a line on a slide are one list with the line that announces them."""
        done: list[Block] = []
        at = 0
        while at < len(blocks):
            size = self._slide_run(blocks, at)
            done.append(blocks[at]._replace(end=blocks[at + size - 1].end, lines=2 if size > 1 else blocks[at].lines))
            at += size
        return done

    def _slide_run(self, blocks: list[Block], at: int) -> int:
        first = blocks[at]
        if first.shape is not Shape.PARAGRAPH or not self._short_lines(first) or self._titled(first):
            return 1
        run = 1
        while at + run < len(blocks) and self._slide_line(blocks[at + run]):
            run += 1
        follower = blocks[at + 1] if at + 1 < len(blocks) else None
        if first.lines == 1 and follower is not None and follower.lines > 2 and self._slide_line(follower):
            return 2
        announces = ":" in self.text[first.start : first.end].split("\n")[0][-2:]
        return run if announces and run > 2 else 1

    def _slide_line(self, block: Block) -> bool:
        if block.shape is not Shape.PARAGRAPH or not self._short_lines(block) or self._titled(block):
            return False
        return not self.text[block.start : block.end].rstrip().endswith(":")

    def _titled(self, block: Block) -> bool:
        words = self._plain(block)
        return _capitals(words) or word_number().match(words) is not None

    def _merged_title(self, blocks: list[Block], at: int) -> tuple[Block, int]:
        """« Priorité 1 : » alone on its line takes the title from the paragraph below."""
        block = blocks[at]
        if block.shape not in (Shape.PARAGRAPH, Shape.HEADING) or at + 1 >= len(blocks):
            return block, 1
        found = word_number().match(self._plain(block))
        after = blocks[at + 1]
        if found is None or found[3].strip() or after.shape is not Shape.PARAGRAPH or after.end - after.start > 220:
            return block, 1
        return block._replace(end=after.end), 2

    def _shape(self, block: Block, after: list[Block], cells: bool, done: list[Block]) -> Shape:
        if block.shape is Shape.HEAD_CELL:
            return Shape.HEADING
        if block.shape is Shape.CELL and block.bare:
            return Shape.HEADING
        if block.shape is not Shape.PARAGRAPH:
            return block.shape
        words = self.text[block.start : block.end]
        if word_number().match(self._plain(block)) and len(words) <= 220 and not re.search(r"[.;]\s*$", words):
            return Shape.HEADING
        if BOLD_LINE.match(words) and len(words) <= SHORT and not re.search(r"[.;,]\**$", words):
            return Shape.HEADING
        if len(words) <= SHORT and actor_heading(self._plain(block)):
            return Shape.HEADING
        if not self.flat:
            return block.shape
        wide = block.gap and bool(done) and done[-1].shape is Shape.CELL
        announced = bool(after) and after[0].shape is Shape.ITEM and words.rstrip().endswith(":")
        if cells and not wide and not announced and not re.search(r"[.!?]\s*$", words):
            return Shape.CELL
        return Shape.HEADING if self._stands_out(block, after) else block.shape

    def _stands_out(self, block: Block, after: list[Block]) -> bool:
        words = self._plain(block)
        if block.lines > 1 or len(words) > SHORT or SENTENCE_END.search(words):
            return False
        opens = bool(after) and after[0].shape in (Shape.PARAGRAPH, Shape.ITEM)
        return _capitals(words) or (opens and (words[:1].isupper() or words[:1].isdigit()))
