"""The headers of safety of every response that does not bring stricter ones of its own."""

from starlette.datastructures import MutableHeaders
from starlette.types import Scope

POLICY = "default-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'; form-action 'self'"
EMPTY = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
CHAT = f"{POLICY}; script-src 'self' 'unsafe-eval'; style-src 'self' {EMPTY}"
"""On the chat page alone: Gradio's frontend makes the page's handlers from text, and adds a style sheet that is empty."""
SAFE = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def make_safe(headers: MutableHeaders, scope: Scope) -> None:
    """Add what a response lacks of the headers of safety."""
    if scope["path"].removeprefix(scope.get("root_path", "")) in ("", "/"):
        headers.setdefault("Content-Security-Policy", CHAT)
    for name, value in SAFE.items():
        headers.setdefault(name, value)
