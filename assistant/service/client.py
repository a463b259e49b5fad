"""Who asks, as far as limits need it: a key, a session or an address, none of them written down anywhere."""

import hashlib
import secrets
from collections.abc import Mapping
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import NamedTuple

from starlette.requests import HTTPConnection

Network = IPv4Network | IPv6Network
_SALT = secrets.token_bytes(16)
HOUSE = 64
"""Bits of an IPv6 address that one subscriber holds: the rest is his to change."""


class Client(NamedTuple):
    """Whom limits hold for: `name` is his own (a digest of a key or session, else the address), `address` his line."""

    name: str
    address: str


def client_of(connection: HTTPConnection, session: str = "") -> Client:
    """The client of a request: by its API key, else the session given, else its address. A key is kept as a digest alone."""
    address = _line(connection.client.host if connection.client else "")
    shown = key_in(connection.headers) or session
    return Client(_digest(shown) if shown else address, address)


def key_in(headers: Mapping[str, str]) -> str:
    """The API key of `Authorization` or `X-API-Key`, or nothing; « none » is what clients send that must send something."""
    key = headers.get("x-api-key", "") or headers.get("authorization", "").removeprefix("Bearer ").strip()
    return "" if key == "none" else key


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=12, key=_SALT).hexdigest()


def _line(host: str) -> str:
    try:
        found = ip_address(host)
    except ValueError:
        return host
    return host if found.version == 4 else str(ip_network(f"{host}/{HOUSE}", strict=False))


@cache
def networks(written: str) -> tuple[Network, ...]:
    """The addresses and networks of a setting, between commas. Raises ValueError naming the one that is none."""
    return tuple(ip_network(part.strip(), strict=False) for part in written.split(",") if part.strip())


def within(host: str, written: str) -> bool:
    """Whether an address lies in one of the networks of a setting."""
    try:
        found = ip_address(host)
    except ValueError:
        return False
    return any(found in network for network in networks(written))
