"""Lists as texts really set them: broken by pages, by paragraphs, by a lost indent."""

import re
from dataclasses import dataclass, field
from itertools import islice, zip_longest
from statistics import median

from ingest.blocks import Block, Shape
from ingest.markup import plain
from ingest.types import Kind
from ingest.wording import Word, lead_in_word, plain_word

LONG_ITEM = 70
NOUN_PHRASE = re.compile(r"^(?:l['’]|(?:le|la|les|un|une|des)\b)")


@dataclass
class Item:
    """One item with the items below it and the paragraphs that explain it."""

    block: Block
    nested: list[Block] = field(default_factory=list)
    below: list[Block] = field(default_factory=list)

    @property
    def end(self) -> int:
        """Where the item ends, the items below it counted."""
        return self.nested[-1].end if self.nested else self.block.end


@dataclass
class Listing:
    """A list, its lead-in if it has one, and what its items are (None: one provision for the whole)."""

    lead: Block | None
    items: list[Item]
    word: Word | None


def is_lead_in(text: str, block: Block, after: Block | None) -> bool:
    """True for the sentence that announces a list: a colon, or no final point and items below."""
    if block.shape is not Shape.PARAGRAPH or after is None or after.shape is not Shape.ITEM:
        return False
    return not _ends_sentence(text, block)


def _ends_sentence(text: str, block: Block) -> bool:
    """A full point, perhaps with closing marks after it; read backwards, for a line may hold a thousand points."""
    at = block.end - 1
    while at >= block.start and not (text[at].isalnum() or text[at] in "_.!?…"):
        at -= 1
    return at >= block.start and text[at] in ".!?…"


def take_list(text: str, blocks: list[Block], at: int, lead: Block | None) -> tuple[list[Item], int]:
    """The items that start at `at`, and how many blocks they used."""
    items: list[Item] = []
    base, start = blocks[at].level, at
    while at < len(blocks):
        block = blocks[at]
        if block.shape is Shape.ITEM:
            _place(text, items, block, base)
        elif items and _goes_on(text, items[-1], block):
            items.append(Item(block))
        elif items and _explains(text, blocks, at, lead, items):
            items[-1].below.append(block)
        else:
            break
        at += 1
    return items, at - start


def _place(text: str, items: list[Item], block: Block, base: int) -> None:
    if items and (block.level > base or _lost_indent(text, items, block)):
        items[-1].nested.append(block)
    else:
        items.append(Item(block))


def _lost_indent(text: str, items: list[Item], block: Block) -> bool:
    """After a page break, an item that begins like the nested ones and unlike the outer ones is a nested one."""
    nested = items[-1].nested
    if not nested or not text[nested[-1].start : nested[-1].end].rstrip().endswith((";", ",")):
        return False
    begins = text[block.start].isupper()
    return all(text[i.block.start].isupper() != begins for i in items) and text[nested[-1].start].isupper() == begins


def _goes_on(text: str, last: Item, block: Block) -> bool:
    """The last item has lost its bullet: a comma before it, a small letter to begin with."""
    before = text[last.block.start : last.end].rstrip()
    return block.shape is Shape.PARAGRAPH and before.endswith((",", ";")) and text[block.start].islower()


def _explains(text: str, blocks: list[Block], at: int, lead: Block | None, items: list[Item]) -> bool:
    """A paragraph between two items of an announced list belongs to the item above it."""
    if lead is None or blocks[at].shape is not Shape.PARAGRAPH or lead_in_word(text[lead.start : lead.end]) is None:
        return False
    for here, after in zip_longest(islice(blocks, at, None), islice(blocks, at + 1, None)):
        if here.shape is Shape.ITEM and here.level <= items[0].block.level:
            return True
        if is_lead_in(text, here, after):
            return False
    return len(items) > 1 and all(item.below for item in items[:-1])


def listing(text: str, lead: Block | None, items: list[Item], default: Word | None) -> Listing:
    """What the items of a list are: announced by its lead-in, or items of their own when they say something alone."""
    word = lead_in_word(plain(text[lead.start : lead.end])) if lead else default
    if word is None and _say_something(text, items):
        point = plain_word("item")
        word = Word(Kind.ITEM, point.slug, point.label)
    return Listing(lead, items, word)


def _say_something(text: str, items: list[Item]) -> bool:
    words = [plain(text[item.block.start : item.block.end]) for item in items]
    named = sum(bool(re.search(r"\S\s*:", w)) or bool(i.nested) for w, i in zip(words, items, strict=True))
    if sum(bool(NOUN_PHRASE.match(w)) for w in words) * 2 > len(words):
        return False
    long_enough = median(len(w) for w in words) >= LONG_ITEM
    return (long_enough and len(items) > 1) or (named * 2 >= len(items) and len(items) > 1)
