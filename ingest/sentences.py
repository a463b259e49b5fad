"""French sentences and groups of them that can be read alone."""

import re

from langchain_text_splitters import RecursiveCharacterTextSplitter

BOUNDARY = re.compile(r"(?<=[.!?…;])(?:\*{1,2})?\s+(?=\*{0,2}(?:[«\"(]\s*)?[A-ZÀ-ÖØ-ÞŒ])")
ABBREVIATION = re.compile(r"(?:\b(?:cf|art|ex|M|MM|Mme|Dr|av|p|pp|vol|n°)|\bN)\.$")
LEANS_BACK = re.compile(
    r"^\*{0,2}(?:il|elle|ils|elles|ce|cet|cette|ces|cela|celui|celle|ceux|celles|leur|leurs|son|sa|ses|enfin|ainsi|par ailleurs|"
    r"dans ce (?:cadre|but)|pour cela|d'autre part|de plus|il s'agi\w+|le nombre total|dix ans plus tard|bien que|associés|"
    r"l'entreprise|malgré|en effet|à ce titre|sur cette base|de telles|et|ou|mais|en 2023)\b",
    re.I,
)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence of a paragraph, markup left inside."""
    spans, start = [], 0
    for found in BOUNDARY.finditer(text):
        if ABBREVIATION.search(text[max(0, found.start() - 12) : found.start()]):
            continue
        spans.append((start, _stop(text, found)))
        start = found.end()
    spans.append((start, len(text.rstrip())))
    return [(a, b) for a, b in spans if b > a]


def _stop(text: str, boundary: re.Match[str]) -> int:
    return boundary.start() + len(boundary[0]) - len(boundary[0].lstrip("*"))


def group_spans(text: str, longest: int, least: int) -> list[tuple[int, int]]:
    """Groups of sentences: a paragraph of at most `longest` characters stays whole; a longer one is cut
    before each sentence that stands on its own once the group before it has `least` characters."""
    if len(text) <= longest:
        return [(0, len(text))]
    groups: list[tuple[int, int]] = []
    for start, end in sentence_spans(text):
        last = groups[-1] if groups else None
        if last and (last[1] - last[0] < least or LEANS_BACK.match(text[start:end])):
            groups[-1] = (last[0], end)
        else:
            groups.append((start, end))
    return [piece for group in groups for piece in _hard_cut(text, group)]


HARD_LIMIT = 2400


def _hard_cut(text: str, span: tuple[int, int]) -> list[tuple[int, int]]:
    """A passage without usable sentences falls back to LangChain's recursive splitter."""
    start, end = span
    if end - start <= HARD_LIMIT:
        return [span]
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=1200, chunk_overlap=0, add_start_index=True, separators=["\n\n", "\n", "; ", ", ", " ", ""]
    )
    pieces = splitter.create_documents([text[start:end]])
    return [(start + d.metadata["start_index"], start + d.metadata["start_index"] + len(d.page_content)) for d in pieces]
