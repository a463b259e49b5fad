"""The chat completions of OpenAI's clients, as far as they carry questions and answers."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.api_types import Text
from assistant.types import Citation, Frozen

MODEL = "pactes-grand-est"


class Lenient(BaseModel):
    """A record that passes over the many fields that clients send and that mean nothing here."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Part(Lenient):
    """A part of a message; only those of type `text` can be read."""

    type: Text
    text: Text | None = None


class ChatMessage(Lenient):
    """A message; only those of the role `user` are read."""

    role: Text
    content: Text | list[Part] | None = None


class StreamOptions(Lenient):
    """Whether the stream ends with a count of tokens."""

    include_usage: bool = False


class ChatRequest(Lenient):
    """A conversation whose last user message is the question."""

    model: Text
    messages: list[ChatMessage] = Field(min_length=1)
    stream: bool = False
    stream_options: StreamOptions | None = None


class UrlCitation(Frozen):
    """Where a marker stands in the content, and the page of the passage it points to."""

    start_index: int
    end_index: int
    title: str
    url: str


class Annotation(Frozen):
    """A marker of the content; beside what OpenAI defines, the whole Citation."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation
    citation: Citation


class AssistantMessage(Frozen):
    """The answer: its text, its sources by marker, its notices."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]


class Choice(Frozen):
    """The one answer."""

    index: int = 0
    message: AssistantMessage
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class Usage(Frozen):
    """Counts that clients expect; tokens are not counted here."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0


class Completion(Frozen):
    """A whole answer."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[Choice]
    usage: Usage = Usage()


class ModelRow(Frozen):
    """The one model."""

    id: str = MODEL
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = "pactes-grand-est"


class Models(Frozen):
    """The list of the one model."""

    object: Literal["list"] = "list"
    data: list[ModelRow] = [ModelRow()]
