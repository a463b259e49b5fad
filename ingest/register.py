"""The register of documents, `documents.yaml`, read with the line of every error."""

import hashlib
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from ingest.errors import CorpusError
from ingest.types import Document

REGISTER = "documents.yaml"


def digest_of(data: bytes) -> str:
    """The digest of a source file as the register writes it."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def load_register(corpus: Path) -> list[Document]:
    """Every registered document, in the register's order.

    Raises CorpusError naming file, line and remedy for a missing or doubled field or id, a missing source
    file and a source whose digest changed.
    """
    path = corpus / REGISTER
    documents = documents_in(path)
    for document, line in documents:
        _check_source(document, corpus, path, line)
    return [document for document, _ in documents]


def documents_in(path: Path) -> list[tuple[Document, int]]:
    """The documents of a register with their lines, their sources not looked at. Raises CorpusError."""
    rows = _rows(path)
    documents = [(_document(row, path, _line(rows, at)), _line(rows, at)) for at, row in enumerate(rows)]
    _refuse_doubles(documents, path)
    return documents


def _rows(path: Path) -> Any:
    if not path.parent.is_dir():
        raise CorpusError("this folder does not exist", file=path.parent, remedy="give the corpus folder with --corpus")
    if not path.is_file():
        raise CorpusError("the register of documents is missing", file=path, remedy="restore it or name another corpus with --corpus")
    try:
        rows = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise CorpusError(f"not valid YAML ({error.problem})", file=path, line=line, remedy="correct this line") from error
    except UnicodeDecodeError as error:
        raise CorpusError("not written in UTF-8", file=path, remedy="save the register as UTF-8") from error
    if rows is None:
        return []
    if not isinstance(rows, list):
        raise CorpusError("the register must be a list of documents", file=path, line=1, remedy="begin each document with « - id: »")
    return rows


def _line(rows: Any, at: int) -> int:
    return int(rows.lc.item(at)[0]) + 1


def _document(row: Any, path: Path, line: int) -> Document:
    if not hasattr(row, "lc"):
        raise CorpusError("a document must be a set of fields", file=path, line=line, remedy="write « id: », « title: »… below it")
    try:
        return Document.model_validate({key: _bare(value) for key, value in row.items()})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        where = int(row.lc.key(name)[0]) + 1 if name in row else line
        what = {"missing": f"the field « {name} » is missing", "extra_forbidden": f"the field « {name} » is not known"}
        told = what.get(first["type"], f"the field « {name} » cannot be read ({first['msg']})")
        raise CorpusError(told, file=path, line=where, remedy=f"correct « {name} » of this document") from error


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _bare(inner) for key, inner in value.items()}
    return [_bare(inner) for inner in value] if isinstance(value, list) else value


def _refuse_doubles(documents: list[tuple[Document, int]], path: Path) -> None:
    seen: dict[str, int] = {}
    for document, line in documents:
        if document.id in seen:
            what = f"the id « {document.id} » already stands at line {seen[document.id]}"
            raise CorpusError(what, file=path, line=line, remedy="give each document an id of its own")
        seen[document.id] = line


def _check_source(document: Document, corpus: Path, path: Path, line: int) -> None:
    source = corpus / "sources" / document.source
    if not source.is_file():
        raise CorpusError(f"the source « {document.source} » does not exist", file=path, line=line, remedy=f"put it in {source.parent}")
    if digest_of(source.read_bytes()) != document.digest:
        raise CorpusError(
            f"the source of « {document.id} » is not the registered one: its digest changed", file=source,
            remedy=f"restore the published file, or write its new digest in {path} at line {line} after reading the change",
        )  # fmt: skip
