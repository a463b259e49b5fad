"""The plain-language layer: what our editors say of a provision, tied to the digest of its quote."""

import hashlib
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, ValidationError

from ingest.errors import CorpusError
from ingest.types import Provision, Strict
from ingest.yaml_text import read_yaml

Audience = Literal["firm", "intercommunalité", "person", "structure"]


class Note(Strict):
    """Meaning of one provision in plain French, English and German, its themes, and how people ask for it."""

    id: str
    digest: str
    fr: str = ""
    en: str = ""
    de: str = ""
    themes: list[str] = Field(default=[])
    concerns: list[Audience] = Field(default=[])
    differs: list[str] = []
    wordings: list[str] = Field(default=[], max_length=6)


def quote_digest(quote: str) -> str:
    """The digest that ties a note to a quote: 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(quote.encode()).hexdigest()[:16]


def notes_path(corpus: Path, document_id: str) -> Path:
    """Where the notes of a document stand."""
    return corpus / "notes" / f"{document_id}.yaml"


def load_notes(corpus: Path, document_id: str, provisions: list[Provision]) -> dict[str, Note]:
    """The notes of a document by provision id; none when it has no notes file.

    Raises CorpusError naming the provision when a note is doubled, belongs to no provision, or was written
    for another wording of the quote.
    """
    path = notes_path(corpus, document_id)
    if not path.is_file():
        return {}
    quotes = {p.id: p.quote for p in provisions}
    notes: dict[str, Note] = {}
    for row in _rows(path):
        note = _note(row, path)
        _check(note, quotes, path, note.id in notes)
        notes[note.id] = note
    return notes


def _rows(path: Path) -> list[object]:
    try:
        rows = read_yaml(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        raise CorpusError("these notes are not valid YAML", file=path, line=line, remedy="correct this line") from error
    if rows is None:
        return []
    if not isinstance(rows, list):
        raise CorpusError("the notes must be a list", file=path, line=1, remedy="begin each note with « - id: »")
    return rows


def _note(row: object, path: Path) -> Note:
    try:
        return Note.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        name = row.get("id", "?") if isinstance(row, dict) else "?"
        told = f"the note « {name} » has a field that cannot be read ({'.'.join(map(str, first['loc']))}: {first['msg']})"
        raise CorpusError(told, file=path, remedy="correct this field") from error


def _check(note: Note, quotes: dict[str, str], path: Path, doubled: bool) -> None:
    if doubled:
        raise CorpusError(f"two notes for « {note.id} »", file=path, remedy="keep one")
    if note.id not in quotes:
        raise CorpusError(f"the note « {note.id} » belongs to no provision", file=path, remedy="correct its id or remove it")
    if note.digest != quote_digest(quotes[note.id]):
        raise CorpusError(
            f"the quote of « {note.id} » changed since its note was written", file=path,
            remedy=f"read the new quote, correct the note, then set digest: {quote_digest(quotes[note.id])}",
        )  # fmt: skip
