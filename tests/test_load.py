"""Fifty people at once, for some seconds, against a real server; `python tests/load.py` is the long run."""

import json
import subprocess
import sys
from itertools import islice
from pathlib import Path

from conftest import REAL_CORPUS
from load import questions

LOAD = Path(__file__).with_name("load.py")


def test_the_questions_of_the_load_are_all_distinct_and_the_same_each_time() -> None:
    asked = list(islice(questions(REAL_CORPUS), 10_000))
    assert len(set(asked)) == 10_000
    assert asked[:50] == list(islice(questions(REAL_CORPUS), 50))


def test_fifty_clients_for_five_seconds_get_their_own_answers_and_no_error() -> None:
    line = [sys.executable, str(LOAD), "--workers", "2", "--clients", "50", "--seconds", "5"]
    ran = subprocess.run(line, cwd=LOAD.parents[1], capture_output=True, text=True, check=False, timeout=280)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    report = json.loads(ran.stdout)
    assert set(report["codes"]) <= {"200", "429", "503"} and report["codes"]["200"] >= 20
    assert "error" not in report["statuses"]
    assert (report["mixed"], report["changed_when_asked_again"], len(report["versions"])) == (0, 0, 1)
    assert report["memory_growth_mb"] < 300
    assert report["share_of_bound"] > 0 and report["workers"] == 2
