"""From a file to its source text: the characters that every position of a provision counts."""

import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ingest.conversion import docx_to_markdown, html_to_markdown, pdf_to_markdown, pictured_pages
from ingest.decoding import decode
from ingest.errors import CorpusError

Media = Literal["text", "markdown", "html", "pdf", "docx"]

MEDIA: dict[str, Media] = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
}
MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP, DOCX or other office file"),
    (b"\xd0\xcf\x11\xe0", "an old office file"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "a database"),
    (b"{\\rtf", "an RTF text"),
)
DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9._:-]+)")
LATIN_1 = ("iso-8859-1", "latin1", "latin-1", "ascii", "us-ascii")  # browsers read all of these as cp1252
VISIBLE = re.compile(r"[^\s\x00-\x1f\u00ad\u200b-\u200f\u2060\ufeff]")


@dataclass(frozen=True, slots=True)
class SourceText:
    """A document's source text.

    `text` is the file decoded by `encoding` without newline translation or, when `converted`, the Markdown that
    markitdown makes of it (`encoding` is then that of the HTML page, and empty for PDF and DOCX).
    `notices` says in one sentence each what the file shows that no text holds.
    """

    text: str
    encoding: str
    media: Media
    converted: bool
    notices: tuple[str, ...] = ()


def read_source(path: Path) -> SourceText:
    """The source text of a .txt, .md, .html, .pdf or .docx file.

    Raises CorpusError, naming the file and the remedy: missing, unreadable or empty file, a folder, an unknown
    extension, a binary under a text's name, an unknown encoding, a PDF without text layer, a locked, truncated or
    corrupt file.
    """
    data = _bytes(path)
    media = _media(path)
    if media == "pdf":
        source = _read_pdf(data, path)
    elif media == "docx":
        source = SourceText(docx_to_markdown(data, path), "", media, True)
    else:
        source = _read_text(data, media, path)
    if not VISIBLE.search(source.text):
        raise CorpusError("this file holds no text", file=path, remedy="give a file whose text can be selected and copied")
    return source


def _media(path: Path) -> Media:
    media = MEDIA.get(path.suffix.lower())
    if media is None:
        known = ", ".join(MEDIA)
        raise CorpusError(
            f"the extension « {path.suffix} » is not one of {known}" if path.suffix else "this file has no extension",
            file=path,
            remedy="export the document as DOCX, PDF or text and give it that extension",
        )
    return media


def _bytes(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise CorpusError("this is a folder", file=path, remedy="name the files in it one by one")
        if not stat.S_ISREG(mode):
            raise CorpusError("this is not a regular file", file=path, remedy="copy its content into a file")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise CorpusError("there is no such file", file=path, remedy="check its name and folder") from error
    except OSError as error:
        why = (error.strerror or "unknown reason").lower()
        raise CorpusError(f"this file cannot be read ({why})", file=path, remedy="check its access rights") from error
    if not data:
        raise CorpusError("this file is empty", file=path, remedy="give the file again once its text is in it")
    return data


def _read_text(data: bytes, media: Media, path: Path) -> SourceText:
    disguised = next((name for magic, name in MAGIC if data.startswith(magic)), None)
    if disguised:
        raise CorpusError(
            f"this is not a text but {disguised}",
            file=path,
            remedy="give the file its true extension, or export its text",
        )
    if media != "html":
        text, encoding = decode(data, path)
        return SourceText(text, encoding, media, False)
    text, encoding = _decode_html(data, path)
    return SourceText(html_to_markdown(text, path), encoding, media, True)


def _decode_html(data: bytes, path: Path) -> tuple[str, str]:
    """UTF-8 when the bytes are, else the encoding that the page declares, else the one its bytes suggest."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        declared = DECLARED.search(data[:4096])
        codec = declared[1].decode("ascii").lower() if declared else ""
        codec = "cp1252" if codec in LATIN_1 else codec
        if codec and not codec.startswith("utf"):
            try:
                return data.decode(codec), codec
            except (LookupError, UnicodeDecodeError):
                return decode(data, path)
    return decode(data, path)


def _read_pdf(data: bytes, path: Path) -> SourceText:
    text = pdf_to_markdown(data, path)
    if not VISIBLE.search(text):
        raise CorpusError(
            "this PDF has no text layer (its pages are pictures)",
            file=path,
            remedy="run a character recognition (OCR) on it and add the file it makes",
        )
    notices = tuple(f"{path}: page {number} holds no text: what it shows is not read" for number in pictured_pages(data))
    return SourceText(text, "", "pdf", True, notices)
