"""Asking a model for a draft: what it sees, and the sentences that come back."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from assistant.model.lines import Drafted, LineReader
from assistant.types import Language
from ingest.types import Provision

LINK = re.compile(r"\S*(?:https?://|www\.)\S*", re.I)
CUT = frozenset({"length", "max_tokens", "MAX_TOKENS"})


LONGEST = 6000


class DraftCutError(Exception):
    """The draft passes its limit: of tokens, or of characters that make no sentence."""


class DraftUnreadableError(Exception):
    """The model wrote something, and no sentence with its sources could be read in it."""


@dataclass(frozen=True)
class Passage:
    """One provision as a model sees it: no id, no link, no number of a citation."""

    token: str
    heading: str
    actors: tuple[str, ...]
    words: str
    meaning: str = ""

    @classmethod
    def of(cls, token: str, provision: Provision, meaning: str) -> "Passage":
        """The provision under its token, with what our note says of it."""
        return cls(token, provision.label, tuple(provision.actors), provision.quote_plain, meaning)


@dataclass(frozen=True)
class TurnView:
    """All that a model is told of one question."""

    question: str
    language: Language
    passages: Sequence[Passage]
    missing: Sequence[str] = ()


def draft(view: TurnView, chat: BaseChatModel) -> list[Drafted]:
    """The whole draft; raises what the provider raises, DraftCutError and DraftUnreadableError."""
    return list(stream_draft(view, chat))


def stream_draft(view: TurnView, chat: BaseChatModel) -> Iterator[Drafted]:
    """Each sentence as soon as it is whole; raises what the provider raises, DraftCutError and DraftUnreadableError."""
    reader, wrote, read = LineReader(), False, False
    for chunk in chat.stream(messages_of(view)):
        wrote = wrote or bool(chunk.text.strip())
        for drafted in reader.feed(str(chunk.text)):
            read = True
            yield drafted
        if _at_limit(chunk.response_metadata) or len(reader.waiting) > LONGEST:
            raise DraftCutError
    for drafted in reader.close():
        read = True
        yield drafted
    if wrote and not read:
        raise DraftUnreadableError


def messages_of(view: TurnView) -> list[BaseMessage]:
    """The instructions, then passages and question fenced as data."""
    missing = f"\n{' '.join(view.missing)}\n" if view.missing else ""
    turn = _prompt("turn", view.language)
    places = {"passages": "\n".join(map(_shown, view.passages)), "question": _harmless(view.question), "missing": missing}
    # One pass over the template: a question that holds « {passages} » stays as it is.
    words = re.sub(r"\{(\w+)\}", lambda found: places[found[1]], turn)
    return [SystemMessage(_prompt("system", view.language)), HumanMessage(words)]


def _shown(passage: Passage) -> str:
    lines = [f"<passage code={passage.token}>", _harmless(passage.heading)]
    lines += [f"({_harmless(', '.join(passage.actors))})"] if passage.actors else []
    lines += [_harmless(passage.words), *([f"= {_harmless(passage.meaning)}"] if passage.meaning else []), "</passage>"]
    return "\n".join(lines)


def _harmless(text: str) -> str:
    """Without links, and without the signs that could close its fence."""
    return LINK.sub("", text).replace("<", "‹").replace(">", "›")


def _at_limit(metadata: dict[str, Any]) -> bool:
    return any(metadata.get(key) in CUT for key in ("finish_reason", "done_reason", "stop_reason"))


@cache
def _prompt(name: str, language: Language) -> str:
    return files("assistant.model").joinpath("prompts", f"{name}.{language}.md").read_text(encoding="utf-8")
