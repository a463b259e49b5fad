"""From a file to its source text: what is read is what the file says, and what cannot be read is said."""

import io
import os
import random
import re
import socket
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from docx import Document as WordDocument
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ingest.decoding import decode
from ingest.errors import CorpusError
from ingest.reading import read_source

SOURCES = sorted((Path(__file__).parents[1] / "corpus" / "sources").glob("*.txt"))
FRENCH = "Priorité 3 : offrir au créateur ou au repreneur d’entreprise — l'œuvre à 70 %, 5 €\r\nÀ où, Être, «\xa0là\xa0»\n"


def words(text: str) -> str:
    return "".join(re.findall(r"\w+", text))


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def pdf(*pages: str, password: str = "", picture: bool = False) -> bytes:
    document = FPDF()
    document.set_font("helvetica", size=12)
    for page in pages:
        document.add_page()
        if page:
            document.multi_cell(0, text=page)
        if picture:
            document.image(Image.new("RGB", (60, 40), "navy"), x=20, y=20)
    if password:
        document.set_encryption(owner_password="maître", user_password=password)
    return bytes(document.output())


def docx(*paragraphs: str) -> bytes:
    document = WordDocument()
    document.add_heading("Priorité 1 : l'innovation", level=1)
    for paragraph in paragraphs:
        document.add_paragraph(paragraph, style="List Bullet")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def refusal(path: Path) -> CorpusError:
    with pytest.raises(CorpusError) as caught:
        read_source(path)
    error = caught.value
    assert str(path) in str(error) and error.remedy, "an error names its file and the remedy"
    return error


# What is read


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem[:3])
def test_a_published_text_is_its_file_to_the_letter(path: Path) -> None:
    source = read_source(path)
    assert source.text.encode() == path.read_bytes()
    assert (source.encoding, source.media, source.converted) == ("utf-8", "text", False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "mac_roman", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_french_is_read_rightly_in_any_encoding_and_line_ends_are_kept(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path, "pacte.txt", FRENCH.encode(encoding))
    source = read_source(path)
    assert source.text.removeprefix("\ufeff") == FRENCH
    assert path.read_bytes().decode(source.encoding) == source.text


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-8"])
@pytest.mark.parametrize("text", ["L’été", "où", "Priorité 1", "Cœur", "5 €", "Pôle emploi", "À l'écoute", "LE GRÉ À GRÉ"])
def test_a_few_words_are_enough_to_tell_the_encoding(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), Path("court.txt"))[0] == text


def test_an_old_dos_text_is_read_rightly() -> None:
    text = "Priorité 2 : développer là où c'est utile, être prêt à créer"
    assert decode(text.encode("cp850"), Path("vieux.txt")) == (text, "cp850")


FRENCH_SIGNS = [
    "été",
    "où",
    "à",
    "région",
    "œuvre",
    "Épinal",
    "l’État",
    "«",
    "boîte",
    "»",
    "70 %",
    "5 €",
    "–",
    "ça",
    "de…",
]


@settings(max_examples=50)
@given(st.lists(st.sampled_from(FRENCH_SIGNS), max_size=12).map(lambda signs: " ".join(["emploi", *signs])))
def test_any_french_phrase_survives_cp1252_and_utf16(text: str) -> None:
    for encoding in ("cp1252", "utf-16-le", "utf-16"):
        assert decode(text.encode(encoding), Path("phrase.txt"))[0] == text


def test_markdown_is_read_as_it_stands(tmp_path: Path) -> None:
    source = read_source(write(tmp_path, "Pacte.MD", b"# Titre\r\n\r\n- **axe** 1  \r\n"))
    assert (source.text, source.media, source.converted) == ("# Titre\r\n\r\n- **axe** 1  \r\n", "markdown", False)


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"),
        ("cp1252", "iso-8859-1"),
        ("cp1252", "windows-1252"),
        ("cp1252", ""),
        ("iso8859_15", "iso-8859-15"),
    ],
)
def test_a_web_page_becomes_markdown(tmp_path: Path, encoding: str, declared: str) -> None:
    meta = f'<meta charset="{declared}">' if declared else ""
    page = f"<html><head>{meta}<script>x()</script></head><body><h2>Priorité 1</h2><ul><li>créer</li></ul><p>cœur</p>"
    source = read_source(write(tmp_path, "page.html", page.encode(encoding)))
    assert source.text == "## Priorité 1\n\n* créer\n\ncœur"
    assert (source.media, source.converted) == ("html", True)


def test_a_pdf_gives_its_text_layer(tmp_path: Path) -> None:
    source = read_source(write(tmp_path, "pacte.pdf", pdf("Priorité 1 : l'emploi", "Axe 2 : le foncier")))
    assert words(source.text) == words("Priorité 1 : l'emploi Axe 2 : le foncier")
    assert (source.media, source.encoding, source.converted, source.notices) == ("pdf", "", True, ())


def test_a_pdf_says_which_of_its_pages_are_pictures(tmp_path: Path) -> None:
    path = write(tmp_path, "pacte.pdf", pdf("Priorité 1", "", "Priorité 2", picture=True))
    assert [notice.removeprefix(f"{path}: ").split(" holds")[0] for notice in read_source(path).notices] == ["page 2"]


def test_a_word_file_gives_headings_and_lists(tmp_path: Path) -> None:
    source = read_source(write(tmp_path, "pacte.docx", docx("créer", "reprendre")))
    assert source.text == "# Priorité 1 : l'innovation\n\n* créer\n* reprendre"
    assert (source.media, source.converted) == ("docx", True)


def test_reading_opens_no_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", forbidden)
    monkeypatch.setattr(socket, "getaddrinfo", forbidden)
    page = b'<p>texte <img src="https://example.org/x.png"><a href="https://example.org">lien</a></p>'
    for name, data in [("a.html", page), ("a.pdf", pdf("texte")), ("a.docx", docx("texte"))]:
        assert "texte" in read_source(write(tmp_path, name, data)).text


