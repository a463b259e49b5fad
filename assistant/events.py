"""Server-sent events: how they are written, and a stream that fails says so instead of breaking off."""

import json
import logging
from collections.abc import Iterator

from assistant.api_errors import ApiError

log = logging.getLogger(__name__)


def event(name: str, value: object) -> str:
    """One event of that name, its data as JSON; without a name, what OpenAI's clients read."""
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(value, ensure_ascii=False)}\n\n"


def guarded(events: Iterator[str], name: str = "error") -> Iterator[str]:
    """The events; a failure on the way ends them with an event `name` that holds the error."""
    try:
        yield from events
    except Exception as error:
        log.error("a stream failed with %s", type(error).__name__)
        yield event(name, ApiError("internal").said().model_dump())
