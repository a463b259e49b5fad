"""A request that is refused for now: politely, and with the time after which it may be tried again."""

from assistant.api_errors import ApiError


class RefusedError(ApiError):
    """Raised by the gate; `retry` is in seconds."""
