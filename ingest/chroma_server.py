"""The seam to a Chroma server: how it is reached, how long it may take, and what is said when it does not answer."""

from typing import NamedTuple, cast
from urllib.parse import urlsplit

import chromadb
import httpx
from chromadb.api.client import Client
from chromadb.api.fastapi import FastAPI
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError, NotFoundError
from pydantic_settings import SettingsConfigDict

from ingest.errors import CorpusError
from ingest.settings import Settings

PORTS = {"http": 8000, "https": 443}


class ChromaUnreachableError(CorpusError):
    """The Chroma server that is set does not answer, or its address is none."""


class ChromaServer(NamedTuple):
    """Address of a server, and the seconds it may take for one request."""

    url: str
    seconds: float


class OwnSettings(ChromaSettings):
    """Chroma's settings without the `.env` file of the current folder, which may be another program's."""

    model_config = SettingsConfigDict(env_file=None)


def server_of(settings: Settings) -> ChromaServer | None:
    """The server that the settings name, None when the vectors lie in the index's own folder."""
    return ChromaServer(settings.chroma_url.rstrip("/"), settings.chroma_timeout) if settings.chroma_url else None


def connect(server: ChromaServer) -> Client:
    """A client whose every request ends in time; raises ChromaUnreachableError naming the remedy."""
    port = _port(server)
    try:
        httpx.get(f"{server.url}/api/v2/heartbeat", timeout=server.seconds).raise_for_status()
        settings = OwnSettings(anonymized_telemetry=False)
        client = cast(Client, chromadb.HttpClient(server.url, port, server.url.startswith("https:"), settings=settings))
        # Chroma gives its HTTP session no time limit, and has no setting for one.
        cast(FastAPI, client._server)._session.timeout = httpx.Timeout(server.seconds)
    except (httpx.HTTPError, ChromaError, ValueError) as error:
        told = f"the Chroma server does not answer ({_named(error, server)})"
        remedy = "start it, or correct PACTES_CHROMA_URL; an index that serves needs nothing else, it is not built again"
        raise ChromaUnreachableError(told, file=server.url, remedy=remedy) from error
    return client


def drop_collection(server: ChromaServer, name: str) -> bool:
    """Remove a collection; False when the server could not do it, True also when it was not there."""
    try:
        client = connect(server)
    except ChromaUnreachableError:
        return False
    try:
        client.delete_collection(name)
    except NotFoundError:
        return True
    except (httpx.HTTPError, ChromaError):
        return False
    finally:
        client.close()
    return True


def _port(server: ChromaServer) -> int:
    try:
        parts = urlsplit(server.url)
        if parts.hostname and parts.scheme in PORTS:
            return parts.port or PORTS[parts.scheme]
    except ValueError:
        pass
    raise ChromaUnreachableError("this is no address of a Chroma server", file=server.url, remedy="write it as http://host:8000")


def _named(error: Exception, server: ChromaServer) -> str:
    if isinstance(error, httpx.TimeoutException):
        return f"nothing within {server.seconds:g} s"
    return str(error).splitlines()[0] if str(error) else type(error).__name__
