"""Whatever befalls a build, the old index goes on answering and the next build is clean."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from small_corpus import CountingEmbedder, an_entry, build_from, settings_in

from ingest.build import build
from ingest.content import Entry
from ingest.encoder import Vectors
from ingest.errors import CorpusError, IndexBusyError
from ingest.index import open_index, read_current
from ingest.lock import only_builder
from ingest.private_copy import PREFIX, PrivateCopy
from ingest.settings import Settings
from ingest.toy import ToyEmbedder
from ingest.views import views_of

HERE = Path(__file__).parent
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and POSIX limits")
needs_root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can mount a small disk")


def in_another_process(script: str, folder: Path, *arguments: object) -> list[dict[str, object]]:
    """Run a script beside the tests; what it prints, one JSON object a line."""
    ran = subprocess.run(
        [sys.executable, "-c", script, str(folder), *map(str, arguments)],
        cwd=HERE.parent, env=os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent)])},
        capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


# Each life is a fork of one process that has imported everything and opened nothing.
IN_FORKS = """
import json, os, random, resource, signal, sys, time
from pathlib import Path
from small_corpus import CountingEmbedder, an_entry, build_from, settings_in
from ingest.errors import CorpusError
from ingest.index import open_index

settings = settings_in(Path(sys.argv[1]))

def corpus(turn):
    return [an_entry("alpha", 12), an_entry("beta", 12, turn)]

def fork(job, *arguments):
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        code = job(*arguments)
    finally:
        os._exit(code)

def run(job, *arguments):
    return os.waitstatus_to_exitcode(os.waitpid(fork(job, *arguments), 0)[1])

def make(turn, pause=0.0):
    build_from(settings, corpus(turn), CountingEmbedder(pause))
    return 0

def make_and_answer(turn):
    return make(turn) or answer()

def answer():
    index = open_index(settings)
    whole = len(index.provisions) == len(index.lexical) == len(index.vectors) == 24
    found = {index.views[one].provision_id for one, _ in index.lexical.search(["relocalis"], 3)}
    index.close()
    return 0 if whole and found else 9
"""

KILLS = (
    IN_FORKS
    + """
assert run(make, 0) == 0
begun = time.monotonic()
assert run(make, 1, 0.02) == 0
length = time.monotonic() - begun
chance = random.Random(7)
for turn in range(2, 22):
    moment = chance.uniform(0, length)
    child = fork(make, turn, 0.02)
    time.sleep(moment)
    os.kill(child, signal.SIGKILL)
    killed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    answered = run(answer)
    again = run(make_and_answer, turn)
    left = [p.name for p in settings.index.iterdir() if p.name.startswith(("building-", "current."))]
    row = {"moment": moment, "killed": killed, "answered": answered, "again": again, "left": left}
    print(json.dumps(row), flush=True)
"""
)


@needs_fork
def test_a_build_killed_at_any_of_twenty_moments_leaves_the_old_index_answering(tmp_path: Path) -> None:
    rows = in_another_process(KILLS, tmp_path)
    assert len(rows) == 20
    assert sum(bool(row["killed"]) for row in rows) >= 10
    for row in rows:
        assert (row["answered"], row["again"], row["left"]) == (0, 0, []), row


LIMITS = (
    IN_FORKS
    + """
def limited(turn, most):
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    try:
        make(turn)
    except CorpusError as error:
        Path(sys.argv[1], "message").write_text(str(error), encoding="utf-8")
        return 3
    return 0

assert run(make, 0) == 0
for turn, most in enumerate([600, 3_000, 10_000, 20_000, 100_000, 150_000, 190_000, 215_000, 10_000_000], start=1):
    message = Path(sys.argv[1], "message")
    message.unlink(missing_ok=True)
    code = run(limited, turn, most)
    said = message.read_text(encoding="utf-8") if message.exists() else ""
    left = [p.name for p in settings.index.iterdir() if p.name.startswith("building-")]
    print(json.dumps({"most": most, "code": code, "said": said, "answered": run(answer), "left": left}), flush=True)
"""
)


@needs_fork
def test_a_build_that_meets_a_limit_of_file_sizes_says_so_and_changes_nothing(tmp_path: Path) -> None:
    rows = in_another_process(LIMITS, tmp_path)
    assert rows[-1]["code"] == 0
    assert [row["code"] for row in rows].count(3) >= 6
    for row in rows:
        assert row["code"] in (0, 3), row
        assert row["answered"] == 0, row
        assert row["left"] == [] or row["code"] == 3
        if row["code"] == 3:
            # SQLite tells a limit of file sizes from a full disk by no more than « disk I/O error ».
            assert "the disk is full, or a limit" in str(row["said"]) or "could not be written (" in str(row["said"]), row
            assert "the index there goes on serving" in str(row["said"])


@needs_root
def test_a_disk_that_fills_up_leaves_the_old_index_answering(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=900k", "tmpfs", str(disk)], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting is not allowed here")
    try:
        settings = settings_in(disk)
        build_from(settings, [an_entry("alpha", 8)])
        before = read_current(settings.index)
        with pytest.raises(CorpusError, match="the disk is full"):
            for turn in range(1, 6):
                build_from(settings, [an_entry("alpha", 60 * turn, turn)])
                before = read_current(settings.index)
        assert read_current(settings.index) == before
        open_index(settings).close()
        assert not list(settings.index.glob("building-*"))
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


HOLDER = """
import sys
from pathlib import Path
from small_corpus import CountingEmbedder, an_entry, build_from, settings_in