# What cannot be read is said


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    assert "no such file" in str(refusal(tmp_path / "absent.txt"))
    (tmp_path / "dossier.txt").mkdir()
    assert "folder" in str(refusal(tmp_path / "dossier.txt"))


def test_a_pipe_is_refused_at_once_instead_of_being_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "tube.txt")
    assert "regular file" in str(refusal(tmp_path / "tube.txt"))


@contextmanager
def an_ordinary_user() -> Iterator[None]:
    """Access rights do not stop the superuser: read as another user for a moment."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_file_without_right_to_read_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "secret.txt", b"texte")
    path.chmod(0)
    with an_ordinary_user():
        assert "access rights" in str(refusal(path))


@pytest.mark.parametrize("name", ["tableau.xlsx", "texte.odt", "archive.zip", "sans_extension"])
def test_an_unknown_extension_is_refused_with_the_known_ones(tmp_path: Path, name: str) -> None:
    assert "extension" in str(refusal(write(tmp_path, name, b"texte")))


@pytest.mark.parametrize("name", ["vide.txt", "vide.md", "vide.html", "vide.pdf", "vide.docx"])
def test_an_empty_file_is_refused(tmp_path: Path, name: str) -> None:
    assert "empty" in str(refusal(write(tmp_path, name, b"")))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("blanc.txt", " \n\t\u00a0\n".encode()),
        ("marque.txt", b"\xef\xbb\xbf\r\n"),
        ("blanc.html", b"<html><body><script>x()</script> </body></html>"),
    ],
)
def test_a_file_of_white_space_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    assert "no text" in str(refusal(write(tmp_path, name, data)))


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (pdf("texte"), "PDF"),
        (docx("texte"), "DOCX"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "PNG"),
        (bytes(range(256)) * 8, "binary"),
        (b"une ligne\nune autre\x00\x01\x02 encore\n", "binary"),
        (bytes(range(1, 32)) * 3, "binary"),
    ],
)
@pytest.mark.parametrize("name", ["faux.txt", "faux.md", "faux.html"])
def test_a_binary_under_the_name_of_a_text_is_refused(tmp_path: Path, name: str, data: bytes, what: str) -> None:
    assert what in str(refusal(write(tmp_path, name, data)))


def test_the_line_of_a_stray_binary_character_is_named(tmp_path: Path) -> None:
    assert refusal(write(tmp_path, "note.txt", b"un\ndeux\ntr\x00ois\n")).line == 3


def test_random_bytes_are_never_taken_for_a_text(tmp_path: Path) -> None:
    chance = random.Random(2)
    for number in range(20):
        refusal(write(tmp_path, f"{number}.txt", chance.randbytes(3000)))


def test_a_damaged_utf8_text_is_named_by_line_and_not_read_as_cp1252(tmp_path: Path) -> None:
    data = "été\nà Épinal\noù créer, là-bas".encode()
    cut = data[: data.index("é".encode(), 20) + 1]
    error = refusal(write(tmp_path, "coupe.txt", cut))
    assert error.line == 3 and "damaged" in str(error)


def test_a_utf16_text_cut_in_a_character_is_refused(tmp_path: Path) -> None:
    assert "cut short" in str(refusal(write(tmp_path, "coupe.txt", "été\nà Épinal".encode("utf-16")[:-1])))


def test_a_pdf_of_pictures_is_refused_with_the_remedy(tmp_path: Path) -> None:
    error = refusal(write(tmp_path, "scan.pdf", pdf("", "", picture=True)))
    assert "no text layer" in str(error) and "OCR" in error.remedy


def test_a_locked_pdf_is_refused_with_the_remedy(tmp_path: Path) -> None:
    error = refusal(write(tmp_path, "secret.pdf", pdf("texte", password="clé")))
    assert "password" in str(error) and "without password" in error.remedy


def test_a_locked_word_file_is_refused_with_the_remedy(tmp_path: Path) -> None:
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    assert "password" in str(refusal(write(tmp_path, "secret.docx", locked)))


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.99])
@pytest.mark.parametrize("name", ["coupe.pdf", "coupe.docx"])
def test_a_truncated_file_is_refused_wherever_it_is_cut(tmp_path: Path, name: str, share: float) -> None:
    data = docx("texte") if name.endswith("docx") else pdf("texte", "suite" * 200)
    error = refusal(write(tmp_path, name, data[: int(len(data) * share)]))
    assert re.search("truncated|corrupt|beginning", str(error))


def test_a_corrupt_word_file_is_refused(tmp_path: Path) -> None:
    data = bytearray(docx("texte"))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        part = archive.getinfo("word/document.xml")
    middle = part.header_offset + 30 + len(part.filename) + part.compress_size // 2
    data[middle] ^= 0xFF
    assert "corrupt" in str(refusal(write(tmp_path, "abime.docx", bytes(data))))


def test_a_word_file_whose_xml_is_broken_or_absent_is_refused(tmp_path: Path) -> None:
    for name, part, what in [
        ("a.docx", "word/document.xml", "corrupt"),
        ("b.docx", "xl/workbook.xml", "no Word document"),
    ]:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr(part, "<w:document>")
        assert what in str(refusal(write(tmp_path, name, stream.getvalue())))


def test_a_file_that_only_claims_to_be_a_pdf_is_refused(tmp_path: Path) -> None:
    assert "no PDF" in str(refusal(write(tmp_path, "faux.pdf", b"Ceci est un texte.")))
    assert "truncated or corrupt" in str(refusal(write(tmp_path, "vide.pdf", b"%PDF-1.4\n%%EOF\n")))
