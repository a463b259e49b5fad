"""Chat models that follow a script, faithful or bad, behind LangChain's own interface: what they say is known in advance."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from assistant.names import names_in
from assistant.types import Language

DATA = Path(__file__).parent / "data"
CODE = re.compile(r"<passage code=(P-[A-Z0-9]{4})>")
Script = Callable[[list[str]], str]


class ScriptedChat(BaseChatModel):
    """Writes what its script makes of the tokens it was shown, a few letters at a time.

    `hangs` waits on that event before the last piece; `breaks` is raised after the first half; `finish` is what the
    provider says of the end; `seen` keeps what the model was told.
    """

    script: Script
    piece: int = 7
    hangs: Any = None
    breaks: Any = None
    finish: str = "stop"
    seen: list[list[BaseMessage]] = []

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _said(self, messages: list[BaseMessage]) -> str:
        self.seen.append(messages)
        return self.script(CODE.findall(str(messages[-1].content)))

    def _generate(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: CallbackManagerForLLMRun | None = None, **kwargs: Any
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage(self._said(messages)))])

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: CallbackManagerForLLMRun | None = None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        text = self._said(messages)
        for at in range(0, len(text), self.piece):
            if self.breaks is not None and at > len(text) // 2:
                raise self.breaks
            yield ChatGenerationChunk(message=AIMessageChunk(content=text[at : at + self.piece]))
        if self.hangs is not None:
            self.hangs.wait()
        yield ChatGenerationChunk(message=AIMessageChunk(content="", response_metadata={"finish_reason": self.finish}))


def line(sentence: str, *tokens: str) -> str:
    """One line of the format asked for."""
    return json.dumps({"phrase": sentence, "sources": list(tokens)}, ensure_ascii=False) + "\n"


# The same sentence as models write it: as asked, fenced, in a list, over several lines, with other keys, in prose, after a thought.
WRITINGS: list[Callable[[str, str], str]] = [
    line,
    lambda said, token: f"```json\n{line(said, token)}```\n",
    lambda said, token: json.dumps([{"phrase": said, "sources": [token]}], ensure_ascii=False),
    lambda said, token: json.dumps({"phrase": said, "sources": [token]}, ensure_ascii=False, indent=2) + "\n",
    lambda said, token: json.dumps({"sentence": said, "source": token}, ensure_ascii=False) + "\n",
    lambda said, token: f"- {said} [{token}]\n",
    lambda said, token: f"<think>{{\"phrase\": \"Hm.\", \"sources\": [\"{token}\"]}}\n</think>\n{line(said, token)}",
    lambda said, token: f"Voici :\n{line(said, token)}",
]  # fmt: skip


def saying(sentence: str, writing: int = 0) -> ScriptedChat:
    """A model that writes one sentence over the first passage."""
    return ScriptedChat(script=lambda tokens: WRITINGS[writing % len(WRITINGS)](sentence, tokens[0]), seen=[])


def hanging(sentence: str) -> tuple[ScriptedChat, threading.Event]:
    """A model that writes one sentence and then never ends, until the event is set."""
    forever = threading.Event()
    return ScriptedChat(script=lambda tokens: line(sentence, tokens[0]), hangs=forever, seen=[]), forever


@cache
def patterns() -> dict[str, Any]:
    """The file of rewriting patterns."""
    return dict(yaml.safe_load((DATA / "draft_patterns.yaml").read_text(encoding="utf-8")))


def rewritten(meaning: str, language: Language, number: int) -> str:
    """A note said again: an opening, other words, its purpose put first; `number` chooses which."""
    said = meaning
    for words, others in patterns()["words"][language].items():
        if number & 1:
            said = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", others, said)
    if number & 2 and (found := re.match(patterns()["purpose"][language], said)) and language != "de":
        return f"{found[2][0].upper()}{found[2][1:]}, {found[1][0].lower()}{found[1][1:]}."
    opening: str = patterns()["openings"][language][(number >> 2) % 4]
    named = language == "de" or names_in(said.split()[0], language) or said.split()[0].isupper()
    return opening + (said if named or not opening else said[0].lower() + said[1:])


def spoilt(meaning: str, language: Language) -> Iterator[str]:
    """A true sentence made false in every way the file knows: an added tail, another actor, a hard word, no more doubt."""
    whole = meaning.rstrip(".")
    for tail in patterns()["tails"][language]:
        yield f"{whole}{tail}."
    for right, wrong in patterns()["swaps"][language]:
        rest = meaning.removeprefix(right)
        if meaning.startswith(f"{right} ") and not re.match(r"[^,.]{0,20} (?:et|and|und) ", rest):
            yield wrong + rest
    for soft, hard in patterns()["hardened"][language]:
        if re.search(rf"(?<!\w){soft}", meaning):
            yield re.sub(rf"(?<!\w){soft}", hard, meaning)
