"""What an index holds, in one order and in exact bytes, whatever the order in which the documents came."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import version as installed
from pathlib import Path
from typing import NamedTuple

from ingest.errors import CorpusError
from ingest.notes import Note
from ingest.types import Document, Provision, Strict

FORMAT = 4
"""Layout of the version folder: raise it whenever a reader of the older layout would be wrong."""
HERE = Path(__file__).parent
_RULES = ("data/french.yaml", "data/search.toml", "french.py", "lexical.py", "vectors.py", "views.py")
_ENGINES = ("bm25s", "chromadb", "PyStemmer")


class View(Strict):
    """One text by which a provision can be found; several views may lead to one provision."""

    record_id: str
    provision_id: str
    view: str
    text: str


class Entry(NamedTuple):
    """One document as it was read: its provisions in the order of its text, its notes by provision id."""

    document: Document
    provisions: Sequence[Provision]
    notes: Mapping[str, Note] = {}


ViewsOf = Callable[[Provision, Note | None], list[View]]


class Manifest(Strict):
    """What an index says of itself; nothing in it changes when the same corpus is built again.

    `collection` names the vectors on a Chroma server; it is empty when they lie in the index's own folder.
    """

    format: int
    corpus_version: str
    embedding: str
    dimension: int
    rules: str
    documents: int
    provisions: int
    records: int
    collection: str = ""

    def on_server(self, content: "Content") -> "Manifest":
        """The same manifest for vectors on a server, in a collection named after the corpus and all that shapes its vectors."""
        made_from = digest([self.model_dump_json().encode(), content.files["views.jsonl"]])
        return self.model_copy(update={"collection": f"pactes-{self.corpus_version}-{made_from}"})


class Content(NamedTuple):
    """Everything an index holds but the two legs: `files` by name, and `views` in ascending order of record id."""

    files: dict[str, bytes]
    views: list[View]
    provisions: int
    documents: int
    corpus_version: str


def content_of(entries: Iterable[Entry], views_of: ViewsOf, extras: Mapping[str, bytes]) -> Content:
    """Documents in ascending order of id, provisions in the order of their text; `extras` are files kept as they are.

    Raises CorpusError when there is no provision at all, or two documents, provisions or views have one id.
    """
    ordered = sorted(entries, key=lambda entry: entry.document.id)
    provisions = [provision for entry in ordered for provision in entry.provisions]
    notes = {provision_id: note for entry in ordered for provision_id, note in entry.notes.items()}
    views = [view for provision in provisions for view in views_of(provision, notes.get(provision.id))]
    if not views:
        raise CorpusError("no provision was found in the corpus", remedy="register a document with `ingest add`")
    _refuse_doubles("document", [entry.document.id for entry in ordered])
    _refuse_doubles("provision", [provision.id for provision in provisions])
    _refuse_doubles("view", [view.record_id for view in views])
    views.sort(key=lambda view: view.record_id)
    rows: dict[str, Iterable[Strict]] = {
        "documents.jsonl": [entry.document for entry in ordered],
        "provisions.jsonl": provisions,
        "notes.jsonl": [notes[provision.id] for provision in provisions if provision.id in notes],
        "views.jsonl": views,
    }
    files = {name: _lines(records) for name, records in rows.items()}
    told = [files[name] for name in ("documents.jsonl", "provisions.jsonl", "notes.jsonl")]
    corpus = digest([*told, *(extras[name] for name in sorted(extras))])
    return Content(files | dict(extras), views, len(provisions), len(ordered), corpus)


def manifest_of(content: Content, embedding: str, dimension: int) -> Manifest:
    """The manifest of this content under this model and this program's rules."""
    return Manifest(
        format=FORMAT,
        corpus_version=content.corpus_version,
        embedding=embedding,
        dimension=dimension,
        rules=rules_digest(),
        documents=content.documents,
        provisions=content.provisions,
        records=len(content.views),
    )


def digest(parts: Iterable[bytes]) -> str:
    """12 hexadecimal digits of the SHA-256 of the parts, told apart by their lengths."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()[:12]


@cache
def rules_digest() -> str:
    """Digest of all that turns texts into the two legs: rules, weights, the code and engines that apply them."""
    engines = [f"{name}=={installed(name)}".encode() for name in _ENGINES]
    return digest([*((HERE / name).read_bytes() for name in _RULES), *engines])


def _lines(records: Iterable[Strict]) -> bytes:
    return b"".join(record.model_dump_json().encode() + b"\n" for record in records)


def _refuse_doubles(what: str, ids: Sequence[str]) -> None:
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise CorpusError(f"two {what}s have the id « {one} »", remedy="give each an id of its own")
        seen.add(one)
