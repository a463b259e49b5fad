"""From the bytes of a text file to its characters: the encoding is found, never assumed."""

import codecs
import re
from pathlib import Path

from charset_normalizer import from_bytes

from ingest.errors import CorpusError

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# On short texts charset-normalizer takes French cp1252 for cp1250, cp775 or UTF-16: these are tried before it.
WESTERN = ("cp1252", "iso8859_15", "mac_roman", "cp850")
WIDE = ["utf_16", "utf_16_be", "utf_16_le", "utf_32", "utf_32_be", "utf_32_le", "utf_7"]
ACCENTED = "àâäáæçéèêëîïíôöóœùûüúÿñß"
SIGNS = "\xa0«»‘’“”„–—…•·€£§°²³µ¼½¾ª©®™±×†"
# What betrays a wrong encoding: a rare character, a sign inside a word, a capital after a small letter.
STRANGE = re.compile(
    rf"(?=[^\x00-\x7f])(?:[^{ACCENTED}{ACCENTED.upper()}Ÿ{SIGNS}]"
    rf"|(?<=[a-z])(?:[“„«‘€{ACCENTED.upper()}ŸŒ]|[”»–—…•£§°µ¼½¾©®™±×†](?=[a-z])))"
)
TRUSTED, TOLERATED = 0.01, 0.2
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
RESAVE = "save the text again as UTF-8"


def decode(data: bytes, file: Path) -> tuple[str, str]:
    """The characters of a text file and its Python codec: `data.decode(codec)` gives the same characters.

    No newline is translated. A byte order mark follows its codec: `utf-8` keeps it as character 0, `utf-16` and
    `utf-32` consume it. Raises CorpusError for bytes that are no text, or whose encoding cannot be told.
    """
    text, codec = _marked(data, file) or _without_mark(data, file)
    _refuse_binary(text, file)
    return text, codec


def _marked(data: bytes, file: Path) -> tuple[str, str] | None:
    codec = next((codec for mark, codec in BYTE_ORDER_MARKS if data.startswith(mark)), None)
    return (_strictly(data, codec, file), codec) if codec else None


def _without_mark(data: bytes, file: Path) -> tuple[str, str]:
    if b"\0" in data:
        codec = _wide_codec(data)
        if codec is None:
            raise _binary(file, data.count(b"\n", 0, data.find(b"\0")) + 1)
        return _strictly(data, codec, file), codec
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        _refuse_broken_utf8(data, error.start, file)
    return _western(data) or _guessed(data, file)


def _strictly(data: bytes, codec: str, file: Path) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        line = data.decode(codec, "replace").count("\n", 0, error.start // 2) + 1
        raise CorpusError(f"this {codec} text is damaged or cut short", file=file, line=line, remedy=RESAVE) from error


def _wide_codec(data: bytes) -> str | None:
    """UTF-16 without a mark: European text has a zero in every other byte."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    half = len(data) // 4
    if odd > half and odd > 10 * even:
        return "utf-16-le"
    return "utf-16-be" if even > half and even > 10 * odd else None


def _refuse_broken_utf8(data: bytes, position: int, file: Path) -> None:
    """Bytes that are UTF-8 but for a few: another encoding would read them all, and wrongly."""
    replaced = data.decode("utf-8", "replace")
    broken = replaced.count("\ufffd")
    if len(replaced) - len(replaced.encode("ascii", "ignore")) > 2 * broken:
        line = data.count(b"\n", 0, position) + 1
        raise CorpusError("a character of this UTF-8 text is damaged or cut short", file=file, line=line, remedy=RESAVE)


def _western(data: bytes) -> tuple[str, str] | None:
    found: list[tuple[float, str]] = []
    for codec in WESTERN:
        try:
            strangeness = _strangeness(data.decode(codec))
        except UnicodeDecodeError:
            continue
        found.append((strangeness, codec))
        if strangeness <= TRUSTED:
            break
    strangeness, codec = min(found, key=lambda pair: pair[0])
    return (data.decode(codec), codec) if strangeness <= TOLERATED else None


def _strangeness(text: str) -> float:
    """Share of the characters beyond ASCII that do not look like French, German or English text."""
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return sum(1 for _ in STRANGE.finditer(text)) / max(beyond_ascii, 1)


def _guessed(data: bytes, file: Path) -> tuple[str, str]:
    best = from_bytes(data, cp_exclusion=WIDE).best()
    if best is None:
        raise CorpusError("the encoding of this text is not recognised", file=file, remedy=RESAVE)
    return _strictly(data, best.encoding, file), best.encoding


def _refuse_binary(text: str, file: Path) -> None:
    first = CONTROLS.search(text)
    if first and ("\0" in text or sum(1 for _ in CONTROLS.finditer(text)) > len(text) // 20):
        raise _binary(file, text.count("\n", 0, first.start()) + 1)


def _binary(file: Path, line: int) -> CorpusError:
    return CorpusError(
        "this is not a text but a binary file (it holds control characters)",
        file=file,
        line=line,
        remedy="give the file its true extension, or export its text",
    )
