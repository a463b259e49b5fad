"""Write a new document into a corpus folder: source, notes, and the register last, so that nothing stands half-written."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import yaml

from ingest.errors import CorpusError
from ingest.notes import notes_path, quote_digest
from ingest.register import REGISTER, documents_in
from ingest.types import Document, Kind, Provision

FULL_NOTES = {
    Kind.PRIORITY, Kind.AXIS, Kind.OBJECTIVE, Kind.COMMITMENT, Kind.STEP, Kind.PRINCIPLE, Kind.PILLAR, Kind.LEVER, Kind.CHALLENGE,
    Kind.LEVEL, Kind.MEASURE, Kind.MEANS, Kind.TOOL,
}  # fmt: skip


def enrol(corpus: Path, document: Document, provisions: list[Provision], data: bytes, original: Path | None) -> None:
    """Store the source and empty notes, then register the document; all of it or, on any error, nothing.

    `data` is the source as it will stand in the corpus, `original` the file it was converted from.
    Raises CorpusError when a file of this name stands there already, cannot be written, or the register does not
    take another document.
    """
    files = {corpus / "sources" / document.source: data}
    if original is not None:
        files[corpus / "sources" / document.original] = original.read_bytes()
    if notes := _empty_notes(provisions):
        files[notes_path(corpus, document.id)] = notes
    for path in files:
        if path.exists():
            raise CorpusError("this file stands there already", file=path, remedy="choose another id with --id, or move it away")
    with _all_or_nothing(files):
        for path, content in files.items():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        _register(corpus / REGISTER, document)


@contextmanager
def _all_or_nothing(files: dict[Path, bytes]) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        for path in files:
            with suppress(OSError):
                path.unlink()
        if isinstance(error, OSError):
            why = (error.strerror or str(error)).lower()
            what = f"nothing was registered: this file cannot be written ({why})"
            remedy = "free some room or allow writing there, then add the document again"
            raise CorpusError(what, file=error.filename, remedy=remedy) from error
        raise


def _register(register: Path, document: Document) -> None:
    row = {name: _plain(value) for name, value in document.model_dump(exclude_defaults=True).items()}
    text = yaml.safe_dump([row], allow_unicode=True, sort_keys=False, width=1000)
    before = register.read_text(encoding="utf-8").rstrip()
    aside = register.with_suffix(".new")
    try:
        aside.write_text(f"{before}\n\n{text}" if before not in ("", "[]") else text, encoding="utf-8")
        documents_in(aside)
        aside.replace(register)
    finally:
        aside.unlink(missing_ok=True)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value


def _empty_notes(provisions: list[Provision]) -> bytes:
    """Notes with their digests and empty fields: what is still to be written."""
    rows = [_empty_note(p) for p in provisions if p.kind is not Kind.SECTION]
    return yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=1000).encode() if rows else b""


def _empty_note(p: Provision) -> dict[str, object]:
    note: dict[str, object] = {"id": p.id, "digest": quote_digest(p.quote), "fr": ""}
    if p.kind in FULL_NOTES:
        note |= {"en": "", "de": ""}
    note |= {"themes": [], "concerns": []}
    if p.kind in FULL_NOTES:
        note |= {"wordings": []}
    return note
