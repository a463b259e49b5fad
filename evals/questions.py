"""The question sets: read, checked against the corpus, and split once and for all by a fixed rule."""

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.jsonl import read_rows, refuse_doubles
from evals.types import Fault, QuestionRow, Split
from ingest.errors import CorpusError

FOLDER = Path(__file__).parent / "questions"
REPORTS = Path(__file__).parent / "reports"
_FIRST_ROUND = re.compile(r"-[abc]?\d+$")
_READ_ROUNDS = re.compile(r"-[a-q]?\d+$")
_FIRST_DEV_BYTES = 154


@dataclass(frozen=True)
class Questions:
    """The rows that can be used, in the order of their files, and what was left out."""

    rows: list[QuestionRow]
    left_out: list[Fault]

    def of(self, split: Split) -> list[QuestionRow]:
        """The rows of one split."""
        return [row for row in self.rows if split_of(row.id) == split]


def split_of(question_id: str) -> Split:
    """`dev` for the first five rounds (sets a to q: all of them were read while building), `test` for every later one.

    An id ends in the letter of its set and a number; a round is written by those who saw neither the engine nor the sets before.
    """
    return "dev" if _READ_ROUNDS.search(question_id) else "test"


def in_first_dev(question_id: str) -> bool:
    """Whether a question was among those of the first round that were read from the start: six in ten of it."""
    return bool(_FIRST_ROUND.search(question_id)) and hashlib.sha256(question_id.encode()).digest()[0] < _FIRST_DEV_BYTES


def question_files(folder: Path = FOLDER) -> list[Path]:
    """The sets of a folder in order of name; raises CorpusError when there is none."""
    found = sorted(folder.glob("*.jsonl"))
    if not found:
        raise CorpusError("there is no question set here", file=folder, remedy="add files of JSON lines (*.jsonl)")
    return found


def load_questions(files: Sequence[Path], known: Collection[str]) -> Questions:
    """Every usable row of the files; `known` holds the ids of the provisions that exist. Raises CorpusError without a file."""
    rows: list[QuestionRow] = []
    left_out: list[Fault] = []
    elsewhere: dict[str, Path] = {}
    for file in files:
        read, broken = read_rows(file, QuestionRow)
        read, doubled = refuse_doubles(file, read)
        left_out += [*broken, *doubled]
        for line, row in read:
            fault = _fault(file, line, row, known, elsewhere)
            if fault is None:
                rows.append(row)
                elsewhere[row.id] = file
            else:
                left_out.append(fault)
    return Questions(rows, left_out)


def _fault(file: Path, line: int, row: QuestionRow, known: Collection[str], elsewhere: dict[str, Path]) -> Fault | None:
    if row.id in elsewhere:
        return Fault(file, line, f"the id « {row.id} » stands already in {elsewhere[row.id]}", "give it an id of its own")
    lost = sorted({name for group in row.evidence for name in group} - set(known))
    if lost:
        told = f"the evidence of « {row.id} » names what the corpus does not hold: {', '.join(lost)}"
        return Fault(file, line, told, "give the id that `python -m ingest list` prints for that passage")
    return None
