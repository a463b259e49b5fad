"""What a proxy says of a request: believed from another worker and the proxies that a setting names, taken out otherwise."""

from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import Scope

from assistant.service.client import within
from assistant.service.seat import by_fellow
from ingest.settings import Settings

TOLD = (b"x-forwarded-", b"forwarded", b"x-real-ip", b"x-original-")


def as_seen(scope: Scope, settings: Settings) -> Scope:
    """The scope with the client's own address and scheme, below the prefix of the proxy; what is not to be believed is gone."""
    seen = {**scope, "headers": [(name, value) for name, value in scope["headers"] if not name.startswith(TOLD)]}
    peer = scope["client"][0] if scope.get("client") else ""
    if by_fellow(scope) or within(peer, settings.trusted_proxies):
        headers = Headers(scope=scope)
        seen["client"] = (_asker(headers.get("x-forwarded-for", ""), peer, settings.trusted_proxies), 0)
        if (scheme := headers.get("x-forwarded-proto", "")) in ("http", "https"):
            seen["scheme"] = scheme
    return _below(seen, settings.root_path)


def _asker(told: str, peer: str, trusted: str) -> str:
    """The last address of the chain that no trusted proxy has; what stands before it anyone could have written."""
    for part in reversed([one.strip() for one in told.split(",") if one.strip()]):
        if not _is_address(part):
            return peer
        if not within(part, trusted):
            return part
        peer = part
    return peer


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _below(scope: Scope, root: str) -> Scope:
    """The same below a prefix, whether the proxy takes it off the address or leaves it there."""
    if not root:
        return scope
    path = scope["path"]
    inside = path if path == root or path.startswith(f"{root}/") else root + path
    return {**scope, "root_path": root, "path": inside, "raw_path": inside.encode()}
