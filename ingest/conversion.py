"""HTML and DOCX into Markdown through markitdown, PDF into text through pypdfium2: no plugin, no network, no model."""

import io
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from ingest.errors import CorpusError

ENCRYPTED_OFFICE = b"\xd0\xcf\x11\xe0"
COPY_AGAIN = "copy or export the file again, then add it"
UNLOCK = "save a copy without password, then add that copy"


def html_to_markdown(text: str, file: Path) -> str:
    """The Markdown of a decoded HTML page; raises CorpusError when it cannot be converted."""
    return _convert(text.encode("utf-8", "surrogatepass"), ".html", file)


def docx_to_markdown(data: bytes, file: Path) -> str:
    """The Markdown of a DOCX file; raises CorpusError for a truncated, corrupt, locked or foreign file."""
    if data.startswith(ENCRYPTED_OFFICE):
        raise CorpusError("this Word file is protected by a password or in the old .doc format", file=file, remedy=UNLOCK)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            damaged = archive.testzip()
            names = archive.namelist()
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise CorpusError("this DOCX file is truncated or corrupt", file=file, remedy=COPY_AGAIN) from error
    if damaged is not None:
        raise CorpusError(f"this DOCX file is corrupt (in its part {damaged})", file=file, remedy=COPY_AGAIN)
    if "word/document.xml" not in names:
        raise CorpusError("this file is no Word document", file=file, remedy="export the text as DOCX or PDF")
    return _convert(data, ".docx", file)


def pdf_to_markdown(data: bytes, file: Path) -> str:
    """The text layer of a PDF, page by page; raises CorpusError for a truncated, corrupt or locked file."""
    if b"%PDF-" not in data[:1024]:
        raise CorpusError("this file is no PDF, or its beginning is lost", file=file, remedy=COPY_AGAIN)
    if b"%%EOF" not in data[-1024:]:
        raise CorpusError("this PDF is truncated (its end mark is missing)", file=file, remedy=COPY_AGAIN)
    import pypdfium2  # pages in the order in which they were written: columns and tables are not shuffled

    try:
        with pypdfium2.PdfDocument(data) as document:
            pages = [page.get_textpage().get_text_range().replace("\r\n", "\n").strip() for page in document]
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise CorpusError("this PDF is protected by a password", file=file, remedy=UNLOCK) from error
        raise CorpusError("this PDF file is truncated or corrupt", file=file, remedy=COPY_AGAIN) from error
    return "\n\n".join(pages)


def pictured_pages(data: bytes) -> list[int]:
    """Numbers, from 1, of the pages of a readable PDF that show something but hold no text."""
    from pdfminer.converter import PDFPageAggregator
    from pdfminer.layout import LTChar, LTComponent, LTContainer
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage

    def has_text(item: LTComponent) -> bool:
        return isinstance(item, LTChar) or (isinstance(item, LTContainer) and any(map(has_text, item)))

    resources = PDFResourceManager()
    device = PDFPageAggregator(resources, laparams=None)
    interpreter = PDFPageInterpreter(resources, device)
    found = []
    for number, page in enumerate(PDFPage.get_pages(io.BytesIO(data)), 1):
        interpreter.process_page(page)
        shown = device.get_result()
        if len(shown) and not has_text(shown):
            found.append(number)
    return found


def _convert(data: bytes, extension: str, file: Path) -> str:
    # markitdown loads in a second or two: texts that need no conversion do not wait for it.
    from markitdown import DocumentConverter, FileConversionException, MarkItDown, StreamInfo
    from markitdown.converters import DocxConverter, HtmlConverter

    converters: dict[str, Callable[[], DocumentConverter]] = {".html": HtmlConverter, ".docx": DocxConverter}
    reader = MarkItDown(enable_builtins=False, enable_plugins=False)
    reader.register_converter(converters[extension]())
    charset = "utf-8" if extension == ".html" else None
    try:
        info = StreamInfo(extension=extension, charset=charset)
        return reader.convert_stream(io.BytesIO(data), stream_info=info).markdown
    except FileConversionException as error:
        kind = extension.lstrip(".").upper()
        raise CorpusError(f"this {kind} file is truncated or corrupt", file=file, remedy=COPY_AGAIN) from error
