"""The lexical leg: BM25 over the tokens of every record, kept in a folder and read by memory map."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
from numpy.typing import NDArray

from ingest.ranking import best_places
from ingest.search_settings import LexicalWeights

FORMAT = 1


class LexicalIndex:
    """Records by their tokens (BM25, Lucene's form: Kamphuis et al., ECIR 2020), ids in ascending order."""

    def __init__(self, ids: Sequence[str], scorer: Any) -> None:
        self.ids = list(ids)
        self._ids = np.array(self.ids, dtype=object)
        self._position = {record_id: position for position, record_id in enumerate(self.ids)}
        self._scorer = scorer

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def from_tokens(cls, records: Mapping[str, Sequence[str]], weights: LexicalWeights) -> "LexicalIndex":
        """Index `{record id: tokens}`; the order of the mapping changes nothing."""
        ids = sorted(records)
        # Sorted, because bm25s numbers the words of a set, whose order changes from one process to the next.
        vocabulary = {token: number for number, token in enumerate(sorted({t for r in ids for t in records[r]} | {""}))}
        scorer = bm25s.BM25(k1=weights.k1, b=weights.b, method="lucene")
        numbered = [[vocabulary[token] for token in records[record_id]] for record_id in ids]
        with np.errstate(invalid="ignore"):  # records without any token have a mean length of nought
            scorer.index((numbered, vocabulary), create_empty_token=False, show_progress=False)
        return cls(ids, scorer)

    def save(self, folder: Path) -> None:
        """Write the index into a new folder."""
        self._scorer.save(folder, show_progress=False)
        (folder / "records.json").write_text(json.dumps({"format": FORMAT, "ids": self.ids}), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "LexicalIndex":
        """Open a saved index; raises OSError or ValueError when it is missing, damaged or of another format."""
        saved = json.loads((folder / "records.json").read_text(encoding="utf-8"))
        if saved["format"] != FORMAT:
            raise ValueError(f"lexical index of format {saved['format']}, not {FORMAT}")
        return cls(saved["ids"], bm25s.BM25.load(folder, mmap=True, show_progress=False))

    def search(self, query_tokens: Sequence[str], k: int, allowed: set[str] | None = None) -> list[tuple[str, float]]:
        """The `k` best (record id, BM25 score > 0), best first, ties by id; `allowed` keeps only those record ids."""
        vocabulary = self._scorer.vocab_dict
        known = [vocabulary[token] for token in query_tokens if token in vocabulary]
        if not known or k < 1:
            return []
        scores: NDArray[np.float32] = self._scorer.get_scores_from_ids(known)
        if allowed is not None:
            scores = self._only(scores, allowed)
        best = best_places(scores, k)
        best = best[scores[best] > 0]
        return list(zip(self._ids[best].tolist(), scores[best].tolist(), strict=True))

    def _only(self, scores: NDArray[np.float32], allowed: set[str]) -> NDArray[np.float32]:
        positions = [self._position[record_id] for record_id in allowed if record_id in self._position]
        kept = np.zeros_like(scores)
        kept[positions] = scores[positions]
        return kept
