"""What a run was made with: code, corpus, settings, day."""

import hashlib
import subprocess
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import assistant
import ingest
from assistant.clock import today
from assistant.engine import Engine
from ingest.settings import Settings
from ingest.types import Strict

PROJECT = "pactes-grand-est"
_CODE = (".py", ".yaml", ".toml")
_PLACES = {"corpus", "index", "cache", "host", "port"}
_ALSO = ("baselines.py", "systems.py")
_ROOT = Path(str(files(ingest))).parent


class Origin(Strict):
    """All that decides what is answered; two runs with the same origin give the same answers."""

    corpus_version: str
    embedding: str
    index_rules: str
    settings: str
    code: str
    today: str


def origin_of(engine: Engine, settings: Settings) -> Origin:
    """The origin of what this engine answers."""
    manifest = engine.index.manifest
    return Origin(
        corpus_version=manifest.corpus_version, embedding=manifest.embedding, index_rules=manifest.rules,
        settings=_digest(settings.model_dump_json(exclude=_PLACES).encode()), code=code_digest(), today=today().isoformat(),
    )  # fmt: skip


@cache
def code_digest() -> str:
    """Digest of the code and data files of all that answers, the baselines included."""
    folders = [Path(str(files(package))) for package in (ingest, assistant)]
    found = sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in _CODE)
    found += [Path(__file__).with_name(name) for name in _ALSO]
    return _digest(*(path.relative_to(_ROOT).as_posix().encode() + b"\0" + path.read_bytes() for path in found))


def version_of(corpus_version: str) -> str:
    """The name of a run: the version of the project, then of the corpus."""
    return f"{version(PROJECT)}-{corpus_version}"


def code_revision() -> str:
    """The revision of the working tree, with « + changes » when files differ from it; « unknown » without git."""
    revision = _git("rev-parse", "--short=12", "HEAD")
    if not revision:
        return "unknown"
    return f"{revision} + changes" if _git("status", "--porcelain", "--untracked-files=no", "--", ":!evals/reports") else revision


def _git(*words: str) -> str:
    try:
        done = subprocess.run(["git", *words], cwd=_ROOT, capture_output=True, text=True, check=False, timeout=30)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).hexdigest()[:16]
