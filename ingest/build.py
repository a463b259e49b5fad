"""Build an index beside the old one, check it, swap it in: whatever fails on the way, the old one goes on serving."""

import errno
import json
import secrets
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ingest.chroma_server import ChromaServer, drop_collection, server_of
from ingest.content import HERE, Content, Entry, Manifest, ViewsOf, content_of, digest, manifest_of, rules_digest
from ingest.corpus import corpus_digest
from ingest.encoder import Encoder, Progress
from ingest.errors import CorpusError, IndexUnusableError
from ingest.extras import extra_files
from ingest.index import check_seal, read_current, read_manifest
from ingest.lock import only_builder
from ingest.settings import Settings
from ingest.vector_cache import VectorCache
from ingest.vectors import VectorStoreError, holds
from ingest.version import check_version, sync, write_version

_KEPT_TOGETHER = 4
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS)


@dataclass(frozen=True)
class BuildReport:
    """What a build did; provisions are new when their id or any of their fields is."""

    corpus_version: str
    provisions: int
    new: int
    unchanged: int
    removed: int
    embedded: int
    reused: int
    seconds: float

    @property
    def summary(self) -> str:
        """One line."""
        return (
            f"{self.provisions} provisions: {self.new} new, {self.unchanged} unchanged, {self.removed} dropped; "
            f"{self.embedded} texts embedded, {self.reused} reused; {self.seconds:.1f} s"
        )


def build(
    settings: Settings,
    *,
    embedder: Encoder,
    read: Callable[[], Iterable[Entry]],
    views_of: ViewsOf,
    progress: Progress = lambda stage, done, total: None,
) -> BuildReport:
    """Build the index of what `read` gives, and let it serve.

    Raises IndexBusyError when another process builds here, ChromaUnreachableError when the server that is to hold the
    vectors does not answer, and CorpusError when the corpus has a fault or the folder cannot be written; a build that
    is killed is taken up where it stopped by the next one.
    """
    begun, server = time.monotonic(), server_of(settings)
    with _explained(settings.index):
        settings.index.mkdir(parents=True, exist_ok=True)
    with _explained(settings.index), only_builder(settings.index):
        inputs, content = _read(settings.corpus, read, views_of)
        manifest = manifest_of(content, embedder.identity, embedder.dimension)
        manifest = manifest.on_server(content) if server else manifest
        new, unchanged, removed = _differences(settings.index, content)
        _remove_unfinished(settings.index)
        version = f"v-{digest([manifest.model_dump_json().encode(), content.files['views.jsonl']])}"
        embedded = 0
        if not _is_whole(settings.index / version, manifest, server):
            embedded = _make_version(settings, version, content, manifest, embedder, progress)
        _swap(settings.index, version, inputs, server)
    return BuildReport(
        corpus_version=manifest.corpus_version,
        provisions=manifest.provisions,
        new=new,
        unchanged=unchanged,
        removed=removed,
        embedded=embedded,
        reused=manifest.records - embedded,
        seconds=time.monotonic() - begun,
    )


def is_current(settings: Settings, embedding: str) -> bool:
    """Whether the index that serves was made from these very files, by this program and this model.

    Reads and digests the corpus but opens neither leg.
    """
    current = read_current(settings.index)
    if current is None:
        return False
    try:
        manifest = read_manifest(settings.index / current.version)
    except IndexUnusableError:
        return False
    made_alike = manifest.embedding == embedding and manifest.rules == rules_digest()
    made_alike = made_alike and bool(manifest.collection) == bool(settings.chroma_url)
    return made_alike and current.inputs == inputs_digest(settings.corpus)


def inputs_digest(corpus: Path) -> str:
    """Digest of the corpus's files and of the code that reads them."""
    code = sorted(path for path in HERE.rglob("*") if path.suffix in (".py", ".toml", ".yaml"))
    return digest([corpus_digest(corpus).encode(), *(path.read_bytes() for path in code)])


