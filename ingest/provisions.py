"""Cut a document into provisions: the smallest passages that can be cited, each an exact slice of the source."""

from typing import NamedTuple

from ingest.actors import served
from ingest.bearers import actors_of
from ingest.blocks import Block, Shape, blocks_of, join_broken
from ingest.figures import figures_of
from ingest.furniture import furniture_spans, masked
from ingest.lists import Item, Listing, is_lead_in, listing, take_list
from ingest.markup import plain
from ingest.normal import NormalForm, to_normal_form
from ingest.outline import Names, Outliner, Section
from ingest.sentences import HARD_LIMIT, group_spans, sentence_spans
from ingest.shape import Shaper, numbered
from ingest.types import Document, Kind, Provision
from ingest.wording import Word, plain_word, slug_words

LONGEST, LEAST = 420, 130
LONGEST_ITEM = 700


class Cut(NamedTuple):
    """What became of a document's characters; spans are positions in the source text."""

    provisions: list[Provision]
    bare_headings: list[tuple[int, int]]
    furniture: list[tuple[int, int]]


def provisions_of(document: Document, text: str) -> list[Provision]:
    """Every provision of a document in the order of its text; `quote` is `text[start:end]`."""
    return cut_document(document, text).provisions


def cut_document(document: Document, text: str) -> Cut:
    """The provisions, the headings that are none, and the declared furniture of a document."""
    cutter = Cutter(document, text)
    provisions = cutter.cut()
    furniture = [cutter.form.source_span(*span) for span in furniture_spans(cutter.form.text, document.furniture)]
    return Cut(provisions, cutter.bare_headings, furniture)


