"""Register new documents: read them, show what they would make, then write, and say what is still to be written."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from ingest.corpus import Source
from ingest.enrol import enrol
from ingest.errors import CorpusError
from ingest.outline import slugify
from ingest.provisions import provisions_of
from ingest.reading import SourceText, read_source
from ingest.register import digest_of, load_register
from ingest.types import Document, Kind, Provision

Ask = Callable[[str, str], str]
Agree = Callable[[str], bool]


class NewDocument(NamedTuple):
    """What the command line says of a document; an empty string means not said."""

    id: str = ""
    title: str = ""
    short_title: str = ""
    kind: str = ""
    publisher: str = ""
    date: str = ""
    rights: str = ""


class Prepared(NamedTuple):
    """A document ready to be registered: its row, its provisions, its source and what reading it showed."""

    document: Document
    provisions: list[Provision]
    data: bytes
    original: Path | None
    notices: tuple[str, ...]

    @property
    def shown(self) -> str:
        """What is shown before anything is written."""
        row = self.document
        lines = [*self.notices, f"{row.title} ({row.kind}, {row.publisher}, {row.date or row.date_note}; {row.rights})"]
        lines += [f"{row.id}: {len(self.provisions)} provisions"]
        lines += [f"  {p.kind:10} {p.id.split('/', 1)[1]:40} {' '.join(p.quote_plain.split())[:80]}" for p in self.provisions]
        return "\n".join(lines)


def add_files(files: list[Path], corpus: Path, given: NewDocument, ask: Ask | None, agree: Agree) -> list[Document]:
    """Register each file after showing its provisions; returns the documents registered.

    Fields not given are asked for with `ask`, or, when there is nobody to ask, must be given: else CorpusError,
    before anything is written. `agree` is shown the document and says whether to write it.
    """
    if len(files) > 1 and (given.id or given.title or given.short_title):
        remedy = "add the files one by one, or leave --id, --title and --short-title out"
        raise CorpusError("an id and a title name one document, and several files are given", remedy=remedy)
    known = {document.id for document in load_register(corpus)}
    ready: list[Prepared] = []
    for file in files:
        ready.append(_prepared(file, given, ask))
        if ready[-1].document.id in known:
            what = f"the id « {ready[-1].document.id} » is already registered or given to another of these files"
            raise CorpusError(what, file=file, remedy="choose another with --id")
        known.add(ready[-1].document.id)
    return [one.document for one in ready if _agreed(corpus, one, agree)]


def _agreed(corpus: Path, one: Prepared, agree: Agree) -> bool:
    if not agree(one.shown):
        return False
    enrol(corpus, one.document, one.provisions, one.data, one.original)
    return True


def _prepared(file: Path, given: NewDocument, ask: Ask | None) -> Prepared:
    read = read_source(file)
    said = _complete(given, given.title or _first_title(file, read), file, ask)
    source, data = _stored(file, read, said.id)
    original = file if read.converted else None
    document = _document(said, source, data, original)
    provisions = provisions_of(document, read.text)
    if not provisions:
        raise CorpusError("no provision was found in this file", file=file, remedy="check that its text is the one you meant")
    return Prepared(document, provisions, data, original, read.notices)


def _first_title(file: Path, read: SourceText) -> str:
    trial = _document(NewDocument("document", file.stem, file.stem, "other", "?", "undated", "?"), file.name, b"", None)
    first = next((p for p in provisions_of(trial, read.text) if p.kind in (Kind.TITLE, Kind.SECTION)), None)
    return " ".join(first.quote_plain.split())[:160] if first else file.stem


def _complete(given: NewDocument, title: str, file: Path, ask: Ask | None) -> NewDocument:
    proposed = NewDocument(slugify(title), title, title, "other", "", "undated", "")
    said = {}
    for name, value in given._asdict().items():
        offer = getattr(proposed, name)
        if not value and ask is not None:
            value = ask(name.replace("_", " "), offer)
        value = value or offer
        if not value:
            raise CorpusError(f"« {name} » is not known", file=file, remedy=f"give it with --{name.replace('_', '-')}")
        said[name] = value
    return NewDocument(**said)


def _stored(file: Path, read: SourceText, name: str) -> tuple[str, bytes]:
    """The file as it will stand in the corpus: as published, or, when it had to be converted, its Markdown."""
    if read.converted:
        return f"{name}.md", read.text.encode("utf-8")
    return f"{name}{file.suffix.lower()}", file.read_bytes()


def _document(said: NewDocument, source: str, data: bytes, original: Path | None) -> Document:
    undated = said.date == "undated"
    try:
        return Document.model_validate(
            {
                "id": said.id, "title": said.title, "short_title": said.short_title, "kind": said.kind, "publisher": said.publisher,
                "date": None if undated else said.date, "date_note": "undated" if undated else "", "rights": said.rights,
                "source": source, "digest": digest_of(data), "original": f"{said.id}{original.suffix.lower()}" if original else "",
            }
        )  # fmt: skip
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        raise CorpusError(f"« {name} » cannot be read ({first['msg']})", remedy=f"correct --{name.replace('_', '-')}") from error


def unwritten(corpus: Path, document: Document) -> list[str]:
    """Ids of the notes of a document that have no French sentence yet."""
    return [name for name, note in Source(document, corpus).notes.items() if not note.fr]