def _read(corpus: Path, read: Callable[[], Iterable[Entry]], views_of: ViewsOf) -> tuple[str, Content]:
    try:
        # The digest comes first: a file changed meanwhile then makes the index out of date, not wrong.
        return inputs_digest(corpus), content_of(read(), views_of, extra_files(corpus))
    except OSError as error:
        told = f"this file could not be read ({error.strerror or error})"
        remedy = "check that it is there and that you may read it"
        raise CorpusError(told, file=error.filename or corpus, remedy=remedy) from error


def _make_version(settings: Settings, version: str, content: Content, manifest: Manifest, embedder: Encoder, progress: Progress) -> int:
    server = server_of(settings)
    with VectorCache(settings.index / "vectors.sqlite", embedder) as cache:
        texts = [view.text for view in content.views]
        embedded = cache.complete(texts, settings.embedding_batch * _KEPT_TOGETHER, progress)
        building = settings.index / f"building-{secrets.token_hex(6)}"
        try:
            write_version(building, content, manifest, cache, progress, server)
            check_version(building, content, cache, server)
            # A folder of this name that is not whole must make room.
            shutil.rmtree(settings.index / version, ignore_errors=True)
            building.rename(settings.index / version)
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise
    return embedded


def _differences(index: Path, content: Content) -> tuple[int, int, int]:
    """How many provisions are new, unchanged and dropped against the version that serves."""
    current, before = read_current(index), dict[bytes, str]()
    if current is not None:
        # What serves may be missing or only half written: nothing of it is then counted.
        with suppress(OSError, ValueError, KeyError, TypeError):
            before = _ids((index / current.version / "provisions.jsonl").read_bytes())
    after = _ids(content.files["provisions.jsonl"])
    dropped = before.keys() - after.keys()
    ids_after = set(after.values())
    return len(after.keys() - before.keys()), len(after.keys() & before.keys()), sum(before[line] not in ids_after for line in dropped)


def _ids(lines: bytes) -> dict[bytes, str]:
    """The id of each line."""
    return {line: json.loads(line)["id"] for line in lines.splitlines()}


def _is_whole(folder: Path, manifest: Manifest, server: ChromaServer | None) -> bool:
    try:
        check_seal(folder)
    except IndexUnusableError:
        return False
    return server is None or holds(server, manifest.collection, manifest.records)


def _swap(index: Path, version: str, inputs: str, server: ChromaServer | None) -> None:
    """Let `version` serve; the one before stays for readers that are opening it, older ones go."""
    before = read_current(index)
    new = index / "current.new"
    new.write_text(f"{version}\n{inputs}\n", encoding="ascii")
    sync(new)
    new.replace(index / "current")
    sync(index)
    if before is not None and before.version != version:
        kept = {version, before.version}
        for folder in index.glob("v-*"):
            if folder.name not in kept and _collection_gone(index, folder, kept, server):
                shutil.rmtree(folder, ignore_errors=True)


def _collection_gone(index: Path, folder: Path, kept: set[str], server: ChromaServer | None) -> bool:
    """Remove a version's collection from the server; False when that failed, so that the next build tries again."""
    collection = _collection(folder)
    if server is None or not collection or collection in {_collection(index / name) for name in kept}:
        return True
    return drop_collection(server, collection)


def _collection(folder: Path) -> str:
    try:
        return read_manifest(folder).collection
    except IndexUnusableError:
        return ""


def _remove_unfinished(index: Path) -> None:
    for folder in index.glob("building-*"):
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _explained(index: Path) -> Iterator[None]:
    """Turn what the disk refuses into one sentence."""
    try:
        yield
    except (OSError, sqlite3.Error, VectorStoreError) as error:
        code = error.errno if isinstance(error, OSError) else None
        if code in _FULL or "full" in str(error):
            told, remedy = "the disk is full, or a limit on file sizes was reached", "free some space and build again"
        elif code in _CLOSED or "readonly" in str(error):
            told, remedy = "this folder cannot be written", "give yourself the right to write there, or set another with --index"
        else:
            told, remedy = f"the index could not be written ({error})", "check the folder and the disk, then build again"
            if isinstance(error, VectorStoreError) and error.server:
                told, remedy = f"the Chroma server at {error.server} failed ({error})", "check that server, then build again"
        raise CorpusError(told, file=index, remedy=f"{remedy}; the index there goes on serving") from error