class Cutter:
    """One pass over one document."""

    def __init__(self, document: Document, source: str) -> None:
        self.document, self.source = document, source
        self.form: NormalForm = to_normal_form(source)
        self.text = masked(self.form.text, document.furniture)
        self.made: list[Provision] = []
        self.names = Names()
        self.columns: list[str] = []
        self.counts: dict[str, int] = {}
        self.bare_headings: list[tuple[int, int]] = []

    def cut(self) -> list[Provision]:
        """Title page first, then section by section."""
        shaper = Shaper(self.text, join_broken(self.text, blocks_of(self.text)))
        title, blocks = shaper.shaped()
        if title is not None:
            word = plain_word("title")
            self._add(title.start, title.end, Kind.TITLE, word.slug, word.label, Section())
        for section in Outliner(self.text, blocks, shaper.flat, self.document.doubled).sections_of():
            self._section(section)
        return self.made

    def _section(self, section: Section) -> None:
        heading = section.heading
        if heading is not None and section.bare:
            self.bare_headings.append(self.form.source_span(heading.start, heading.end))
        elif heading is not None:
            self._heading(section, heading)
        blocks, at = section.blocks, 0
        while at < len(blocks):
            at += self._body(section, blocks, at)

    def _heading(self, section: Section, heading: Block) -> None:
        outer = section.parent or Section()
        self._add(heading.start, heading.end, section.kind, section.slug, section.label, outer)

    def _body(self, section: Section, blocks: list[Block], at: int) -> int:
        """Make what the block at `at` begins; returns how many blocks that took."""
        block = blocks[at]
        lead = block if is_lead_in(self.text, block, blocks[at + 1] if at + 1 < len(blocks) else None) else None
        if lead is not None or block.shape is Shape.ITEM:
            return self._listed(section, blocks, at, lead)
        if block.shape is Shape.ROW:
            self._row(section, block, first=at == 0 or blocks[at - 1].shape is not Shape.ROW)
        elif block.shape is Shape.CELL:
            self._numbered(section, block, self._child_word(section) or _item_word())
        elif section.actor:
            self._commitments(section, block)
        elif block.lines > 1 and not block.joined and self._is_run(block):
            word = plain_word("list")
            self._add_next(section, block.start, block.end, Kind.LIST, word.slug, word.label)
        else:
            self._paragraph(section, block)
        return 1

    def _listed(self, section: Section, blocks: list[Block], at: int, lead: Block | None) -> int:
        items, used = take_list(self.text, blocks, at + (lead is not None), lead)
        only = items[0]
        if lead is None and len(items) == 1 and not only.nested and only.block.end - only.block.start > LONGEST // 2:
            self._paragraph(section, only.block)
            return used
        self._list(section, listing(self.text, lead, items, self._child_word(section)))
        return used + (lead is not None)

    def _row(self, section: Section, block: Block, first: bool) -> None:
        """A row of a table under the names of its columns, which are a heading of their own."""
        self.columns = [] if first else self.columns
        words = self.text[block.start : block.end]
        if block.bare:
            self.bare_headings.append(self.form.source_span(block.start, block.end))
            self.columns = [" ".join(plain(words).split())]
            return
        word, number = plain_word("row"), numbered(plain(words))
        kind = number.word.kind if number and number.word else Kind.ITEM
        slug, label = self._next_name(section, Word(kind, word.slug, word.label))
        self._pieces(section, block.start, block.end, kind, slug, label, self.columns, "", HARD_LIMIT)

    def _is_run(self, block: Block) -> bool:
        lines = self.text[block.start : block.end].splitlines()
        short = all(len(line) < 100 and not line.rstrip().endswith(".") for line in lines)
        return short and block.end - block.start <= HARD_LIMIT

    def _child_word(self, section: Section) -> Word | None:
        if section.actor:
            return Word(Kind.COMMITMENT, "", "")
        return slug_words().get(section.word.child) if section.word else None

    def _commitments(self, section: Section, block: Block) -> None:
        """Under « Ensemble : », each sentence of a paragraph is a commitment."""
        text = self.text[block.start : block.end]
        for start, end in sentence_spans(text):
            self._numbered(section, block._replace(start=block.start + start, end=block.start + end), Word(Kind.COMMITMENT, "", ""))

    def _numbered(self, section: Section, block: Block, word: Word) -> None:
        slug, label = self._next_name(section, word)
        self._pieces(section, block.start, block.end, word.kind, slug, label, [], "", HARD_LIMIT)

    def _list(self, section: Section, found: Listing) -> None:
        start = found.lead.start if found.lead else found.items[0].block.start
        if found.word is None and found.items[-1].end - start <= HARD_LIMIT:
            self._whole_list(section, found, start)
            return
        word = found.word or _item_word()
        above: list[str] = []
        if found.lead is not None:
            self._paragraph(section, found.lead)
            above = [plain(self.text[found.lead.start : found.lead.end])]
        for item in found.items:
            self._item(section, item, word, above, found.lead)

    def _whole_list(self, section: Section, found: Listing, start: int) -> None:
        alone = found.lead is None and len(section.blocks) <= len(found.items) and section.heading is not None
        if alone and section.heading is not None and section.kind is Kind.SECTION and not section.depth:
            start = section.heading.start
            self._drop_last_heading(section)
        word = plain_word("list")
        self._add_next(section, start, found.items[-1].end, Kind.LIST, word.slug, word.label)

    def _drop_last_heading(self, section: Section) -> None:
        """A heading whose only content is a short list is quoted with it, not twice."""
        if self.made and self.made[-1].id == self._id(section.slug):
            self.names.forget(self.made.pop().id)

    def _item(self, section: Section, item: Item, word: Word, above: list[str], lead: Block | None) -> None:
        inner = listing(self.text, item.block, [Item(b) for b in item.nested], None) if item.nested else None
        split = inner is not None and inner.word is not None and inner.word.kind is not Kind.ITEM
        end = item.block.end if split else item.end
        slug, label = self._next_name(section, word)
        led = self.text[lead.start : lead.end] if lead else ""
        made = self._pieces(section, item.block.start, end, word.kind, slug, label, above, led, LONGEST_ITEM)
        below = [*above, made.quote_plain] if made else above
        sub = Section(parent=section, slug=slug, label=label)
        if split and inner is not None and inner.word is not None:
            for nested in inner.items:
                self._item(sub, nested, inner.word, below, item.block)
        for block in item.below:
            self._paragraph(sub, block, below, made.id if made else None)

    def _pieces(
        self, section: Section, start: int, end: int, kind: Kind, slug: str, label: str, above: list[str], led: str, longest: int,
    ) -> Provision | None:  # fmt: skip
        whole = kind is Kind.COMMITMENT or "\n" in self.text[start:end].replace("\n---\n", "")
        spans = group_spans(self.text[start:end], HARD_LIMIT if whole else longest, LEAST)
        first: Provision | None = None
        for at, (a, b) in enumerate(spans):
            inner = first is not None
            made = self._add(
                start + a, start + b, Kind.PARAGRAPH if inner else kind, f"{slug}/{at + 1}" if inner else slug,
                f"{label}, suite {at + 1}" if inner else label, section, above, led,
                first.id if first else None, self.made[-1].quote_plain if inner else "",
            )  # fmt: skip
            first = first or made
        return first

    def _paragraph(self, section: Section, block: Block, above: list[str] | None = None, parent: str | None = None) -> None:
        word = plain_word("caption" if self._is_caption(block) else "paragraph")
        kind = Kind.CAPTION if self._is_caption(block) else Kind.PARAGRAPH
        slug, label = self._next_name(section, Word(kind, word.slug, word.label))
        text = self.text[block.start : block.end]
        spans = group_spans(text, LONGEST, LEAST)
        before = ""
        for at, (a, b) in enumerate(spans):
            many = len(spans) > 1
            made = self._add(
                block.start + a, block.start + b, kind, f"{slug}/{at + 1}" if many else slug,
                f"{label}, partie {at + 1}" if many else label, section, above or [], "", parent, before,
            )  # fmt: skip
            before = made.quote_plain

    def _is_caption(self, block: Block) -> bool:
        words = self.text[block.start : block.end].lower()
        return words.startswith(("carte ", "figure ", "graphique ", "tableau ", "photo ", "schéma ")) and len(words) < 160

    def _add_next(self, section: Section, start: int, end: int, kind: Kind, slug: str, label: str) -> None:
        name = self._next_name(section, Word(kind, slug, label))
        self._add(start, end, kind, *name, section)

    def _next_name(self, section: Section, word: Word) -> tuple[str, str]:
        """The id and label of the next provision of this sort in a section; siblings count together."""
        key = f"{section.slug}|{word.slug}"
        self.counts[key] = number = self.counts.get(key, 0) + 1
        own = f"{word.slug}-{number}" if word.slug else str(number)
        if word.kind is Kind.PRIORITY and not (section.word or section.depth or section.container):
            return own, f"{word.label} {number}".capitalize()
        slug = f"{section.slug}/{own}" if section.slug else own
        name = f"{word.label} {number}".strip()
        return slug, f"{section.label}, {name}" if section.label else name

    def _id(self, slug: str) -> str:
        return f"{self.document.id}/{slug}"

    def _add(
        self, start: int, end: int, kind: Kind, slug: str, label: str, section: Section, above: list[str] | None = None,
        led: str = "", parent: str | None = None, context: str = "",
    ) -> Provision:  # fmt: skip
        a, b = self.form.source_span(start, end)
        quote = self.source[a:b]
        shown = plain(quote)
        provision = Provision(
            id=self._fresh(slug), document_id=self.document.id, kind=kind, path=[*section.path, *(above or [])],
            label=f"{self.document.short_title} · {label}",
            actors=actors_of(self.document, section, kind, slug, shown, plain(led)), serves=served(shown), quote=quote, quote_plain=shown,
            start=a, end=b, figures=figures_of(shown), parent=parent or self._parent(section), context=context,
        )  # fmt: skip
        self.made.append(provision)
        return provision

    def _fresh(self, slug: str) -> str:
        return self.names.fresh(self._id(slug))

    def _parent(self, section: Section) -> str | None:
        for around in section.ancestors:
            if around.slug and self._id(around.slug) in self.names.taken:
                return self._id(around.slug)
        return None


def _item_word() -> Word:
    word = plain_word("item")
    return Word(Kind.ITEM, word.slug, word.label)
