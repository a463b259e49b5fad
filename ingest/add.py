"""Register a new document: read it, show what it would make, then write register and notes."""

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import yaml
from pydantic import ValidationError

from ingest.errors import CorpusError
from ingest.notes import notes_path, quote_digest
from ingest.outline import slugify
from ingest.provisions import provisions_of
from ingest.reading import SourceText, read_source
from ingest.register import REGISTER, digest_of, load_register
from ingest.types import Document, Kind, Provision

Ask = Callable[[str, str], str]
FULL_NOTES = {
    Kind.PRIORITY, Kind.AXIS, Kind.OBJECTIVE, Kind.COMMITMENT, Kind.STEP, Kind.PRINCIPLE, Kind.PILLAR, Kind.LEVER, Kind.CHALLENGE,
    Kind.LEVEL, Kind.MEASURE, Kind.MEANS, Kind.TOOL,
}  # fmt: skip


class NewDocument(NamedTuple):
    """What the command line says of a document; an empty string means not said."""

    id: str = ""
    title: str = ""
    short_title: str = ""
    kind: str = ""
    publisher: str = ""
    date: str = ""
    rights: str = ""


def add_files(files: list[Path], corpus: Path, given: NewDocument, ask: Ask | None, agree: Callable[[str], bool]) -> int:
    """Register each file after showing its provisions; returns how many were registered.

    Fields not given are asked for with `ask`, or, when there is nobody to ask, must be given: else CorpusError.
    """
    return sum(_add_file(file, corpus, given, ask, agree) for file in files)


def _add_file(file: Path, corpus: Path, given: NewDocument, ask: Ask | None, agree: Callable[[str], bool]) -> bool:
    read = read_source(file)
    title, provisions = _first_look(file, read)
    said = _complete(given, title, file, ask)
    source, data = _stored(file, read, said.id)
    document = _document(said, source, data, file if read.converted else None)
    if any(known.id == document.id for known in load_register(corpus)):
        raise CorpusError(f"the id « {document.id} » is already registered", file=corpus / REGISTER, remedy="choose another with --id")
    provisions = provisions_of(document, read.text)
    if not agree(_shown(document, provisions)):
        return False
    _write(corpus, document, data, file if read.converted else None)
    _write_notes(corpus, document, provisions)
    return True


def _first_look(file: Path, read: SourceText) -> tuple[str, list[Provision]]:
    trial = _document(NewDocument(slugify(file.stem) or "document", file.stem, file.stem, "other", "?", "undated", "?"), file.name, b"", None)
    provisions = provisions_of(trial, read.text)
    first = next((p for p in provisions if p.kind in (Kind.TITLE, Kind.SECTION)), None)
    return (" ".join(first.quote_plain.split())[:160] if first else file.stem), provisions


def _complete(given: NewDocument, title: str, file: Path, ask: Ask | None) -> NewDocument:
    proposed = NewDocument(slugify(given.title or title), title, given.title or title, "other", "", "undated", "")
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
    try:
        return Document.model_validate(
            {
                "id": said.id, "title": said.title, "short_title": said.short_title, "kind": said.kind, "publisher": said.publisher,
                "date": None if said.date == "undated" else said.date, "date_note": "undated" if said.date == "undated" else "",
                "source": source, "digest": digest_of(data), "rights": said.rights,
                "original": f"{said.id}{original.suffix.lower()}" if original else "",
            }
        )  # fmt: skip
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        raise CorpusError(f"« {name} » cannot be read ({first['msg']})", remedy=f"correct --{name.replace('_', '-')}") from error


def _shown(document: Document, provisions: list[Provision]) -> str:
    lines = [f"{document.id}: {len(provisions)} provisions"]
    lines += [f"  {p.kind:10} {p.id.split('/', 1)[1]:40} {' '.join(p.quote_plain.split())[:80]}" for p in provisions]
    return "\n".join(lines)


def _write(corpus: Path, document: Document, data: bytes, original: Path | None) -> None:
    sources = corpus / "sources"
    (sources / document.source).write_bytes(data)
    if original is not None:
        shutil.copyfile(original, sources / document.original)
    row = {k: _plain(v) for k, v in document.model_dump(exclude_defaults=True).items()}
    text = yaml.safe_dump([row], allow_unicode=True, sort_keys=False, width=1000)
    register = corpus / REGISTER
    before = register.read_text(encoding="utf-8")
    aside = register.with_suffix(".new")
    aside.write_text(f"{before.rstrip()}\n\n{text}", encoding="utf-8")
    aside.replace(register)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value


def _write_notes(corpus: Path, document: Document, provisions: list[Provision]) -> None:
    """Notes with their digests and empty fields: what is still to be written."""
    path = notes_path(corpus, document.id)
    path.parent.mkdir(exist_ok=True)
    rows = [_empty_note(p) for p in provisions if p.kind is not Kind.SECTION]
    path.write_text(yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=1000), encoding="utf-8")


def _empty_note(p: Provision) -> dict[str, object]:
    note: dict[str, object] = {"id": p.id, "digest": quote_digest(p.quote), "fr": ""}
    if p.kind in FULL_NOTES:
        note |= {"en": "", "de": ""}
    note |= {"themes": [], "concerns": []}
    if p.kind in FULL_NOTES:
        note |= {"wordings": []}
    return note


def unwritten(corpus: Path, document_id: str) -> int:
    """How many notes of a document have no French sentence yet."""
    path = notes_path(corpus, document_id)
    rows = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else []
    return sum(not row.get("fr") for row in rows)
