"""Reading a model's draft as it comes: one JSON object a line is asked for, much else is understood."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

SENTENCE_KEYS = ("phrase", "sentence", "satz", "text", "texte")
SOURCE_KEYS = ("sources", "source", "quellen", "codes")
TOKEN = re.compile(r"(?<![A-Z0-9-])P-[A-Z0-9]{4}(?![A-Z0-9])")
BESIDE_TOKENS = re.compile(r"\s*[(\[{«\"']*\s*(?:sources?|quellen?|codes?)?\s*:?\s*(?:P-[A-Z0-9]{4}[\s,;]*)+[)\]}»\"']*", re.I)
BULLET = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")
GARBLED = re.compile(
    r"[\"'](?:phrase|sentence|satz|texte?)[\"']\s*:\s*[\"'](?P<said>.+?)[\"']\s*,\s*[\"'](?:sources?|quellen|codes)[\"']", re.I | re.S
)
THOUGHT, THOUGHT_END = "<think>", "</think>"


@dataclass(frozen=True)
class Drafted:
    """A sentence as a model wrote it, and the tokens it gave for it."""

    sentence: str
    tokens: tuple[str, ...]


@dataclass
class LineReader:
    """Text in, whole sentences out; what came in one piece or letter by letter gives the same sentences."""

    waiting: str = ""
    _thinking: bool = field(default=False, init=False)

    def feed(self, text: str) -> Iterator[Drafted]:
        """The sentences that this piece of text completes."""
        self.waiting += text
        while (piece := self._next()) is not None:
            yield from _read(piece)

    def close(self) -> Iterator[Drafted]:
        """The sentence of a last line without its end; a JSON object that was cut is lost."""
        rest, self.waiting = self.waiting, ""
        if not self._thinking and not rest.lstrip().startswith(("{", "[")) and "{" not in rest:
            yield from _read(rest)

    def _next(self) -> str | None:
        """The next whole object or line taken off what waits, or None."""
        if self._thinking:
            return self._skip_thought()
        start = len(self.waiting) - len(self.waiting.lstrip(" \t\r\n,[]"))
        self.waiting = self.waiting[start:]
        if THOUGHT.startswith(self.waiting[: len(THOUGHT)]) and self.waiting:
            return self._open_thought()
        end = _object_end(self.waiting) if self.waiting.startswith("{") else self.waiting.find("\n") + 1
        if not end:
            return None
        brace = self.waiting.find("{", 1, end)
        if not self.waiting.startswith("{") and brace > 0:
            end = brace
        piece, self.waiting = self.waiting[:end], self.waiting[end:]
        return piece

    def _open_thought(self) -> str | None:
        if len(self.waiting) < len(THOUGHT):
            return None
        self._thinking, self.waiting = True, self.waiting[len(THOUGHT) :]
        return ""

    def _skip_thought(self) -> str | None:
        before, end, after = self.waiting.partition(THOUGHT_END)
        if not end:
            self.waiting = before[-len(THOUGHT_END) :]
            return None
        self._thinking, self.waiting = False, after
        return ""


def read_all(text: str) -> list[Drafted]:
    """The sentences of a whole draft."""
    reader = LineReader()
    return [*reader.feed(text), *reader.close()]


def _object_end(text: str) -> int:
    """Where the object that opens the text ends: its closing brace, or the line that starts another; 0 while it is open."""
    depth, quoted, escaped = 0, False, False
    for at, letter in enumerate(text):
        if escaped or letter == "\\":
            escaped = not escaped and letter == "\\"
        elif letter == '"':
            quoted = not quoted
        elif not quoted and letter in "{}":
            depth += 1 if letter == "{" else -1
            if depth == 0:
                return at + 1
        if letter == "\n" and text[at + 1 : at + 2] == "{":
            return at + 1
    return 0


def _read(piece: str) -> Iterator[Drafted]:
    """What a whole piece says: an object, a garbled object, or a line of prose that carries tokens."""
    if not piece.lstrip().startswith("{"):
        yield from _prose(piece)
        return
    try:
        row = json.loads(piece, strict=False)
    except ValueError:
        row = _garbled(piece)
    sentence = next((row[key] for key in SENTENCE_KEYS if isinstance(row.get(key), str)), "") if isinstance(row, dict) else ""
    if sentence.strip():
        yield Drafted(" ".join(sentence.split()), _tokens(next((row[key] for key in SOURCE_KEYS if key in row), "")))


def _garbled(piece: str) -> dict[str, Any]:
    found = GARBLED.search(piece)
    return {"phrase": found["said"], "sources": piece[found.end() :]} if found else {}


def _prose(line: str) -> Iterator[Drafted]:
    """« La Région pilote… [P-K7QF] »: the words before the tokens."""
    tokens = _tokens(line)
    sentence = " ".join(BULLET.sub("", BESIDE_TOKENS.sub("", line)).split())
    if tokens and sentence:
        yield Drafted(sentence, tokens)


def _tokens(given: object) -> tuple[str, ...]:
    """Tokens of a list or of a text, brackets and commas ignored; what only looks like one is kept, to be dropped by name."""
    return tuple(dict.fromkeys(TOKEN.findall(given if isinstance(given, str) else json.dumps(given))))
