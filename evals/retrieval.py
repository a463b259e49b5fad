"""How well a ranking finds the evidence; the only module that knows the metrics library."""

from collections.abc import Iterable, Mapping, Sequence

import ir_measures
from ir_measures import RR, Measure, R, nDCG

MEASURES = {"recall@1": R @ 1, "recall@5": R @ 5, "recall@10": R @ 10, "mrr": RR, "ndcg@10": nDCG @ 10}
BEIR_MEASURES = {"nDCG@10": nDCG @ 10, "MRR@10": RR @ 10, "Recall@5": R @ 5, "Recall@20": R @ 20}
Judged = Mapping[str, Mapping[str, int]]


def by_groups(ranking: Sequence[str], evidence: Sequence[Sequence[str]]) -> list[str]:
    """The ranking with each group of evidence written where its first id stands.

    A second id of a group already found keeps its place and counts for nothing: ranks are those a reader sees.
    """
    found: set[int] = set()
    shown: list[str] = []
    for name in dict.fromkeys(ranking):
        new = [at for at, group in enumerate(evidence) if name in group and at not in found]
        found.update(new)
        shown += [_group(at) for at in new] or [f"id {name}"]
    return shown


def retrieval_scores(rankings: Mapping[str, Sequence[str]], evidence: Mapping[str, Sequence[Sequence[str]]]) -> dict[str, dict[str, float]]:
    """By question id, each of `MEASURES` (0 to 1); questions without evidence are left out.

    Recall is the share of the groups of evidence found; nDCG gives each group a gain of 1 (Järvelin & Kekäläinen 2002).
    """
    asked = {name: groups for name, groups in evidence.items() if groups and name in rankings}
    judged = {name: {_group(at): 1 for at in range(len(groups))} for name, groups in asked.items()}
    return scores_of({name: by_groups(rankings[name], groups) for name, groups in asked.items()}, judged, MEASURES)


def scores_of(rankings: Mapping[str, Sequence[str]], judged: Judged, measures: Mapping[str, Measure]) -> dict[str, dict[str, float]]:
    """By question id, each measure of a ranking, best first; a question whose ranking is empty has 0."""
    scores = {question: dict.fromkeys(measures, 0.0) for question in judged}
    runs = {question: _run(rankings.get(question, ())) for question in judged}
    names = {str(measure): name for name, measure in measures.items()}
    for row in ir_measures.iter_calc(list(measures.values()), _plain(judged), runs):
        scores[row.query_id][names[str(row.measure)]] = float(row.value)
    return scores


def means(scores: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """The mean of each measure; nothing for no question."""
    rows = list(scores)
    return {name: sum(row[name] for row in rows) / len(rows) for name in rows[0]} if rows else {}


def _group(at: int) -> str:
    return f"group {at}"


def _run(ranking: Sequence[str]) -> dict[str, float]:
    # Scores all differ, so that the library has no tie to settle by name.
    return {name: float(len(ranking) - at) for at, name in enumerate(ranking)}


def _plain(judged: Judged) -> dict[str, dict[str, int]]:
    return {question: dict(row) for question, row in judged.items()}
