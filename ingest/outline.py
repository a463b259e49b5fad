"""The outline of a text: sections nested by numbering and wording, never by heading level alone."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from ingest.blocks import Block, Shape
from ingest.markup import plain
from ingest.shape import Numbered, numbered
from ingest.types import Kind
from ingest.wording import Word, actor_heading, container, plain_word


@dataclass(eq=False)
class Section:
    """A heading and the blocks below it, up to the next heading."""

    parent: "Section | None" = None
    heading: Block | None = None
    title: str = ""
    kind: Kind = Kind.SECTION
    word: Word | None = None
    number: str = ""
    depth: int = 0
    level: int = 0
    container: str = ""
    actor: str = ""
    slug: str = ""
    label: str = ""
    bare: bool = False
    blocks: list[Block] = field(default_factory=list)

    @property
    def path(self) -> list[str]:
        """Titles from the outermost section to this one."""
        return [s.title for s in reversed(self.ancestors) if s.title and not s.bare]

    @property
    def ancestors(self) -> "list[Section]":
        """This section and those around it, innermost first."""
        around, at = [self], self.parent
        while at is not None:
            around.append(at)
            at = at.parent
        return around


SMALL_WORDS = {"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou", "par", "pour", "sur", "un", "une"}


def slugify(title: str, words: int = 6) -> str:
    """A title as it stands in an address: no accents, small letters, at most `words` words, no small word last."""
    folded = unicodedata.normalize("NFKD", title.replace("œ", "oe").replace("Œ", "OE"))
    ascii_only = folded.encode("ascii", "ignore").decode().lower().replace("'", " ")
    kept = re.findall(r"[a-z0-9]+", ascii_only)[:words]
    while len(kept) > 1 and kept[-1] in SMALL_WORDS:
        kept.pop()
    return "-".join(kept)


class Names:
    """Gives each name once; a name that is taken gets a number from 2."""

    def __init__(self) -> None:
        self.taken: dict[str, int] = {}

    def fresh(self, name: str) -> str:
        """The name, or the name with the first number that makes it new."""
        made, turn = name, self.taken.get(name, 0)
        while made in self.taken:
            turn += 1
            made = f"{name}-{turn}"
        self.taken[made] = 1
        if made != name:
            self.taken[name] = turn
        return made

    def forget(self, name: str) -> None:
        """Make a name free again."""
        self.taken.pop(name, None)


class Outliner:
    """Nests the headings of one document; `doubled` maps a doubled heading to the word that tells it apart."""

    def __init__(self, text: str, blocks: list[Block], flat: bool, doubled: dict[str, str]) -> None:
        self.text, self.blocks, self.flat, self.doubled = text, blocks, flat, doubled
        self.root = Section()
        self.open = self.root
        self.sections = [self.root]
        self.names = Names()
        self.entered: set[Section] = set()
        self.trusted = self._levels_agree()

    def sections_of(self) -> list[Section]:
        """Every section in the order of the text, the root first."""
        for at, block in enumerate(self.blocks):
            if block.shape is Shape.HEADING:
                self._enter(block, self.blocks[at + 1 : at + 2])
            else:
                self._leave_numbered_after_gap(block)
                self.open.blocks.append(block)
        self._name_all()
        return self.sections

    def _title(self, block: Block) -> str:
        return " ".join(plain(self.text[block.start : block.end]).split())

    def _levels_agree(self) -> bool:
        """True when each depth of numbering has one heading level, deeper below higher."""
        levels: dict[int, set[int]] = {}
        for block in self.blocks:
            if block.shape is Shape.HEADING and (n := numbered(self._title(block))) and n.word is None:
                levels.setdefault(n.number.count("."), set()).add(block.level)
        rows = [levels[d] for d in sorted(levels)]
        return all(len(r) == 1 for r in rows) and all(max(a) < min(b) for a, b in pairwise(rows))

    def _enter(self, block: Block, after: list[Block]) -> None:
        title = self._title(block)
        section = Section(heading=block, title=title.rstrip(" :"), level=block.level)
        if head := actor_heading(title):
            section.actor, section.slug, section.label = head
            section.parent = self._above(lambda s: bool(s.actor))
        elif held := container(title):
            section.container, section.slug, section.label = held.slug, held.slug, held.label
            section.parent = self.root
        elif number := numbered(title):
            self._number(section, number)
        else:
            section.bare = block.bare or (self.flat and bool(after) and after[0].shape is Shape.HEADING)
            section.parent = self.root if self.flat else self._plain_parent(block.level)
            section.depth = 0
        self.sections.append(section)
        self.open = section

    def _above(self, leave: Callable[[Section], bool]) -> Section:
        inside = self.open
        while inside.parent is not None and leave(inside):
            inside = inside.parent
        return inside

    def _number(self, section: Section, number: Numbered) -> None:
        section.word, section.number = number.word, number.number
        if number.word is not None:
            section.kind = number.word.kind
            section.parent = self._word_parent(section)
            return
        section.depth = number.number.count(".") + 1
        parents = [s for s in self.open.ancestors if 0 < s.depth < section.depth or s.container]
        section.parent = parents[0] if parents else self._plain_above_numbers()

    def _plain_above_numbers(self) -> Section:
        numbers = [s for s in self.open.ancestors if s.depth]
        if numbers:
            return numbers[-1].parent or self.root
        return self._above(lambda s: s.bare or bool(s.actor))

    def _word_parent(self, section: Section) -> Section:
        same = [s for s in self.open.ancestors if s.word == section.word]
        if same:
            return same[0].parent or self.root
        return self._above(lambda inside: self._closes(section, inside))

    def _closes(self, section: Section, inside: Section) -> bool:
        """A numbered word ends what is bare, what its level outranks, and any commitments but its own.

        « Article 7 » and its like stand beside priorities and axes, not in them.
        """
        if inside.actor and section.kind is not Kind.COMMITMENT:
            return True
        if inside.word and section.kind is Kind.SECTION:
            return inside.kind is not Kind.SECTION and inside.level >= section.level
        return inside.bare or (not inside.word and not self.flat and inside.level >= section.level > 0)

    def _plain_parent(self, level: int) -> Section:
        """An unnumbered heading closes its like; a numbered one only where levels can be trusted, or above them all."""
        outer = min((s.level for s in self.open.ancestors if s.depth), default=0)

        def closes(inside: Section) -> bool:
            firm = bool(inside.depth or inside.container or inside.word)
            return bool(inside.actor) or (inside.level >= level and (not firm or self.trusted or level < outer))

        return self._above(closes)

    def _leave_numbered_after_gap(self, block: Block) -> None:
        if self.flat and block.gap and block.shape is not Shape.CELL and any(b.shape is Shape.CELL for b in self.open.blocks):
            rest = Section(parent=self.open.parent if self.open.word else self.open)
            rest.bare = True
            self.sections.append(rest)
            self.open = rest

    def _name_all(self) -> None:
        counts: dict[tuple[str, str], int] = {}
        for section in self.sections:
            if section.depth:
                key = (self._container(section), section.number)
                counts[key] = counts.get(key, 0) + 1
        seen: set[tuple[str, str]] = set()
        for section in self.sections[1:]:
            key = (self._container(section), section.number)
            double = section.depth > 0 and counts[key] > 1
            self._name(section, double, key in seen)
            seen.add(key)
            self.entered.add(section.parent or self.root)

    def _container(self, section: Section) -> str:
        return next((s.container for s in section.ancestors if s.container), "")

    def _name(self, section: Section, double: bool, second: bool) -> None:
        parent = section.parent or self.root
        if section.heading is None:
            section.slug, section.label = parent.slug, parent.label
            return
        if section.depth:
            self._name_dotted(section, double, second)
        elif section.word is not None:
            self._name_word(section, parent)
        elif section.actor:
            self._name_actor(section, parent)
        elif not section.slug:
            self._name_plain(section, parent)
        section.slug = self.names.fresh(section.slug)

    def _name_dotted(self, section: Section, double: bool, second: bool) -> None:
        inside = self._container(section)
        label = next((s.label for s in section.ancestors if s.container), "section")
        section.slug = f"{inside}/{section.number}" if inside else section.number
        bare_title = section.title[len(section.number) :].strip(" .:")
        section.label = f"{label} {section.number}"
        if double:
            section.label += f" « {bare_title} »"
        if second:
            section.slug += f"-{self.doubled.get(section.title) or distinctive_word(bare_title, self._words)}"

    def _name_word(self, section: Section, parent: Section) -> None:
        assert section.word is not None
        own = f"{section.word.slug}-{section.number.lower()}"
        inside = bool(parent.word or parent.depth or parent.container)
        section.slug = f"{parent.slug}/{own}" if inside else own
        name = f"{section.word.label} {section.number}"
        section.label = f"{parent.label}, {name}" if inside else name.capitalize()

    def _name_actor(self, section: Section, parent: Section) -> None:
        if parent.word or parent.depth or parent.container:
            section.slug, section.label = f"{parent.slug}/{section.slug}", f"{parent.label}, {section.label}"

    def _name_plain(self, section: Section, parent: Section) -> None:
        if parent.container and parent not in self.entered:
            word = plain_word("preamble")
            section.slug, section.label = f"{parent.slug}/{word.slug}", f"{parent.label}, {word.label}"
            return
        inside = bool(parent.word or parent.depth or parent.container)
        own = slugify(section.title) or "section"
        section.slug = f"{parent.slug}/{own}" if inside else own
        short = section.title if len(section.title) <= 70 else section.title[:67].rsplit(" ", 1)[0] + "…"
        section.label = f"{parent.label}, « {short} »" if inside else f"« {short} »"

    @cached_property
    def _words(self) -> Counter[str]:
        """How often each word of the text is written."""
        return Counter(word for line in self.text.split("\n") for word in slugify(line, len(line)).split("-"))


def distinctive_word(title: str, often: Counter[str]) -> str:
    """The word of a doubled heading that is rarest in the text, verbs in the infinitive apart."""
    words = [w for w in slugify(title, 40).split("-") if len(w) > 2 and not re.search(r"(?:er|ir|re)$", w)]
    return min(words, key=lambda w: (often[w], -len(w)), default=slugify(title, 1) or "bis")