class Waiting(CountingEmbedder):
    def encode_documents(self, texts):
        print("{}", flush=True)
        sys.stdin.readline()
        return super().encode_documents(texts)

build_from(settings_in(Path(sys.argv[1])), [an_entry("alpha", 4)], Waiting())
"""


def test_a_second_build_is_told_which_process_is_at_work(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    first = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        cwd=HERE.parent, env=os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent)])},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert first.stdout is not None
    assert first.stdout.readline()
    with pytest.raises(IndexBusyError, match=rf"another build \(process {first.pid}\) is at work here — wait for it"):
        build_from(settings, [an_entry("beta", 4)])
    first.communicate("\n" * 9, timeout=60)
    assert first.returncode == 0
    assert build_from(settings, [an_entry("beta", 4)]).new == 4


def test_the_lock_of_a_process_that_died_holds_nobody_up(tmp_path: Path) -> None:
    (tmp_path / "build.pid").write_text("999999", encoding="ascii")
    (tmp_path / "build.lock").touch()
    with only_builder(tmp_path):
        assert (tmp_path / "build.pid").read_text(encoding="ascii") == str(os.getpid())
        with pytest.raises(IndexBusyError), only_builder(tmp_path):
            pass
    assert not (tmp_path / "build.pid").exists()


def test_a_build_cut_off_in_the_middle_of_embedding_goes_on_where_it_stopped(tmp_path: Path) -> None:
    settings, corpus = settings_in(tmp_path), [an_entry("alpha", 60)]

    class Failing(CountingEmbedder):
        def encode_documents(self, texts: Sequence[str]) -> Vectors:
            if len(self.seen) >= 32:
                raise KeyboardInterrupt
            return super().encode_documents(texts)

    with pytest.raises(KeyboardInterrupt):
        build_from(settings, corpus, Failing())
    report = build_from(settings, corpus, second := CountingEmbedder())
    assert (report.embedded, len(second.seen)) == (28, 28)


def test_a_fault_of_the_corpus_leaves_the_old_index_answering(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    build_from(settings, [an_entry("alpha", 8)])
    before = read_current(settings.index)
    fault = CorpusError("the digest changed", file="alpha.txt", remedy="register it again")

    def read() -> list[Entry]:
        raise fault

    with pytest.raises(CorpusError) as raised:
        build(settings, embedder=ToyEmbedder(), read=read, views_of=views_of)
    assert raised.value is fault
    assert read_current(settings.index) == before
    open_index(settings).close()


def test_a_source_that_vanishes_while_it_is_read_is_named(tmp_path: Path) -> None:
    def read() -> list[Entry]:
        (tmp_path / "corpus" / "alpha.txt").read_text(encoding="utf-8")
        return []

    with pytest.raises(CorpusError, match=r"alpha\.txt: this file could not be read \(No such file"):
        build(settings_in(tmp_path), embedder=ToyEmbedder(), read=read, views_of=views_of)


def test_a_folder_that_cannot_be_made_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = settings_in(tmp_path).model_copy(update={"index": tmp_path / "file" / "index"})
    with pytest.raises(CorpusError, match=r"file/index: .* — check the folder and the disk"):
        build_from(settings, [an_entry("alpha", 2)])


def test_a_folder_that_cannot_be_written_is_named_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(CorpusError, match="cannot be written — give yourself the right to write there"):
        build_from(Settings(corpus=tmp_path, index=tmp_path / "index"), [an_entry("alpha", 2)])


@needs_root
def test_an_index_on_a_read_only_disk_answers(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    build_from(settings, [an_entry("alpha", 8)])
    folder = str(settings.index)
    if subprocess.run(["mount", "--bind", folder, folder], capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
        index = open_index(settings)
        assert index.vectors.search(ToyEmbedder().encode_query("l'eau"), 1)
        index.close()
        with pytest.raises(CorpusError, match="cannot be written"):
            build_from(settings, [an_entry("beta", 8)])
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)  # memory maps keep it busy


def test_the_copy_of_a_reader_that_was_killed_is_removed_by_the_next_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    source = tmp_path / "source"
    source.mkdir()
    (source / "data").write_text("x", encoding="utf-8")
    living = PrivateCopy(source)
    dead = tmp_path / f"{PREFIX}dead"
    dead.mkdir()
    hour_ago = time.time() - 3600
    for home in tmp_path.glob(f"{PREFIX}*"):
        os.utime(home, (hour_ago, hour_ago))
    PrivateCopy(source).close()
    assert list(tmp_path.glob(f"{PREFIX}*")) == [living.folder.parent]
    assert (living.folder / "data").read_text(encoding="utf-8") == "x"
    living.close()
    assert not list(tmp_path.glob(f"{PREFIX}*"))
