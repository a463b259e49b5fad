"""From the phrases to the file of weights."""

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

import assistant
from assistant.context import Asked, Turn
from assistant.cues import with_cues
from assistant.engine import Engine
from assistant.learned import FILE, FORMAT
from assistant.ranking import word_tokens
from assistant.steps import receive, understand
from assistant.types import Question
from evals.learning.fit import SHARPNESS, Passages, Rows, fit_head, fit_lacking, fit_vectors, fit_words, right_ones
from evals.learning.phrases import SetQuestion, Wording, scoped, set_questions, wordings
from ingest.types import Kind

OFTEN = 3
"""How often a question with its whole set is shown, for each time that a wording is: it is asked as people ask."""

SAMPLE, SAMPLE_COUNTS = 8000, 0.25
"""Wordings that stand for what the texts cover when the scope is learned, and what each counts: there are more than of all else."""


class Read(NamedTuple):
    """A phrase as the assistant understands it, and its vector."""

    asked: Asked
    vector: NDArray[np.float32]
    words: str


def learn(engine: Engine, told: Callable[[int], None]) -> Path:
    """Fit everything on the phrases and write it beside the assistant's data; `told` hears of each phrase read."""
    given: list[Wording | SetQuestion] = [*wordings(engine.index.provisions), *set_questions(engine.index.provisions)]
    read = [_read(engine, row.text, row.history, told) for row in given]
    others = scoped()
    elsewhere = [_read(engine, row.text, [], told) for row in others]
    torch.set_num_threads(1)
    passages = _passages(engine)
    shown = [at for at, row in enumerate(given) for _ in range(OFTEN if isinstance(row, SetQuestion) else 1)]
    right = right_ones(passages, [meant(given[at]) for at in shown])
    turn, known = fit_vectors(np.array([read[at].vector for at in shown]), right, passages)
    vocabulary, words = fit_words([word_tokens(read[at].asked) for at in shown], right)
    step = float(np.abs(words).max()) / 127
    saved: dict[str, NDArray[np.generic]] = {
        "identity": np.array(engine.embedder.identity), "format": np.array(FORMAT),
        "turn": turn.astype(np.float16), "known": known.astype(np.float16),
        "provisions": np.array(passages.ids), "vocabulary": np.array(vocabulary), "words": np.round(words / step).astype(np.int8),
        "words_step": np.array(step), "sharpness": np.array(SHARPNESS),
    }  # fmt: skip
    labels = ["covered" if row.scope == "harmless" else row.scope for row in others]
    chosen = np.random.default_rng(0).choice(len(read), min(SAMPLE, len(read)), replace=False)
    counts = [*[1.0] * len(labels), *[SAMPLE_COUNTS] * len(chosen)]
    saved |= _head("scope", [*elsewhere, *(read[at] for at in chosen)], [*labels, *["covered"] * len(chosen)], counts)
    saved |= _head("kind", *_of_kind(given, read))
    saved |= _lacking(passages, given, read)
    saved |= _asked(turn, right_ones(passages, [meant(row) for row in given]), given, read)
    saved |= _head("detail", read, [row.missing or "none" for row in given])
    return _written(saved)


def meant(row: Wording | SetQuestion) -> list[str]:
    """The passages that answer an example."""
    return [row.provision] if isinstance(row, Wording) else [*row.provisions, *row.also]


def _of_kind(given: Sequence[Wording | SetQuestion], read: Sequence[Read]) -> tuple[list[Read], list[str]]:
    own = [(one, row.kind) for one, row in zip(read, given, strict=True) if row.kind != "followup"]
    return [one for one, _ in own], [kind for _, kind in own]


def _lacking(passages: Passages, given: Sequence[Wording | SetQuestion], read: Sequence[Read]) -> dict[str, NDArray[np.generic]]:
    """Which questions each passage does not answer, although it treats their subject."""
    place = {name: at for at, name in enumerate(passages.ids)}
    rows = [(place[meant(row)[0]], bool(row.missing), one) for row, one in zip(given, read, strict=True) if meant(row)[0] in place]
    features: Rows = np.array([with_cues(one.vector, one.asked, one.words) for _, _, one in rows])
    fitted = fit_lacking(features, np.array([at for at, _, _ in rows]), np.array([lacks for _, lacks, _ in rows]), len(place))
    return {f"lacking.{part}": array.astype(np.float16) for part, array in fitted._asdict().items()}


def _asked(turn: Rows, right: torch.Tensor, given: Sequence[Wording | SetQuestion], read: Sequence[Read]) -> dict[str, NDArray[np.generic]]:
    """The questions with their whole set: their turned vectors, the passages that answer each, and whether one stays open."""
    sets = [at for at, row in enumerate(given) if isinstance(row, SetQuestion)]
    moved: Rows = np.array([read[at].vector + read[at].vector @ turn for at in sets])
    moved /= np.linalg.norm(moved, axis=1, keepdims=True)
    step = float(np.abs(moved).max()) / 127
    owner, members = np.nonzero(right[sets].numpy())
    return {
        "asked.questions": np.round(moved / step).astype(np.int8), "asked.step": np.array(step),
        "asked.members": members.astype(np.int16), "asked.counts": np.bincount(owner, minlength=len(sets)).astype(np.int16),
        "asked.open": np.array([bool(given[at].missing) for at in sets]),
    }  # fmt: skip


def _head(name: str, read: Sequence[Read], labels: Sequence[str], counts: Sequence[float] | None = None) -> dict[str, NDArray[np.generic]]:
    features: Rows = np.array([with_cues(one.vector, one.asked, one.words) for one in read])
    return {f"head.{name}.{part}": array for part, array in fit_head(features, labels, counts).items()}


def _read(engine: Engine, text: str, history: Sequence[str], told: Callable[[int], None]) -> Read:
    turn = Turn(Question(question=text, history=list(history)), engine)
    receive.run(turn)
    asked = understand.understood(turn, list(history))
    told(1)
    return Read(asked, engine.embedder.encode_query(asked.search), turn.words)


def _passages(engine: Engine) -> Passages:
    ids = sorted(name for name, provision in engine.index.provisions.items() if provision.kind is not Kind.SECTION)
    place = {name: at for at, name in enumerate(ids)}
    records = [one for one in engine.index.vectors.ids if one.rsplit("@", 1)[0] in place]
    vectors = engine.index.vectors.vectors(records)
    unit = np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
    owner = np.array([place[one.rsplit("@", 1)[0]] for one in records], np.int64)
    return Passages(ids, unit, owner, engine.lookup.twins)


def _written(saved: dict[str, NDArray[np.generic]]) -> Path:
    path = Path(assistant.__file__).parent / "data" / FILE
    buffer = BytesIO()
    np.savez_compressed(buffer, **saved)  # type: ignore[arg-type]  # numpy's own keyword is typed as an array too
    path.write_bytes(buffer.getvalue())
    return path
